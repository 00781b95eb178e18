"""The PIN of the day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput
from ces_tui.people.pins import Answer, Pins, easy


def test_the_right_pin_of_the_right_person_answers_right() -> None:
    pins = Pins()
    pins.choose("a", "314159")
    pins.choose("b", "271828")
    assert pins.check("a", "314159") is Answer.RIGHT
    assert pins.check("a", "271828") is Answer.WRONG
    assert pins.people == ["a", "b"]


def test_the_fifth_wrong_pin_in_a_row_closes_whoever_it_was_for_and_forgets_all() -> None:
    pins = Pins()
    pins.choose("a", "314159")
    answers = [pins.check(who, "000001") for who in ("a", "b", "a", "x", "a")]
    assert answers == [Answer.WRONG] * 4 + [Answer.CLOSE]
    assert pins.check("a", "314159") is Answer.WRONG and not pins.has("a")


def test_a_right_pin_starts_the_count_anew() -> None:
    pins = Pins()
    pins.choose("a", "314159")
    for _ in range(10):
        assert [pins.check("a", "000001") for _ in range(4)] == [Answer.WRONG] * 4
        assert pins.check("a", "314159") is Answer.RIGHT


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "000000", "123456", "654321", "890123"]
)
def test_what_is_no_pin_or_an_easy_one_is_refused_in_its_field(pin: str) -> None:
    with pytest.raises(BadInput) as refused:
        Pins().choose("a", pin)
    assert refused.value.field == "pin"


@given(st.text("0123456789", min_size=6, max_size=6), st.text("0123456789", min_size=6, max_size=6))
def test_only_the_chosen_digits_open(chosen: str, tried: str) -> None:
    if easy(chosen):
        return
    pins = Pins()
    pins.choose("a", chosen)
    assert (pins.check("a", tried) is Answer.RIGHT) == (chosen == tried)
