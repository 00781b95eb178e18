"""`verify` names what is not as it was written, and nothing else."""

from __future__ import annotations

import random
import sqlite3
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.vault.rebuild import rebuild
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import Report, verify_store
from tests.support import PASSPHRASE, open_clinic

DRAFT = "d" * 32


@pytest.fixture
def filled(store: Path, clock: FixedClock) -> Path:
    """A closed store with patients, charts, a stock movement, a void, reads and a draft."""
    clinic = open_clinic(store, clock)
    vault = clinic.vault
    for i in range(12):
        clock.advance(seconds=60)
        patient = str(vault.hot.table("patient").insert({"given": f"Persona {i}", "surname1": "Inventada"}))
        chart = vault.chart(patient)
        with vault.transaction(day=date(2026, 11, 20)):
            note = chart.table("consult").insert({"text": "nota " * 30})
        appointment = chart.table("appointment").insert({"reason": "control"})
        chart.table("appointment").update({"reason": "otro"}, doc_ids=[appointment])
        if i % 4 == 0:
            chart.table("void").insert({"target": note, "target_type": "consult", "reason": "otra persona"})
        vault.note_read(patient, "expediente")
    vault.free.table("stock").insert({"kind": "receive"})
    vault.drafts.save(DRAFT, place="consulta", data={"s": "algo"})
    clinic.close()
    return store


def check(store: Path) -> Report:
    person = Vault.peek(store).people[0].id
    return verify_store(store, person, PASSPHRASE, projector=projector(), signatures=True)


def edit(store: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(store / "store-1.db", isolation_level=None) as db:
        db.execute(statement, values)
    db.close()


def rows(store: Path) -> list[tuple[str, str, object]]:
    found: list[tuple[str, str, object]] = []
    db = sqlite3.connect(store / "store-1.db")
    for table, column in (("log", "body"), ("doc", "body"), ("proj", "body"), ("draft", "body"), ("kv", "v")):
        found += [(table, column, k) for (k,) in db.execute(f"SELECT k FROM {table}")]
    db.close()
    return found


def test_an_untouched_store_is_whole(filled: Path) -> None:
    report = check(filled)
    assert report.ok
    assert (report.entries, report.damaged) == (53, ())
    assert report.documents > 50


def test_one_flipped_byte_in_any_row_is_named(filled: Path) -> None:
    rng = random.Random(7)
    for table, column, k in rng.sample(rows(filled), 60):
        db = sqlite3.connect(filled / "store-1.db")
        (body,) = db.execute(f"SELECT {column} FROM {table} WHERE k = ?", (k,)).fetchone()
        db.close()
        flipped = bytearray(body)
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
        edit(filled, f"UPDATE {table} SET {column} = ? WHERE k = ?", bytes(flipped), k)
        report = check(filled)
        assert not report.ok
        assert (table, k) in {(d.table, d.row) for d in report.damaged}, (table, k)
        edit(filled, f"UPDATE {table} SET {column} = ? WHERE k = ?", body, k)
    assert check(filled).ok


@pytest.mark.parametrize("table", ["log", "doc", "proj", "seen", "draft", "kv"])
def test_a_deleted_row_is_noticed(filled: Path, table: str) -> None:
    rng = random.Random(table)
    db = sqlite3.connect(filled / "store-1.db")
    k = rng.choice([k for (k,) in db.execute(f"SELECT k FROM {table}")])
    db.close()
    edit(filled, f"DELETE FROM {table} WHERE k = ?", k)
    report = check(filled)
    assert table in {d.table for d in report.damaged}


@pytest.mark.parametrize("table", ["doc", "proj", "kv", "draft"])
def test_an_older_row_put_back_in_its_own_place_is_named(filled: Path, clock: FixedClock, table: str) -> None:
    column = "v" if table == "kv" else "body"
    db = sqlite3.connect(filled / "store-1.db")
    before = dict(db.execute(f"SELECT k, {column} FROM {table}"))
    db.close()
    clinic = open_clinic(filled, clock)
    clock.advance(seconds=5)
    patient = clinic.vault.doc_ids("patient")[0]
    with clinic.vault.transaction(day=date(2026, 11, 21)):
        clinic.vault.hot.table("patient").update({"given": "Otra"}, doc_ids=[cast("int", patient)])
    appointments = clinic.vault.chart(patient).table("appointment")
    appointments.update({"day": "2026-12-01", "status": "pendiente"})
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "algo más"})
    clinic.close()
    db = sqlite3.connect(filled / "store-1.db")
    after = dict(db.execute(f"SELECT k, {column} FROM {table}"))
    db.close()
    changed = [k for k in before if k in after and before[k] != after[k] and k != "header"]
    assert changed
    for k in changed:
        edit(filled, f"UPDATE {table} SET {column} = ? WHERE k = ?", before[k], k)
        report = check(filled)
        assert (table, k) in {(d.table, d.row) for d in report.damaged}, (table, k)
        edit(filled, f"UPDATE {table} SET {column} = ? WHERE k = ?", after[k], k)
    assert check(filled).ok


def test_a_row_moved_between_patients_does_not_open(filled: Path) -> None:
    db = sqlite3.connect(filled / "store-1.db")
    (a, body_a), (b, body_b) = db.execute("SELECT k, body FROM doc LIMIT 2").fetchall()
    db.close()
    edit(filled, "UPDATE doc SET body = ? WHERE k = ?", body_b, a)
    edit(filled, "UPDATE doc SET body = ? WHERE k = ?", body_a, b)
    assert {("doc", a), ("doc", b)} <= {(d.table, d.row) for d in check(filled).damaged}


def test_everything_but_the_log_is_rebuilt_from_the_log(filled: Path, clock: FixedClock) -> None:
    edit(filled, "DELETE FROM proj")
    edit(filled, "DELETE FROM seen")
    edit(filled, "DELETE FROM doc")
    assert not check(filled).ok
    clinic = open_clinic(filled, clock)
    rebuild(clinic.vault)
    assert len(clinic.vault.hot.table("patient")) == 12
    clinic.close()
    assert check(filled).ok


def test_a_void_takes_its_target_out_of_projections(clinic: Clinic) -> None:
    vault = clinic.vault
    patient = vault.new_id()
    with vault.transaction():
        note = vault.chart(patient).table("consult").insert({"day": "2026-11-20", "diagnoses": []})
    assert len(vault.projection("month/consult/2026-11")) == 1
    vault.chart(patient).table("void").insert({"target": note, "target_type": "consult", "reason": "x"})
    assert vault.projection("month/consult/2026-11") == []


@pytest.mark.parametrize("table", ["log", "doc", "proj", "seen", "draft", "kv"])
def test_a_deleted_row_is_named_by_its_own_number_or_its_drawer(filled: Path, table: str) -> None:
    """One row at a time, a dozen of each table: the report gives the number that was deleted; only a sum, which
    no document owns, is named by its drawer.
    """
    rng = random.Random(table)
    original = (filled / "store-1.db").read_bytes()
    db = sqlite3.connect(filled / "store-1.db")
    keys = [k for (k,) in db.execute(f"SELECT k FROM {table}")]
    db.close()
    for k in rng.sample(keys, min(12, len(keys))):
        edit(filled, f"DELETE FROM {table} WHERE k = ?", k)
        named = {d.row for d in check(filled).damaged if d.table == table}
        sums = {row for row in named if isinstance(row, str) and row.endswith("?")}
        assert k in named or (table == "proj" and sums), (table, k, named)
        (filled / "store-1.db").write_bytes(original)


def test_several_deletions_in_one_store_are_all_named(filled: Path) -> None:
    """A row that was altered does not hide one that is gone."""
    db = sqlite3.connect(filled / "store-1.db")
    proj = [k for (k,) in db.execute("SELECT k FROM proj ORDER BY k")]
    docs = [k for (k,) in db.execute("SELECT k FROM doc ORDER BY k")]
    db.close()
    owned = [k for k in proj if sum(1 for other in proj if other >> 19 == k >> 19) > 3][:2]
    edit(filled, "UPDATE proj SET body = x'00' WHERE k = ?", owned[0])
    edit(filled, "DELETE FROM proj WHERE k = ?", owned[1])
    edit(filled, "DELETE FROM doc WHERE k = ?", docs[0])
    edit(filled, "DELETE FROM doc WHERE k = ?", docs[-1])
    report = check(filled)
    named = {(d.table, d.row) for d in report.damaged}
    assert {("proj", owned[0]), ("doc", docs[0]), ("doc", docs[-1])} <= named
    assert ("proj", owned[1]) in named or any(t == "proj" and str(r).endswith("?") for t, r in named)


def test_a_setting_taken_away_or_put_back_is_named(filled: Path, clock: FixedClock) -> None:
    """Sealed settings are in no log; their list tells which is gone or older."""
    clinic = open_clinic(filled, clock)
    clinic.vault.set_setting("sync/export", {"number": 1})
    clinic.close()
    db = sqlite3.connect(filled / "store-1.db")
    (before,) = db.execute("SELECT v FROM kv WHERE k = 'set/sync/export'").fetchone()
    db.close()
    clinic = open_clinic(filled, clock)
    clinic.vault.set_setting("sync/export", {"number": 2})
    clinic.close()
    assert check(filled).ok
    edit(filled, "UPDATE kv SET v = ? WHERE k = 'set/sync/export'", before)
    assert {(d.table, d.row) for d in check(filled).damaged} == {("kv", "set/sync/export")}
    edit(filled, "DELETE FROM kv WHERE k = 'set/sync/export'")
    assert {(d.table, d.row) for d in check(filled).damaged} == {("kv", "set/sync/export")}


@pytest.mark.parametrize("spoilt", [3, 1])
@pytest.mark.parametrize("number", [1 << 60, -(1 << 63), 0])
def test_a_log_row_whose_number_is_rotten_is_named_and_nothing_is_counted_up_to_it(
    filled: Path, spoilt: int, number: int
) -> None:
    """Found by turning every bit: the check looked for each row below 2^60 and ate all memory."""
    edit(filled, "UPDATE log SET k = ? WHERE k = ?", number, spoilt)
    named = {(d.table, d.row) for d in check(filled).damaged}
    assert {("log", spoilt), ("log", number)} <= named and len(named) < 100
    edit(filled, "DELETE FROM kv WHERE k = 'head'")
    assert {("log", spoilt), ("log", number), ("kv", "head")} <= {
        (d.table, d.row) for d in check(filled).damaged
    }
