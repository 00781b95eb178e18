"""Bounds and refusals of the small parts: sizes, lengths that lie, lost files, what SQLite may say."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import pytest

from ces_tui.base.errors import BundleRefused, CesError, DiskProblem, StoreBusy, StoreDamaged
from ces_tui.clinic import Clinic
from ces_tui.vault.container import Container, DiskFull, as_ces_error
from ces_tui.vault.entry import MOST_BODY, MOST_CHANGES, MOST_ENTRY, check_sizes, decode_entry
from ces_tui.vault.state import Anchor, Chain


def test_a_commit_is_bounded_in_each_direction() -> None:
    check_sizes([bytes(MOST_BODY)])
    check_sizes([b"{}"] * MOST_CHANGES)
    for bodies in ([bytes(MOST_BODY + 1)], [b"{}"] * (MOST_CHANGES + 1), [bytes(MOST_BODY)] * 17):
        with pytest.raises(CesError):
            check_sizes(bodies)


def test_an_entry_whose_lengths_lie_is_refused(clinic: Clinic) -> None:
    clinic.vault.hot.table("item").insert({"n": 1})
    entry = clinic.vault.entry_at(clinic.vault.state.n)
    raw = entry.to_bytes()
    assert decode_entry(raw, entry.signature).hash == entry.hash
    size = len(entry.header_bytes)
    lies = [
        b"",
        raw[:3],
        struct.pack(">I", size + 1000) + raw[4:],
        raw[: 4 + size],
        raw[: 4 + size + 18],
        raw[:-1],
        raw + b"\0",
        raw + bytes(MOST_ENTRY),
    ]
    for lie in lies:
        with pytest.raises(BundleRefused):
            decode_entry(lie, entry.signature)


def test_a_gap_is_named_until_it_closes_and_then_the_head_is_the_last() -> None:
    chain = Chain(2, "b").plus(5, "e").plus(7, "g")
    assert (chain.to, chain.gaps()) == (2, [(3, 4), (6, 6)])
    assert chain.plus(1, "x") == chain
    closed = chain.plus(4, "d").plus(3, "c").plus(6, "f")
    assert (closed.to, closed.head, closed.gaps(), closed.beyond) == (7, "g", [], ())


def test_a_store_without_its_database_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged, match="Falta la base"):
        Container(tmp_path / "store-1.db")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_BUSY", StoreBusy),
        ("SQLITE_LOCKED_SHAREDCACHE", StoreBusy),
        ("SQLITE_FULL", DiskFull),
        ("SQLITE_IOERR_FSYNC", DiskProblem),
        ("SQLITE_READONLY", DiskProblem),
        ("SQLITE_CANTOPEN", DiskProblem),
        ("SQLITE_CORRUPT", StoreDamaged),
        ("", StoreDamaged),
    ],
)
def test_each_failure_of_sqlite_is_one_of_our_sentences(name: str, kind: type[CesError]) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = name
    assert type(as_ces_error(error)) is kind


def test_an_anchor_that_is_damaged_or_anothers_says_nothing(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path, "ab" * 16, bytes(32))
    assert anchor.read() is None
    anchor.write("1" * 16, 7, "c" * 64)
    told = anchor.read()
    assert told is not None and told[:3] == ("1" * 16, 7, "c" * 64)
    anchor.close()
    raw = anchor.path.read_bytes()
    anchor.path.write_bytes(raw.replace(b",7,", b",8,"))
    assert anchor.read() is None
    anchor.path.write_bytes(b"\xff|")
    assert anchor.read() is None
