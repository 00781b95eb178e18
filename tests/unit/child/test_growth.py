"""The growth of one child: every measurement scored, mistakes left out, the right span of ages drawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed, Refused
from ces_tui.care.records import Vitals
from ces_tui.child.growth import curve, lines_for
from ces_tui.clinic import Clinic
from tests.support import PASSPHRASE
from tests.unit.care.people_of import TODAY, someone

BIRTH = date(2025, 5, 20)


@pytest.fixture
def child(clinic: Clinic, clock: FixedClock) -> str:
    """A boy of 18 months, measured at 12 and 18 months: thinner the second time."""
    patient = someone(clinic, given="Luis", birth=BIRTH, sex="M")
    clock.advance(days=-183)
    first = Vitals(day=TODAY, weight_kg=9.4, height_cm=75.5, head_cm=46)
    clinic.vitals.take(patient, first)
    clock.advance(days=183)
    clinic.vitals.take(
        patient, Vitals(day=TODAY, weight_kg=8.3, height_cm=79.5, muac_mm=119), confirmed={"weight_kg"}
    )
    return patient


def test_each_measurement_has_its_scores_and_the_newest_are_said(clinic: Clinic, child: str) -> None:
    chart = clinic.growth.of(child)
    assert [m.day for m in chart.measured] == [TODAY - timedelta(days=183), TODAY]
    assert chart.indices() == ["height", "weight", "bmi", "wasting", "head"]
    said = {s.text.split("  ")[1].split(" ")[0]: s for s in chart.says()}
    assert "desnutrición aguda moderada" in said["P/T"].text and said["P/T"].ink == "bad"
    assert said["PC/E"].text.startswith("21/05/2026")
    assert "moderada" in said["Brazo:"].text


def test_what_was_recorded_by_mistake_is_not_drawn(clinic: Clinic, child: str) -> None:
    newest = clinic.vitals.today(child)
    assert newest is not None
    clinic.consults.mark_other(child, newest.id, "vitals", "Era su hermano")
    assert len(clinic.growth.of(child).measured) == 1


def test_the_span_is_that_of_the_newest_measurement(clinic: Clinic, child: str) -> None:
    """Two years first, then five; never one without a mark."""
    chart = clinic.growth.of(child)
    assert [w[2] for w in chart.windows("height")] == ["0 a 2 años", "0 a 5 años"]
    assert [w[2] for w in chart.windows("wasting")] == ["45 a 120 cm"]
    assert [p.x for p in chart.points("wasting")] == [75.5, 79.5]


def test_a_school_child_is_drawn_from_five_to_nineteen_and_weight_to_ten(clinic: Clinic) -> None:
    patient = someone(clinic, given="Eva", birth=date(2018, 1, 1))
    clinic.vitals.take(patient, Vitals(day=TODAY, weight_kg=26, height_cm=128))
    chart = clinic.growth.of(patient)
    assert chart.windows("weight") == [(1827, 3652, "5 a 19 años")]
    assert chart.windows("bmi") == [(1827, 6939, "5 a 19 años")]
    assert 1.0 in lines_for("bmi", 60) and 1.0 not in lines_for("bmi", 59)


def test_a_line_has_a_value_for_every_column_of_its_span() -> None:
    for index, span in (
        ("height", (0, 6939)),
        ("weight", (0, 3652)),
        ("head", (0, 1826)),
        ("wasting", (45, 120)),
    ):
        values = curve(index, "F", -2, span, 60)  # type: ignore[arg-type]
        assert len(values) == 60 and all(v is not None for v in values)


def test_from_nineteen_years_on_it_is_refused(clinic: Clinic) -> None:
    with pytest.raises(Refused, match="19 años"):
        clinic.growth.of(someone(clinic, birth=date(2007, 11, 20)))


def test_an_estimated_birth_date_says_that_the_scores_only_guide(clinic: Clinic) -> None:
    patient = someone(clinic, given="Inés", birth=date(2024, 1, 1), birth_estimated=True)
    clinic.vitals.take(patient, Vitals(day=TODAY, weight_kg=12))
    assert any("aproximada" in n for n in clinic.growth.of(patient).notes())


def test_a_visitor_reads_no_chart_that_was_not_opened_today(clinic: Clinic, child: str) -> None:
    visitor = next(p for p in clinic.people() if p.role == "visitante")
    clinic.login(visitor.id, PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.growth.of(child)
