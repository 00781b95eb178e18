"""What a benchmark gives back: named figures with unit, goal and the floor they were measured beside."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `floor` is what the same machine needs at least, measured in the same run."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
    floor: float | None = None
    floor_name: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    def row(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


def under(
    name: str,
    value: float,
    unit: str,
    most: float,
    *,
    floor: float | None = None,
    floor_name: str = "",
    note: str = "",
) -> Figure:
    """A figure whose goal is to be at most `most`."""
    return Figure(name, value, unit, f"≤ {most:g} {unit}", value <= most, floor, floor_name, note)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0-1) of the sorted values lie, by nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, min(len(ranked) - 1, math.ceil(share * len(ranked)) - 1))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
