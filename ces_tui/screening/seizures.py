"""Seizures as the note's section Epilepsia holds them: the register reads them there and asks nobody twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_tui.base.dates import show_date, show_number

Noted = tuple[date, int, Mapping[str, float | str]]
"""Day and instant of a note, and what its sections say, by question."""


@dataclass(frozen=True)
class Count:
    """Seizures in the four weeks before a note."""

    day: date
    seizures: float


@dataclass(frozen=True)
class Seizures:
    """One person's counts, oldest first; never without one."""

    base: float | None
    """Seizures a month before treatment, as noted last; None where nobody asked."""
    counts: tuple[Count, ...]

    @property
    def last(self) -> Count:
        return self.counts[-1]

    @property
    def again(self) -> bool:
        """Seizures again at the last count, none at the one before."""
        return len(self.counts) > 1 and self.counts[-2].seizures == 0 < self.last.seizures

    @property
    def more(self) -> bool:
        """More than before treatment."""
        return self.base is not None and self.last.seizures > self.base

    @property
    def words(self) -> str:
        """'crisis 8→2' (before treatment and now), or 'crisis 2'."""
        now = show_number(self.last.seizures)
        return f"crisis {now}" if self.base is None else f"crisis {show_number(self.base)}→{now}"

    @property
    def said(self) -> str:
        """'2 en las 4 semanas antes del 12/11/2026; antes del tratamiento 8 al mes (75 % menos)'."""
        told = f"{show_number(self.last.seizures)} en las 4 semanas antes del {show_date(self.last.day)}"
        if self.base is None:
            return told
        moved = f" ({_moved(self.base, self.last.seizures)})" if self.base > 0 else ""
        return f"{told}; antes del tratamiento {show_number(self.base)} al mes{moved}"


def gather(notes: Iterable[Noted], base: str, now: str) -> Seizures | None:
    """The counts of notes in any order; None without one. `base` and `now` are the ids of the two questions."""
    before: float | None = None
    counts = []
    for day, _, values in sorted(notes, key=lambda n: (n[0], n[1])):
        if isinstance(found := values.get(base), int | float):
            before = float(found)
        if isinstance(found := values.get(now), int | float):
            counts.append(Count(day, float(found)))
    return Seizures(before, tuple(counts)) if counts else None


def values_of(findings: Iterable[Mapping[str, Any]]) -> dict[str, float | str]:
    """What a note's sections say, by question."""
    return {str(f["name"]): f["value"] for f in findings}


def reduction(base: float, now: float) -> str:
    """'75 % menos crisis que antes del tratamiento' ((base - now) / base, CES's own record); zero gives no percentage."""
    if base <= 0:
        return "sin porcentaje: la base es 0"
    more = "" if base == now else " crisis"
    return f"{_moved(base, now)}{more} que antes del tratamiento"


def _moved(base: float, now: float) -> str:
    """'75 % menos', '50 % más' or 'igual'."""
    change = (base - now) / base * 100
    return "igual" if change == 0 else f"{abs(change):.0f} % {'menos' if change > 0 else 'más'}"
