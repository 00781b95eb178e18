"""The month's indicators count what their definitions say, from projections, and a month without anybody says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ces_tui.base.errors import BadInput
from ces_tui.clinic import Clinic
from ces_tui.screening.indicators import Indicator, MonthFacts, definitions, month_indicators, parse_month
from ces_tui.screening.instruments import Instruments
from tests.unit.care.test_safety import PLAN
from tests.unit.consult.visits import someone, stock
from tests.unit.screening.charts import FLUOXETINE, in_care, receta, scored, seen

RULES = definitions()
KNOWN = {i.id: i for i in Instruments().all()}


def sheet(patient: str, day: str, total: int | None, instrument: str = "phq9", *flags: str) -> dict[str, Any]:
    return {
        "patient": patient,
        "day": day,
        "codes": [instrument],
        "complete": total is not None,
        "total": total,
        "flags": list(flags),
    }


def count(*sheets: dict[str, Any], **facts: Any) -> dict[str, tuple[int, int]]:
    told: dict[str, Any] = {"consults": [], "settled": frozenset(), "treated": {}} | facts
    found = month_indicators(MonthFacts(month="2026-11", screenings=sheets, **told), RULES, KNOWN)
    assert [i.definition.id for i in found] == [d.id for d in RULES.indicators]
    return {i.definition.id: (i.numerator, i.denominator) for i in found}


def test_an_empty_month_counts_nobody_and_has_no_percentage() -> None:
    assert set(count().values()) == {(0, 0)}
    empty = Indicator(RULES.indicators[0], 0, 0)
    assert empty.percent is None and empty.words == "sin casos"
    assert Indicator(RULES.indicators[0], 1, 3).percent == 33.3


def test_screened_are_consults_with_a_whole_sheet_of_the_same_day() -> None:
    visits = [("a", "2026-11-03"), ("a", "2026-11-10"), ("b", "2026-11-03"), ("c", "2026-11-03")]
    sheets = (
        sheet("a", "2026-11-03", 1, "phq2"),
        sheet("b", "2026-11-03", None),
        sheet("c", "2026-11-04", 5),
    )
    assert count(*sheets, consults=visits)["tamizados"] == (1, 4)
    assert count(sheet("a", "2026-11-03", 9, "gad7"), consults=visits)["tamizados"] == (0, 4)


def test_positive_is_counted_by_person_from_ten() -> None:
    sheets = [sheet("a", "2026-11-03", 10), sheet("a", "2026-11-20", 4), sheet("b", "2026-11-03", 9)]
    assert count(*sheets, sheet("c", "2026-10-31", 20))["positivos"] == (1, 2)


@pytest.mark.parametrize(
    ("day", "done"), [("2026-11-02", 0), ("2026-11-03", 1), ("2026-12-03", 1), ("2026-12-04", 0)]
)
def test_treated_is_within_thirty_days_of_the_first_positive(day: str, done: int) -> None:
    sheets = (sheet("a", "2026-11-03", 15), sheet("a", "2026-11-25", 15))
    assert count(*sheets, treated={"a": [day], "b": ["2026-11-04"]})["tratados"] == (done, 1)


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [
        (("2026-09-21", 16), 8, (1, 0, 1)),
        (("2026-09-21", 16), 9, (0, 0, 1)),
        (("2026-09-21", 16), 4, (1, 1, 1)),
        (("2026-09-22", 16), 4, (0, 0, 0)),
        (("2025-11-20", 16), 4, (1, 1, 1)),
        (("2025-11-19", 16), 4, (0, 0, 0)),
        (("2026-09-01", 9), 4, (0, 0, 0)),
    ],
)
def test_response_and_remission_need_a_case_60_to_365_days_before(
    base: tuple[str, int], now: int, expected: tuple[int, int, int]
) -> None:
    found = count(sheet("a", *base), sheet("a", "2026-11-20", now))
    assert (*found["respuesta"], found["remision"][0]) == (expected[0], expected[2], expected[1])
    assert count(sheet("a", *base, "gad7"), sheet("a", "2026-11-20", now, "gad7"))["respuesta_ansiedad"] == (
        expected[0],
        expected[2],
    )


def test_the_last_score_of_the_month_counts_and_a_later_month_does_not() -> None:
    sheets = [sheet("a", "2026-06-01", 20), sheet("a", "2026-11-03", 19), sheet("a", "2026-11-30", 6)]
    assert count(*sheets, sheet("a", "2026-12-02", 20))["respuesta"] == (1, 1)


def test_a_danger_counts_as_attended_only_on_its_own_day_and_once_a_day() -> None:
    sheets = [
        sheet("a", "2026-11-03", 5, "phq9", "item9"),
        sheet("a", "2026-11-03", None, "asq", "item1", "item5"),
        sheet("b", "2026-11-03", 5, "phq9", "item9"),
        sheet("c", "2026-11-03", None, "phq9", "item9_sin_respuesta"),
    ]
    settled = frozenset({("a", "2026-11-03"), ("b", "2026-11-04")})
    assert count(*sheets, settled=settled)["riesgo_mismo_dia"] == (1, 2)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "26-11", "2026-11-01", "1999-12"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as error:
        parse_month(text)
    assert error.value.field == "month"


def test_the_services_own_documents_give_the_rows_that_are_counted(clinic: Clinic) -> None:
    """A treated and a settled person of this month, a child who is not in the denominator, a response since August."""
    patient = in_care(clinic)
    scored(clinic, patient, date(2026, 8, 3), 18)
    stock(clinic, FLUOXETINE)
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [2, 2, 1, 1, 1, 0, 1, 0, 1])
    clinic.safety.fill(patient, PLAN)
    visit = seen(clinic, patient, clinic.desk.today(), receta(FLUOXETINE))
    clinic.dispensing.dispense(patient, [receta(FLUOXETINE)], consult=visit)
    other = in_care(clinic, given="Berta", birth=date(1980, 1, 1))
    scored(clinic, other, clinic.desk.today(), 12)
    clinic.mental_health.add_session(other, 1)
    child = someone(clinic, given="Niño", birth=date(2018, 1, 1))
    seen(clinic, child, clinic.desk.today(), code="J00")
    found = {i.definition.id: (i.numerator, i.denominator) for i in clinic.mental_indicators.month("2026-11")}
    assert found == {
        "tamizados": (1, 1),
        "positivos": (1, 2),
        "tratados": (1, 1),
        "respuesta": (1, 1),
        "remision": (0, 1),
        "respuesta_ansiedad": (0, 0),
        "riesgo_mismo_dia": (1, 1),
    }
