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
from ces_tui.vault.rescue import rescue
from ces_tui.vault.salvage import salvage
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE


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


def test_rescue_reads_nearly_everything_of_a_database_with_destroyed_pages(
    clinic: Clinic, store: Path
) -> None:
    fill(clinic, 150)
    vault = clinic.vault
    entries, documents = vault.state.n, 150 * 2
    header, key = vault.header, bytes(bytearray(vault.data_key))  # closing wipes the vault's own
    clinic.close()
    path = store / "store-1.db"
    raw = bytearray(path.read_bytes())
    pages = list(range(1, len(raw) // 4096))
    for page in random.Random(3).sample(pages, len(pages) // 20):
        raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(bytes(raw))
    found = rescue(store, header, key)
    either = {c.doc for e in found.entries.values() for c in e.header.ch} | set(found.documents)
    assert len(found.entries) > entries * 0.8
    assert len(either) >= documents * 0.97
    assert found.missing or len(found.entries) == entries


def test_a_whole_store_is_made_from_a_damaged_one(
    clinic: Clinic, store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    patients = fill(clinic, 80)
    me = clinic.me.id
    clinic.close()
    path = store / "store-1.db"
    raw = bytearray(path.read_bytes())
    pages = list(range(2, len(raw) // 4096))
    for page in random.Random(5).sample(pages, len(pages) // 10):
        raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(bytes(raw))
    target = tmp_path / "salvado"
    done = salvage(store, me, PASSPHRASE, target, clock=clock, projector=projector())
    assert done.entries + done.documents_alone > 120
    assert verify_store(target, me, PASSPHRASE, projector=projector()).ok
    again = Clinic.open(target, me, PASSPHRASE, clock)
    assert len(set(again.vault.doc_ids("patient")) & set(patients)) >= 64
    again.close()
    with pytest.raises(BadInput):
        salvage(store, me, PASSPHRASE, target, clock=clock, projector=projector())
