"""Worked examples: each must come out as written, every rule has one, and no figure can move without one failing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ces_tui.base.errors import CesError
from ces_tui.guidance.pathway import Case, Pathway
from ces_tui.guidance.reading import read_pathway
from ces_tui.guidance.runner import run
from ces_tui.guidance.scope import PathwayBroken


def case_problem(pathway: Pathway, case: Case) -> str | None:
    """How the outcome of a case differs from what it says, or None."""
    try:
        outcome = run(pathway, case.answers)
    except CesError as error:
        if case.refused:
            return (
                None if error.field == case.refused else f"se rechazó «{error.field}», no «{case.refused}»."
            )
        return f"se rechazó: {error}"
    if case.refused:
        return f"debió rechazar «{case.refused}»."
    level = outcome.referral.level if outcome.referral else None
    doses = {t.drug: (t.dose, t.times_a_day, t.days, t.max_dose, t.max_a_day) for t in outcome.treatment}
    for what, got, wanted in (
        ("la regla", outcome.rule, case.rule),
        ("la gravedad", outcome.gravity, case.gravity),
        ("la referencia", level, case.referral),
        ("el seguimiento", outcome.follow_up_days, case.follow_up),
        ("el tratamiento", doses, case.doses),
    ):
        if got != wanted:
            return f"{what} es {got}, debía ser {wanted}."
    note = outcome.note_text()
    for said in case.says:
        if said not in note:
            return f"la nota no dice «{said}»."
    for said in case.says_not:
        if said in note:
            return f"la nota dice «{said}»."
    return None


def rules_without_case(pathway: Pathway) -> list[str]:
    """Rules that no example reaches."""
    return [r.id for r in pathway.rules if r.id not in {c.rule for c in pathway.cases}]


def loose_figures(raw: Any, pathway: Pathway) -> Iterator[tuple[str, float]]:
    """(figure, other value) for every deciding figure that could be something else without an example failing."""
    for name in sorted(pathway.decisive):
        for value in _neighbours(pathway, name):
            if not _caught(raw, name, value):
                yield name, value


def _neighbours(pathway: Pathway, name: str) -> Iterator[float]:
    """The values next to a figure: one more and one less, or a tenth where it is not a whole number."""
    value = pathway.figures[name].value
    step = 1.0 if value == int(value) and not _has_decimals(pathway, name) else 0.1
    yield round(value + step, 6)
    if value - step >= 0:
        yield round(value - step, 6)


def _has_decimals(pathway: Pathway, name: str) -> bool:
    """Whether the figure's unit is one in which tenths matter."""
    return pathway.figures[name].unit in {"°C", "kg", "mmol/L"}


def _caught(raw: Any, name: str, value: float) -> bool:
    changed = msgspec.json.decode(msgspec.json.encode(raw))
    changed["figures"][name]["value"] = value
    try:
        mutant = read_pathway(changed, str(raw.get("id")))
    except PathwayBroken:
        return True
    return any(case_problem(mutant, c) for c in mutant.cases)
