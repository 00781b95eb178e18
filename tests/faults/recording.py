"""What the real program writes, syncs and promises in one run, recorded by strace with its data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.faults.killing import Promise, traced

T = TypeVar("T")
_CALL = re.compile(r"(\w+)\((.*)\)\s+=\s+(-?\d+)")
_FILE = re.compile(r"(\d+)<([^>]*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TRACED = "openat,close,write,writev,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,lseek"


@dataclass(frozen=True)
class Op:
    """One thing that reached the system: kind, file, and what."""

    kind: str  # write, truncate, sync, rename, unlink, promise
    path: str = ""
    offset: int = 0
    data: bytes = b""
    other: str = ""


@dataclass
class Recorder:
    """Turns lines of strace (with `-y`, which names the file behind a descriptor) into operations below some folders."""

    roots: tuple[Path, ...]
    ops: list[Op] = field(default_factory=list)
    _at: dict[int, int] = field(default_factory=dict)

    def line(self, text: str) -> None:
        """One line of the trace."""
        match = _CALL.match(text)
        if match is None or int(match.group(3)) < 0:
            return
        handler = getattr(self, f"_{match.group(1)}", None)
        if handler is not None:
            handler(match.group(2), int(match.group(3)))

    def _ours(self, path: str) -> bool:
        return any(path.startswith(str(r)) for r in self.roots)

    def _openat(self, arguments: str, result: int) -> None:
        self._at[result] = 0
        path = _text(arguments)
        if self._ours(path) and "O_TRUNC" in arguments:
            self.ops.append(Op("truncate", path, 0))
        elif self._ours(path) and "O_CREAT" in arguments:
            self.ops.append(Op("create", path))

    def _lseek(self, arguments: str, result: int) -> None:
        self._at[_descriptor(arguments)[0]] = result

    def _write(self, arguments: str, result: int) -> None:
        descriptor, path = _descriptor(arguments)
        if self._ours(path):
            at = self._at.get(descriptor, 0)
            self.ops.append(Op("write", path, at, _bytes(arguments)[:result]))
            self._at[descriptor] = at + result

    def _writev(self, arguments: str, _result: int) -> None:
        if _descriptor(arguments)[1].startswith("pipe:"):
            self.ops.append(Op("promise"))

    def _pwrite64(self, arguments: str, result: int) -> None:
        _, path = _descriptor(arguments)
        if self._ours(path):
            self.ops.append(Op("write", path, int(arguments.rsplit(",", 1)[1]), _bytes(arguments)[:result]))

    def _ftruncate(self, arguments: str, _result: int) -> None:
        _, path = _descriptor(arguments)
        if self._ours(path):
            self.ops.append(Op("truncate", path, int(arguments.rsplit(",", 1)[1])))

    def _fsync(self, arguments: str, _result: int) -> None:
        _, path = _descriptor(arguments)
        if self._ours(path):
            self.ops.append(Op("sync", path))

    _fdatasync = _fsync

    def _rename(self, arguments: str, _result: int) -> None:
        source, target = (_decoded(s) for s in _STRING.findall(arguments))
        if self._ours(target):
            self.ops.append(Op("rename", source, other=target))

    _renameat = _renameat2 = _rename

    def _unlink(self, arguments: str, _result: int) -> None:
        if self._ours(path := _text(arguments)):
            self.ops.append(Op("unlink", path))

    _unlinkat = _unlink


def record(
    prepare: Callable[[], T], act: Callable[[T, Promise], None], roots: tuple[Path, ...], log: Path
) -> list[Op]:
    """The operations of one undisturbed run below `roots`, with the moments at which it promised."""
    traced(prepare, act, ["-y", "-e", f"trace={_TRACED}", "-xx", "-s", "1100000", "-o", str(log)])
    recorder = Recorder(roots)
    for line in log.read_text(errors="replace").splitlines():
        recorder.line(line)
    return recorder.ops


def _descriptor(arguments: str) -> tuple[int, str]:
    """The descriptor and the file behind it."""
    found = _FILE.match(arguments)
    return (int(found.group(1)), _decoded(found.group(2))) if found else (-1, "")


def _text(arguments: str) -> str:
    found = _STRING.search(arguments)
    return _decoded(found.group(1)) if found else ""


def _decoded(escaped: str) -> str:
    if "\\x" not in escaped:
        return escaped
    return bytes.fromhex(escaped.replace("\\x", "")).decode(errors="replace")


def _bytes(arguments: str) -> bytes:
    found = _STRING.search(arguments)
    return bytes.fromhex(found.group(1).replace("\\x", "")) if found else b""
