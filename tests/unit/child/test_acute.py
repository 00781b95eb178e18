"""Acute malnutrition is as grave as its gravest sign, and a note of the programme keeps what it was that day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.care.calculators_growth import Child, acute, score
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.consult.reading import parts
from ces_tui.consult.records import ProgrammeChange
from ces_tui.consult.sections import told
from tests.unit.care.people_of import TODAY, someone
from tests.unit.consult.visits import page

BIRTH = TODAY - timedelta(days=540)
CHILD = Child(BIRTH, "M", TODAY)


@pytest.mark.parametrize(
    ("weight", "muac", "oedema", "word"),
    [
        (10.5, 140, False, "sin desnutrición aguda"),
        (10.5, 140, True, "desnutrición aguda grave"),
        (10.5, 124, None, "desnutrición aguda moderada"),
        (10.5, 114, None, "desnutrición aguda grave"),
        (8.3, None, None, "desnutrición aguda moderada"),
        (7.4, 140, None, "desnutrición aguda grave"),
        (8.3, 114, False, "desnutrición aguda grave"),
    ],
)
def test_the_gravest_sign_names_it(weight: float, muac: float | None, oedema: bool | None, word: str) -> None:
    """Weight for height, arm, oedema: the worst of them, each with its figure."""
    wasting = score("wasting", CHILD, weight_kg=weight, height_cm=79.5)
    found = acute(CHILD, wasting, muac, oedema)
    assert found is not None and found.word == word
    assert ("edema de ambos pies" in found.by) is bool(oedema)
    assert (f"brazo {muac} mm" in found.by) is (muac is not None)


def test_nothing_measured_says_nothing() -> None:
    """No oedema alone is no classification; from five years on there is none."""
    assert acute(CHILD, None, None, False) is None
    assert acute(Child(TODAY - timedelta(days=2000), "M", TODAY), None, 110, True) is None


@pytest.fixture
def child(clinic: Clinic) -> str:
    return someone(clinic, given="Luis", birth=BIRTH, sex="M")


def test_oedema_alone_may_be_noted_and_is_grave(clinic: Clinic, child: str) -> None:
    """A child that can't be weighed: oedema is kept, drawn in the chart of growth and on the line of vitals."""
    clinic.vitals.take(child, Vitals(day=TODAY, oedema=True))
    [said] = clinic.growth.of(child).says()
    assert said.text.endswith("Desnutrición aguda grave: edema de ambos pies")
    assert said.ink == "bad"
    assert any("el peso engaña" in note for note in clinic.growth.of(child).notes())
    [event] = [e for e in clinic.chart.timeline(child) if e.type == "vitals"]
    assert "edema de ambos pies" in event.line


def test_the_note_of_the_programme_holds_the_scores_of_the_day(
    clinic: Clinic, child: str, clock: FixedClock
) -> None:
    """Signed with the note, read in it, drawn over time; a later weight changes nothing in it."""
    clinic.vitals.take(child, Vitals(day=TODAY, weight_kg=8.3, height_cm=79.5, muac_mm=119))
    assert told(clinic.desk, child)["desnutricion"].endswith("(hoy)")
    note = clinic.consults.sign(page(programmes=(ProgrammeChange(kind="desnutricion"),)), child)
    [lines] = [p.lines for p in parts(clinic.chart.note(child, note.id)) if p.heading == "Secciones"]
    assert lines[0].startswith("Desnutrición. Clasificación: Desnutrición aguda moderada: P/T -2")
    assert "brazo 119 mm" in lines[0]
    clock.advance(days=30)
    clinic.vitals.take(child, Vitals(day=TODAY, weight_kg=9.8, height_cm=80), confirmed={"weight_kg"})
    [again] = [p.lines for p in parts(clinic.chart.note(child, note.id)) if p.heading == "Secciones"]
    assert again == lines
    assert len(clinic.chart.series(child, "des_pt")) == 1


def test_without_todays_measures_the_note_holds_none(clinic: Clinic, child: str, clock: FixedClock) -> None:
    """Last month's weight is no finding of today; the heading says of which day it is."""
    clinic.vitals.take(child, Vitals(day=TODAY, weight_kg=8.3, height_cm=79.5))
    clock.advance(days=30)
    assert told(clinic.desk, child)["desnutricion"].endswith("(20/11/2026)")
    note = clinic.consults.sign(page(programmes=(ProgrammeChange(kind="desnutricion"),)), child)
    assert note.record.findings == ()
