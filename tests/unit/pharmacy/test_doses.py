"""Doses by weight: never from a stale weight, never above a cap, mg and mL both."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import Refused
from ces_tui.pharmacy.doses import (
    PaediatricDose,
    compute,
    day_cap,
    dose_cap,
    doses_for,
    fresh_weight,
    paediatric_doses,
    weight_limit_days,
)
from ces_tui.pharmacy.formulary import Entry, entries
from tests.unit.pharmacy.samples import AMOXICILLIN_SUSPENSION, PARACETAMOL_DROPS, TODAY


def _dose(item: str, indication: str) -> tuple[PaediatricDose, Entry]:
    entry = entries()[item]
    return next(d for d in doses_for(entry) if d.indication == indication), entry


def test_cough_with_fast_breathing_at_12_kg_gets_480_mg_rounded_to_5_ml() -> None:
    """AIEPI: 40 mg/kg every 12 h, at most 1 g a dose; 480 mg of 500 mg/5 mL is 4.8 mL, given as 5 mL."""
    row, entry = _dose(AMOXICILLIN_SUSPENSION, "neumonía (AIEPI)")
    dose = compute(row, entry, Decimal(12), 24)
    assert (int(dose.amount), dose.unit, int(dose.mass), dose.times) == (5, "mL", 500, 2)
    assert dose.text == "500 mg = 5 mL"


def test_a_heavy_child_gets_the_cap_and_no_more() -> None:
    row, entry = _dose(AMOXICILLIN_SUSPENSION, "neumonía (AIEPI)")
    dose = compute(row, entry, Decimal(30), 108)
    assert dose.capped and dose.mass == 1000


def test_drops_are_measured_to_a_tenth_of_a_millilitre() -> None:
    row, entry = _dose(PARACETAMOL_DROPS, "dolor, fiebre")
    assert compute(row, entry, Decimal(7), 7).text == "70 mg = 0.7 mL"


def test_below_the_least_age_or_weight_there_is_no_dose() -> None:
    row, entry = _dose("albendazol-suspension-400-mg-20-ml", "helmintos")
    with pytest.raises(Refused):
        compute(row, entry, Decimal(8), 10)
    row, entry = _dose("ivermectina-tableta-6-mg", "escabiosis")
    with pytest.raises(Refused):
        compute(row, entry, Decimal(14), 40)


def test_bands_by_age_and_weight_choose_their_figure() -> None:
    row, entry = _dose("albendazol-tableta-200-mg", "helmintos")
    assert compute(row, entry, Decimal(10), 18).mass == 200
    assert compute(row, entry, Decimal(14), 30).mass == 400


def test_a_presentation_too_coarse_for_the_dose_is_refused() -> None:
    row, entry = _dose("amoxicilina-capsula-500-mg", "general")
    with pytest.raises(Refused):
        compute(row, entry, Decimal(12), 24)


COMPUTABLE = [(d, e) for e in entries().values() for d in doses_for(e) if d.kind in {"dose", "bands"}]


@given(st.sampled_from(COMPUTABLE), st.integers(25, 800), st.integers(0, 179), st.booleans())
def test_no_dose_of_any_drug_passes_its_caps_at_any_weight_or_age(
    pair: tuple[PaediatricDose, Entry], tenths: int, months: int, high: bool
) -> None:
    row, entry = pair
    weight = Decimal(tenths) / 10
    try:
        dose = compute(row, entry, weight, months, high=high)
    except Refused:
        return
    one, day = dose_cap(row, weight, months), day_cap(row, weight, months)
    slack = Decimal("1.000001")
    assert one is None or dose.mass <= one * slack
    assert day is None or row.times is None or dose.mass * row.times <= day * slack
    assert abs(dose.error_percent) <= 15
    assert dose.amount > 0


@pytest.mark.parametrize(("age_days", "limit"), [(30, 0), (120, 14), (800, 30), (3000, 90), (365 * 20, None)])
def test_a_weight_ages_faster_the_younger_the_child(age_days: int, limit: int | None) -> None:
    assert weight_limit_days(TODAY - timedelta(days=age_days), TODAY) == limit


def test_a_stale_or_missing_weight_refuses() -> None:
    birth = date(2024, 11, 1)
    with pytest.raises(Refused):
        fresh_weight(12.0, TODAY - timedelta(days=31), birth, TODAY)
    with pytest.raises(Refused):
        fresh_weight(None, None, birth, TODAY)
    assert fresh_weight(12.0, TODAY - timedelta(days=30), birth, TODAY) == 12


def test_iron_is_dosed_as_elemental_iron() -> None:
    """29 mg/mL of fumarate hold 9.5 mg of iron: 3 mg/kg at 12 kg are 36 mg, 4 mL."""
    row, entry = _dose("fumarato-ferroso-suspension-29-mg-ml", "anemia")
    assert compute(row, entry, Decimal(12), 24).amount == 4


def test_bans_compute_nothing() -> None:
    for row in paediatric_doses():
        if row.kind in {"ban", "text"}:
            for entry in entries().values():
                if entry.generic in row.generics:
                    with pytest.raises(Refused):
                        compute(row, entry, Decimal(20), 60)
