"""Work done in a process of its own, on a machine of its own: what a soak forks for each day of each place."""

from __future__ import annotations

import os
import pickle
import random
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.faults import world

T = TypeVar("T")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Machine:
    """Where a place runs: what the system calls it, and its folder for what lies outside the store."""

    name: str
    state: Path


def run(machine: Machine, work: Callable[[], T]) -> T:
    """What `work` gives, done by a child on this machine; its failure is raised here."""
    return start(machine, work)()


def start(machine: Machine, work: Callable[[], T]) -> Callable[[], T]:
    """Begin `work` in a child; calling what comes back waits for it."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child
        _in_child(machine, read, write, lambda: ("done", work()))
    os.close(write)

    def wait() -> T:
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        os.waitpid(pid, 0)
        assert told, "a child died without a word"
        kind, value = pickle.loads(told)
        assert kind == "done", value
        result: T = value
        return result

    return wait


def start_until_killed(
    machine: Machine, work: Callable[[Tell], None], enough: int, rng: random.Random
) -> Callable[[], list[str]]:
    """Begin endless `work`, which tells each promise; soon after `enough` of them the child dies in the middle of anything.

    What comes back waits for that and gives every line that was told.
    """
    read, write = os.pipe()
    after = rng.uniform(0.0001, 0.003)
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child is killed
        told = 0

        def tell(line: str) -> None:
            nonlocal told
            _all_of(write, line.encode() + b"\n")
            told += 1
            if told == enough:  # not handled: the kernel ends the process wherever it is
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, after)

        _in_child(machine, read, write, lambda: work(tell))
    os.close(write)

    def wait() -> list[str]:
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), f"a child ended by itself: {told[-3000:].decode(errors='replace')}"
        return told.decode().splitlines()

    return wait


def _in_child(machine: Machine, read: int, write: int, work: Callable[[], Any]) -> None:  # pragma: no cover
    code = 1
    try:
        os.close(read)
        world.become(machine.name, machine.state)
        result = work()
        if result is not None:
            _all_of(write, pickle.dumps(result))
        code = 0
    except BaseException:
        _all_of(write, pickle.dumps(("failed", traceback.format_exc())))
    finally:
        os._exit(code)


def _all_of(pipe: int, raw: bytes) -> None:
    while raw:
        raw = raw[os.write(pipe, raw) :]


def power_cut(wal: Path, promised: int, rng: random.Random) -> None:
    """What was being written to a journal when the process died is there, torn, partly there or gone.

    A commit that is complete may have been synced before anyone was told: it stays.
    """
    if not wal.exists() or (size := wal.stat().st_size) <= promised:
        return
    with wal.open("r+b") as file:
        for at in range(_WAL_HEADER, size - _FRAME + 1, _FRAME):
            file.seek(at + 4)
            if at >= promised and file.read(4) != bytes(4):  # pages after the commit: this frame ends one
                promised = at + _FRAME
        fate = rng.randrange(4)
        if promised >= size:
            return
        if fate == 1:
            file.truncate(promised)
        elif fate == 2:
            file.truncate(rng.randrange(promised, size))
        elif fate == 3:
            for at in range(promised - promised % 512 + 512, size, 512):
                if rng.random() < 0.5:
                    file.seek(at)
                    file.write(bytes(min(512, size - at)))


_WAL_HEADER, _FRAME = 32, 24 + 4096
"""SQLite's file format, "The Write-Ahead Log"."""
