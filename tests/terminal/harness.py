"""The real program in a real pseudo-terminal: keys in as bytes, the screen out as a terminal would show it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

from tests.support import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds to wait for something that must come; a loaded machine is slow, not wrong."""

KEYS = {
    "enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "escape": "\x1b", "backspace": "\x7f", "delete": "\x1b[3~",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "space": " ",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f12": "\x1b[24~",
    **{f"ctrl+{c}": chr(ord(c) - 96) for c in "abcdefghijklmnopqrstuvwxyz"},
}  # fmt: skip
"""Key name -> what a terminal sends."""


class Terminal:
    """`with Terminal(["--dir", str(store)], env=…) as t: t.wait_for("¿Quién es usted?"); t.press("enter")`."""

    def __init__(
        self,
        args: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        term: str = "xterm-256color",
        command: Sequence[str] | None = None,
    ) -> None:
        width, height = size
        self.display = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self.display)
        self.raw = bytearray()
        """Every byte the program sent: for searching what must never reach a terminal."""
        self.keys = 0
        """Keys pressed so far, Enter and Tab included."""
        program = [*(command or (sys.executable, "-m", "ces_tui.cli")), *args]
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            program[0], program[1:], dimensions=(height, width), env=_environment(env or {}, term), timeout=None,
            cwd=str(ROOT),
        )  # fmt: skip
        self.child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    # -- in ----------------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Send keys by name, or single characters as they are."""
        for key in keys:
            self.keys += 1
            self.child.send(KEYS.get(key, key))
            if key == "escape":
                self.read(0.15)  # a lone escape is told from a sequence by what does not follow

    def type(self, text: str) -> None:
        """Send a text, one key a letter."""
        self.press(*text)

    def paste(self, text: str) -> None:
        """Send a text as a bracketed paste."""
        self.child.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, width: int, height: int) -> None:
        self.display.resize(height, width)
        self.child.setwinsize(height, width)

    # -- out ---------------------------------------------------------------------------------------------------

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what comes within `seconds`; True when something came."""
        try:
            data = self.child.read_nonblocking(1 << 16, seconds)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    def settle(self, quiet: float = 0.1) -> None:
        """Read until nothing came for `quiet` seconds."""
        while self.read(quiet):
            pass

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self.display.display)

    @property
    def cursor(self) -> tuple[int, int]:
        return self.display.cursor.x, self.display.cursor.y

    def wait_for(self, *wanted: str, patience: float = PATIENCE) -> str:
        """Read until the screen shows one of `wanted`, and return that one; an error with the screen when it doesn't come."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for text in wanted:
                if text in self.text:
                    return text
            if not self.read(0.05) and not self.child.isalive():
                break
        self.settle()
        for text in wanted:
            if text in self.text:
                return text
        raise AssertionError(f"no llegó {wanted!r}; la pantalla dice:\n{self.text}")

    def wait_gone(self, text: str, patience: float = PATIENCE) -> None:
        """Read until the screen no longer shows `text`."""
        end = time.monotonic() + patience
        while text in self.text:
            if time.monotonic() > end:
                raise AssertionError(f"sigue {text!r}:\n{self.text}")
            self.read(0.05)

    def answer_time(self, key: str, quiet: float = 0.03) -> float:
        """Seconds from sending `key` to the last byte painted because of it; for benchmarks."""
        self.settle()
        start = last = time.perf_counter()
        self.press(key)
        while self.read(1.0 if last == start else quiet):
            last = time.perf_counter()
        return last - start

    # -- the end -----------------------------------------------------------------------------------------------

    def wait_exit(self, patience: float = PATIENCE) -> int:
        """Read until the program ends; its exit code."""
        end = time.monotonic() + patience
        while self.child.isalive():
            if time.monotonic() > end:
                raise AssertionError(f"no terminó; la pantalla dice:\n{self.text}")
            self.read(0.05)
        self.settle(0.05)
        self.child.close()
        return int(
            self.child.exitstatus if self.child.exitstatus is not None else -(self.child.signalstatus or 0)
        )

    def kill(self) -> None:
        """As a power cut would: no farewell."""
        if self.child.isalive():
            self.child.kill(9)
            self.child.wait()
        self.child.close(force=True)


def _environment(extra: Mapping[str, str], term: str) -> dict[str, str]:
    """A small, known environment: nothing of the developer's own machine, and no colours beyond what TERM says."""
    kept = {
        k: os.environ[k]
        for k in ("PATH", "HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
        if k in os.environ
    }
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TERM": term,
        "PYTHONWARNINGS": "ignore",
        **extra,
    }


def unlock(t: Terminal, *pin: str, shows: str = "Sala de espera") -> None:
    """The first person's passphrase and a PIN (none by itself), up to what Hoy shows."""
    t.wait_for("¿Quién es usted?")
    t.press("enter")
    t.wait_for("Frase de acceso")
    t.type(PASSPHRASE)
    t.press("enter")
    t.wait_for("PIN de hoy")
    t.press(*(pin or ("enter",)))
    t.wait_for(shows)
