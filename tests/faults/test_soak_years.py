"""Years of twelve clinics: everything that was saved and did not go with a stolen laptop is at the office and at home."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from ces_tui.sync.ledger import Ledger
from tests.faults import figures
from tests.faults.soak import Plan, Soak
from tests.faults.world import machines

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]
YEARS = figures.amount("soak_years", 0, 0, 0)
PLAN = Plan(
    clinics=figures.amount("soak_clinics", 2, 3, 12),
    days=YEARS * 365 or figures.amount("soak_days", 15, 60, 365),
    consults=figures.amount("soak_consults", 3, 10, 25),
    copy_every=figures.amount("soak_copies", 5, 14, 30),
    jobs=figures.amount("soak_jobs", 2, 2, 2),
    thefts_a_year=figures.amount("soak_thefts", 50, 12, 1),
)


def test_years_of_clinics_lose_nothing_that_was_outside_the_laptop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.monotonic()
    with machines(monkeypatch):
        soak = Soak(tmp_path / "soak", PLAN)
        soak.run()
    shutil.rmtree(tmp_path / "soak")
    n = soak.tally
    assert n["consults"] >= PLAN.clinics * PLAN.days * PLAN.consults and n["thefts"] > 0
    figures.count(
        f"days of {PLAN.clinics} clinics and their office",
        PLAN.days,
        note=f"{n['consults']:,} consults and {n['cuts']:,} power cuts in {PLAN.clinics * PLAN.days:,} days of work, "
        f"{n['sticks']:,} sticks of which {n['lost sticks']:,} lost, {n['copies']:,} copies, "
        f"{n['turnovers']} changes of people and key, {n['clocks']} clocks wrong, {n['thefts']} thefts "
        f"({n['gone with a laptop']:,} entries were nowhere else and are not promised; "
        f"{n['refused answers']} answers built on one that was lost with a laptop and were refused); "
        f"{n['must survive']:,} entries must survive, the office holds {n['at the office']:,} "
        f"({n['MB at the office']:,} MB); {time.monotonic() - begun:,.0f} s",
    )


def test_a_program_that_takes_a_lost_stick_for_a_receipt_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The soak is not too kind: what was on a lost stick only is missed at the end."""
    monkeypatch.setattr(Ledger, "basis", lambda self: self.export().upto)
    plan = Plan(clinics=2, days=24, consults=2, copy_every=50, thefts_a_year=0, lost=0.5)
    with machines(monkeypatch), pytest.raises(AssertionError, match="are gone"):
        Soak(tmp_path / "soak", plan).run()
