"""The checker: proves a pathway over every combination of answers, or says what is wrong and where.

1 reading     names, sources, certainty: every number has a source, U is no rule   (`reading.py`)
2 walk        every combination ends in exactly one rule; nothing falls through    (`walk.py`)
3 branches    no rule, medicine, addition or comparison is dead                    (`decisive.py`)
4 invariants  what must hold everywhere, said apart from the rules, does
5 doses       no dose above any maximum, every drug in the formulary               (`doses_proof.py`)
6 examples    every worked case comes out; moving any figure breaks one            (`cases.py`)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ces_tui.guidance.answers import lookup, show_answer
from ces_tui.guidance.cases import case_problem, loose_figures, rules_without_case
from ces_tui.guidance.cells import cells
from ces_tui.guidance.decisive import Seen
from ces_tui.guidance.doses_proof import DoseProof, medicine_problems
from ces_tui.guidance.pathway import Pathway
from ces_tui.guidance.reading import read_pathway
from ces_tui.guidance.scope import PathwayBroken
from ces_tui.guidance.walk import Assignment, End, breaks, size, walk

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """One reason not to trust a pathway, with its place in the file."""

    place: str
    reason: str


@dataclass
class Report:
    """What was proved, over how much; `ok` when nothing was found."""

    protocol: str
    version: str = ""
    findings: list[Finding] = field(default_factory=list)
    combinations: int = 0
    refused: int = 0
    ends: int = 0
    doses: int = 0
    cases: int = 0
    figures: int = 0

    @property
    def ok(self) -> bool:
        return not self.findings

    def found(self, place: str, reason: str) -> None:
        """Add a finding, once."""
        finding = Finding(place, reason)
        if finding not in self.findings:
            self.findings.append(finding)


def prove(raw: Any, name: str, progress: Progress = lambda _: None) -> Report:
    """Prove the pathway that parsed YAML `raw` describes; findings instead of exceptions."""
    try:
        pathway = read_pathway(raw, name)
    except PathwayBroken as broken:
        report = Report(name)
        report.found(broken.place, broken.reason)
        return report
    report = Report(pathway.id, pathway.version, cases=len(pathway.cases), figures=len(pathway.figures))
    _walk_all(pathway, report, progress)
    progress("ejemplos")
    for case in pathway.cases:
        if problem := case_problem(pathway, case):
            report.found(f"cases «{case.name}»", problem)
    for rule in rules_without_case(pathway):
        report.found(f"rules.{rule}", "ningún ejemplo llega a esta regla.")
    progress(f"{len(pathway.decisive)} cifras que deciden")
    for figure, value in loose_figures(raw, pathway):
        report.found(f"figures.{figure}", f"podría valer {value:g} sin que ningún ejemplo fallara.")
    return report


def _walk_all(pathway: Pathway, report: Report, progress: Progress) -> None:
    table = cells(pathway)
    report.combinations = size(table, {})
    progress(f"{report.combinations:,} combinaciones de respuestas".replace(",", " "))
    doses = DoseProof(pathway, table)
    for medicine in pathway.medicines.values():
        for reason in medicine_problems(pathway, medicine):
            report.found(f"medicines.{medicine.name}", reason)
    seen = Seen()
    reached: set[str] = set()
    counted = 0
    for end in walk(pathway, table):
        counted += end.combinations
        report.ends += 1
        if end.refused:
            report.refused += end.combinations
        elif end.place is None:
            report.found("rules", f"estas respuestas no llegan a ninguna regla: {_say(pathway, end.cells)}.")
        else:
            _look(pathway, end, seen, reached)
            for name, reason in doses.problems(end):
                report.found(f"medicines.{name}", reason)
            for i, invariant in enumerate(pathway.invariants):
                if block := breaks(table, end, invariant):
                    where = f"regla «{end.place.rule.id}» con {_say(pathway, block)}"
                    report.found(f"invariants[{i}]", f"no se cumple «{invariant.say}»: {where}.")
    report.doses = doses.computed
    if counted != report.combinations:
        report.found("rules", f"se contaron {counted} combinaciones de {report.combinations}.")
    _dead(pathway, report, seen, reached)


def _look(pathway: Pathway, end: End, seen: Seen, reached: set[str]) -> None:
    """Note which rule, medicines, additions and comparisons this end makes use of."""
    assert end.place is not None
    look = lookup(end.answers)
    for rule in pathway.rules:
        seen.note(rule.when, look, f"rules.{rule.id}.when")
        if rule is end.place.rule:
            break
    rule = end.place.rule
    reached.add(f"rules.{rule.id}")
    for i, use in enumerate(rule.treatment):
        seen.note(use.when, look, f"rules.{rule.id}.treatment[{i}]")
        if pathway.medicines[use.medicine] in end.place.medicines:
            reached.add(f"rules.{rule.id}.treatment[{i}]")
    for extra in pathway.extras:
        if not extra.rules or rule.id in extra.rules:
            seen.note(extra.when, look, f"extras.{extra.id}.when")
        if extra in end.place.extras:
            reached.add(f"extras.{extra.id}")


def _dead(pathway: Pathway, report: Report, seen: Seen, reached: set[str]) -> None:
    """Find what no combination of answers makes use of."""
    for rule in pathway.rules:
        wanted = [
            f"rules.{rule.id}",
            *(f"rules.{rule.id}.treatment[{i}]" for i in range(len(rule.treatment))),
        ]
        for place in wanted:
            if place not in reached:
                report.found(place, "ninguna combinación de respuestas llega aquí.")
    for extra in pathway.extras:
        if f"extras.{extra.id}" not in reached:
            report.found(f"extras.{extra.id}", "ninguna combinación de respuestas llega aquí.")
    last = pathway.rules[-1]
    everything = [(r.when, f"rules.{r.id}.when") for r in pathway.rules if r is not last]
    everything += [
        (u.when, f"rules.{r.id}.treatment[{i}]") for r in pathway.rules for i, u in enumerate(r.treatment)
    ]
    everything += [(e.when, f"extras.{e.id}.when") for e in pathway.extras]
    for condition, root in everything:
        for place, truth in seen.never(condition, root):
            answer = "sí" if truth else "no"
            report.found(place, f"esta comparación nunca decide con un «{answer}»: sobra o está mal.")


def _say(pathway: Pathway, block: Assignment) -> str:
    """The answers of a block in words; what is not named may be anything."""
    said = [f"{name} = {show_answer(pathway.inputs[name], run.value)}" for name, run in block.items()]
    return ", ".join(said) or "cualquier respuesta"
