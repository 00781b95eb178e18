"""The log of Linux's dm-log-writes: what reached a disk and in what order, and the disks a power cut may leave of it.

Format: drivers/md/dm-log-writes.c. What was written before a flush is on the disk; what came after it may be there or
not, each write for itself, and torn at any sector.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
SECTOR = 512
_SUPER, _ENTRY = struct.Struct("<QQQI"), struct.Struct("<QQQQ")


@dataclass(frozen=True)
class Entry:
    """One write, flush, discard or mark."""

    at: int
    data: bytes
    flags: int
    mark: str = ""
    length: int = 0


def entries(log: Path) -> list[Entry]:
    """Everything in the log, in its order."""
    raw = log.read_bytes()
    magic, version, count, size = _SUPER.unpack_from(raw)
    if magic != MAGIC or version != 1:
        raise ValueError("not a log of dm-log-writes")
    found, at = [], size
    for _ in range(count):
        sector, sectors, flags, inline = _ENTRY.unpack_from(raw, at)
        text = (
            raw[at + _ENTRY.size : at + _ENTRY.size + inline].rstrip(b"\0").decode() if flags & MARK else ""
        )
        at += size
        length = sectors * size
        data = b"" if flags & (DISCARD | MARK) else raw[at : at + length]
        at += len(data)
        found.append(Entry(sector * size, data, flags, text, length))
    return found


@dataclass(frozen=True)
class State:
    """A disk that a cut may leave: which marks had been reached, and its bytes."""

    cut: int
    marks: tuple[str, ...]
    disk: bytes


def states(log: list[Entry], size: int, rng: random.Random, most: int) -> Iterator[State]:
    """After each entry: everything so far, only what was flushed, and up to `most` subsets with tears of the rest."""
    safe, pending, marks = bytearray(size), list[Entry](), list[str]()
    seen: set[int] = set()
    begun = False
    for cut, entry in enumerate(log, 1):
        if entry.flags & MARK:
            marks.append(entry.mark)
            begun = True
        if entry.flags & FLUSH:
            for old in pending:
                _apply(safe, old)
            pending = []
        if entry.data or entry.flags & DISCARD:
            if entry.flags & FUA:
                for old in [
                    *pending,
                    entry,
                ]:  # the log keeps its order: what stands before it was completed before
                    _apply(safe, old)
                pending = []
            else:
                pending.append(entry)
        if not begun:
            continue  # the file system is being made
        for disk in _disks(safe, pending, rng, most):
            mark = hash((len(marks), disk))
            if mark not in seen:
                seen.add(mark)
                yield State(cut, tuple(marks), disk)


def _disks(safe: bytearray, pending: list[Entry], rng: random.Random, most: int) -> Iterator[bytes]:
    yield bytes(safe)
    if not pending:
        return
    subsets = 1 << len(pending)
    masks = (
        range(1, subsets)
        if subsets - 1 <= most
        else [subsets - 1, *(rng.randrange(1, subsets) for _ in range(most - 1))]
    )
    for mask in masks:
        disk = bytearray(safe)
        chosen = [e for i, e in enumerate(pending) if mask >> i & 1]
        torn = rng.choice(chosen) if mask != subsets - 1 and rng.random() < 0.3 else None
        for entry in chosen:
            _apply(
                disk,
                entry,
                rng.randrange(0, len(entry.data) + 1, SECTOR) if entry is torn and entry.data else None,
            )
        yield bytes(disk)


def _apply(disk: bytearray, entry: Entry, upto: int | None = None) -> None:
    if entry.flags & DISCARD:
        disk[entry.at : entry.at + entry.length] = bytes(entry.length)
    else:
        data = entry.data[:upto]
        disk[entry.at : entry.at + len(data)] = data
