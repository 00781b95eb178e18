"""How much of an item a clinic uses in a month: pure, from the month rows of `facts.dispense`.

Rule (OpenBoxes product demand; MSH/WHO Js4872e for the average): less given than asked because stock was short counts
as asked; less by clinical judgement counts as given; what makes good an earlier shortfall was counted then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_tui.pharmacy.records import SHORT_STOCK

MONTHS = 3
"""Full months that the average looks back on; one month of use stands for the coming course."""


@dataclass(frozen=True)
class Asked:
    """One line of a dispense, as a month row keeps it."""

    dispense: str
    patient: str
    day: date
    item: str
    asked: int
    given: int
    short: str
    days: int | None
    pending: str | None

    @property
    def missing(self) -> int:
        """Units still owed because stock was short."""
        return max(0, self.asked - self.given) if self.short == SHORT_STOCK else 0

    @property
    def demand(self) -> int:
        return demand(self.asked, self.given, self.short, self.pending)


def asked_lines(rows: Iterable[Mapping[str, Any]], *, owed: bool = False) -> list[Asked]:
    """The lines of some month rows; with `owed` only those that were short or that made good a shortfall."""
    return [
        Asked(row["id"], row["p"], date.fromisoformat(row["d"]), *line)
        for row in rows
        for line in row["l"]
        if not owed or line[3] == SHORT_STOCK or line[5]
    ]


def last_dispense(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """(patient, item) -> the last dispense of a receta that asked for it."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        mark = (row["d"], row["id"])
        for line in row["l"]:
            key = (row["p"], line[0])
            if not line[5] and mark > found.get(key, ("", "")):
                found[key] = mark
    return {key: dispense for key, (_day, dispense) in found.items()}


def month_totals(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Demand by item of some month rows, by the rule of `demand`."""
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        for item, asked, given, short, _days, pending in row["l"]:
            totals[item] += demand(asked, given, short, pending)
    return dict(totals)


def demand(asked: int, given: int, short: str, pending: str | None) -> int:
    """What a line says about need: asked where stock was short, given where somebody judged, nothing where it was owed."""
    if pending:
        return 0
    return max(asked, given) if short == SHORT_STOCK else given


def months_back(today: date, count: int = MONTHS) -> list[str]:
    """The last full months as yyyy-mm, oldest first."""
    year, month = today.year, today.month
    found = []
    for _ in range(count):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        found.append(f"{year:04d}-{month:02d}")
    return found[::-1]


def average_month(totals: Iterable[Mapping[str, int]], item: str) -> float | None:
    """Average demand of an item over months that have any record at all; None with none (never a guess)."""
    months = [month for month in totals if month]
    if not months:
        return None
    return sum(month.get(item, 0) for month in months) / len(months)


def months_left(on_hand: int, average: float | None) -> float | None:
    """Months of stock; None where demand is not known or nil."""
    return on_hand / average if average else None
