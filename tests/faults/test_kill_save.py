"""kill -9 at every system call of a save, an autosave and the writing of what saves left: nothing promised is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from tests.faults.checks import is_whole
from tests.faults.killing import Promise, calls, can_kill, copied, trial
from tests.support import open_clinic

FEWEST = {"save": 34, "autosave": 16, "write_late": 11}
DRAFT = "e" * 32
PATIENT = "a" * 32

pytestmark = pytest.mark.skipif(not can_kill(), reason="needs strace")


@pytest.fixture
def seeded(store: Path, clock: FixedClock) -> Path:
    clinic = open_clinic(store, clock)
    for i in range(3):
        clinic.vault.hot.table("item").insert({"n": i})
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "primero"})
    clinic.close()
    return store


def save(clinic: Clinic, promise: Promise) -> None:
    """A transaction over several tables and a draft that goes with it, then the promise."""
    with clinic.vault.transaction():
        clinic.vault.chart(PATIENT).table("consult").insert({"text": "consulta"})
        clinic.vault.chart(PATIENT).table("dispense").insert({"text": "surtido"})
        clinic.vault.hot.table("item").insert({"n": 99})
        clinic.vault.drafts.drop(DRAFT)
    promise("guardado")


def autosave(clinic: Clinic, promise: Promise) -> None:
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "segundo"})
    promise("guardado")


def write_late(clinic: Clinic, promise: Promise) -> None:
    """What saves left for later, into its tables."""
    clinic.vault.write_late()
    promise("guardado")


def saved(store: Path, target: Path, clock: FixedClock) -> Clinic:
    """A copy of the store, open, with a save in it that nothing was written of but its log row."""
    clinic = open_clinic(copied(store, target), clock)
    save(clinic, lambda _what: None)
    return clinic


def everything_saved(target: Path, clock: FixedClock) -> bool:
    """Whether a store holds what `save` saved, with the lists that follow from it."""
    clinic = open_clinic(target, clock)
    vault = clinic.vault
    chart = vault.chart(PATIENT)
    found = (len(chart.table("consult")), len(chart.table("dispense")), len(vault.hot.table("item")) - 3)
    drafts = vault.drafts.open_drafts()
    clinic.close()
    return found == (1, 1, 1) and not drafts


def test_writing_what_saves_left_killed_at_any_system_call_changes_nothing_that_is_shown(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    target = tmp_path / "trial"
    every = calls(
        lambda: saved(seeded, target, clock), write_late, tmp_path / "calls", fewest=FEWEST["write_late"]
    )
    for call in every:
        trial(lambda: saved(seeded, target, clock), write_late, call)
        assert is_whole(target), call
        assert everything_saved(target, clock), call
        assert is_whole(target), call


def test_a_save_killed_at_any_system_call_is_whole_or_absent(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    target = tmp_path / "trial"
    outcomes = Counter[str]()
    every = calls(
        lambda: open_clinic(copied(seeded, target), clock), save, tmp_path / "calls", fewest=FEWEST["save"]
    )
    assert ("fdatasync", 1) in every
    for call in every:
        result = trial(lambda: open_clinic(copied(seeded, target), clock), save, call)
        assert is_whole(target), call
        clinic = open_clinic(target, clock)
        counts = {
            len(clinic.vault.chart(PATIENT).table("consult")),
            len(clinic.vault.chart(PATIENT).table("dispense")),
            len(clinic.vault.hot.table("item")) - 3,
            1 - len(clinic.vault.drafts.open_drafts()),
        }
        clinic.close()
        assert len(counts) == 1, f"half a save at {call}"
        assert counts == {1} or not result.promises, f"«Guardado» was not kept at {call}"
        outcomes["whole" if counts == {1} else "absent"] += 1
    assert outcomes["whole"] >= 2  # after the sync there is little left but the promise
    assert outcomes["absent"] >= 15


def test_an_autosave_killed_at_any_system_call_keeps_one_of_both_texts(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    target = tmp_path / "trial"
    texts = set()
    every = calls(
        lambda: open_clinic(copied(seeded, target), clock),
        autosave,
        tmp_path / "calls",
        fewest=FEWEST["autosave"],
    )
    for call in every:
        result = trial(lambda: open_clinic(copied(seeded, target), clock), autosave, call)
        assert is_whole(target), call
        clinic = open_clinic(target, clock)
        text = clinic.vault.drafts.get(DRAFT).data["s"]
        clinic.close()
        assert text == "segundo" or not result.promises, call
        texts.add(text)
    assert texts == {"primero", "segundo"}
