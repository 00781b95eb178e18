"""Doses: exact, capped, rounded down; bottles never give more than the dose."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base import content
from ces_tui.base.errors import Refused
from ces_tui.base.text import fold
from ces_tui.guidance import library
from ces_tui.guidance.bottles import LOSS, measure, presentations
from ces_tui.guidance.dosing import compute, exact, floor_to, refuse_stale_weight
from ces_tui.guidance.limits import limits

AMOXICILLIN = library.get("tos_ninez").medicines["amoxicilina"]
WEIGHTS = st.integers(50, 4000).map(lambda hundredths: hundredths / 100)


@given(WEIGHTS)
def test_amoxicillin_is_exactly_40_mg_per_kg_and_at_most_1_g(weight: float) -> None:
    dose = compute(AMOXICILLIN, weight)
    assert dose.amount == min(40 * Fraction(str(weight)), 1000)
    assert dose.max_a_day == 2000


@given(WEIGHTS, WEIGHTS)
def test_a_heavier_child_never_gets_less(one: float, other: float) -> None:
    light, heavy = sorted((one, other))
    for medicine in library.get("tos_ninez").medicines.values():
        assert compute(medicine, light).amount <= compute(medicine, heavy).amount


@given(WEIGHTS)
def test_no_dose_exceeds_its_own_caps(weight: float) -> None:
    for pathway in library.installed():
        for medicine in pathway.medicines.values():
            dose = compute(medicine, weight)
            assert 0 < dose.amount <= dose.max_dose
            assert dose.amount * int(medicine.times_a_day.value) <= dose.max_a_day


@given(
    st.fractions(0, 100, max_denominator=1000),
    st.sampled_from([Fraction(1, 10), Fraction(1, 2), Fraction(1, 100)]),
)
def test_rounding_goes_down_and_less_than_one_step(amount: Fraction, step: Fraction) -> None:
    assert 0 <= amount - floor_to(amount, step) < step


@given(WEIGHTS)
def test_a_measured_bottle_never_gives_more_and_loses_at_most_5_percent(weight: float) -> None:
    dose = compute(AMOXICILLIN, weight).amount
    for bottle in measure("amoxicilina", "oral", float(dose)):
        assert exact(bottle.gives_mg) <= dose
        if dose >= 200:
            assert exact(bottle.gives_mg) >= dose * (1 - LOSS)


@pytest.mark.parametrize(
    ("drug", "route", "mg", "text"),
    [
        ("amoxicilina", "oral", 292, "2.9 mL de suspensión 500 mg/5 mL"),
        ("amoxicilina", "oral", 200, "2 mL de suspensión 500 mg/5 mL"),
        ("amoxicilina", "oral", 564, "5.5 mL de suspensión 500 mg/5 mL"),
        ("amoxicilina", "oral", 1000, "2 cápsulas de 500 mg"),
        ("clortalidona", "oral", 12.5, "1/4 tableta de 50 mg"),
        ("clortalidona", "oral", 25, "1/2 tableta de 50 mg"),
        ("telmisartan", "oral", 80, "2 tabletas de 40 mg"),
        ("Gentamicina", "IM", 60, "0.75 de ampolleta de 80 mg (lea mg y mL del envase)"),
    ],
)
def test_bottles_read_as_people_measure(drug: str, route: str, mg: float, text: str) -> None:
    assert text in {b.text for b in measure(drug, route, mg)}


def test_a_capsule_is_not_cut() -> None:
    assert not [b for b in measure("amoxicilina", "oral", 250) if b.unit == "cápsula"]


def test_nifedipine_10_comes_from_the_capsule_and_30_not_from_half_a_slow_release_tablet() -> None:
    assert [b.presentation for b in measure("nifedipino", "oral", 10)] == ["Nifedipino cápsula 10 mg"]
    assert not [b for b in measure("nifedipino", "oral", 15) if "LP" in b.presentation]


@pytest.mark.parametrize(
    ("age", "days", "ok"),
    [(0, 0, True), (1, 1, False), (2, 14, True), (11, 15, False), (12, 30, True), (59, 31, False), (60, 90, True), (200, 91, False)],
)  # fmt: skip
def test_a_weight_is_good_for_so_many_days(age: int, days: int, ok: bool) -> None:
    if ok:
        refuse_stale_weight(age, days, field="peso_kg")
        return
    with pytest.raises(Refused) as raised:
        refuse_stale_weight(age, days, field="peso_kg")
    assert raised.value.field == "peso_kg" and "pese" in str(raised.value)


def test_the_limits_of_children_agree_with_the_pharmacy_table() -> None:
    rows = content.load("formulary/pediatric_doses.csv")
    for limit in limits().drugs:
        if limit.population != "child" or limit.max_dose is None:
            continue
        mine = [r for r in rows if fold(limit.drug) in fold(r["generics"]).split(";") and r["cap_dose"]]
        assert limit.max_dose in {float(r["cap_dose"]) for r in mine}, limit.drug
        if limit.per_kg:
            assert limit.per_kg[1] in {float(r["high"]) for r in mine if r["high"]}, limit.drug


def test_every_drug_with_a_limit_is_in_the_formulary() -> None:
    for limit in limits().drugs:
        assert limit.unit != "mg" or presentations(limit.drug, limit.route), limit.drug
