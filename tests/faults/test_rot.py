"""Rotten bits, rows in the wrong place, older pages and short files: named by `verify`, or refused in a plain sentence."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.base.paths import state_dir
from ces_tui.clinic import projector
from ces_tui.office.card import read_card
from ces_tui.office.recovery import Recovery
from ces_tui.sync.backup_files import restore
from ces_tui.sync.recovery import apply_answer, make_request, read_request
from ces_tui.vault import copies
from ces_tui.vault.vault import Vault
from tests.faults import figures
from tests.faults.checks import report_of, says_it_plainly
from tests.faults.powercut import Files, put_back, read_tree
from tests.support import CHEAP, PASSPHRASE, open_clinic
from tests.unit.office.support import make_pair

pytestmark = pytest.mark.faults
FLIPS = figures.amount("flips", 20, 250, 1_000_000)
SHARES = 4 if FLIPS > 10_000 else 1
"""Tests that a large number of flips is dealt out to: one for each process."""
SECTOR = 512
EVERY = figures.amount("sectors", 8, 4, 1)
"""Every how many sectors a file is cut short."""
NEW = "frase nueva y bien larga 9"
TABLES = {"log": "body", "doc": "body", "proj": "body", "draft": "body", "kv": "v", "seen": "n"}
Rows = dict[tuple[str, object], object]


@pytest.fixture
def filled(store: Path, clock: FixedClock) -> Path:
    """A closed store with charts, a struck note, reads and a draft, all of it inside the database file."""
    return fill(store, clock, 10)


def fill(store: Path, clock: FixedClock, patients: int) -> Path:
    clinic = open_clinic(store, clock)
    vault = clinic.vault
    for i in range(patients):
        clock.advance(seconds=60)
        patient = str(vault.hot.table("patient").insert({"given": f"Persona {i}"}))
        chart = vault.chart(patient)
        with vault.transaction(day=date(2026, 11, 20)):
            note = chart.table("consult").insert({"text": f"nota {i} " * 40})
        if i % 3 == 0:
            chart.table("void").insert({"target": note, "target_type": "consult", "reason": "otra persona"})
        vault.note_read(patient, "expediente")
    vault.drafts.save("d" * 32, place="consulta", data={"s": "algo"})
    clinic.close()
    assert not list(store.glob("*-wal"))
    return store


def all_rows(store: Path) -> Rows:
    """Everything in the tables, as SQLite gives it; an error of SQLite's is a row of its own."""
    found: Rows = {}
    db = sqlite3.connect(store / "store-1.db")
    try:
        for table, column in TABLES.items():
            found |= {(table, k): v for k, v in db.execute(f"SELECT k, {column} FROM {table}")}
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        found["error", 0] = str(error)
    finally:
        db.close()
    return found


def looked_at(store: Path, person: str = "") -> bool:
    """Whether `verify` finds nothing, seals only; a refusal must be a plain sentence."""
    try:
        Vault.peek(store)
        return report_of(store, signatures=False, person=person).ok
    except CesError as error:
        assert says_it_plainly(error), str(error)
        return False


def some_bits(files: Files, rng: random.Random) -> list[tuple[str, int]]:
    """(file, bit) of as many bits as are asked, all of them when there are no more; a fifth lies in the header."""
    every = {name: len(raw) * 8 for name, raw in files.items()}
    if sum(every.values()) <= FLIPS:
        return [(name, bit) for name, bits in every.items() for bit in range(bits)]
    return [(name, rng.randrange(every[name])) for name in rng.choices(sorted(files), (1, 4), k=FLIPS)]


@pytest.mark.parametrize("share", range(SHARES))
def test_a_flipped_bit_anywhere_in_the_files_is_found_or_was_in_an_unused_byte(
    store: Path, clock: FixedClock, share: int
) -> None:
    """In the full set every single bit of a small store."""
    fill(store, clock, 1)
    files = {str(store / name): (store / name).read_bytes() for name in ("header", "store-1.db")}
    before, unused, me = all_rows(store), 0, Vault.peek(store).people[0].id
    wal = store / "store-1.db-wal"
    bits = some_bits(files, random.Random(1))
    whole = "every bit of a small store" if len(bits) == sum(len(raw) * 8 for raw in files.values()) else ""
    for name, bit in bits[share::SHARES]:
        raw = bytearray(files[name])
        raw[bit // 8] ^= 1 << bit % 8
        Path(name).write_bytes(raw)
        same = not name.endswith("header") and all_rows(store) == before
        if (same and bit % 8) or looked_at(store, me):
            unused += 1
            assert same, "rot that nobody noticed"
        Path(name).write_bytes(files[name])
        wal.unlink(missing_ok=True)
    assert looked_at(store)
    figures.count("flipped bits in header and database", len(bits[share::SHARES]), note=whole)
    figures.count(
        "flipped bits in header and database: in unused bytes",
        unused,
        note="counted above; every row was as before",
    )


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


def put(store: Path, table: str, k: object, value: object) -> None:
    """Make one row hold this value; None takes it away."""
    put_all(store, {(table, k): value})


def put_all(store: Path, rows: Rows) -> None:
    db = sqlite3.connect(store / "store-1.db", isolation_level="IMMEDIATE")
    for (table, k), value in rows.items():
        db.execute(f"DELETE FROM {table} WHERE k = ?", (k,))
        if value is not None:
            db.execute(f"INSERT INTO {table}(k, {TABLES[table]}) VALUES(?, ?)", (k, value))
    db.commit()
    db.close()


@pytest.mark.parametrize("share", range(SHARES))
def test_a_flipped_bit_in_any_row_is_named_by_its_row(filled: Path, share: int) -> None:
    rng, rows = random.Random(20 + share), all_rows(filled)
    # without the index secret no drawer can be looked at: its bits are tried alone
    places = [(t, k) for t, k in rows if t != "seen" and (t, k) != ("kv", "index")]
    at_once, done, turns = (32 if FLIPS > 1000 else 1), 0, 0
    flipped: Rows = {}
    while done < FLIPS // SHARES:
        turns += 1
        chosen = rng.sample(places, at_once) if turns % 64 else [("kv", "index")]
        was = {place: rows[place] for place in flipped}
        flipped = {place: with_flip(cast("bytes", rows[place]), rng) for place in chosen}
        put_all(filled, was | flipped)
        named = {(d.table, d.row) for d in report_of(filled, signatures=False).damaged}
        assert flipped.keys() <= named, flipped.keys() - named
        done += len(flipped)
    put_all(filled, {place: rows[place] for place in flipped})
    assert report_of(filled).ok
    figures.count(
        "flipped bits in sealed rows", done, note=f"each named by table and row; in {at_once} rows at once"
    )


def with_flip(raw: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(raw)
    flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def test_rows_swapped_between_patients_or_tables_and_rows_taken_away_are_named(filled: Path) -> None:
    rng, rows = random.Random(3), all_rows(filled)
    places = [(t, k) for t, k in rows if t != "seen" and not str(k).startswith("set/")]
    tried = min(FLIPS, 5_000)
    for number in range(tried):
        here, there = rng.sample(places, 2)
        if number % 3 == 0:
            touched = [here]
            put(filled, *here, None)
        else:
            touched = [here, there]
            put(filled, *here, rows[there])
            put(filled, *there, rows[here])
        named = {(d.table, d.row) for d in report_of(filled, signatures=False).damaged}
        for place in touched:
            # a row that is gone is named by what it was; without the index secret no drawer can be compared
            by_kind = {(t, k) for t, k in named if t == place[0] and (k == place[1] or str(k).endswith("?"))}
            assert by_kind or ("kv", "index") in named, (number, place, named)
            put(filled, *place, rows[place])
    assert report_of(filled).ok
    figures.count("rows swapped or taken away", tried)


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


def cut_short(path: Path, act: Callable[[], object], keeps: Path, extra: tuple[int, ...] = (0, 1)) -> None:
    """`act` on the file at each of its lengths but the whole one: a plain sentence, and `keeps` stays as it was."""
    whole = path.read_bytes()
    before = {p: p.read_bytes() for p in keeps.rglob("*") if p.is_file() and p != path}
    lengths = {*extra, *range(0, len(whole), SECTOR * EVERY), len(whole) - 2}
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        with pytest.raises(CesError) as told:
            act()
        assert says_it_plainly(told.value), (path.name, length, str(told.value))
        after = {p: p.read_bytes() for p in keeps.rglob("*") if p.is_file() and p != path}
        after.pop(keeps / "lock", None)
        assert after == {k: v for k, v in before.items() if k != keeps / "lock"}, (path.name, length)
    path.write_bytes(whole)
    figures.count("files cut short", len(lengths), note=f"every {SECTOR * EVERY} bytes of each kind of file")


def test_a_short_header_or_database_opens_nothing(filled: Path, clock: FixedClock) -> None:
    def opened() -> None:
        person = Vault.peek(filled).people[0].id
        if not report_of(filled).ok:
            raise CesError("Está dañado.")
        Vault.open(filled, person, PASSPHRASE, clock, projector()).close()

    cut_short(filled / "header", opened, filled)
    cut_short(filled / "store-1.db", opened, filled)
    opened()


def test_a_short_database_is_refused_or_readable_but_never_another_error(
    filled: Path, clock: FixedClock
) -> None:
    path = filled / "store-1.db"
    whole = path.read_bytes()
    for length in range(0, len(whole), SECTOR * EVERY):
        path.write_bytes(whole[:length])
        try:
            clinic = open_clinic(filled, clock)
            try:
                for patient in clinic.vault.doc_ids("patient"):
                    clinic.vault.chart(patient).table("consult").all()
                clinic.vault.hot.table("patient").insert({"given": "Nueva"})
            finally:
                clinic.close()
        except CesError as error:
            assert says_it_plainly(error), (length, str(error))
        for leftover in filled.glob("*-wal"):
            leftover.unlink()
        figures.count("work in a database cut short")


def test_a_short_journal_leaves_a_whole_store_with_the_saves_before(
    store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    clinic = open_clinic(store, clock)
    for i in range(12):
        clinic.vault.hot.table("item").insert({"n": i})
    frozen = tmp_path / "cut"
    shutil.copytree(store, frozen)
    clinic.close()
    anchors = read_tree(state_dir())
    wal = frozen / "store-1.db-wal"
    whole, last = wal.read_bytes(), 0
    database = (frozen / "store-1.db").read_bytes()
    for length in range(0, len(whole) + 1, SECTOR * EVERY):
        put_back(anchors, state_dir())
        (frozen / "store-1.db").write_bytes(database)
        wal.write_bytes(whole[:length])
        clinic = open_clinic(frozen, clock)
        count = len(clinic.vault.hot.table("item"))
        lost = clinic.vault.notice
        clinic.close()
        assert report_of(frozen).ok and count >= last, length
        assert count == 12 or (lost is not None and "falta" in lost), length
        last = count
        figures.count("journals cut short")
    assert last >= 11


def test_short_files_of_the_exchange_are_refused_whole(tmp_path: Path, clock: FixedClock) -> None:
    pair = make_pair(tmp_path, clock)
    pair.write(2)
    pair.introduce()
    pair.write(2)
    bundle, card = pair.export(), tmp_path / "office" / "oficina.json"
    cut_short(bundle, lambda: pair.office.import_file(bundle), tmp_path / "office")
    cut_short(card, lambda: read_card(card), tmp_path / "clinic")
    pair.office.import_file(bundle)
    answer = pair.office.answer(None, pair.stick).path
    cut_short(answer, lambda: pair.clinic.exchange.read_answer(answer), tmp_path / "clinic")
    assert pair.clinic.exchange.read_answer(answer).months[0].at_office == 4
    pair.clinic.close()
    folder = tmp_path / "clinic"
    me = Vault.peek(folder).people[0].id
    request, words = make_request(folder, me, NEW, pair.stick, CHEAP)
    cut_short(request, lambda: read_request(request), folder)
    reply = Recovery(pair.office_clinic.desk).answer(read_request(request), words, pair.stick)

    def apply() -> None:
        apply_answer(folder, reply, NEW, clock=clock, projector=projector())

    cut_short(reply, apply, folder)
    cut_short(folder / "recuperacion", apply, folder)
    apply()
    pair.office_clinic.close()


def test_a_short_copy_restores_nothing(filled: Path, tmp_path: Path, clock: FixedClock) -> None:
    clinic = open_clinic(filled, clock)
    me, made = clinic.me.id, copies.copy_here(clinic.vault)
    clinic.close()
    file, target = tmp_path / "c.cesc", tmp_path / "repuesto"
    file.write_bytes(b"".join(copies.packed(made.path)))

    def put_back() -> None:
        shutil.rmtree(target, ignore_errors=True)
        restore(file, target, me, PASSPHRASE, projector())

    cut_short(file, put_back, filled)
    put_back()
