"""A trend over time in characters that every console has: marks, a scale, the dates at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import show_date, show_number
from screens.widgets.ink import Canvas, Line, Span, fit

MARKS = "●▲■+"


@dataclass(frozen=True)
class Series:
    """One line of points; its mark comes from its place (● ▲ ■ +)."""

    name: str
    points: Sequence[tuple[date, float]]


@dataclass(frozen=True)
class Level:
    """A line across the plot: a goal or a cut-off, with its words."""

    value: float
    name: str


@dataclass(frozen=True)
class Mark:
    """A day on which something else happened (a treatment began): a column with `sign` below it on the axis."""

    day: date
    sign: str


class Plot(Canvas):
    """Up to four series on one scale.

    Example: `plot.show("Presión", [Series("sistólica", points), Series("diastólica", low)], unit="mmHg", levels=[Level(140, "meta")])`
    """

    DEFAULT_CSS = "Plot { height: 12; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = ""
        self._unit = ""
        self._series: list[Series] = []
        self._levels: list[Level] = []
        self._marks: list[Mark] = []

    def show(
        self,
        title: str,
        series: Sequence[Series],
        *,
        unit: str = "",
        levels: Sequence[Level] = (),
        marks: Sequence[Mark] = (),
    ) -> None:
        """Draw these series."""
        self._title, self._unit = title, unit
        self._series, self._levels, self._marks = [s for s in series if s.points], list(levels), list(marks)
        if self.is_attached:
            self.relayout()

    def help_here(self) -> tuple[str, str]:
        return ("Tendencia", f"{self._title}: cada marca es una medición; las fechas están en los extremos.")

    def count(self) -> int:
        return max(self.size.height, 6)

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        return self.picture(width, self.count())[y], "text"

    def picture(self, width: int, height: int) -> list[Line]:
        """The whole drawing, `height` lines of at most `width` cells."""
        head = self._head(width)
        if not self._series:
            return [head, [("  Todavía no hay mediciones.", "dim")], *[[] for _ in range(height - 2)]]
        low, high = self._range()
        rows = max(height - 3, 3)
        labels = [show_number(high - (high - low) * i / (rows - 1), 1) for i in range(rows)]
        margin = max(len(text) for text in (labels[0], labels[-1], labels[rows // 2])) + 1
        cells = self._cells(max(width - margin - 1, 10), rows, low, high)
        lines: list[Line] = [head]
        for i, row in enumerate(cells):
            label = labels[i] if i in {0, rows // 2, rows - 1} else ""
            lines.append([(f"{label:>{margin}}", "dim"), ("┤" if label else "│", "dim"), *row])
        lines.append([(" " * margin + "└", "dim"), *self._axis(width - margin - 1)])
        lines.append([(" " * margin + " " + self._dates(width - margin - 1), "dim")])
        return lines[:height]

    def _head(self, width: int) -> Line:
        legend = "  ".join(f"{MARKS[i % 4]} {s.name}" for i, s in enumerate(self._series))
        unit = f" ({self._unit})" if self._unit else ""
        room = max(width - len(self._title) - len(unit) - 2, 0)
        return [(self._title, "title"), (unit, "dim"), ("  ", "text"), (fit(legend, room), "text")]

    def _range(self) -> tuple[float, float]:
        values = [v for s in self._series for _, v in s.points] + [level.value for level in self._levels]
        low, high = min(values), max(values)
        if low == high:
            low, high = low - 1, high + 1
        return low, high

    def _days(self) -> tuple[int, int]:
        days = [d.toordinal() for s in self._series for d, _ in s.points]
        days += [mark.day.toordinal() for mark in self._marks]
        return min(days), max(days)

    def _place(self, day: date, width: int) -> int:
        first, last = self._days()
        return round((day.toordinal() - first) / max(last - first, 1) * (width - 1))

    def _axis(self, width: int) -> list[Span]:
        """The time axis with the sign of each mark."""
        cells: list[Span] = [("─", "dim")] * width
        for mark in self._marks:
            cells[self._place(mark.day, width)] = (mark.sign[:1], "key")
        return cells

    def _cells(self, width: int, rows: int, low: float, high: float) -> list[list[Span]]:
        grid: list[list[tuple[str, str]]] = [[(" ", "text")] * width for _ in range(rows)]

        def row_of(value: float) -> int:
            return round((high - value) / (high - low) * (rows - 1))

        for level in self._levels:
            text = f" {level.name} {show_number(level.value)} "
            row = row_of(level.value)
            grid[row] = [("─", "dim")] * width
            for x, char in enumerate(text[: width - 1]):
                grid[row][width - len(text[: width - 1]) + x] = (char, "dim")
        for mark in self._marks:
            for row_cells in grid:
                if row_cells[self._place(mark.day, width)][0] in " ─":
                    row_cells[self._place(mark.day, width)] = ("│", "dim")
        for i, series in enumerate(self._series):
            for day, value in sorted(series.points):
                x = self._place(day, width)
                grid[row_of(value)][x] = (MARKS[i % 4], "key" if i == 0 else "strong")
        return grid

    def _dates(self, width: int) -> str:
        first, last = self._days()
        left, right = show_date(date.fromordinal(first)), show_date(date.fromordinal(last))
        if first == last:
            return left
        return left + right.rjust(max(width - len(left), 0))
