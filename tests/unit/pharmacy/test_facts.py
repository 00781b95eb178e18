"""Contributions: for any story of deliveries, dispenses and mistakes the balance is what a person would count."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ces_tui.pharmacy.facts import dispense, stock
from ces_tui.vault.projections import Contribution, Fact

DAY = date(2026, 11, 20).isoformat()
COMMON = {"author": "x", "at": 1, "day": DAY}
LOTS = ("L1", "L2", "L3")


def lot(name: str, quantity: int) -> dict[str, Any]:
    return {"lot": name, "number": name, "expiry": "2027-03-31", "source": "CES", "quantity": quantity}


def received(name: str, quantity: int) -> Contribution:
    body = {**COMMON, "kind": "receive", "lines": [{"item": "losartan", **lot(name, quantity)}]}
    return stock(Fact("stock", "s", None, body, DAY))


def given_out(taken: list[tuple[str, int]], back: list[tuple[str, int]] | None) -> Contribution:
    lines = [{"item": "losartan", "name": "n", "asked": 99, "given": [lot(n, q)]} for n, q in taken]
    void = None
    if back is not None:
        void = {**COMMON, "reason": "r", "returned": [{"lot": n, "quantity": q} for n, q in back]}
    return dispense(Fact("dispense", "d", "p", {**COMMON, "lines": lines}, DAY, void))


def balances(parts: list[Contribution]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in parts:
        for drawer, key, sums in part.sums:
            assert drawer == "hot/stock/losartan"
            found[key["lot"]] += sums["units"]
    return found


AMOUNTS = st.tuples(st.sampled_from(LOTS), st.integers(1, 50))
STORY = st.lists(
    st.tuples(
        st.lists(AMOUNTS, min_size=1, max_size=3),
        st.none() | st.lists(AMOUNTS, max_size=3),
    ),
    max_size=6,
)


@given(st.lists(AMOUNTS, max_size=6), STORY)
def test_the_balance_is_what_came_less_what_left_plus_what_came_back(
    deliveries: list[tuple[str, int]], story: list[tuple[list[tuple[str, int]], list[tuple[str, int]] | None]]
) -> None:
    parts = [received(n, q) for n, q in deliveries]
    expected: Counter[str] = Counter()
    for n, q in deliveries:
        expected[n] += q
    for taken, back in story:
        parts.append(given_out(taken, back))
        left: Counter[str] = Counter()
        for n, q in taken:
            left[n] += q
        came: Counter[str] = Counter()
        for n, q in back or ():
            came[n] += q
        for n in LOTS:
            expected[n] += min(came[n], left[n]) - left[n]
    assert {k: v for k, v in balances(parts).items() if v} == {k: v for k, v in expected.items() if v}


@given(st.lists(AMOUNTS, min_size=1, max_size=3))
def test_a_struck_dispense_leaves_the_month_and_stays_in_the_ledger(taken: list[tuple[str, int]]) -> None:
    struck = given_out(taken, [])
    drawers = [drawer for drawer, _ in struck.rows]
    assert not any(drawer.startswith("month/") for drawer in drawers)
    assert sum(1 for _, row in struck.rows if row.get("x")) == len(taken)


def test_a_standing_dispense_has_one_month_row() -> None:
    rows = [row for drawer, row in given_out([("L1", 5)], None).rows if drawer == "month/dispense/2026-11"]
    assert rows == [{"d": DAY, "p": "p", "id": "d", "l": [["losartan", 99, 5, "", None, None]]}]
