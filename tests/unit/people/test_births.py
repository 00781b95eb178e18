"""Birth dates as people tell them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.dates import age_months, age_years, show_date
from ces_tui.base.errors import BadInput
from ces_tui.people.births import parse_birth

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "birth", "estimated"),
    [
        ("3/4/81", date(1981, 4, 3), False),
        ("03-04-1981", date(1981, 4, 3), False),
        ("3 abr 1981", date(1981, 4, 3), False),
        ("20/11/26", date(2026, 11, 20), False),
        ("21/11/26", date(1926, 11, 21), False),
        ("1/1/27", date(1927, 1, 1), False),
        ("1981", date(1981, 7, 1), True),
        ("2026", date(2026, 7, 1), True),
    ],
)
def test_a_date_is_read_as_written(text: str, birth: date, estimated: bool) -> None:
    assert parse_birth(text, TODAY) == (birth, estimated)


@given(
    st.integers(0, 120),
    st.sampled_from(["{} años", "unos {} años", "{}", "aprox. {} años", "como {} a", "~{}"]),
)
def test_an_age_told_is_the_age_of_today(years: int, words: str) -> None:
    """'unos 45 años' gives an estimated birth with which the person is 45 today."""
    birth, estimated = parse_birth(words.format(years), TODAY)
    assert estimated
    assert age_years(birth, TODAY) == years


@given(st.integers(0, 60))
def test_months_told_are_the_months_of_today(months: int) -> None:
    """'8 meses' gives a baby of eight months."""
    birth, estimated = parse_birth(f"{months} meses", TODAY)
    assert estimated
    assert age_months(birth, TODAY) == months


@given(st.dates(date(1907, 1, 1), TODAY))
def test_a_shown_date_reads_back(day: date) -> None:
    """What the screen shows can be typed again."""
    assert parse_birth(show_date(day), TODAY) == (day, False)


@pytest.mark.parametrize(
    "text", ["", "mañana", "31/02/1981", "130 años", "21/11/2026", "1/1/1850", "2027", "-3"]
)
def test_what_cannot_be_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_birth(text, TODAY)
    assert caught.value.field == "birth"
