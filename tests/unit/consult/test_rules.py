"""What a note must hold and what a typed date means."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.content import load
from ces_tui.base.errors import BadInput
from ces_tui.consult.records import Diagnosis, Draft
from ces_tui.consult.rules import FARTHEST_RETURN, cleaned, cleaned_diagnoses, missing, parse_next

TODAY = date(2026, 11, 20)
MINIMUM = load("catalogues/nom004_evolution.yaml")["requires"]
WHOLE = Draft(
    subjective="Sin molestias",
    plan="Sigue igual",
    prognosis="bueno",
    diagnoses=(Diagnosis(code="I10", text="Hipertensión arterial"),),
)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("30", date(2026, 12, 20)),
        ("+28", date(2026, 12, 18)),
        ("28 días", date(2026, 12, 18)),
        ("4s", date(2026, 12, 18)),
        ("1m", date(2026, 12, 20)),
        ("3 meses", date(2027, 2, 20)),
        ("18/12/26", date(2026, 12, 18)),
        ("18/12/2026", date(2026, 12, 18)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_next_appointment_is_typed_as_people_say_it(typed: str, day: date | None) -> None:
    """Days, weeks, months and dates are understood; nothing means none."""
    assert parse_next(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["0", "19/11/2026", "20/11/2026", "900", "99m", "mañana", "31/02/2027", "1x", "-3"]
)
def test_a_day_that_is_not_ahead_is_refused(typed: str) -> None:
    """Today, the past, beyond two years and nonsense are refused and name the field."""
    with pytest.raises(BadInput) as error:
        parse_next(typed, TODAY)
    assert error.value.field == "next_text"


def test_a_month_from_the_31st_is_the_last_day_of_a_short_month() -> None:
    """31 January plus one month is 28 February."""
    assert parse_next("1m", date(2026, 1, 31)) == date(2026, 2, 28)


@given(st.text(max_size=12), st.dates(min_value=date(1970, 1, 1), max_value=date(2099, 12, 31)))
def test_an_accepted_day_is_always_ahead_and_near(typed: str, today: date) -> None:
    """Whatever is typed, the answer is None, a day of the next two years, or BadInput."""
    try:
        day = parse_next(typed, today)
    except BadInput:
        return
    assert day is None or today < day <= today + timedelta(days=FARTHEST_RETURN)


@pytest.mark.parametrize(
    ("lack", "field"),
    [
        ({"subjective": " \n"}, "subjective"),
        ({"diagnoses": ()}, "diagnosis"),
        ({"plan": ""}, "plan"),
        ({"prognosis": ""}, "prognosis"),
    ],
)
def test_each_part_of_the_norm_is_asked_for(lack: dict[str, object], field: str) -> None:
    """Without one part the note can't be signed, and the cursor goes there."""
    draft = msgspec.structs.replace(WHOLE, **lack)
    assert [m.field for m in missing(draft, vitals=True, minimum=MINIMUM)] == [field]


def test_vitals_may_be_missing_only_with_words() -> None:
    """Without vitals of today the objective must say why."""
    assert [m.field for m in missing(WHOLE, vitals=False, minimum=MINIMUM)] == ["objective"]
    explained = msgspec.structs.replace(WHOLE, objective="No se toman: visita para resurtir.")
    assert missing(explained, vitals=False, minimum=MINIMUM) == []


def test_what_is_missing_comes_in_the_order_of_the_page() -> None:
    """An empty page names everything, from top to bottom."""
    order = [m.field for m in missing(Draft(), vitals=False, minimum=MINIMUM)]
    assert order == ["subjective", "objective", "diagnosis", "plan", "prognosis"]


def test_exactly_one_diagnosis_is_primary() -> None:
    """The first one marked, else the first."""
    a, b, c = (Diagnosis(text=t) for t in "abc")
    marked = msgspec.structs.replace(b, primary=True)
    assert [d.primary for d in cleaned_diagnoses((a, b, c))] == [True, False, False]
    assert [d.primary for d in cleaned_diagnoses((a, marked, c))] == [False, True, False]


def test_the_same_diagnosis_twice_is_refused() -> None:
    """By code, or by words when it has none."""
    with pytest.raises(BadInput):
        cleaned_diagnoses((Diagnosis(code="I10", text="a"), Diagnosis(code="I10", text="b")))
    with pytest.raises(BadInput):
        cleaned_diagnoses((Diagnosis(text="Amputación"), Diagnosis(text="amputacion")))


def test_control_characters_are_refused_with_their_field() -> None:
    """An escape sequence in the plan never reaches the record."""
    with pytest.raises(BadInput) as error:
        cleaned(Draft(plan="reposo \x1b[2J"))
    assert error.value.field == "plan"
