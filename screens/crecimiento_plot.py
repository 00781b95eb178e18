"""A child's growth between the lines of the WHO, in characters that every console has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ces_tui.base.dates import show_number
from ces_tui.child.growth import Point
from screens.widgets.ink import Canvas, Line, Span, fit

MARK, TRACE = "●", "·"
_INKS = {0.0: "ok", 2.0: "warn", -2.0: "warn", 1.0: "warn", 3.0: "bad", -3.0: "bad"}
_RIGHT = 4
"""Columns kept on the right for the names of the lines."""


@dataclass(frozen=True)
class Picture:
    """What is drawn: `curve(z, columns)` gives a WHO line, one value a column, across `span`."""

    title: str
    unit: str
    span: tuple[int, int]
    zs: Sequence[float]
    curve: Callable[[float, int], Sequence[float | None]]
    points: Sequence[Point]
    marks: Sequence[tuple[float, str]]
    """Places on the x axis and their words."""


class GrowthPlot(Canvas):
    """One index at a time. Example: `plot.show(Picture("Talla para la edad", "cm", (0, 730), LINES, curve, points, marks))`."""

    DEFAULT_CSS = "GrowthPlot { height: 1fr; min-height: 9; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._cache: tuple[tuple[int, int], list[Line]] | None = None

    def show(self, picture: Picture | None) -> None:
        """Draw this index, or nothing yet."""
        self._picture, self._cache = picture, None
        if self.is_attached:
            self.relayout()

    def help_here(self) -> tuple[str, str]:
        return (
            "Curva de crecimiento",
            "● es el niño o la niña; las líneas de puntos son las de la OMS: 0 la mediana, ±2 y ±3 desviaciones.",
        )

    def count(self) -> int:
        return max(self.size.height, 6)

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        size = (width, self.count())
        if self._cache is None or self._cache[0] != size:
            self._cache = (size, self.lines_of(*size))
        return self._cache[1][y], "text"

    def lines_of(self, width: int, height: int) -> list[Line]:
        """The whole drawing, `height` lines of at most `width` cells."""
        shown = self._picture
        if shown is None:
            return [[("  Todavía no hay mediciones.", "dim")], *[[] for _ in range(height - 1)]]
        rows = max(height - 3, 3)
        columns = max(width - 7 - _RIGHT, 10)
        curves = {z: shown.curve(z, columns) for z in shown.zs}
        low, high = _range(shown, curves.values())
        grid = _grid(shown, curves, rows, columns, low, high)
        lines: list[Line] = [_head(shown, width)]
        for i in range(rows):
            labelled = i in {0, rows // 2, rows - 1}
            label = show_number(high - (high - low) * i / (rows - 1), 1) if labelled else ""
            lines.append([(f"{label:>5} ", "dim"), ("┤" if labelled else "│", "dim"), *grid[i]])
        lines.append([(" " * 6 + "└" + "─" * columns, "dim")])
        lines.append([(" " * 7 + _marks(shown, columns), "dim")])
        return lines[:height]


def _head(shown: Picture, width: int) -> Line:
    title = f"{shown.title} ({shown.unit})"
    return [(title, "title"), (fit("   ● medición   ··· OMS", max(width - len(title), 0)), "dim")]


def _inside(shown: Picture) -> list[Point]:
    return [p for p in shown.points if shown.span[0] <= p.x <= shown.span[1]]


def _range(shown: Picture, curves: object) -> tuple[float, float]:
    values = [v for c in curves for v in c if v is not None]  # type: ignore[attr-defined]
    values += [p.y for p in _inside(shown)]
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)


def _grid(
    shown: Picture,
    curves: dict[float, Sequence[float | None]],
    rows: int,
    columns: int,
    low: float,
    high: float,
) -> list[list[Span]]:
    blank: Span = (" ", "text")
    grid = [[blank] * (columns + _RIGHT) for _ in range(rows)]

    def row_of(value: float) -> int:
        return round((high - value) / (high - low) * (rows - 1))

    for z, values in curves.items():
        ink = _INKS.get(z, "dim")
        at = None
        for x, value in enumerate(values):
            if value is not None:
                at = (row_of(value), x)
                grid[at[0]][x] = (TRACE, ink)
        if at is not None:
            for i, char in enumerate(f" {z:+.0f}" if z else "  0"):
                if (place := at[1] + 1 + i) < columns + _RIGHT and grid[at[0]][place] == blank:
                    grid[at[0]][place] = (char, ink)
    for point in _inside(shown):
        x = round((point.x - shown.span[0]) / (shown.span[1] - shown.span[0]) * (columns - 1))
        grid[row_of(point.y)][x] = (MARK, "key")
    return grid


def _marks(shown: Picture, columns: int) -> str:
    """The words below the axis, each centred on its place, none over another."""
    text = [" "] * (columns + _RIGHT)
    for at, word in shown.marks:
        middle = round((at - shown.span[0]) / (shown.span[1] - shown.span[0]) * (columns - 1))
        start = max(min(middle - len(word) // 2, len(text) - len(word)), 0)
        if all(c == " " for c in text[max(start - 1, 0) : start + len(word) + 1]):
            text[start : start + len(word)] = word
    return "".join(text)
