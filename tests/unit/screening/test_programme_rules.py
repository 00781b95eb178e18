"""Flags rest on the content file's numbers, doubtful ones flag nobody, and the one who needs you is first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.content import load
from ces_tui.base.errors import CesError
from ces_tui.screening.course import Point
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.programme_content import NAME, parse, thresholds
from ces_tui.screening.programme_medicines import Taken
from ces_tui.screening.programme_records import Setting
from ces_tui.screening.programme_rules import (
    LEVELS,
    CaseFacts,
    Flag,
    Scored,
    flags,
    is_due,
    order_key,
    watched,
)

TODAY = date(2026, 11, 20)
RULES = thresholds()
PHQ9 = Instruments().get("phq9")
BASE = CaseFacts(
    patient="p",
    today=TODAY,
    years=40,
    since=TODAY - timedelta(days=400),
    last_contact=TODAY - timedelta(days=7),
)
DECIDED = Setting(
    setting="salud_mental", day=TODAY, at=1, author="s", relapse=True, movement_days=180, doses=["sertralina"]
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def phq9(*told: tuple[int, int]) -> tuple[Scored, ...]:
    """(days ago, total), oldest first."""
    return (Scored(PHQ9, tuple(Point(ago(d), t) for d, t in told)),)


def takes(
    ingredient: str, mg: str | None, since: int, group: str = "antidepresivo", ends: int = -10
) -> Taken:
    dose = None if mg is None else Decimal(mg)
    return Taken(ingredient, group, dose, ago(since), ago(since), ago(ends))


def ids(case: CaseFacts, setting: Setting | None = None) -> list[str]:
    return [f.id for f in flags(case, RULES, setting) if not f.doubtful]


def doubts(case: CaseFacts, setting: Setting | None = None) -> list[str]:
    return [f.id for f in flags(case, RULES, setting) if f.doubtful]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (((56, 18), (10, 14)), ["sin_cambio"]),
        (((55, 18), (10, 14)), []),
        (((56, 18), (10, 13)), ["sin_respuesta"]),
        (((56, 18), (10, 9)), []),
        (((56, 12), (10, 9)), []),
        (((56, 18), (40, 14)), ["sin_medir"]),
        (((56, 18),), ["sin_medir"]),
        (((56, 9),), []),
        (((100, 18), (60, 11), (10, 16)), ["empeoro", "sin_cambio"]),
        (((100, 18), (60, 11), (10, 15)), ["sin_cambio"]),
    ],
)
def test_by_week_8_no_change_is_under_five_points_and_a_partial_one_under_half(
    told: tuple[tuple[int, int], ...], expected: list[str]
) -> None:
    """Only the present episode counts, from its first case-level score; 55 days are not 8 weeks."""
    assert ids(replace(BASE, scores=phq9(*told))) == expected


def test_a_relapse_is_shown_as_doubtful_and_flags_only_after_the_supervisors_decision() -> None:
    case = replace(BASE, scores=phq9((300, 18), (200, 3), (5, 14)))
    assert ids(case) == [] and doubts(case) == ["recaida"]
    assert "(por confirmar)" in flags(case, RULES)[0].words
    assert ids(case, DECIDED) == ["recaida"] and doubts(case, DECIDED) == []


@pytest.mark.parametrize(
    ("taken", "sure", "doubtful"),
    [
        (takes("fluoxetina", "10", 14), ["dosis_baja"], []),
        (takes("fluoxetina", "10", 13), [], []),
        (takes("fluoxetina", "20", 90), [], []),
        (takes("fluoxetina", None, 90), [], []),
        (takes("fluoxetina", "10", 90, ends=1), [], []),
        (takes("amitriptilina", "50", 30), ["dosis_baja"], []),
        (takes("sertralina", "25", 30), [], ["dosis_baja"]),
        (takes("ácido valproico", "200", 30, "antiepileptico"), ["dosis_baja"], []),
        (takes("quetiapina", "25", 30, "otro"), [], []),
    ],
)
def test_a_dose_below_the_effective_one_is_flagged_after_its_days_and_doubtful_where_the_source_is(
    taken: Taken, sure: list[str], doubtful: list[str]
) -> None:
    case = replace(BASE, taken=(taken,))
    assert (ids(case), doubts(case)) == (sure, doubtful)
    assert ids(replace(case, years=16)) == [], "adult doses say nothing of an adolescent"


def test_the_supervisor_may_let_a_doubtful_dose_count() -> None:
    case = replace(BASE, taken=(takes("sertralina", "25", 30),))
    assert ids(case, DECIDED) == ["dosis_baja"]


@pytest.mark.parametrize(
    ("start", "last", "due"),
    [
        (10, None, True),
        (10, 5, False),
        (10, 39, False),
        (10, 41, True),
        (89, 80, False),
        (90, 80, True),
        (90, 30, False),
        (800, 365, False),
        (800, 366, True),
    ],
)
def test_watching_is_due_at_the_start_at_three_months_and_every_year(
    start: int, last: int | None, due: bool
) -> None:
    assert is_due(ago(start), None if last is None else ago(last), TODAY, 90, 365) is due


def test_signs_of_movement_have_no_interval_until_the_supervisor_sets_one() -> None:
    drug = takes("risperidona", "2", 300, "antipsicotico")
    fresh = {"peso": ago(20), "glucosa": ago(20), "presion": ago(20)}
    case = replace(BASE, taken=(drug,), measured=fresh)
    movement = next(w for w in watched(case, RULES) if w.monitor.id == "movimientos")
    assert not movement.due and not movement.confirmed and ids(case) == []
    assert ids(case, DECIDED) == ["vigilancia"]
    assert watched(BASE, RULES) == (), "without an antipsychotic nothing is watched"


def test_who_does_not_come_is_flagged_after_7_days_and_after_90_without_contact() -> None:
    assert ids(replace(BASE, missed=ago(6))) == []
    assert ids(replace(BASE, missed=ago(7))) == ["falto"]
    assert ids(replace(BASE, last_contact=ago(90))) == []
    assert ids(replace(BASE, last_contact=ago(91))) == ["sin_contacto"]
    assert ids(replace(BASE, last_contact=None)) == ["sin_contacto"], "since the enrolment"


def test_an_open_risk_stands_before_everything_else() -> None:
    calm = replace(BASE, patient="a", risk_due=TODAY)
    loud = replace(
        BASE, patient="b", scores=phq9((100, 20), (60, 12), (10, 20)), missed=ago(60), last_contact=None
    )
    ranked = sorted([loud, calm], key=lambda c: order_key(c, flags(c, RULES)))
    assert [c.patient for c in ranked] == ["a", "b"]


@given(
    st.lists(st.tuples(st.sampled_from(sorted(LEVELS)), st.booleans()), max_size=4),
    st.integers(0, 400),
)
def test_a_doubtful_flag_never_moves_anybody(told: list[tuple[Any, bool]], days: int) -> None:
    case = replace(BASE, last_contact=ago(days))
    found = [Flag(name, "x", doubtful) for name, doubtful in told]
    sure = [f for f in found if not f.doubtful]
    assert order_key(case, found) == order_key(case, sure)


def test_every_number_of_the_file_has_its_source_and_a_doubtful_interval_is_refused() -> None:
    data = msgspec.json.decode(msgspec.json.encode(load(NAME)))
    assert parse(data) == RULES
    for monitor in data["monitoring"]["items"]:
        monitor["certainty"] = "U"
    with pytest.raises(CesError, match="no puede traer intervalo"):
        parse(data)
    with pytest.raises(CesError, match="no se puede usar"):
        parse({**load(NAME), "umbral": 3})
