"""Scores cannot lie: nothing missing ever looks like a total."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.report import headline
from ces_tui.screening.rules import Score, asked, compare, estimate, score

PHQ9 = Instruments().get("phq9")
GAD7 = Instruments().get("gad7")
answer = st.one_of(st.none(), st.integers(0, 3))
sheets = st.lists(answer, min_size=9, max_size=9)


@given(sheets)
def test_a_sheet_with_anything_missing_has_no_total_and_no_band(sheet: list[int | None]) -> None:
    result = score(PHQ9, sheet)
    missing = None in sheet
    assert result.complete is not missing
    assert (result.total is None) is missing
    assert (result.band is None) is missing


@given(sheets)
def test_item_9_is_flagged_exactly_when_positive_or_unanswered(sheet: list[int | None]) -> None:
    expected = {None: ("item9_sin_respuesta",), 0: ()}.get(sheet[8], ("item9",))
    assert score(PHQ9, sheet).flags == expected
    assert score(PHQ9, sheet).alarming is bool(expected)


@given(sheets, st.integers(0, 8))
def test_refusing_one_more_item_never_turns_into_a_lower_total(sheet: list[int | None], place: int) -> None:
    refused = [*sheet[:place], None, *sheet[place + 1 :]]
    assert score(PHQ9, refused).total is None


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.integers(0, 8), st.integers(0, 3))
def test_a_worse_answer_never_lowers_the_total(sheet: list[int], place: int, worse: int) -> None:
    raised = [*sheet[:place], max(sheet[place], worse), *sheet[place + 1 :]]
    before, after = score(PHQ9, sheet).total, score(PHQ9, raised).total
    assert before is not None and after is not None and after >= before


@given(sheets)
def test_the_estimate_exists_only_for_one_or_two_missing_items_and_never_without_item_9(
    sheet: list[int | None],
) -> None:
    guess = estimate(PHQ9, sheet)
    missing = sheet.count(None)
    assert (guess is not None) is (missing in (1, 2) and sheet[8] is not None)
    if guess is not None:
        assert sum(a for a in sheet if a is not None) <= guess <= 27


def test_a_whole_sheet_has_a_total_and_no_estimate() -> None:
    assert estimate(PHQ9, [1] * 9) is None


def test_the_estimate_rounds_half_up_as_published() -> None:
    # 8 answered, sum 12: 12 * 9 / 8 = 13.5
    assert estimate(PHQ9, [None, 2, 2, 2, 2, 2, 1, 1, 0]) == 14


def test_an_unconfirmed_missing_rule_estimates_nothing() -> None:
    assert estimate(GAD7, [None, 2, 2, 2, 2, 2, 2]) is None


def test_a_refused_item_9_is_named_as_unanswered() -> None:
    assert score(PHQ9, [0, 1, 2, 3, 0, 0, 0, 0, None]) == Score(False, None, None, ("item9_sin_respuesta",))


@pytest.mark.parametrize("sheet", [[0] * 8, [0] * 10, [], [0] * 8 + [4], [-1] + [0] * 8])
def test_a_sheet_of_another_length_or_with_a_value_that_is_no_option_is_refused(sheet: list[int]) -> None:
    with pytest.raises(BadInput):
        score(PHQ9, sheet)


@pytest.mark.parametrize(
    ("before", "now", "response", "remission", "better", "worse"),
    [
        (20, 10, True, False, True, False),
        (20, 11, False, False, True, False),
        (9, 5, False, False, False, False),
        (9, 4, True, True, True, False),
        (10, 5, True, False, True, False),
        (3, 8, False, False, False, True),
        (3, 7, False, False, False, False),
        (0, 0, False, True, False, False),
        (1, 0, True, True, False, False),
    ],
)
def test_response_is_half_remission_is_below_five_and_five_points_are_a_change(
    before: int, now: int, response: bool, remission: bool, better: bool, worse: bool
) -> None:
    change = compare(PHQ9, now, before)
    assert change is not None
    assert (change.response, change.remission, change.better, change.worse) == (
        response,
        remission,
        better,
        worse,
    )
    assert change.points == now - before


def test_a_short_form_is_not_compared() -> None:
    assert compare(Instruments().get("phq2"), 1, 5) is None


WHOLE = {i.id: i for i in Instruments().all() if i.band_of}


@pytest.mark.parametrize("name", WHOLE)
@given(st.data())
def test_of_no_instrument_a_sheet_with_a_refused_item_has_total_or_band(
    name: str, data: st.DataObject
) -> None:
    """Items that need not be asked after the answers before them (AUDIT) are the only ones that may lack."""
    instrument = WHOLE[name]
    sheet = [data.draw(st.none() | st.sampled_from(sorted(allowed))) for allowed in instrument.allowed]
    lacks = any(a is None and asked(instrument, sheet, i) for i, a in enumerate(sheet))
    result = score(instrument, sheet)
    assert result.complete is not lacks
    assert (result.total is None) is lacks and (result.band is None) is lacks
    if result.total is not None:
        counted = [a or 0 for a, counts in zip(sheet, instrument.counted, strict=True) if counts]
        assert result.total == sum(counted)
        assert result.band == instrument.band_of[result.total].id


@pytest.mark.parametrize("name", WHOLE)
@given(st.data())
def test_no_estimate_fills_a_danger_item_or_looks_like_a_total(name: str, data: st.DataObject) -> None:
    instrument = WHOLE[name]
    sheet = [data.draw(st.none() | st.sampled_from(sorted(allowed))) for allowed in instrument.allowed]
    guess = estimate(instrument, sheet)
    if guess is None:
        return
    assert score(instrument, sheet).total is None
    assert all(sheet[s.index] is not None for s in instrument.safety)
    assert 0 <= guess <= len(instrument.band_of) - 1
    said = [s.text for s in headline(instrument, score(instrument, sheet), sheet)]
    assert "INCOMPLETO" in said[0] and "No es un puntaje" in said[1]


def test_each_of_the_511_ways_of_leaving_items_out_of_a_phq9_has_no_total() -> None:
    for left_out in range(1, 2**9):
        for value in (0, 1, 3):
            sheet = [None if left_out >> i & 1 else value for i in range(9)]
            result = score(PHQ9, sheet)
            assert (result.complete, result.total, result.band) == (False, None, None)
            assert ("item9_sin_respuesta" in result.flags) == bool(left_out >> 8 & 1)
