"""Copies are whole, thinned by age, restorable; a damaged database still gives what its pages hold."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, StoreDamaged
from ces_tui.clinic import Clinic, projector
from ces_tui.vault.copies import (
    MAGIC,
    check_copy,
    copies_folder,
    copy_here,
    drop_copies,
    local_copies,
    packed,
    to_keep,
    unpack,
)
from ces_tui.vault.packing import unpack_doc
from ces_tui.vault.rescue import rescue
from ces_tui.vault.salvage import salvage
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE
from tests.unit.vault.pages import pages_of, some_pages, wipe


def fill(clinic: Clinic, n: int = 40) -> list[str]:
    ids = []
    for i in range(n):
        patient = str(clinic.vault.hot.table("patient").insert({"given": f"Persona {i}"}))
        clinic.vault.chart(patient).table("vitals").insert({"note": random.Random(i).randbytes(4000).hex()})
        ids.append(patient)
    return ids


def test_a_copy_is_a_whole_store_that_opens(clinic: Clinic, clock: FixedClock) -> None:
    fill(clinic)
    steps: list[int] = []
    copy = copy_here(clinic.vault, lambda _what, done, _all: steps.append(done))
    assert steps
    report = verify_store(copy.path, clinic.me.id, PASSPHRASE, projector=projector(), signatures=True)
    assert report.ok
    assert report.entries == clinic.vault.state.n
    clinic.vault.hot.table("item").insert({"still": "open"})


def test_a_damaged_copy_is_noticed(clinic: Clinic) -> None:
    fill(clinic)
    copy = copy_here(clinic.vault)
    path = copy.path / "store-1.db"
    raw = bytearray(path.read_bytes())
    for at in range(4096 + 3000, len(raw), 4096):
        raw[at] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(StoreDamaged):
        check_copy(clinic.vault, copy.path)


def test_a_cancelled_copy_leaves_nothing(clinic: Clinic, store: Path) -> None:
    fill(clinic)

    def cancel(_what: str, _done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_here(clinic.vault, cancel)
    assert list(copies_folder(store).iterdir()) == []


def test_a_copy_from_a_stick_is_laid_out_and_opens(clinic: Clinic, tmp_path: Path, clock: FixedClock) -> None:
    fill(clinic, 5)
    copy = copy_here(clinic.vault)
    me, count = clinic.me.id, len(clinic.vault.hot.table("patient"))
    clinic.close()
    file = tmp_path / "pru-copia-1.cesc"
    file.write_bytes(b"".join(packed(copy.path)))
    target = tmp_path / "repuesto"
    unpack(file, target)
    restored = Clinic.open(target, me, PASSPHRASE, clock)
    assert len(restored.vault.hot.table("patient")) == count
    restored.close()
    with pytest.raises(BadInput):
        unpack(file, target)
    file.write_bytes(b"algo" + MAGIC)
    with pytest.raises(BadInput):
        unpack(file, tmp_path / "otro")


def test_removing_someone_takes_the_copies_with_their_slot(clinic: Clinic, store: Path) -> None:
    copy_here(clinic.vault)
    assert drop_copies(store) == 1
    assert local_copies(store) == []


def test_copies_of_one_day_leave_the_newest(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    for _ in range(3):
        clock.advance(seconds=3600)
        copy_here(clinic.vault)
    assert [c.day for c in local_copies(store)] == [date(2026, 11, 20)]


def test_a_copy_made_after_the_clock_went_back_within_a_day_is_the_one_that_stays(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    """Found by the soak: a laptop with an empty battery begins the same day again at each start."""
    copy_here(clinic.vault)
    clinic.vault.hot.table("item").insert({"n": 1})
    clock.advance(seconds=-3600)
    made = copy_here(clinic.vault)
    assert [c.path for c in local_copies(store)] == [made.path]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_what_is_kept_is_bounded_and_holds_the_newest(ages: list[int]) -> None:
    today = date(2026, 11, 20)
    days = [today - timedelta(days=a) for a in ages]
    kept = to_keep(days, today)
    assert kept <= set(days)
    assert len(kept) <= 3 + 2 + 2
    assert max(days) in kept


def test_a_daily_copy_for_a_year_keeps_days_weeks_and_months() -> None:
    today = date(2026, 11, 20)
    held: list[date] = []
    for age in range(365, -1, -1):
        now = today - timedelta(days=age)
        held = sorted({*to_keep([*held, now], now)})
    assert [(today - d).days for d in held][-3:] == [2, 1, 0]
    assert (today - held[0]).days >= 28
    assert len(held) <= 7


def where_things_lie(clinic: Clinic) -> tuple[dict[str, set[int]], dict[str, int]]:
    """For each document the log rows that hold its revisions, and the number of its own row."""
    logs: dict[str, set[int]] = {}
    vault = clinic.vault
    vault.write_late()
    for n in range(1, vault.state.n + 1):
        for change in vault.entry_at(n).header.ch:
            logs.setdefault(change.doc, set()).add(n)
    rows = {
        unpack_doc(vault.sealer.open("doc", k, body)).doc: k for k, body in vault.container.all_rows("doc")
    }
    return logs, rows


def test_rescue_reads_every_row_whose_pages_are_left(clinic: Clinic, store: Path) -> None:
    fill(clinic, 150)
    vault = clinic.vault
    _, rows = where_things_lie(clinic)
    header, key = vault.header, bytes(bytearray(vault.data_key))  # closing wipes the vault's own
    clinic.close()
    path = store / "store-1.db"
    pages = pages_of(path)
    gone = some_pages(path, 0.05, seed=3, spare={0})
    wipe(path, gone)
    whole = {row for row, where in pages.items() if not where & gone}
    assert len(whole) < len(pages), "the damage touches rows at all"
    found = rescue(store, header, key)
    assert {n for table, n in whole if table == "log"} <= set(found.entries)
    assert {doc for doc, k in rows.items() if ("doc", k) in whole} <= set(found.documents)


def test_a_whole_store_is_made_from_a_damaged_one_and_lacks_only_what_lost_both_its_copies(
    clinic: Clinic, store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    patients = fill(clinic, 40)
    me = clinic.me.id
    logs, rows = where_things_lie(clinic)
    authors = {n for person in logs if person in clinic.vault.doc_ids("person") for n in logs[person]}
    clinic.close()
    path = store / "store-1.db"
    pages = pages_of(path)
    # without the entries that say who signs nothing else of the log counts; pages 0 and 1: schema and settings
    spare = {0, 1} | {p for n in authors for p in pages["log", n]}
    for seed in range(5, 50):
        gone = some_pages(path, 0.1, seed, spare)
        whole = {row for row, where in pages.items() if not where & gone}
        no_row = {doc for doc, k in rows.items() if ("doc", k) not in whole}
        no_entry = {doc for doc in rows if not {("log", n) for n in logs[doc]} <= whole}
        if (
            no_row - no_entry and no_entry - no_row
        ):  # where pages lie is chance: each copy is the only one of something
            break
    wipe(path, gone)
    target = tmp_path / "salvado"
    done = salvage(store, me, PASSPHRASE, target, clock=clock, projector=projector())
    assert verify_store(target, me, PASSPHRASE, projector=projector()).ok
    again = Clinic.open(target, me, PASSPHRASE, clock)
    left = set(where_things_lie(again)[1])
    again.close()
    assert no_row - no_entry and no_entry - no_row, "some documents have only one of their copies left"
    assert set(rows) - (no_row & no_entry) <= left and len(left & set(patients)) > 20
    assert done.entries >= len({n for table, n in whole if table == "log"})
    with pytest.raises(BadInput):
        salvage(store, me, PASSPHRASE, target, clock=clock, projector=projector())
