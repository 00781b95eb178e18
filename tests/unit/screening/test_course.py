"""First, best and last are defined; response is against the first score of the episode; the early look has its window."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.screening.course import Course, Point, course, relapse
from ces_tui.screening.instruments import Instruments

PHQ9 = Instruments().get("phq9")
START = date(2026, 1, 5)


def points(*totals: int, every: int = 28) -> list[Point]:
    return [Point(START + timedelta(days=every * i), t) for i, t in enumerate(totals)]


def of(*totals: int, every: int = 28) -> Course:
    found = course(PHQ9, points(*totals, every=every))
    assert found is not None
    return found


def test_one_score_is_no_course_and_a_short_form_has_none() -> None:
    assert course(PHQ9, points(12)) is None
    assert course(Instruments().get("phq2"), points(3, 1)) is None


def test_first_best_and_last() -> None:
    found = of(18, 7, 12)
    assert (found.first.total, found.best.total, found.last.total) == (18, 7, 12)
    assert found.fall == 6 and not found.response and not found.remission


def test_scores_below_the_cut_off_before_the_episode_do_not_open_it() -> None:
    assert of(4, 6, 15, 7).first.total == 15
    assert of(4, 6).first.total == 4, "without a case the first score stands"


def test_after_a_remission_the_next_case_opens_a_new_episode() -> None:
    found = of(20, 3, 14, 9)
    assert found.first.total == 14 and found.best.total == 9
    assert of(20, 3, 8).first.total == 20, "a rise below the cut-off is still the same episode"


def test_the_same_best_twice_is_the_later_one() -> None:
    assert of(18, 7, 7).best.day == START + timedelta(days=56)


def test_the_order_in_which_sheets_arrive_does_not_matter() -> None:
    assert course(PHQ9, list(reversed(points(18, 9, 4)))) == of(18, 9, 4)


@pytest.mark.parametrize(
    ("totals", "every", "early"),
    [
        ((15, 10), 28, "adecuado"),
        ((15, 11), 28, "insuficiente"),
        ((15, 13), 56, "insuficiente"),
        ((15, 14), 42, "fallo"),
        ((15, 19), 42, "fallo"),
        ((15, 10), 27, None),
        ((15, 10), 57, None),
        ((9, 2), 28, None),
    ],
)
def test_the_early_look_reads_the_fall_between_four_and_eight_weeks(
    totals: tuple[int, int], every: int, early: str | None
) -> None:
    found = of(*totals, every=every).early
    assert (found.id if found else None) == early


@given(st.lists(st.integers(0, 27), min_size=2, max_size=12))
def test_the_best_is_never_above_first_or_last_and_response_is_half_or_less(totals: list[int]) -> None:
    found = of(*totals)
    assert found.best.total <= min(found.first.total, found.last.total)
    assert found.last.total == totals[-1]
    assert found.response is (found.first.total > 0 and 2 * found.last.total <= found.first.total)
    assert found.remission is (found.last.total < 5)


@pytest.mark.parametrize(
    ("totals", "back"),
    [
        ((18, 3, 14), 14),
        ((18, 3, 14, 12), 14),
        ((18, 3, 14, 4), None),
        ((18, 3, 9), None),
        ((18, 6, 14), None),
        ((3, 14), None),
        ((14,), None),
        ((18, 3, 14, 4, 11), 11),
    ],
)
def test_a_relapse_is_a_case_after_a_case_that_had_remitted(
    totals: tuple[int, ...], back: int | None
) -> None:
    """A rise below the case cut-off is none, nor a first episode after low scores, nor one that remitted again."""
    found = relapse(PHQ9, points(*totals))
    assert (found.total if found else None) == back


def test_instruments_without_rules_of_change_know_no_relapse() -> None:
    assert relapse(Instruments().get("phq2"), points(5, 0, 5)) is None
