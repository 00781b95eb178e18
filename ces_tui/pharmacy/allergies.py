"""Allergies against ingredients and their classes, from `protocols/formulary/allergy_classes.csv` (K)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ces_tui.base.content import load
from ces_tui.base.text import fold
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.levels import Level


@dataclass(frozen=True)
class AllergyClass:
    """A class: the folded names of its members, what it crosses with and at which level."""

    name: str
    keywords: frozenset[str]
    members: frozenset[str]
    cross: dict[str, Level]
    cross_text: str
    action: str


@cache
def classes() -> dict[str, AllergyClass]:
    """Every class, by its folded name."""
    found = {}
    for row in load("formulary/allergy_classes.csv"):
        cross = dict(pair.rsplit(":", 1) for pair in row["cross"].split(";") if pair)
        found[fold(row["class"])] = AllergyClass(
            row["class"],
            frozenset(fold(k) for k in row["keywords"].split(";")),
            frozenset(fold(m) for m in row["members"].split(";") if m)
            | frozenset(fold(m) for m in row["absent"].split(";") if m),
            {fold(k): v for k, v in cross.items()},
            row["cross_text"],
            row["action"],
        )
    return found


def class_names() -> list[str]:
    """The classes as a form offers them."""
    return [c.name for c in classes().values()]


def class_of(substance: str, group: str = "") -> AllergyClass | None:
    """The class that a recorded allergy belongs to: its group, else found by substance ('penicilina', 'aspirina')."""
    if group and (known := classes().get(fold(group))):
        return known
    said = fold(substance)
    for known in classes().values():
        if said in known.keywords or said in known.members or said == fold(known.name):
            return known
    words = set(said.split())
    return next((k for k in classes().values() if words & (k.keywords | k.members)), None)


def allergy_level(entry: Entry, substance: str, group: str, severity: str) -> tuple[Level, str] | None:
    """How an entry stands to one allergy, and why; None when it has nothing to do with it.

    The same substance or class stops when the reaction was grave or is not known, asks a reason when it was slight.
    """
    mine = {fold(entry.generic), *(fold(i) for i in entry.ingredients)}
    said = fold(substance)
    known = class_of(substance, group)
    direct: Level = "mayor" if severity in {"leve", "moderada"} else "contraindicada"
    if said and (said in mine or any(said in name.split() for name in mine if len(said) > 4)):
        return direct, f"alergia a {substance.lower()}"
    if known is None:
        return None
    if mine & known.members:
        return direct, f"alergia a {known.name}: {known.action}"
    for name, level in known.cross.items():
        if name in mine:
            graver: Level = "mayor" if severity == "grave" else level
            return (
                graver if level == "moderada" else level
            ), f"puede cruzar con {known.name}: {known.cross_text}"
    return None
