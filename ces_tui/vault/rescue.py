"""Reading what a damaged database still holds: leaf pages without the tree, and the seals say what is real.

A query finds nothing below a page of the tree that is gone. Here every table leaf page is read for itself and each
cell is tried under the keys: what opens was written by this store. Documents come from the log, and where a log
row is lost, from the document rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ces_tui.base.errors import StoreDamaged
from ces_tui.vault.entry import Entry
from ces_tui.vault.header import Header
from ces_tui.vault.packing import Held, unpack_doc, unpack_log
from ces_tui.vault.seal import RowDoesNotOpen, RowSealer

Progress = Callable[[str, int, int], None]
_LEAF = 0x0D
_MOST_BODY = 4 << 20


@dataclass
class Rescued:
    """What could be read: log rows by number, documents by id, and how many cells did not open."""

    entries: dict[int, Entry] = field(default_factory=dict)
    documents: dict[str, Held] = field(default_factory=dict)
    lost: int = 0

    @property
    def missing(self) -> list[int]:
        """Log rows below the last one read that could not be read."""
        last = max(self.entries, default=0)
        return [n for n in range(1, last + 1) if n not in self.entries]


def rescue(folder: Path, header: Header, data_key: bytes, progress: Progress | None = None) -> Rescued:
    """Read a database file page by page; nothing is written. The store must not be open."""
    tell = progress or (lambda _what, _done, _all: None)
    sealer = RowSealer(data_key, header.store_bytes, header.epoch)
    result = Rescued()
    images = [p for p in (folder / header.db, folder / (header.db + "-wal")) if p.exists()]
    for path in images:
        raw = path.read_bytes()
        pages = _pages(raw) if path.suffix == ".db" else _wal_pages(raw)
        total = max(1, len(raw) // 4096)
        for number, page in enumerate(pages):
            if number % 256 == 0:
                tell("rescate", number, total)
            for k, body in _cells(page, raw if path.suffix == ".db" else b""):
                _try(sealer, k, body, result)
    return result


def _try(sealer: RowSealer, k: int, body: bytes, result: Rescued) -> None:
    try:
        entry = unpack_log(sealer.open("log", k, body))
    except RowDoesNotOpen:
        pass
    except StoreDamaged:
        result.lost += 1
        return
    else:
        result.entries[k] = entry
        return
    try:
        held = unpack_doc(sealer.open("doc", k, body))
    except RowDoesNotOpen:
        result.lost += 1
    except StoreDamaged:
        result.lost += 1
    else:
        before = result.documents.get(held.doc)
        if before is None or (held.heads and before.heads and held.heads[-1].log >= before.heads[-1].log):
            result.documents[held.doc] = held


def _pages(raw: bytes) -> Iterator[bytes]:
    for at in range(0, len(raw) - 4095, 4096):
        yield raw[at : at + 4096] if at else b"\0" * 100 + raw[100:4096]


def _wal_pages(raw: bytes) -> Iterator[bytes]:
    for at in range(32, len(raw) - 24 - 4095, 24 + 4096):
        yield raw[at + 24 : at + 24 + 4096]


def _cells(page: bytes, file: bytes) -> Iterator[tuple[int, bytes]]:
    """(row id, blob) of each cell of a table leaf page whose second column is a blob; anything odd is passed over."""
    if page[0] != _LEAF:
        return
    count = int.from_bytes(page[3:5], "big")
    if not 0 < count < 1200:
        return
    for i in range(count):
        at = int.from_bytes(page[8 + 2 * i : 10 + 2 * i], "big")
        try:
            cell = _cell(page, at, file)
        except (IndexError, ValueError):
            continue
        if cell is not None:
            yield cell


def _cell(page: bytes, at: int, file: bytes) -> tuple[int, bytes] | None:
    size, at = _varint(page, at)
    k, at = _varint(page, at)
    if not 0 < size < _MOST_BODY:
        return None
    payload = _payload(page, at, size, file)
    header_size, position = _varint(payload, 0)
    _, position = _varint(payload, position)  # the first column is the row id, stored as NULL
    kind, position = _varint(payload, position)
    if kind < 12 or kind % 2:
        return None
    return k, payload[header_size : header_size + (kind - 12) // 2]


def _payload(page: bytes, at: int, size: int, file: bytes) -> bytes:
    """A cell's payload with its overflow pages (SQLite file format, "Cell payload overflow pages"; page size 4096)."""
    usable = 4096
    most, least = usable - 35, (usable - 12) * 32 // 255 - 23
    if size <= most:
        return page[at : at + size]
    local = least + (size - least) % (usable - 4)
    local = local if local <= most else least
    parts = [page[at : at + local]]
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    left = size - local
    while following and left > 0:
        start = (following - 1) * 4096
        overflow = file[start : start + 4096]
        if len(overflow) < 4096:
            break
        following = int.from_bytes(overflow[:4], "big")
        parts.append(overflow[4 : 4 + min(left, usable - 4)])
        left -= usable - 4
    return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9
