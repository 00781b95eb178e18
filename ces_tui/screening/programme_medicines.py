"""Medicines of the mind and of epilepsy in a chart: what is taken now, how many mg a day, and when it began or changed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ces_tui.base.dates import show_number
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import per_day
from ces_tui.screening.programme_content import ProgrammeFile

Receta = tuple[date, str, Sequence[PrescriptionLine]]
"""Day, consult and lines of one consult."""
Lookup = Callable[[str], Entry | None]
GAP_DAYS = 60
"""A treatment that ran out this long ago is begun anew; until then it is the same treatment, taken late."""


@dataclass(frozen=True)
class Taken:
    """One ingredient as it is taken now, or was last."""

    ingredient: str
    group: str
    mg_day: Decimal | None
    """None where it cannot be worked out (as needed, depot, an unknown presentation)."""
    since: date
    """First day of this treatment without a long gap."""
    dose_since: date
    ends: date | None
    """Last day that the receta covers; None for a depot injection."""
    depot: bool = False

    def covers(self, day: date) -> bool:
        return self.ends is None or self.ends >= day

    @property
    def words(self) -> str:
        """'fluoxetina 20 mg/día'."""
        if self.depot:
            return f"{self.ingredient} de depósito"
        if self.mg_day is None:
            return self.ingredient
        return f"{self.ingredient} {show_number(float(self.mg_day), 1)} mg/día"


@dataclass(frozen=True)
class TreatmentChange:
    """A day on which a treatment began, changed its dose or was stopped: marked on the trend."""

    day: date
    group: str
    words: str


def mg_per_day(line: PrescriptionLine, entry: Entry | None) -> Decimal | None:
    """mg of the first ingredient in a day; None when it is taken as needed, once, or its units do not say."""
    if entry is None or not entry.amounts or entry.amount_unit != "mg":
        return None
    if line.prn or line.days is None or line.unit != entry.dose_unit:
        return None
    total = per_day(line) * entry.amounts[0]
    return total / 7 if line.weekday is not None else total


def treatments(
    recetas: Iterable[Receta], lookup: Lookup, rules: ProgrammeFile, on: date
) -> tuple[list[Taken], list[TreatmentChange]]:
    """What is taken on a day (or ran out less than `GAP_DAYS` ago), and every change up to it, oldest first."""
    groups = {g.group for g in rules.groups}
    now: dict[str, Taken] = {}
    changes: list[TreatmentChange] = []
    for day, _, lines in sorted(recetas, key=lambda r: (r[0], r[1])):
        if day > on:
            continue
        for ingredient, found in _by_ingredient(lines, lookup, groups).items():
            step = _step(now.get(ingredient), _taken(day, ingredient, found, lookup, rules))
            if step.change:
                changes.append(TreatmentChange(day, step.group, step.change))
            if step.now is None:
                now.pop(ingredient, None)
            else:
                now[ingredient] = step.now
    kept = [t for t in now.values() if t.covers(on - timedelta(days=GAP_DAYS))]
    return sorted(kept, key=lambda t: (t.group, t.ingredient)), changes


@dataclass(frozen=True)
class _Step:
    now: Taken | None
    group: str
    change: str


def _by_ingredient(
    lines: Sequence[PrescriptionLine], lookup: Lookup, groups: set[str]
) -> dict[str, list[PrescriptionLine]]:
    """The lines of one receta by ingredient: two presentations of one drug are one dose."""
    found: dict[str, list[PrescriptionLine]] = {}
    for line in lines:
        entry = lookup(line.item)
        if entry is not None and entry.group in groups and entry.ingredients:
            found.setdefault(entry.ingredients[0], []).append(line)
    return found


def _taken(
    day: date, ingredient: str, lines: list[PrescriptionLine], lookup: Lookup, rules: ProgrammeFile
) -> Taken | str:
    """What one receta says of one ingredient; the group alone where it stops it."""
    entry = lookup(lines[0].item)
    assert entry is not None
    going = [line for line in lines if not line.stopped]
    if not going:
        return entry.group
    depot = any("decanoato" in line.name.casefold() for line in going)
    doses = [mg_per_day(line, lookup(line.item)) for line in going]
    known = [d for d in doses if d is not None]
    mg = sum(known, Decimal(0)) if len(known) == len(doses) and not depot else None
    longest = max((line.days or 1 for line in going), default=1)
    ends = day + timedelta(days=(rules.depot.days if depot else longest) - 1)
    return Taken(ingredient, entry.group, mg, day, day, ends, depot)


def _step(before: Taken | None, told: Taken | str) -> _Step:
    if isinstance(told, str):
        return _Step(None, told, f"suspende {before.ingredient}" if before else "")
    if before is None or (before.ends is not None and told.since - before.ends > timedelta(days=GAP_DAYS)):
        return _Step(told, told.group, f"{'reinicia' if before else 'inicia'} {told.words}")
    same = before.mg_day == told.mg_day
    kept = Taken(
        told.ingredient,
        told.group,
        told.mg_day,
        before.since,
        before.dose_since if same else told.dose_since,
        told.ends,
        told.depot,
    )
    if same or before.mg_day is None or told.mg_day is None:
        return _Step(kept, told.group, "")
    return _Step(kept, told.group, f"{'sube' if told.mg_day > before.mg_day else 'baja'} a {told.words}")
