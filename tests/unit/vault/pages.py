"""Which pages of a database file each row lies on, found by looking for its bytes: no part of the rescue is asked."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

PAGE = 4096
Row = tuple[str, int]


def pages_of(path: Path) -> dict[Row, set[int]]:
    """For each row of log and doc the pages (from 0) that hold some of it: its leaf and its overflow pages.

    Sizes of payload and overflow: SQLite file format, "B-tree Cell Format".
    """
    raw = path.read_bytes()
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found: dict[Row, set[int]] = {}
    for table in ("log", "doc"):
        for k, body in db.execute(f"SELECT k, body FROM {table}"):
            # nonce and first bytes of the seal are random; another place is what SQLite left behind when it moved the row
            found[table, k] = {
                page
                for at in _places(raw, body[:28])
                for page in (at // PAGE, *_overflow(raw, at, len(body)))
            }
    db.close()
    return found


def _places(raw: bytes, piece: bytes) -> Iterator[int]:
    at = raw.find(piece)
    while at >= 0:
        yield at
        at = raw.find(piece, at + 1)


def _overflow(raw: bytes, at: int, size: int) -> Iterator[int]:
    """The pages that follow, of a row whose blob of this size begins at `at`."""
    kind = 12 + 2 * size
    head = 2 + (1 if kind < 128 else 2 if kind < 1 << 14 else 3)  # the record's header; the key is NULL in it
    payload, most, least = head + size, PAGE - 35, (PAGE - 12) * 32 // 255 - 23
    if payload <= most:
        return
    local = least + (payload - least) % (PAGE - 4)
    local = local if local <= most else least
    here, left = at - head + local, payload - local
    while left > 0:
        page = int.from_bytes(raw[here : here + 4], "big") - 1
        yield page
        here, left = page * PAGE, left - (PAGE - 4)


def some_pages(path: Path, part: float, seed: int, spare: set[int]) -> set[int]:
    """This part of the pages, by chance, but none of `spare`."""
    pages = sorted(set(range(path.stat().st_size // PAGE)) - spare)
    return set(random.Random(seed).sample(pages, int(len(pages) * part)))


def wipe(path: Path, pages: set[int]) -> None:
    """Overwrite these pages with zeros."""
    raw = bytearray(path.read_bytes())
    for page in pages:
        raw[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    path.write_bytes(bytes(raw))
