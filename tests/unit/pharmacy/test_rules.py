"""Prescription and lot arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import Override
from ces_tui.pharmacy.rules import (
    Balance,
    amount,
    check_expiry,
    check_line,
    current_medicines,
    describe,
    lot_number,
    parse_amount,
    parse_quantity,
    per_day,
    pick,
    quantity_of,
    repeatable,
)
from tests.unit.pharmacy.samples import (
    AMOXICILLIN,
    AMOXICILLIN_SUSPENSION,
    LOSARTAN,
    METHOTREXATE,
    NPH,
    PARACETAMOL_DROPS,
    TODAY,
    line,
)

ENTRIES = entries()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1", "1"),
        ("0,5", "0.5"),
        (".5", "0.5"),
        ("1/2", "0.5"),
        ("½", "0.5"),
        ("2.50", "2.5"),
        ("", ""),
        ("0", ""),
    ],
)
def test_an_amount_is_stored_without_trailing_zeros(typed: str, stored: str) -> None:
    assert parse_amount(typed) == stored


@pytest.mark.parametrize("typed", ["-1", "uno", "1.2345", "1e3", "1;2", "999999"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_amount(typed)


@given(st.decimals(min_value=0, max_value=9999, places=2))
def test_any_amount_survives_being_typed(value: Decimal) -> None:
    assert amount(parse_amount(str(value).replace(".", ","))) == value


@pytest.mark.parametrize("typed", ["", "  ", "1.5", "-3", "+3", "1,000", "cinco", "0", "٣", "1234567"])
def test_blank_fractions_negatives_and_zero_are_no_quantity(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_quantity(typed)


def test_a_count_may_find_nothing() -> None:
    assert parse_quantity("0", zero=True) == 0


def test_days_give_the_number_of_tablets() -> None:
    assert quantity_of(line(LOSARTAN, morning="1", night="0.5", days=30), ENTRIES[LOSARTAN]) == 45


def test_volume_gives_the_number_of_bottles() -> None:
    prescribed = line(AMOXICILLIN_SUSPENSION, morning="5", night="5", days=10)
    assert quantity_of(prescribed, ENTRIES[AMOXICILLIN_SUSPENSION]) == 2  # 100 mL of 75 mL bottles


def test_units_of_insulin_give_the_number_of_vials() -> None:
    assert quantity_of(line(NPH, morning="20", night="20", days=30), ENTRIES[NPH]) == 2


def test_an_ampoule_is_used_once() -> None:
    epinephrine = "epinefrina-inyectable-1-mg-ml"
    assert quantity_of(line(epinephrine, morning="0.3", night="0.3", days=2), ENTRIES[epinephrine]) == 4


def test_a_weekly_dose_counts_weeks() -> None:
    assert quantity_of(line(METHOTREXATE, morning="4", weekday=0, days=28), ENTRIES[METHOTREXATE]) == 16


def test_an_unknown_container_is_never_guessed() -> None:
    lactulose = "lactulosa-jarabe-10-g-15-ml"
    assert quantity_of(line(lactulose, morning="15"), ENTRIES[lactulose]) is None


@given(st.integers(1, 8), st.integers(1, 90))
def test_what_is_dispensed_covers_the_treatment_and_no_more_than_one_container_over(
    halves: int, days: int
) -> None:
    prescribed = line(PARACETAMOL_DROPS, morning=str(halves / 2), days=days)
    entry = ENTRIES[PARACETAMOL_DROPS]
    assert entry.pack is not None
    quantity = quantity_of(prescribed, entry)
    assert quantity is not None
    needed = per_day(prescribed) * days
    assert needed <= quantity * entry.pack < needed + entry.pack


@pytest.mark.parametrize(
    ("item", "fields", "field"),
    [
        (AMOXICILLIN, {"morning": "0.5"}, "morning"),
        (LOSARTAN, {"night": "0.3"}, "night"),
        (LOSARTAN, {"morning": ""}, "morning"),
        (LOSARTAN, {"morning": "1", "days": 0}, "days"),
        (LOSARTAN, {"morning": "1", "days": 400}, "days"),
        (LOSARTAN, {"morning": "1", "quantity": -1}, "quantity"),
        (LOSARTAN, {"morning": "1", "quantity": 5, "give": 6}, "give"),
        (LOSARTAN, {"morning": "1", "quantity": 5, "give": 3}, "give_reason"),
    ],
)
def test_a_line_that_cannot_be_taken_names_its_field(
    item: str, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        check_line(line(item, **fields), ENTRIES[item])
    assert refused.value.field == field


def test_stopping_needs_no_amounts() -> None:
    check_line(line(LOSARTAN, stopped=True), ENTRIES[LOSARTAN])


def test_a_lot_number_loses_blanks_and_case() -> None:
    assert lot_number(" ab 12\u00a0c ") == "AB12C"


@pytest.mark.parametrize("typed", ["", "   ", "---", "x" * 40])
def test_a_lot_without_a_number_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        lot_number(typed)


@pytest.mark.parametrize("expiry", [date(49, 1, 1), date(2126, 1, 1), TODAY, TODAY - timedelta(days=1)])
def test_impossible_and_past_expiries_are_refused_today_included(expiry: date) -> None:
    with pytest.raises(BadInput):
        check_expiry(expiry, TODAY)


BALANCES = st.lists(
    st.builds(
        Balance,
        lot=st.uuids().map(lambda u: u.hex),
        expiry=st.integers(-60, 400).map(lambda n: TODAY + timedelta(days=n)),
        source=st.sampled_from(["CES", "SSA"]),
        quantity=st.integers(0, 50),
    ),
    max_size=8,
)


@given(BALANCES, st.integers(0, 300), st.sampled_from([None, "CES", "SSA"]))
def test_picking_never_takes_expired_stock_nor_more_than_there_is(
    balances: list[Balance], wanted: int, prefer: str | None
) -> None:
    picks = pick(balances, wanted, TODAY, prefer)  # type: ignore[arg-type]
    held = {b.lot: b for b in balances}
    usable = sum(b.quantity for b in balances if b.expiry > TODAY)
    assert sum(p.quantity for p in picks) == min(wanted, usable)
    assert all(0 < p.quantity <= held[p.lot].quantity and p.expiry > TODAY for p in picks)


@given(BALANCES, st.integers(1, 300))
def test_a_lot_is_touched_only_when_every_earlier_one_is_empty(balances: list[Balance], wanted: int) -> None:
    picks = pick(balances, wanted, TODAY)
    held = {b.lot: b for b in balances}
    for p in picks[:-1]:
        assert p.quantity == held[p.lot].quantity
    if picks:
        left = [
            b for b in balances if b.quantity and b.expiry > TODAY and b.lot not in {p.lot for p in picks}
        ]
        assert all(b.expiry >= picks[-1].expiry for b in left)


def test_the_preferred_source_goes_before_an_earlier_expiry() -> None:
    soon = Balance("a", TODAY + timedelta(days=10), "SSA", 5)
    later = Balance("b", TODAY + timedelta(days=100), "CES", 5)
    assert [(p.lot, p.quantity) for p in pick([soon, later], 7, TODAY, "CES")] == [("b", 5), ("a", 2)]


def test_medicines_now_are_those_whose_days_still_run() -> None:
    old = (TODAY - timedelta(days=40), "1" * 32, [line(LOSARTAN)])
    new = (TODAY - timedelta(days=29), "2" * 32, [line(METHOTREXATE, weekday=0, days=30)])
    assert [m.line.item for m in current_medicines([new, old], TODAY)] == [METHOTREXATE]
    assert len(current_medicines([new, old], TODAY, grace=14)) == 2


def test_stopping_ends_a_medicine_and_a_later_receta_starts_it_again() -> None:
    first = (TODAY - timedelta(days=9), "1" * 32, [line(LOSARTAN)])
    stop = (TODAY - timedelta(days=5), "2" * 32, [line(LOSARTAN, stopped=True)])
    again = (TODAY, "3" * 32, [line(LOSARTAN, morning="2")])
    assert current_medicines([first, stop], TODAY) == []
    assert [m.line.morning for m in current_medicines([again, stop, first], TODAY)] == ["2"]


def test_a_single_dose_is_no_medicine_of_now() -> None:
    assert current_medicines([(TODAY, "1" * 32, [line(AMOXICILLIN, days=None)])], TODAY) == []


def test_repeating_leaves_behind_reasons_shortfalls_and_stopped_lines() -> None:
    lines = [
        line(LOSARTAN, give=1, give_reason="x", quantity=30, overrides=(Override(warning="k", reason="r"),)),
        line(AMOXICILLIN, stopped=True),
    ]
    (kept,) = repeatable(lines)
    assert (kept.item, kept.give, kept.give_reason, kept.overrides, kept.quantity) == (
        LOSARTAN,
        None,
        "",
        (),
        30,
    )


def test_a_line_is_described_as_it_is_read() -> None:
    text = describe(line(LOSARTAN, morning="1", night="0.5", days=30, quantity=45))
    assert text == "1 tableta mañana, 0.5 noche · 30 días · 45 tabletas"
    assert "20 unidades mañana" in describe(line(NPH, morning="20"))
    assert "UNA VEZ POR SEMANA el lunes" in describe(line(METHOTREXATE, weekday=0))
