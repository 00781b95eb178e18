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


Value: TypeAlias = bool | float | str
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


@dataclass(frozen=True)
class Compare:
    """A number against a figure; a missing number fulfils nothing."""

    name: str
    sign: str
    figure: str
    bound: float


@dataclass(frozen=True)
class Versus:
    """Two numbers against each other; only refusals use it."""

    name: str
    sign: str
    other: str


@dataclass(frozen=True)
class OneOf:
    """A choice among some values; a missing one is among none."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    name: str


@dataclass(frozen=True)
class Not:
    part: Condition


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Named:
    """A definition of the file, by its name, with what it stands for."""

    name: str
    part: Condition


Condition: TypeAlias = Yes | Compare | Versus | OneOf | Known | Not | All | Any | Named
ALWAYS = All(())


def judge(condition: Condition, lookup: Lookup) -> Verdict:
    """Whether `condition` holds for the answers that `lookup` knows."""
    match condition:
        case All(parts):
            return _all(parts, lookup)
        case Any(parts):
            return _any(parts, lookup)
        case Not(part):
            truth, need = judge(part, lookup)
            return (None if truth is None else not truth), need
        case Named(_, part):
            return judge(part, lookup)
        case Versus(name, sign, other):
            return _versus(name, sign, other, lookup)
    value = lookup(condition.name)
    if value is Gap.UNKNOWN:
        return None, condition.name
    match condition:
        case Known():
            return value is not Gap.MISSING, None
        case Yes():
            return value is True, None
        case OneOf(_, values):
            return value in values, None
        case Compare(_, sign, _, bound):
            return isinstance(value, int | float) and OPERATORS[sign](value, bound), None


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


def _all(parts: tuple[Condition, ...], lookup: Lookup) -> Verdict:
    need: str | None = None
    for part in parts:
        truth, wanted = judge(part, lookup)
        if truth is False:
            return False, None
        if truth is None and need is None:
            need = wanted
    return (None, need) if need else (True, None)


def _any(parts: tuple[Condition, ...], lookup: Lookup) -> Verdict:
    need: str | None = None
    for part in parts:
        truth, wanted = judge(part, lookup)
        if truth is True:
            return True, None
        if truth is None and need is None:
            need = wanted
    return (None, need) if need else (False, None)


def _versus(name: str, sign: str, other: str, lookup: Lookup) -> Verdict:
    left, right = lookup(name), lookup(other)
    for value, wanted in ((left, name), (right, other)):
        if value is Gap.UNKNOWN:
            return None, wanted
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return False, None
    return OPERATORS[sign](left, right), None
