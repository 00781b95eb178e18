"""Clear text: every byte that a whole life hands to the system is looked at, also what is taken away again at once.

A search of folders (tests/unit/test_leaks_canary.py) sees what stayed; this sees temporary files, what lies in the free
clusters of a stick afterwards, pipes, and names. The real vfat's image is searched by `packaging/uml/uml.py canary`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults import figures
from tests.faults.killing import can_kill
from tests.unit.canary import forms, hits, within

ROOT = Path(__file__).resolve().parents[2]
WRITING = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendfile,splice,copy_file_range"
NAMING = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,memfd_create,execve"
FEWEST_WRITES = 1500
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TARGET = re.compile(r"^\d+<([^>]*)>")
_LONGEST = max(map(len, forms().values()))
_OPENED = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")

pytestmark = pytest.mark.skipif(not can_kill(), reason="needs strace")


@dataclass
class Handed:
    """What a traced process handed to the system."""

    writes: int = 0
    size: int = 0
    leaks: list[str] = field(default_factory=list)
    paper: int = 0
    """Sheets given to `lp`, whole and in memory: what goes to the printer is meant to."""
    opened: set[str] = field(default_factory=set)
    ran: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    """Bytes to a terminal: what a person asked to see."""
    last: dict[str, bytes] = field(default_factory=dict)
    """The end of the last write to each file: a word may lie across two."""
    stick: int = 0
    """Bytes written to the stick, whatever became of them."""

    def line(self, text: str, stick: str) -> None:
        """One line of the trace: `PID name(arguments) = result`."""
        _, _, call = text.partition(" ")
        name, _, arguments = call.strip().partition("(")
        strings = [bytes.fromhex(s.replace("\\x", "")) for s in _STRING.findall(arguments)]
        if name == "execve":
            self.ran[Path(strings[0].decode()).name if strings else "?"] += " = 0" in arguments
        elif name in NAMING.split(","):
            self._names(name, arguments, strings)
        elif name in WRITING.split(","):
            assert '"...' not in arguments, "a write was cut short in the trace"
            self._bytes(arguments, strings, stick)

    def _names(self, name: str, arguments: str, strings: list[bytes]) -> None:
        self.leaks += [f"nombre: {one}" for string in strings for one in within(string)]
        if (
            name in {"openat", "open", "creat"}
            and (name == "creat" or _OPENED.search(arguments))
            and "= -1" not in arguments
        ):
            self.opened.add(strings[0].decode("utf-8", "replace") if strings else "?")
        elif name == "memfd_create":
            self.opened.add("memfd")

    def _bytes(self, arguments: str, strings: list[bytes], stick: str) -> None:
        match = _TARGET.match(arguments)
        path = _decoded(match[1]) if match else "?"
        data = b"".join(strings)
        if path.startswith(("/dev/pts/", "/dev/tty")):
            self.shown += len(data)
            return
        self.writes += 1
        self.size += len(data)
        self.stick += len(data) if path.startswith(stick) else 0
        found = within(self.last.get(path, b"") + data)
        self.last[path] = (self.last.get(path, b"") + data)[-_LONGEST:]
        if path.startswith(("pipe:", "/dev/null")):
            self.paper += path.startswith("pipe:") and data.startswith(b"%PDF-1")
            found = [one for one in found if one != "miembro %PDF-1"]
        self.leaks += [f"{path}: {one}" for one in found]


def _decoded(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode(errors="replace") if "\\x" in escaped else escaped


def tracer(log: Path) -> list[str]:
    """The command before a command: every write with its bytes, every name."""
    return [
        "strace",
        "-f",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "80000000",
        "-e",
        f"trace={WRITING},{NAMING}",
        "-o",
        str(log),
    ]


def traced_life(root: Path, *more: str) -> Handed:
    """The life of canary_child.py below `root` with home, state, cache, temporary and working folder of its own."""
    for name in ("home", "temp", "bin", "vida"):
        (root / name).mkdir(parents=True)
    printer = root / "bin" / "lp"
    printer.write_text("#!/bin/sh\nexec cat >/dev/null\n")
    printer.chmod(0o755)
    env = {
        "PATH": f"{root / 'bin'}:{os.environ['PATH']}", "HOME": str(root / "home"), "TMPDIR": str(root / "temp"),
        "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
        **{f"XDG_{what}_HOME": str(root / what.lower()) for what in ("STATE", "DATA", "CACHE", "CONFIG")},
    }  # fmt: skip
    log = root.parent / f"{root.name}.trace"
    child = [sys.executable, "-m", "tests.faults.canary_child", str(root / "vida"), *more]
    done = subprocess.run(
        [*tracer(log), *child], cwd=root / "temp", env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert within((done.stdout + done.stderr).encode()) == []
    return read_trace(log, str(root / "vida" / "stick"))


def read_trace(log: Path, stick: str = "/") -> Handed:
    """What the trace holds; the file, which is large, goes."""
    handed = Handed()
    with log.open(errors="replace") as lines:
        for line in lines:
            handed.line(line, stick)
    log.unlink()
    return handed


def test_nothing_of_the_canary_is_ever_handed_to_the_system(tmp_path: Path) -> None:
    """In no write, pipe, file's name or argument; nothing is opened for writing outside the clinic's own places."""
    root = tmp_path / "todo"
    handed = traced_life(root)
    assert handed.leaks == []
    assert handed.writes >= FEWEST_WRITES and handed.paper > 10 and handed.stick > 1 << 20
    outside = {
        p
        for p in handed.opened
        if not p.startswith((f"{root / 'vida'}", f"{root / 'state'}", f"{root / 'cache'}"))
    }
    assert outside <= {"/dev/null"}, outside
    assert set(handed.ran) <= {Path(sys.executable).name, "lp", "cat"}, handed.ran
    assert hits([root]) == []
    figures.count(
        "clear text: a write, name or pipe searched", handed.writes,
        note=f"{handed.size:,} bytes ({handed.stick:,} of them to the stick, free clusters included), {len(forms())} forms of six "
        f"words; {handed.paper} sheets went to the printer and nothing else left",
    )  # fmt: skip


def test_a_word_that_is_written_and_taken_away_is_found(tmp_path: Path) -> None:
    """The negative control: no folder shows it any more, the trace does."""
    root = tmp_path / "fuga"
    handed = traced_life(root, "leak")
    assert hits([root]) == []
    assert handed.leaks and all("tmpzz" in one for one in handed.leaks)
