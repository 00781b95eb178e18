"""The small rule language of the formulary's columns: a level, and from where to where it holds.

contraindicada                    always
mayor>=20;contraindicada>=28      by weeks of gestation
contraindicada<24                 below 24 months of age
mayor<15kg                        below 15 kg
contraindicada;fertil:mayor       pregnant; and for whoever may become pregnant
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from ces_tui.base.errors import CesError

Level = Literal["moderada", "mayor", "contraindicada"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Shows, asks a reason, stops: in rising order."""

_PART = re.compile(r"(?:(fertil):)?(moderada|mayor|contraindicada)(?:(<|>=)(\d+(?:\.\d+)?)(kg)?)?\Z")


@dataclass(frozen=True)
class Condition:
    """`level` holds where the value is below (or from) `bound`; without a bound, always."""

    level: Level
    sign: str = ""
    bound: float = 0
    weight: bool = False
    fertile: bool = False


@cache
def parse_rule(text: str) -> tuple[Condition, ...]:
    """The conditions of one cell; CesError on anything else than the language above."""
    parts = []
    for part in filter(None, text.split(";")):
        match = _PART.match(part)
        if match is None:
            raise CesError(f"Regla del formulario que no se entiende: {part}.")
        fertile, level, sign, bound, weight = match.groups()
        parts.append(Condition(level, sign or "", float(bound or 0), bool(weight), bool(fertile)))  # type: ignore[arg-type]
    return tuple(parts)


def judge(rule: str, value: float | None, *, weight: float | None = None) -> Level | None:
    """The gravest level of `rule` at `value` (weeks, months, mL/min), or None.

    A condition whose value is not known counts, but never stops anything: at most `mayor`.
    """
    found: Level | None = None
    for part in parse_rule(rule):
        if part.fertile:
            continue
        measured = weight if part.weight else value
        if not part.sign:
            found = gravest(found, part.level)
        elif measured is None:
            found = gravest(found, "mayor" if part.level == "contraindicada" else part.level)
        elif (measured < part.bound) == (part.sign == "<"):
            found = gravest(found, part.level)
    return found


def fertile_level(rule: str) -> Level | None:
    """The level that holds for anyone who may become pregnant."""
    found: Level | None = None
    for part in parse_rule(rule):
        if part.fertile:
            found = gravest(found, part.level)
    return found


def gravest(*levels: Level | None) -> Level | None:
    """The gravest of some levels."""
    return max((level for level in levels if level), key=LEVELS.index, default=None)
