"""Demand of a month: pure, from month rows."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ces_tui.pharmacy.demand import (
    asked_lines,
    average_month,
    demand,
    month_totals,
    months_back,
    months_left,
)

ROW = {"id": "d1", "p": "p1", "d": "2026-11-03"}


def test_short_stock_counts_as_asked_and_judgement_as_given() -> None:
    assert demand(30, 10, "desabasto", None) == 30
    assert demand(30, 10, "aún tiene", None) == 10
    assert demand(20, 20, "", "d1") == 0


def test_the_totals_are_the_sum_of_the_lines() -> None:
    rows = [
        {
            **ROW,
            "l": [
                ["a", 30, 10, "desabasto", 30, None],
                ["b", 5, 5, "", None, None],
                ["a", 20, 20, "", None, "d0"],
            ],
        }
    ]
    assert month_totals(rows) == {"a": 30, "b": 5}
    assert sum(x.demand for x in asked_lines(rows)) == 35
    assert [x.item for x in asked_lines(rows, owed=True)] == ["a", "a"]


def test_the_average_leaves_out_months_without_any_record() -> None:
    """The clinic opened two months ago: three empty months must not thin its demand."""
    assert average_month([{}, {"a": 60}, {"a": 30, "b": 1}], "a") == 45
    assert average_month([{}, {}, {}], "a") is None
    assert average_month([{"b": 4}], "a") == 0


def test_months_of_stock_are_unknown_without_demand() -> None:
    assert months_left(90, 45) == 2
    assert months_left(90, None) is None
    assert months_left(90, 0) is None


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_the_last_full_months_end_before_this_one(today: date) -> None:
    months = months_back(today)
    assert len(set(months)) == 3
    assert months == sorted(months)
    assert months[-1] < f"{today:%Y-%m}"
