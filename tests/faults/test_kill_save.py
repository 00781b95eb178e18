"""kill -9 at every system call of a save and of an autosave: nothing promised is lost, nothing is half there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.faults.killing import Promise, can_kill, copied, trial
from tests.support import PASSPHRASE, open_clinic

FEWEST_CALLS_SAVE = 12
FEWEST_CALLS_DRAFT = 5
DRAFT = "e" * 32

pytestmark = pytest.mark.skipif(not can_kill(), reason="needs strace")
FULL = os.environ.get("CES_FAULTS") == "full"


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
    patient = "a" * 32
    with clinic.vault.transaction():
        clinic.vault.chart(patient).table("consult").insert({"text": "consulta"})
        clinic.vault.chart(patient).table("dispense").insert({"text": "surtido"})
        clinic.vault.hot.table("item").insert({"n": 99})
        clinic.vault.drafts.drop(DRAFT)
    promise("guardado")


def autosave(clinic: Clinic, promise: Promise) -> None:
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "segundo"})
    promise("guardado")


def is_whole(store: Path) -> bool:
    person = Vault.peek(store).people[0].id
    return verify_store(store, person, PASSPHRASE, projector=projector(), signatures=True).ok


def test_a_save_killed_at_any_system_call_is_whole_or_absent(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    seen = {"before": 0, "after": 0}
    when, survived = 0, False
    while not survived:
        when += 1
        store = copied(seeded, tmp_path / "trial")
        result = trial(lambda s=store: open_clinic(s, clock), save, when)  # type: ignore[misc]
        survived = result.survived
        assert is_whole(store), when
        clinic = open_clinic(store, clock)
        counts = {
            len(clinic.vault.chart("a" * 32).table("consult")),
            len(clinic.vault.chart("a" * 32).table("dispense")),
            len(clinic.vault.hot.table("item")) - 3,
            1 - len(clinic.vault.drafts.open_drafts()),
        }
        clinic.close()
        assert len(counts) == 1, f"half a save at call {when}"
        assert counts == {1} or not result.promises, f"«Guardado» was not kept at call {when}"
        seen["after" if counts == {1} else "before"] += 1
        assert when < 400
    print(f"save: {when - 1} system calls killed, {seen}")
    assert when > FEWEST_CALLS_SAVE
    assert seen["before"] and seen["after"]


def test_an_autosave_killed_at_any_system_call_keeps_one_of_both_texts(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    when, survived = 0, False
    while not survived:
        when += 1
        store = copied(seeded, tmp_path / "trial")
        result = trial(lambda s=store: open_clinic(s, clock), autosave, when)  # type: ignore[misc]
        survived = result.survived
        assert is_whole(store), when
        clinic = open_clinic(store, clock)
        text = clinic.vault.drafts.get(DRAFT).data["s"]
        clinic.close()
        assert text in {"primero", "segundo"}
        assert text == "segundo" or not result.promises, when
        assert when < 400
    assert when > FEWEST_CALLS_DRAFT
