"""Doses in mg a day come from the receta, and a change is a start, another dose, a stop or a start after a gap."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.screening.programme_content import thresholds
from ces_tui.screening.programme_medicines import Taken, TreatmentChange, mg_per_day, treatments
from tests.unit.screening.charts import DEPOT, FLUOXETINE, SERTRALINE, receta

TODAY = date(2026, 11, 20)
CARBAMAZEPINE = "carbamazepina-suspension-100-mg-5-ml"


def run(*told: tuple[int, PrescriptionLine]) -> tuple[list[Taken], list[TreatmentChange]]:
    recetas = [(TODAY - timedelta(days=ago), f"c{ago}", (line,)) for ago, line in told]
    return treatments(reversed(recetas), entries().get, thresholds(), TODAY)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (receta(FLUOXETINE), Decimal(20)),
        (receta(FLUOXETINE, "1", night="1"), Decimal(40)),
        (receta(SERTRALINE, "0.5"), Decimal(25)),
        (receta(CARBAMAZEPINE, "10", night="10"), Decimal(400)),
        (receta(FLUOXETINE, weekday=0), Decimal(20) / 7),
        (receta(FLUOXETINE, prn=True), None),
        (receta(FLUOXETINE, days=None), None),
    ],
)
def test_mg_a_day_are_the_amounts_times_the_strength(
    line: PrescriptionLine, expected: Decimal | None
) -> None:
    assert mg_per_day(line, entries()[line.item]) == expected


def test_start_rise_and_stop_are_changes_and_a_repeat_is_none() -> None:
    taken, changes = run(
        (150, receta(FLUOXETINE)),
        (120, receta(FLUOXETINE)),
        (90, receta(FLUOXETINE, "2")),
        (60, receta(FLUOXETINE, "1")),
        (30, receta(FLUOXETINE, stopped=True)),
    )
    assert taken == []
    assert [c.words for c in changes] == [
        "inicia fluoxetina 20 mg/día",
        "sube a fluoxetina 40 mg/día",
        "baja a fluoxetina 20 mg/día",
        "suspende fluoxetina",
    ]


def test_the_same_treatment_taken_late_goes_on_and_after_a_long_gap_it_begins_anew() -> None:
    [late], changes = run((120, receta(FLUOXETINE)), (40, receta(FLUOXETINE)))
    assert late.since == TODAY - timedelta(days=120) and len(changes) == 1
    [anew], changes = run((200, receta(FLUOXETINE)), (20, receta(FLUOXETINE)))
    assert anew.since == TODAY - timedelta(days=20) and changes[-1].words.startswith("reinicia")


def test_what_ran_out_lately_is_kept_and_does_not_cover_today() -> None:
    [taken], _ = run((50, receta(FLUOXETINE)))
    assert not taken.covers(TODAY) and taken.ends == TODAY - timedelta(days=21)
    assert run((120, receta(FLUOXETINE)))[0] == []


def test_a_depot_injection_covers_its_weeks_without_a_daily_dose() -> None:
    [taken], changes = run((20, receta(DEPOT, days=None)))
    assert taken.depot and taken.mg_day is None and taken.covers(TODAY)
    assert changes[0].words == "inicia haloperidol de depósito"


def test_two_presentations_of_one_ingredient_are_one_dose_and_other_groups_are_not_treatment() -> None:
    lines = (
        receta("amitriptilina-tableta-25-mg", "", night="1"),
        receta("amitriptilina-tableta-50-mg", "", night="1"),
    )
    both = [(TODAY, "c", (*lines, receta("losartan-tableta-50-mg")))]
    [taken], changes = treatments(both, entries().get, thresholds(), TODAY)
    assert taken.mg_day == 75 and len(changes) == 1
