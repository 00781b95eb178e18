"""Simulated power cuts: record what the real program writes and syncs, then replay what a disk may keep of it.

strace records the system calls of one run with their data. A cut may come after any of them. Writes that a later
sync of the same file has not covered may be on the disk or not, each for itself, in any order, and the last of them
torn at a sector; a rename or a new name without a sync of its folder may be there or not. Each such state is laid
out as a folder and given to the production code.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.faults.killing import Promise, traced

T = TypeVar("T")
SECTOR = 512
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


def states(
    before: dict[str, bytes], ops: list[Op], cut: int, rng: random.Random, most: int, *, fat: bool = False
) -> Iterator[dict[str, bytes]]:
    """Disk states possible when power fails after `ops[:cut]`: nothing, everything, and random subsets with tears.

    With `fat`, a renamed file is empty until its new name was synced: FAT keeps size and first cluster in the name's
    own entry (measured on a real vfat: RELIABILITY, "The stick").
    """
    done = ops[:cut]
    pending = [i for i, op in enumerate(done) if op.kind not in {"sync", "promise"} and not _covered(done, i)]
    hollow = frozenset(i for i, op in enumerate(done) if fat and op.kind == "rename" and not _named(done, i))
    yield lay(before, done, keep=set(range(cut)))
    if pending:
        yield lay(before, done, keep=set(range(cut)) - set(pending))
    if hollow:
        yield lay(before, done, keep=set(range(cut)), hollow=hollow)
    for _ in range(most if pending else 0):
        lost = {i for i in pending if rng.random() < 0.5}
        torn = rng.choice(pending) if rng.random() < 0.5 else None
        yield lay(before, done, keep=set(range(cut)) - lost, torn=torn, rng=rng)


def _named(ops: list[Op], index: int) -> bool:
    """Whether the new name of a rename was itself synced afterwards."""
    return any(op.kind == "sync" and op.path == ops[index].other for op in ops[index + 1 :])


def _covered(ops: list[Op], index: int) -> bool:
    """Whether a sync after the operation made it durable (of the file; of the folder for names)."""
    op = ops[index]
    folder = str(Path(op.other or op.path).parent)
    for later in ops[index + 1 :]:
        if later.kind != "sync":
            continue
        if op.kind in {"rename", "unlink", "create"}:
            if later.path in {folder, op.other, op.path}:
                return True
        elif later.path == op.path:
            return True
    return False


def lay(
    before: dict[str, bytes],
    ops: list[Op],
    keep: set[int],
    torn: int | None = None,
    rng: random.Random | None = None,
    hollow: frozenset[int] = frozenset(),
) -> dict[str, bytes]:
    """File contents after the kept operations; `torn` is written only up to some sector, `hollow` renames are empty."""
    files = {k: bytearray(v) for k, v in before.items()}
    for i, op in enumerate(ops):
        if i not in keep:
            continue
        if op.kind == "write":
            data = op.data
            if i == torn and rng is not None:
                data = data[: rng.randrange(0, len(data) + SECTOR, SECTOR)]
            content = files.setdefault(op.path, bytearray())
            content.extend(bytes(max(0, op.offset + len(data) - len(content))))
            content[op.offset : op.offset + len(data)] = data
        elif op.kind == "truncate":
            content = files.setdefault(op.path, bytearray())
            del content[op.offset :]
            content.extend(bytes(op.offset - len(content)))
        elif op.kind == "create":
            files.setdefault(op.path, bytearray())
        elif op.kind == "rename":
            for name in [n for n in files if n == op.path or n.startswith(f"{op.path}/")]:
                files[op.other + name[len(op.path) :]] = files.pop(name)
            if i in hollow:
                files[op.other] = bytearray()
        elif op.kind == "unlink":
            files.pop(op.path, None)
    return {k: bytes(v) for k, v in files.items()}


def read_tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(p): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def write_tree(root: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold exactly these files."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name, data in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


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


def put_back(files: dict[str, bytes], *roots: Path) -> None:
    """Lay a disk state out under these folders, and nothing else."""
    for root in roots:
        write_tree(root, {k: v for k, v in files.items() if Path(k).is_relative_to(root)})
