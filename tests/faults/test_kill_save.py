"""kill -9 at every system call of a save and of an autosave: nothing promised is lost, nothing is half there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from tests.faults.checks import is_whole
from tests.faults.killing import Promise, calls, can_kill, copied, trial
from tests.support import open_clinic

FEWEST = {"save": 40, "autosave": 16}
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
    assert outcomes["whole"] >= 5
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
