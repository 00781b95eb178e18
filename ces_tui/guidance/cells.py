"""Cutting each input where some condition cuts it: inside a cell no condition can tell two values apart."""

from __future__ import annotations

from dataclasses import dataclass

from ces_tui.guidance.conditions import Compare, Condition, Gap, Span, Value, leaves
from ces_tui.guidance.pathway import Input, Pathway

EPSILON = 0.001
"""How close to a cut-off a representative of an open interval stands, for inputs with decimals."""


@dataclass(frozen=True)
class Cell:
    """One answer, or a stretch of numbers from `low` to `high` that every condition sees alike."""

    low: Value | Gap
    high: Value | Gap


@dataclass(frozen=True)
class Run:
    """Neighbouring cells of one input, taken together; a condition is shown `value`: one answer, or a span of numbers."""

    cells: tuple[Cell, ...]
    value: Value | Gap


def run_of(*cells: Cell) -> Run:
    low, high = cells[0].low, cells[-1].high
    if isinstance(low, bool) or not isinstance(low, int | float) or not isinstance(high, int | float):
        return Run(cells, low)
    return Run(cells, Span(low, high))


def is_missing(cell: Cell) -> bool:
    return cell.low is Gap.MISSING


def cells(pathway: Pathway) -> dict[str, tuple[Cell, ...]]:
    """For every input its cells, in order; together they are all that can be answered."""
    cuts: dict[str, set[float]] = {name: set() for name in pathway.inputs}
    for condition in conditions(pathway):
        for leaf in leaves(condition):
            if isinstance(leaf, Compare):
                cuts[leaf.name].add(leaf.bound)
    return {name: _cells(spec, sorted(cuts[name])) for name, spec in pathway.inputs.items()}


def conditions(pathway: Pathway) -> list[Condition]:
    """Every condition of the pathway that can change an outcome."""
    found = [r.when for r in pathway.rules]
    found += [u.when for r in pathway.rules for u in r.treatment]
    found += [e.when for e in pathway.extras]
    found += [f.when for f in pathway.refusals]
    found += [v.when for v in pathway.invariants]
    return found


def _cells(spec: Input, cuts: list[float]) -> tuple[Cell, ...]:
    if spec.kind == "yes_no":
        values: list[Cell] = [Cell(True, True), Cell(False, False)]
    elif spec.kind == "choice":
        values = [Cell(o.value, o.value) for o in spec.options]
    else:
        values = _stretches(spec, cuts)
    if not spec.required and spec.default is None:
        values.append(Cell(Gap.MISSING, Gap.MISSING))
    return tuple(values)


def _stretches(spec: Input, cuts: list[float]) -> list[Cell]:
    """The cut-offs inside the range, and the open stretches between them, before the first and after the last."""
    step = 1 if spec.integer else EPSILON
    inside = [c for c in cuts if spec.low <= c <= spec.high]
    found: list[Cell] = []
    start, start_open = spec.low, False
    for cut in inside:
        _add(found, start + (step if start_open else 0), cut - step, spec)
        found.append(Cell(cut, cut))
        start, start_open = cut, True
    _add(found, start + (step if start_open else 0), spec.high, spec)
    return found


def _add(found: list[Cell], low: float, high: float, spec: Input) -> None:
    if low <= high:
        low, high = (int(low), int(high)) if spec.integer else (round(low, 6), round(high, 6))
        found.append(Cell(low, high))
