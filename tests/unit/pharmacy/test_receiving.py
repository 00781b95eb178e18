"""A delivery as it is typed."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.base.errors import BadInput
from ces_tui.pharmacy.receiving import parse_expiry, parse_received
from tests.unit.pharmacy.samples import LOSARTAN, TODAY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("03/2027", date(2027, 3, 31)),
        ("2/28", date(2028, 2, 29)),
        ("mar 27", date(2027, 3, 31)),
        ("15/06/2027", date(2027, 6, 15)),
        ("1/5/31", date(2031, 5, 1)),
    ],
)
def test_an_expiry_is_read_as_the_box_prints_it(typed: str, day: date) -> None:
    """A month means its last day."""
    assert parse_expiry(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["13/2027", "0/27", "31/02/2027", "xyz 27", "mañana", "2027"])
def test_what_is_no_expiry_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_expiry(typed, TODAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"item": ""}, "item"),
        ({"lot": " "}, "lot"),
        ({"expiry": ""}, "expiry"),
        ({"expiry": "01/01/0049"}, "expiry"),
        ({"expiry": "20/11/2026"}, "expiry"),
        ({"quantity": ""}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": "-2"}, "quantity"),
        ({"source": ""}, "source"),
    ],
)
def test_a_bad_line_names_its_field(changed: dict[str, str], field: str) -> None:
    typed = {"item": LOSARTAN, "lot": "a 1", "expiry": "03/2027", "quantity": "30", "source": "CES"}
    with pytest.raises(BadInput) as refused:
        parse_received(**{**typed, **changed}, today=TODAY)
    assert refused.value.field == field


def test_a_good_line_is_tidied() -> None:
    line = parse_received(LOSARTAN, " a 1 ", "03/2027", "30", "SSA", TODAY)
    assert (line.lot, line.expiry, line.quantity, line.source) == ("A1", date(2027, 3, 31), 30, "SSA")
