"""The course of one person on one instrument: first, best and last score, response, relapse, and the early look. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.screening.content import EarlyBand
from ces_tui.screening.instrument import Instrument


@dataclass(frozen=True)
class Point:
    """One complete sheet."""

    day: date
    total: int


@dataclass(frozen=True)
class Course:
    """Where it began, the best it was, where it is. All against `first`, which opens the episode."""

    first: Point
    best: Point
    last: Point
    response: bool
    remission: bool
    early: EarlyBand | None
    """What the fall by now means, when the last score lies in the instrument's early window; else None."""

    @property
    def fall(self) -> int:
        """Points below the first; negative when it is worse."""
        return self.first.total - self.last.total

    @property
    def days(self) -> int:
        return (self.last.day - self.first.day).days


def course(instrument: Instrument, points: Sequence[Point]) -> Course | None:
    """The course of the present episode, or None without rules or without a second score.

    An episode opens with the first score at or above the case cut-off, or with the first score at all where none
    is; after a remission it opens anew with the next score at or above the cut-off (NCQA: baseline above 9).
    """
    rules, case = instrument.change, instrument.source.case
    ordered = sorted(points, key=lambda p: p.day)
    if rules is None or len(ordered) < 2:
        return None
    present = episode(ordered, case.cut if case else 0, rules.remission.below)
    first, last = present[0], present[-1]
    best = min(reversed(present), key=lambda p: p.total)
    fall = first.total - last.total
    return Course(
        first=first,
        best=best,
        last=last,
        response=first.total > 0 and fall * 100 >= rules.response.fall_percent * first.total,
        remission=last.total < rules.remission.below,
        early=_early(instrument, first, last, case.cut if case else 0),
    )


def relapse(instrument: Instrument, points: Sequence[Point]) -> Point | None:
    """The score that opened the present episode when it followed a remission and has not remitted since; else None.

    No published rule was read for this (certainty U): whoever shows it says "por confirmar" and flags nobody by it
    unless the supervisor decided so.
    """
    rules, case = instrument.change, instrument.source.case
    if rules is None or case is None:
        return None
    ordered = sorted(points, key=lambda p: p.day)
    present = episode(ordered, case.cut, rules.remission.below)
    before = ordered[: len(ordered) - len(present)]
    ill = next((i for i, p in enumerate(before) if p.total >= case.cut), None)
    remitted = ill is not None and any(p.total < rules.remission.below for p in before[ill:])
    well_again = any(p.total < rules.remission.below for p in present)
    return present[0] if remitted and not well_again else None


def episode(points: Sequence[Point], cut: int, remitted: int) -> Sequence[Point]:
    """The scores of the present episode, of scores in order: from the first case on, anew with the next case after a remission."""
    start = next((i for i, p in enumerate(points) if p.total >= cut), 0)
    well = False
    for i, point in enumerate(points[start:], start):
        if well and point.total >= cut:
            start, well = i, False
        well = well or point.total < remitted
    return points[start:]


def _early(instrument: Instrument, first: Point, last: Point, cut: int) -> EarlyBand | None:
    early = instrument.change.early if instrument.change else None
    if early is None or first.total < cut:
        return None
    if not early.from_days <= (last.day - first.day).days <= early.to_days:
        return None
    fall = first.total - last.total
    return next(b for b in early.bands if b.fall_at_least is None or fall >= b.fall_at_least)
