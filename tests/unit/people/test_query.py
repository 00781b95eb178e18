"""What was typed is taken apart the way the writer meant it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.people.query import parse_candidate, parse_query, proper, row_number, split_name

TODAY = date(2026, 11, 20)


def test_name_and_birth_are_told_apart() -> None:
    query = parse_query("Jose Hernandes Lopes, 3/4/81", TODAY)
    assert query.names == ("jose", "hernandes", "lopes")
    assert query.birth == date(1981, 4, 3)


@pytest.mark.parametrize("half", ["jose 3/", "jose 3/4", "jose 3/4/", "jose 3/4/8"])
def test_a_half_typed_date_hides_nobody(half: str) -> None:
    assert parse_query(half, TODAY).names == ("jose",)
    assert parse_query(half, TODAY).birth is None
    assert not parse_query(half, TODAY).numbers


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("lopez 1981", "year", 1981),
        ("lopez 45 años", "age", 45),
        ("lopez 45", "age", 45),
        ("LET5000012", "numbers", ("LET5000012",)),
        ("963 123 4567", "numbers", ("9631234567",)),
        ("helj810403", "numbers", ("HELJ810403",)),
        ("112-000351", "numbers", ("112-000351",)),
        ("jose de la cruz", "names", ("jose", "cruz")),
        ("3 abr 1981", "birth", date(1981, 4, 3)),
        ("3 de abril de 1981", "birth", date(1981, 4, 3)),
    ],
)
def test_each_part_is_recognised(text: str, field: str, value: object) -> None:
    assert getattr(parse_query(text, TODAY), field) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("jose luis hernandez lopez", ("Jose Luis", "Hernandez", "Lopez")),
        ("JOSE HERNANDEZ", ("Jose", "Hernandez", "")),
        ("maria de la luz perez de la cruz", ("Maria de la Luz", "Perez", "de la Cruz")),
        ("rosa del carmen", ("Rosa", "del Carmen", "")),
        ("ana", ("Ana", "", "")),
        ("", ("", "", "")),
    ],
)
def test_a_whole_name_is_split_into_given_and_surnames(text: str, parts: tuple[str, str, str]) -> None:
    assert split_name(text) == parts


def test_a_search_becomes_a_registration() -> None:
    """What was typed in the search need not be typed again: names, birth, estimated age and phone go along."""
    exact = parse_candidate("jose hernandes lopes, 3/4/81 963 123 4567", TODAY)
    assert (exact.given, exact.surname1, exact.surname2) == ("Jose", "Hernandes", "Lopes")
    assert (exact.birth, exact.birth_estimated, exact.phone) == (date(1981, 4, 3), False, "9631234567")
    told = parse_candidate("rosa gomez, unos 45 años", TODAY)
    assert told.birth is not None
    assert told.birth_estimated


def test_one_or_two_digits_alone_mean_a_row() -> None:
    assert row_number("7") == 7
    assert row_number(" 12 ") == 12
    assert row_number("0") is None
    assert row_number("123") is None
    assert row_number("ana 7") is None


def test_capitals_are_put_where_they_were_left_out() -> None:
    assert proper("MARÍA DE LA LUZ") == "María de la Luz"
    assert proper("McKay") == "McKay"


@given(st.text(max_size=60))
def test_any_text_can_be_typed(text: str) -> None:
    """No text breaks the search or the registration made from it."""
    parse_query(text, TODAY)
    parse_candidate(text, TODAY)
