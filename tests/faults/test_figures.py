"""The table counts only what was tried: slices of one program by different seeds add up, nothing else does."""

from __future__ import annotations

import pytest

from tests.faults import figures
from tests.faults.figures import Figure, added

EARLIER = Figure(1000, 0, "up to 50 acts each", "abc1234", frozenset({1, 3})).line("schedules")


def now(*seeds: int, note: str = "up to 50 acts each") -> Figure:
    return Figure(500, 0, note, "def5678", frozenset(seeds))


@pytest.fixture(autouse=True)
def _same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "same_code", lambda _commit: True)


def test_slices_by_other_seeds_add_up() -> None:
    whole = added(now(2), EARLIER)
    assert (
        whole.line("schedules") == "| schedules | 1,500 | 0 | up to 50 acts each; seeds 1, 2, 3 | def5678 |"
    )


@pytest.mark.parametrize(
    "figure",
    [now(), now(2, note="up to 30 acts each")],
    ids=["not drawn by a seed", "another set of trials"],
)
def test_what_is_something_else_does_not_add(figure: Figure) -> None:
    assert added(figure, EARLIER) == figure
    assert added(now(2, note="x"), Figure(7, 0, "x", "abc1234").line("n")).count == 500


def test_a_seed_that_was_counted_already_is_counted_once() -> None:
    assert added(now(3), EARLIER).line("schedules") == EARLIER


def test_a_line_of_another_program_does_not_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "same_code", lambda _commit: False)
    assert added(now(2), EARLIER).count == 500


def test_an_unknown_commit_holds_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert not figures.same_code("0" * 40)
