"""Kill a process at its Nth system call, for each N, and look at what the disk holds (strace, Linux).

A trial is a fork of this process: the child does `prepare`, waits, and does `act` under strace, which sends SIGKILL
at system call N. `act` reports what it promised through a pipe, so that "Guardado" can be held to its word.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Promise = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """What one child did: the promises it made before it died, and whether it came to its end."""

    promises: tuple[str, ...]
    survived: bool


def can_kill() -> bool:
    """Whether this machine has strace and lets it attach."""
    return shutil.which("strace") is not None and hasattr(os, "fork")


def trial(prepare: Callable[[], T], act: Callable[[T, Promise], None], when: int) -> Trial:
    """Run `act` in a child that is killed at its system call number `when` (counted from the start of `act`)."""
    told_read, told_write = os.pipe()
    go_read, go_write = os.pipe()
    ready_read, ready_write = os.pipe()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child is killed
        code = 1
        try:
            for end in (told_read, go_write, ready_read):
                os.close(end)
            state = prepare()
            os.write(ready_write, b"x")
            os.read(go_read, 1)
            act(state, lambda what: os.write(told_write, f"{what}\n".encode()) and None)
            code = 0
        finally:
            os._exit(code)
    for end in (told_write, go_read, ready_write):
        os.close(end)
    if not os.read(ready_read, 1):
        raise AssertionError("the child could not prepare")
    tracer = subprocess.Popen(
        [
            "strace",
            "-q",
            "-p",
            str(pid),
            "-e",
            "trace=all",
            "-e",
            f"inject=all:signal=KILL:when={when}",
            "-o",
            "/dev/null",
        ],
        stderr=subprocess.PIPE,
    )
    _wait_attached(pid)
    os.write(go_write, b"x")
    _, status = os.waitpid(pid, 0)
    tracer.wait(timeout=10)
    if tracer.stderr is not None:
        tracer.stderr.close()
    with os.fdopen(told_read) as told:
        promises = tuple(told.read().splitlines())
    for end in (go_write, ready_read):
        os.close(end)
    return Trial(promises, survived=not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL))


def _wait_attached(pid: int) -> None:
    status = Path(f"/proc/{pid}/status")
    for _ in range(2000):
        line = next(row for row in status.read_text().splitlines() if row.startswith("TracerPid"))
        if not line.endswith("\t0"):
            return
        time.sleep(0.001)
    raise AssertionError("strace did not attach")


def copied(source: Path, target: Path) -> Path:
    """A fresh copy of a store for one trial."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target
