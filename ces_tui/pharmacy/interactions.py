"""Which pairs of medicines must not, or hardly, be taken together; matched by ingredient, never by product name.

The names in `interactions.csv` are ingredients, generics or short class names; `interaction_names.csv` says which
generics of the formulary each stands for, else most alerts would never fire.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ces_tui.base.content import load
from ces_tui.base.text import fold
from ces_tui.pharmacy.formulary import Entry

NEWBORN_DAYS = 28


@dataclass(frozen=True)
class Interaction:
    """One pair. Severity 'menor' is kept but never shown; 'contraindicada_rn' stops in newborns only."""

    a: str
    b: str
    severity: str
    effect: str
    action: str
    certainty: str


@cache
def interactions() -> dict[frozenset[str], Interaction]:
    """Every pair, by its two folded names."""
    return {
        frozenset((fold(row["a"]), fold(row["b"]))): Interaction(**row)
        for row in load("formulary/interactions.csv")
    }


@cache
def _terms() -> dict[str, frozenset[str]]:
    """Folded generic -> the folded names that stand for it."""
    found: dict[str, set[str]] = {}
    for row in load("formulary/interaction_names.csv"):
        for generic in filter(None, row["generics"].split(";")):
            found.setdefault(fold(generic), set()).add(fold(row["name"]))
    return {generic: frozenset(names) for generic, names in found.items()}


@cache
def names_of(entry: Entry) -> frozenset[str]:
    """Every name under which an entry may stand in the list: its generic, its ingredients, and the names of classes."""
    own = {fold(entry.generic), *(fold(i) for i in entry.ingredients)}
    return frozenset(own | {name for generic in own for name in _terms().get(generic, ())})


def between(one: Entry, other: Entry) -> list[Interaction]:
    """The interactions of two different items, gravest first; nothing for what is only applied outside."""
    if one.id == other.id or not (one.systemic and other.systemic):
        return []
    table = interactions()
    found = {
        pair: table[pair]
        for a in names_of(one)
        for b in names_of(other)
        if a != b and (pair := frozenset((a, b))) in table
    }
    order = ("contraindicada", "contraindicada_rn", "mayor", "moderada", "menor")
    return sorted(found.values(), key=lambda i: (order.index(i.severity), i.a, i.b))
