"""CURP warns of what does not agree and never blocks."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.people.curp import birth_of, check_digit, doubts

EXAMPLE = "BEML920313HCMLNS09"  # RENAPO's own example


def test_the_published_example_is_right() -> None:
    assert check_digit(EXAMPLE[:17]) == EXAMPLE[17]
    assert doubts(EXAMPLE, birth=date(1992, 3, 13), sex="M") == []


def test_every_wrong_last_digit_is_noticed() -> None:
    for digit in "0123456789":
        assert bool(doubts(EXAMPLE[:17] + digit)) == (digit != EXAMPLE[17])


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"birth": date(1992, 3, 14)}, "fecha"),
        ({"birth": date(1992, 3, 14), "birth_estimated": True}, "estimada"),
        ({"sex": "F"}, "sexo"),
    ],
)
def test_disagreement_with_birth_or_sex_is_said(given: dict[str, object], part: str) -> None:
    assert part in doubts(EXAMPLE, **given)[0]  # type: ignore[arg-type]


def test_a_letter_in_place_17_means_born_from_2000_on() -> None:
    assert birth_of(EXAMPLE[:16] + "A" + "0") == date(2092, 3, 13)
    assert birth_of(EXAMPLE) == date(1992, 3, 13)


@pytest.mark.parametrize("text", ["X", "BEML920313HCMLNS0", "BEML921313HXXLNS09", "beml920313hcmlns09x"])
def test_a_wrong_shape_is_one_sentence(text: str) -> None:
    assert len(doubts(text)) == 1


def test_nothing_written_is_no_doubt() -> None:
    assert doubts("") == []
