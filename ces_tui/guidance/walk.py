"""Walking every combination of answers: a tree that splits an input only where the outcome depends on it.

Each end of the tree stands for a block of combinations; the blocks are disjoint and their sizes add up to all
combinations, so that what holds at every end holds everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from ces_tui.base.errors import InternalError
from ces_tui.guidance.answers import Answers, lookup
from ces_tui.guidance.cells import Cell, Run, is_missing, run_of
from ces_tui.guidance.conditions import Span, Versus, inputs_of, judge, leaves
from ces_tui.guidance.pathway import Invariant, Pathway, Refusal
from ces_tui.guidance.runner import Place, decide, first_open

Table = dict[str, tuple[Cell, ...]]
Assignment = dict[str, Run]


@dataclass(frozen=True)
class End:
    """A block of combinations that end alike; `place` is None where the answers contradict each other or fall through."""

    cells: Assignment
    place: Place | None
    combinations: int
    refused: bool = False

    @property
    def answers(self) -> Answers:
        return answers_of(self.cells)


def answers_of(assigned: Assignment) -> Answers:
    """The answers of a block, as conditions see them."""
    return {name: run.value for name, run in assigned.items()}


def walk(pathway: Pathway, table: Table) -> Iterator[End]:
    """Every end of the tree, each block of combinations once."""
    refusals = [r for r in pathway.refusals if not any(isinstance(leaf, Versus) for leaf in leaves(r.when))]
    yield from _walk(pathway, table, refusals, {})


def size(table: Table, assigned: Assignment) -> int:
    """How many combinations of cells a block holds."""
    return prod(len(assigned[name].cells if name in assigned else cells) for name, cells in table.items())


def split(table: Table, assigned: Assignment, name: str) -> Iterator[Assignment]:
    """The block cut by one input: into its answers, a number first whole, then in halves of its stretches."""
    if name in assigned:
        run = assigned[name].cells
        if len(run) < 2:
            raise InternalError(f"El revisor no pudo partir más «{name}».")
        half = len(run) // 2
        yield {**assigned, name: run_of(*run[:half])}
        yield {**assigned, name: run_of(*run[half:])}
        return
    known = [cell for cell in table[name] if not is_missing(cell)]
    whole = run_of(*known)
    runs = [whole] if isinstance(whole.value, Span) else [run_of(cell) for cell in known]
    runs += [run_of(cell) for cell in table[name] if is_missing(cell)]
    for part in runs:
        yield {**assigned, name: part}


def _walk(
    pathway: Pathway, table: Table, refusals: list[Refusal], assigned: Assignment, past: int = 0
) -> Iterator[End]:
    answers = answers_of(assigned)
    look = lookup(answers)
    open_refusal: str | None = None
    for refusal in refusals:
        truth, need = judge(refusal.when, look)
        if truth:
            yield End(assigned, None, size(table, assigned), refused=True)
            return
        if need and inputs_of(refusal.when) & assigned.keys():
            open_refusal = open_refusal or need
    past, _ = first_open(pathway, answers, past)
    try:
        place = decide(pathway, answers, past)
    except InternalError:
        place = None
    if isinstance(place, str) or open_refusal:
        # the rules' own question first; at an end, a refusal that is still open is settled too
        name = place if isinstance(place, str) else open_refusal
        assert name is not None
        for block in split(table, assigned, name):
            yield from _walk(pathway, table, refusals, block, past)
        return
    yield End(assigned, place, size(table, assigned))


def breaks(table: Table, end: End, invariant: Invariant) -> Assignment | None:
    """A block of `end` in which `invariant` applies and does not hold, or None."""
    assert end.place is not None
    if _holds(invariant, end.place):
        return None
    pending = [end.cells]
    while pending:
        block = pending.pop()
        truth, need = judge(invariant.when, lookup(answers_of(block)))
        if truth:
            return block
        if need:
            pending.extend(split(table, block, need))
    return None


def _holds(invariant: Invariant, place: Place) -> bool:
    levels = {r.level for r in (place.rule.referral, *(e.referral for e in place.extras)) if r}
    level = "urgente" if "urgente" in levels else "ordinaria" if levels else "none"
    drugs = {m.drug for m in place.medicines}
    return (
        place.rule.gravity >= invariant.gravity_at_least
        and (not invariant.referral or level in invariant.referral)
        and not drugs & set(invariant.never)
        and drugs >= set(invariant.always)
    )
