"""A child's measure that no child has is asked again once; confirmed, it is kept."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.care.records import Vitals
from ces_tui.care.vitals import Unlikely
from ces_tui.clinic import Clinic
from tests.unit.care.people_of import TODAY, someone


@pytest.fixture
def child(clinic: Clinic) -> str:
    """A girl of two years."""
    return someone(clinic, given="Ana", birth=date(2024, 11, 20), sex="F")


def test_a_slipped_height_is_asked_for_the_height_and_not_for_the_weight(clinic: Clinic, child: str) -> None:
    """86 cm typed as 68: height for age is beyond -6."""
    found = clinic.vitals.check(child, Vitals(day=TODAY, height_cm=60, head_cm=47))
    assert [a.field for a in found.asks] == ["height_cm"]
    assert "T/E" in found.asks[0].sentence


def test_it_is_kept_when_the_person_says_it_is_right(clinic: Clinic, child: str) -> None:
    vitals = Vitals(day=TODAY, head_cm=58)
    with pytest.raises(Unlikely, match="PC/E") as asked:
        clinic.vitals.take(child, vitals)
    assert asked.value.field == "head_cm"
    assert clinic.vitals.take(child, vitals, confirmed={"head_cm"}).stored.record.confirmed == ["head_cm"]


def test_a_thin_child_is_no_mistake(clinic: Clinic, child: str) -> None:
    """Severe wasting is real: -4 is not asked."""
    assert not clinic.vitals.check(child, Vitals(day=TODAY, weight_kg=8.0, height_cm=82)).asks


def test_an_adult_is_not_measured_by_a_childs_table(clinic: Clinic) -> None:
    grown = someone(clinic, birth=date(1980, 5, 1))
    assert not clinic.vitals.check(grown, Vitals(day=TODAY, weight_kg=60, height_cm=150)).asks
