"""Rotten bits, rows in the wrong place and older pages: named by `verify`, or refused in a plain sentence."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.vault.vault import Vault
from tests.faults import figures
from tests.faults.checks import report_of, says_it_plainly
from tests.faults.rot import (
    AT_ONCE,
    INDEX,
    Bits,
    Judge,
    Rows,
    all_rows,
    fill,
    leave_waiting,
    looked_at,
    put_all,
    turn_header_bit,
    turn_in_rows,
)
from tests.support import open_clinic
from tests.unit.office.support import make_pair

pytestmark = pytest.mark.faults
FLIPS = figures.amount("flips", 40, 500, 1_000_000)
"""Half of them in the header and the database file, half in sealed rows."""
SHARES = 4 if FLIPS > 10_000 else 1
"""Tests that a large number of flips is dealt out to: one for each process."""


@pytest.fixture
def filled(store: Path, clock: FixedClock) -> Path:
    """A closed store with charts, a struck note, reads and a draft, all of it inside the database file."""
    return fill(store, clock, 10)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_flipped_bit_anywhere_in_the_files_is_found_or_was_in_an_unused_byte(
    tmp_path: Path, store: Path, clock: FixedClock, share: int
) -> None:
    """In the full set every single bit of a small store, then random ones of a larger one."""
    wanted, unused, whole = FLIPS // 2, 0, ""
    for patients in (1, 10):
        folder = tmp_path / f"{patients}"
        shutil.copytree(store, folder)
        fill(folder, clock, patients)
        if patients > 1:
            leave_waiting(folder, clock)
        bits, me = Bits(folder), Vault.peek(folder).people[0].id
        of_header = (folder / "header").stat().st_size * 8
        chosen = some_bits(of_header, bits.size, wanted)
        if len(chosen) == of_header + bits.size:
            whole = f"each of the {len(chosen):,} bits of a small store, the others at random in a larger one whose process died; "
        for bit in chosen[share::SHARES]:
            if bit < of_header:
                turn_header_bit(folder, me, bit)
            else:
                bits.turn(bit - of_header)
        bits.finish()
        assert looked_at(folder)
        unused, wanted = unused + bits.unused, wanted - len(chosen)
        if not wanted:
            break
    done = len(range(share, FLIPS // 2, SHARES))
    assert unused < done
    how = f"all rows read after each; then `verify`, up to {AT_ONCE} bits at once where each spoils one row (all named) or none"
    figures.count("flipped bits in header and database", done, note=whole + how)
    figures.count(
        "flipped bits in header and database: in unused bytes",
        unused,
        note="counted above; every row was as before and `verify` finds nothing",
    )


def some_bits(of_header: int, of_database: int, wanted: int) -> list[int]:
    """As many bits as are wanted, all of them when there are no more; of random ones a fifth lies in the header."""
    if of_header + of_database <= wanted:
        return list(range(of_header + of_database))
    rng = random.Random(1)
    some = rng.sample(range(of_header), min(wanted // 5, of_header))
    return some + [of_header + bit for bit in rng.sample(range(of_database), wanted - len(some))]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"doc(k INTEGER", b"doc(k\xe4INTEGER"),
        (b"log(k INTEGER", b"log(j INTEGER"),
        (b"kv(k TEXT", b"kv(j TEXT"),
    ],
)
def test_a_spoilt_schema_is_named_and_nothing_crashes(filled: Path, good: bytes, bad: bytes) -> None:
    """Found by trying every bit: rows without a number, and a message of SQLite's that is no text."""
    path = filled / "store-1.db"
    raw = path.read_bytes()
    assert good in raw
    path.write_bytes(raw.replace(good, bad))
    assert not looked_at(filled)


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("died", [False, True], ids=["closed", "died"])
def test_a_flipped_bit_in_any_row_is_named_by_its_row(
    filled: Path, clock: FixedClock, died: bool, share: int
) -> None:
    if died:
        leave_waiting(filled, clock)
    wanted = FLIPS // 4 // SHARES
    done = turn_in_rows(filled, wanted, random.Random(20 + share))
    assert report_of(filled).ok
    how = f"each named by table and row by `verify`, in {min(AT_ONCE, wanted)} rows at once; half of them where the process had died"
    figures.count("flipped bits in sealed rows", done, note=how)


def test_rows_swapped_between_patients_or_tables_and_rows_taken_away_are_named(filled: Path) -> None:
    rng, rows, judge = random.Random(3), all_rows(filled), Judge(filled)
    places = [(t, k) for t, k in rows if t != "seen" and not str(k).startswith("set/")]
    tried, touched = min(FLIPS, 5_000), Rows()
    for number in range(tried):
        here, there = rng.sample(places, 2)
        was = {place: rows[place] for place in touched}
        touched = {here: None} if number % 3 == 0 else {here: rows[there], there: rows[here]}
        put_all(filled, was | touched)
        named = judge.named()
        for place in touched:
            # a row that is gone is named by what it was; without the index secret no drawer can be compared
            by_kind = {(t, k) for t, k in named if t == place[0] and (k == place[1] or str(k).endswith("?"))}
            assert by_kind or INDEX in named, (number, place, named)
    put_all(filled, {place: rows[place] for place in touched})
    assert report_of(filled).ok
    figures.count("rows swapped or taken away", tried)


def test_a_flipped_bit_in_a_bundle_or_an_answer_leaves_everything_as_it_was(
    tmp_path: Path, clock: FixedClock
) -> None:
    pair = make_pair(tmp_path, clock)
    pair.write(2)
    pair.introduce()
    pair.write(2)
    file = pair.export()
    tried = turn_in_file(file, lambda: pair.office.import_file(file), pair.office_clinic.vault)
    assert pair.office.import_file(file).state == "new"
    reply = pair.office.answer(None, pair.stick).path
    tried += turn_in_file(reply, lambda: pair.clinic.exchange.read_answer(reply), pair.clinic.vault)
    assert pair.clinic.exchange.read_answer(reply).months
    pair.close()
    figures.count("flipped bits in bundles and answers", tried, note="each refused, the log as before")


def turn_in_file(file: Path, act: Callable[[], object], keeps: Vault) -> int:
    """Random bits of a sealed file, each refused in a plain sentence; how many."""
    raw, before = file.read_bytes(), keeps.state
    chosen = random.Random(6).sample(range(len(raw) * 8), max(10, FLIPS // 50))
    for bit in chosen:
        turned = bytearray(raw)
        turned[bit // 8] ^= 1 << bit % 8
        file.write_bytes(turned)
        with pytest.raises(CesError) as told:
            act()
        assert says_it_plainly(told.value) and keeps.state == before, (bit, str(told.value))
    file.write_bytes(raw)
    return len(chosen)


def test_each_older_page_put_back_is_found(filled: Path, clock: FixedClock) -> None:
    older = (filled / "store-1.db").read_bytes()
    clinic = open_clinic(filled, clock)
    patient = clinic.vault.doc_ids("patient")[0]
    clinic.vault.hot.table("patient").update({"given": "Otra"}, doc_ids=[cast("int", patient)])
    clinic.vault.chart(patient).table("consult").insert({"text": "una más"})
    clinic.vault.drafts.save("d" * 32, place="consulta", data={"s": "algo más"})
    clinic.close()
    newer, rows = (filled / "store-1.db").read_bytes(), all_rows(filled)
    changed = [at for at in range(0, len(older), 4096) if older[at : at + 4096] != newer[at : at + 4096]]
    assert len(changed) > 4
    for at in changed:
        (filled / "store-1.db").write_bytes(newer[:at] + older[at : at + 4096] + newer[at + 4096 :])
        assert not looked_at(filled) or all_rows(filled) == rows, f"page {at // 4096}"
        for leftover in filled.glob("*-wal"):
            leftover.unlink()
    figures.count("rolled-back pages", len(changed))
