"""A program in a pseudo-terminal, timed: spawned, typed at, and read until it has said something."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence

PYTHON = sys.executable


class Terminal:
    """A child on a pty of 80x24. Times are monotonic seconds."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.began = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), dict(env))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.said = b""

    def wait_for(self, text: str, *, seconds: float = 30) -> float:
        """Read until `text` has been painted since the last call; seconds since the child was started."""
        wanted, end = text.encode(), time.perf_counter() + seconds
        while wanted not in self.said:
            if not self._read(end - time.perf_counter()):
                tail = self.said[-400:].decode("utf-8", "replace")
                raise TimeoutError(f"no apareció «{text}»; lo último: {tail!r}")
        self.said = b""
        return time.perf_counter() - self.began

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def answer_time(self, keys: str, *, quiet: float = 0.06, most: float = 2.0) -> float | None:
        """Seconds from a key to the last byte that it made the program write before `quiet` seconds of silence."""
        self.drain(quiet)
        began = time.perf_counter()
        self.type(keys)
        last: float | None = None
        while time.perf_counter() - began < most:
            if self._read(quiet if last else most):
                last = time.perf_counter()
            else:
                break
        self.said = b""
        return last - began if last else None

    def drain(self, quiet: float = 0.1) -> None:
        """Read until nothing comes for `quiet` seconds."""
        while self._read(quiet):
            pass
        self.said = b""

    def close(self) -> None:
        """End the child and reap it."""
        os.close(self._master)
        for ask in (signal.SIGTERM, signal.SIGKILL):
            for _ in range(40):
                done, _ = os.waitpid(self.pid, os.WNOHANG)
                if done:
                    return
                time.sleep(0.025)
            os.kill(self.pid, ask)
        os.waitpid(self.pid, 0)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            got = os.read(self._master, 65536)
        except OSError:
            return False
        self.said += got
        self._answer_queries(got)
        return bool(got)

    def _answer_queries(self, got: bytes) -> None:
        """What a real terminal answers when Textual asks for its modes; else the program waits for it."""
        if b"\x1b[?2026$p" in got:
            os.write(self._master, b"\x1b[?2026;2$y")
        if b"\x1b[c" in got:
            os.write(self._master, b"\x1b[?62;22c")
