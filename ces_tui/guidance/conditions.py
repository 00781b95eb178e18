"""Conditions over answers, as data: comparisons, choices, yes/no, all, any, not. Never code, never `eval`.

    tiraje                            the yes/no answer is yes (or the definition of that name holds)
    [fr_por_min, ">=", fr_rapida]     a number against a figure of the file
    [paso_actual, in, [paso_1]]       a choice among values
    {known: spo2}                     an optional answer was given
    {not: c}  {all: [c…]}  {any: [c…]}

A condition has three truths: yes, no, and "it depends on an answer not given yet", which it then names. So the same
code asks only what is needed, runs, and proves.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Gap(Enum):
    """Why there is no value: `MISSING` was answered with nothing, `UNKNOWN` was not asked yet."""

    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Span:
    """Any number from `low` to `high`: how the checker speaks of many answers at once."""

    low: float
    high: float


Value: TypeAlias = bool | float | str | Span
Lookup: TypeAlias = Callable[[str], Value | Gap]
Verdict: TypeAlias = tuple[bool | None, str | None]
"""Truth, and when it is open (None) the input on which it hangs."""

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Yes:
    """A yes/no answer is yes; a missing one counts as no."""

    name: str

    def judge(self, look: Lookup) -> Verdict:
        value = look(self.name)
        return (None, self.name) if value is Gap.UNKNOWN else (value is True, None)


@dataclass(frozen=True)
class Compare:
    """A number against a figure; a missing number fulfils nothing."""

    name: str
    sign: str
    figure: str
    bound: float

    def judge(self, look: Lookup) -> Verdict:
        value = look(self.name)
        compare = OPERATORS[self.sign]
        if isinstance(value, Span):
            first, last = compare(value.low, self.bound), compare(value.high, self.bound)
            return (first, None) if first is last else (None, self.name)
        if value is Gap.UNKNOWN:
            return None, self.name
        return isinstance(value, int | float) and compare(value, self.bound), None


@dataclass(frozen=True)
class Versus:
    """Two numbers against each other; only refusals use it."""

    name: str
    sign: str
    other: str

    def judge(self, look: Lookup) -> Verdict:
        left, right = look(self.name), look(self.other)
        for value, wanted in ((left, self.name), (right, self.other)):
            if value is Gap.UNKNOWN:
                return None, wanted
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return False, None
        return OPERATORS[self.sign](left, right), None


@dataclass(frozen=True)
class OneOf:
    """A choice among some values; a missing one is among none."""

    name: str
    values: tuple[str, ...]

    def judge(self, look: Lookup) -> Verdict:
        value = look(self.name)
        return (None, self.name) if value is Gap.UNKNOWN else (value in self.values, None)


@dataclass(frozen=True)
class Known:
    """An optional answer was given."""

    name: str

    def judge(self, look: Lookup) -> Verdict:
        value = look(self.name)
        return (None, self.name) if value is Gap.UNKNOWN else (value is not Gap.MISSING, None)


@dataclass(frozen=True)
class Not:
    part: Condition

    def judge(self, look: Lookup) -> Verdict:
        truth, need = self.part.judge(look)
        return (None if truth is None else not truth), need


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]

    def judge(self, look: Lookup) -> Verdict:
        return _join(self.parts, look, wall=False)


@dataclass(frozen=True)
class Any:
    parts: tuple[Condition, ...]

    def judge(self, look: Lookup) -> Verdict:
        return _join(self.parts, look, wall=True)


@dataclass(frozen=True)
class Named:
    """A definition of the file, by its name, with what it stands for."""

    name: str
    part: Condition

    def judge(self, look: Lookup) -> Verdict:
        return self.part.judge(look)


Condition: TypeAlias = Yes | Compare | Versus | OneOf | Known | Not | All | Any | Named
ALWAYS = All(())


def judge(condition: Condition, look: Lookup) -> Verdict:
    """Whether `condition` holds for the answers that `look` knows."""
    return condition.judge(look)


def _join(parts: tuple[Condition, ...], look: Lookup, *, wall: bool) -> Verdict:
    """One part that is `wall` settles it; else the first open part keeps it open."""
    need: str | None = None
    for part in parts:
        truth, wanted = part.judge(look)
        if truth is wall:
            return wall, None
        if truth is None and need is None:
            need = wanted
    return (None, need) if need else (not wall, None)


def leaves(condition: Condition) -> Iterator[Yes | Compare | Versus | OneOf | Known]:
    """Every elementary comparison below `condition`, in reading order."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part) | Named(_, part):
            yield from leaves(part)
        case _:
            yield condition


def inputs_of(condition: Condition) -> frozenset[str]:
    """The inputs that `condition` looks at."""
    names = set()
    for leaf in leaves(condition):
        names.add(leaf.name)
        if isinstance(leaf, Versus):
            names.add(leaf.other)
    return frozenset(names)
