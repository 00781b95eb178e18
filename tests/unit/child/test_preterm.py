"""A preterm child is read at the corrected age until two; arm, length lying and doses keep the real one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput, NotAllowed
from ces_tui.care.calculators_growth import Child, scores
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from tests.support import PASSPHRASE
from tests.unit.care.people_of import TODAY, someone


@given(st.integers(0, 2000), st.integers(154, 308))
def test_the_age_is_corrected_only_for_the_preterm_and_until_two_years(days: int, gestation: int) -> None:
    """Off the age come the days that were missing to 40 weeks; from 37 weeks on, and from two years on, nothing."""
    child = Child(TODAY - timedelta(days=days), "F", TODAY, gestation)
    if gestation >= 37 * 7 or days >= 730:
        assert child.corrected_days == days
    else:
        assert days - child.corrected_days == 280 - gestation


def test_six_months_born_at_32_weeks_reads_like_four_at_term() -> None:
    """Height, weight and head as of a child eight weeks younger; weight for height knows no age."""
    measured = {"weight_kg": 6.0, "height_cm": 61.0, "head_cm": 40.5}
    preterm = scores(Child(TODAY - timedelta(days=183), "F", TODAY, 32 * 7), **measured)
    younger = scores(Child(TODAY - timedelta(days=183 - 56), "F", TODAY), **measured)
    real = scores(Child(TODAY - timedelta(days=183), "F", TODAY), **measured)
    assert [s.z for s in preterm] == [s.z for s in younger]
    by = {s.index: s.z for s in real}
    assert all(s.z > by[s.index] for s in preterm if s.index in {"height", "weight", "head"})
    assert {s.index: s.z for s in preterm}["wasting"] == by["wasting"]


def test_before_the_day_of_term_there_is_no_curve() -> None:
    """Born at 30 weeks, four weeks old: the tables of age say nothing yet."""
    found = scores(Child(TODAY - timedelta(days=28), "M", TODAY, 210), weight_kg=2.1, height_cm=45.5)
    assert [s.index for s in found] == []


@pytest.fixture
def child(clinic: Clinic) -> str:
    patient = someone(clinic, given="Luis", birth=TODAY - timedelta(days=183), sex="M")
    clinic.vitals.take(patient, Vitals(day=TODAY, weight_kg=6.2, height_cm=61.5))
    return patient


def test_the_weeks_at_birth_are_noted_and_both_ages_said(clinic: Clinic, child: str) -> None:
    """Unknown, it says so; noted, the corrected scores count and the real ones stand below."""
    assert any("no se sabe" in note for note in clinic.growth.of(child).notes())
    before = clinic.growth.of(child).measured[0].score("height")
    clinic.growth.born_at(child, "32+3")
    chart = clinic.growth.of(child)
    after = chart.measured[0].score("height")
    assert before is not None and after is not None and after.z > before.z
    [said] = [note for note in chart.notes() if "prematurez" in note]
    assert "32+3" in said and f"T/E {before.z:+.2f}" in said
    assert chart.points("height")[0].x == 183 - (280 - 227)
    clinic.growth.born_at(child, "")
    assert clinic.registry.get(child).record.birth_gestation is None


@pytest.mark.parametrize("weeks", ["12", "50", "treinta", "34+9"])
def test_impossible_weeks_change_nothing(clinic: Clinic, child: str, weeks: str) -> None:
    with pytest.raises(BadInput) as caught:
        clinic.growth.born_at(child, weeks)
    assert caught.value.field == "gestation"
    assert clinic.registry.get(child).record.birth_gestation is None


def test_a_visitor_notes_nothing(clinic: Clinic, child: str) -> None:
    visitor = next(p for p in clinic.people() if p.role == "visitante")
    clinic.login(visitor.id, PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.growth.born_at(child, "34")


def test_a_preterm_baby_is_not_asked_about_its_size_at_each_visit(clinic: Clinic) -> None:
    """Improbable at the real age, usual at the corrected one: the nurse is not asked."""
    patient = someone(clinic, given="Eva", birth=date(2026, 8, 1), sex="F")
    vitals = Vitals(day=TODAY, weight_kg=2.9, height_cm=47)
    assert "height_cm" in {ask.field for ask in clinic.vitals.check(patient, vitals).asks}
    clinic.growth.born_at(patient, "26")
    assert "height_cm" not in {ask.field for ask in clinic.vitals.check(patient, vitals).asks}
