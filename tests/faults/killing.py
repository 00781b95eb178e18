"""Kill a process at each of its system calls, and look at what the disk holds (strace, Linux).

A trial is a fork of this process: the child does `prepare`, waits, and does `act` under strace. `calls` lists the
system calls of one whole run; `trial` sends SIGKILL at one of them (strace counts each kind of call apart, so a call
is named by its kind and its number among that kind). `act` reports what it promised through a pipe, so that
"Guardado" can be held to its word.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ces_tui.base.paths import state_dir
from tests.faults import figures

T = TypeVar("T")
Promise = Callable[[str], None]
Call = tuple[str, int]
"""A system call: its kind, and its number among that kind."""
WRITING = {"pwrite64", "write", "fsync", "fdatasync", "rename", "unlink", "unlinkat", "rmdir", "ftruncate"}


_TRIES = 4


@dataclass(frozen=True)
class Trial:
    """What one child did: the promises it made before it died, and whether it came to its end."""

    promises: tuple[str, ...]
    survived: bool


def can_kill() -> bool:
    """Whether this machine has strace and lets it attach."""
    return shutil.which("strace") is not None and hasattr(os, "fork")


def calls(
    prepare: Callable[[], T], act: Callable[[T, Promise], None], log: Path, *, fewest: int
) -> list[Call]:
    """The system calls that `act` makes in one undisturbed run, in order.

    With fewer than `fewest` of them the set no longer looks at what it was written for, and fails.
    """
    found = _one_run(prepare, act, log)
    assert len(found) >= fewest, f"{_named(act)}: {len(found)} calls, fewer than {fewest}"
    figures.count(
        _named(act), 0, note=f"{len(found)} system calls in one run, fewer than {fewest} would fail"
    )
    return found


def trial(prepare: Callable[[], T], act: Callable[[T, Promise], None], call: Call) -> Trial:
    """Run `act` in a child that is killed at `call`."""
    name, number = call
    rule = f"inject={name}:signal=KILL:when={number}"
    for _ in range(_TRIES):
        result = traced(prepare, act, ["-e", f"trace={name}", "-e", rule, "-o", "/dev/null"])
        if not result.survived:
            figures.count(_named(act))
            return result
        if name not in WRITING:
            return result
    # pages and memory lie a little differently in each run: a last call of its kind may not come again, also a write
    with tempfile.NamedTemporaryFile() as log:
        again = _one_run(prepare, act, Path(log.name))
    assert call not in again, f"the call that writes was made and nothing was killed: {call}"
    return result


def _one_run(prepare: Callable[[], T], act: Callable[[T, Promise], None], log: Path) -> list[Call]:
    """The system calls of one undisturbed run, in order."""
    traced(prepare, act, ["-e", "trace=all", "-o", str(log)])
    counts: Counter[str] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        name = line.partition("(")[0]
        if not name.isidentifier() or name in {"exit_group", "restart_syscall"}:
            continue
        counts[name] += 1
        found.append((name, counts[name]))
    return found[1:]  # the first is the wait for the start


def _named(act: Callable[[T, Promise], None]) -> str:
    return f"kill -9 at a system call: {getattr(act, '__name__', 'act').replace('_', ' ')}"


def traced(prepare: Callable[[], T], act: Callable[[T, Promise], None], options: list[str]) -> Trial:
    """Run `act` in a child under strace with these options, from the moment after `prepare`."""
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
            act(state, lambda what: _tell(told_write, what))
            code = 0
        finally:
            os._exit(code)
    for end in (told_write, go_read, ready_write):
        os.close(end)
    if not os.read(ready_read, 1):
        raise AssertionError("the child could not prepare")
    _wait_for(pid, "State", "S")  # in its wait for the start: strace shows that call first, whatever the load
    tracer = subprocess.Popen(["strace", "-q", "-p", str(pid), *options], stderr=subprocess.PIPE)
    _wait_for(pid, "TracerPid", str(tracer.pid))
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


def _tell(pipe: int, what: str) -> None:
    os.writev(
        pipe, [f"{what}\n".encode()]
    )  # a call of its own kind, so that a fault injected into `write` spares it


def _wait_for(pid: int, name: str, value: str) -> None:
    """Until /proc says so of the child."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(20_000):  # under load strace takes seconds to begin
        line = next(row for row in status.read_text().splitlines() if row.startswith(f"{name}:"))
        if line.split()[1] == value:
            return
        time.sleep(0.001)
    raise AssertionError(f"the child's {name} never was {value}")


def copied(source: Path, target: Path) -> Path:
    """A fresh copy of a store for one trial, as if no trial had been before it (no anchor of one)."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(state_dir(), ignore_errors=True)
    shutil.copytree(source, target)
    return target
