"""What is asked, what is skipped and what is asked again follows from the instrument's file."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.screening.administration import (
    DIFFICULTY,
    carry_over,
    finished,
    key_of,
    safety_item,
    sheet,
    to_ask,
)
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.rules import score

KNOWN = Instruments()
PHQ9, ASQ, AUDIT = (KNOWN.get(i) for i in ("phq9", "asq", "audit"))


def answered(*values: int | None) -> dict[str, int | None]:
    return {str(n): v for n, v in enumerate(values, 1)}


def test_the_difficulty_is_asked_last_and_only_when_something_was_positive() -> None:
    assert to_ask(PHQ9, {}) == [str(n) for n in range(1, 10)]
    assert to_ask(PHQ9, answered(*[0] * 9)) == [str(n) for n in range(1, 10)]
    assert to_ask(PHQ9, answered(*[0] * 8, 1))[-1] == DIFFICULTY
    assert DIFFICULTY not in to_ask(PHQ9, answered(1))
    assert DIFFICULTY not in to_ask(PHQ9, answered(*[None] * 9))


def test_asq_asks_the_fifth_question_after_any_yes_or_refusal() -> None:
    for four in itertools.product((0, 1, None), repeat=4):
        assert ("5" in to_ask(ASQ, answered(*four))) is (four != (0, 0, 0, 0))
    assert to_ask(ASQ, answered(1)) == ["1", "2", "3", "4"], "not before all four were asked"


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ((0, 0, 0, 0), "negativo"),
        ((0, 1, 0, 0, 0), "positivo_no_agudo"),
        ((0, 0, None, 0, 0), "positivo_no_agudo"),
        ((0, 0, 0, 1, 1), "positivo_agudo"),
        ((1, 0, 0, 0, None), "positivo_agudo_sin_respuesta"),
    ],
)
def test_asq_results_follow_the_toolkit(values: tuple[int | None, ...], result: str) -> None:
    found = score(ASQ, sheet(ASQ, answered(*values)))
    assert (found.band, found.total) == (result, None)


def test_a_negative_asq_is_complete_and_raises_nothing_for_the_question_it_skipped() -> None:
    found = score(ASQ, sheet(ASQ, answered(0, 0, 0, 0)))
    assert found.complete and found.flags == ()


def test_audit_skips_to_nine_and_ten_for_who_does_not_drink_and_the_skipped_count_nothing() -> None:
    assert to_ask(AUDIT, answered(0)) == ["1", "9", "10"]
    given_answers = {"1": 0, "9": 2, "10": 0}
    assert finished(AUDIT, given_answers)
    assert score(AUDIT, sheet(AUDIT, given_answers)).total == 2
    assert to_ask(AUDIT, answered(1, 0, 0)) == ["1", "2", "3", "9", "10"]
    assert "4" in to_ask(AUDIT, answered(1, 1, 0))


def test_an_answer_to_an_item_that_is_no_longer_asked_is_left_out() -> None:
    changed_mind = {"1": 0, "2": 4, "3": 4, "4": 4, "9": 0, "10": 0}
    assert score(AUDIT, sheet(AUDIT, changed_mind)).total == 0


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9))
def test_asking_item_by_item_gives_the_sheet_that_was_answered(values: list[int | None]) -> None:
    so_far: dict[str, int | None] = {}
    while not all(k in so_far for k in to_ask(PHQ9, so_far)):
        key = next(k for k in to_ask(PHQ9, so_far) if k not in so_far)
        so_far[key] = 1 if key == DIFFICULTY else values[int(key) - 1]
    assert finished(PHQ9, so_far) and sheet(PHQ9, so_far) == values


def test_item_9_is_the_one_asked_again() -> None:
    assert [k for k in to_ask(PHQ9, {}) if safety_item(PHQ9, k)] == ["9"]
    assert key_of(PHQ9, 8) == "9"


def test_a_short_form_gives_its_answers_to_the_whole_instrument() -> None:
    phq2 = KNOWN.get("phq2")
    assert carry_over(phq2, PHQ9, {"1": 2, "2": None}) == {"1": 2, "2": None}


def test_epds_gives_each_option_its_own_value_and_item_10_is_a_danger() -> None:
    epds = KNOWN.get("epds")
    assert [o.value for o in epds.options[2]] == [3, 2, 1, 0]
    assert score(epds, [0] * 9 + [1]).flags == ("item10",)
    assert score(epds, [3] * 10).total == 30


def test_the_extra_questions_of_phq_a_never_count_and_always_warn() -> None:
    phq_a = KNOWN.get("phq_a")
    found = score(phq_a, [0] * 9 + [1, 1, 1])
    assert (found.total, found.flags) == (0, ("item10", "item11"))


def test_a_wording_that_is_not_confirmed_is_not_offered() -> None:
    assert [i.id for i in KNOWN.offered()] == ["phq9", "phq2", "gad7", "gad2", "asq"]


def test_audit_c_is_positive_from_four_and_from_three_in_women() -> None:
    audit_c = KNOWN.get("audit_c")
    bands = [score(audit_c, [a, 0, 0]).band for a in range(5)]
    assert bands == ["negativo", "negativo", "negativo", "positivo_mujer", "positivo"]
