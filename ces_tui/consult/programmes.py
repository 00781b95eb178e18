"""What was answered in the sections of a note, and what it comes to; the questions stand in `questions.py`. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ces_tui.base.content import load
from ces_tui.base.dates import parse_number, show_number
from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line
from ces_tui.care.calculators_gestation import parse_gestation
from ces_tui.consult.questions import CONTENT, YES_NO, Question, SectionPlan, place, plans, question
from ces_tui.consult.records import Finding
from ces_tui.screening import seizures


def answered(typed: Mapping[str, str], sections: Iterable[SectionPlan]) -> tuple[Finding, ...]:
    """What was typed as it is stored, the questions of open sections only; BadInput, with the field, for what can't be."""
    found = []
    for plan in sections:
        for asked in plan.questions:
            text = typed.get(asked.id, "").strip()
            if text and asked.asked_with(typed):
                found.append(
                    Finding(
                        section=plan.id, name=asked.id, value=_value(asked, text), reserved=asked.reserved
                    )
                )
    return tuple(found)


def proposed(codes: Iterable[str], inside: Collection[str]) -> tuple[str, ...]:
    """The programmes that these diagnoses propose to enter, without those that hold."""
    rules: Mapping[str, list[str]] = load(CONTENT)["proposals"]
    said = [code for code in codes if code]
    return tuple(
        kind
        for kind, starts in rules.items()
        if kind not in inside and any(code.startswith(start) for code in said for start in starts)
    )


def conclusions(values: Mapping[str, float | str]) -> dict[str, str]:
    """Section -> what the answers come to; a section with an answer missing says nothing."""
    said = {"asma": asthma(values), "epilepsia": reduction(values)}
    return {section: text for section, text in said.items() if text}


def asthma(values: Mapping[str, float | str]) -> str:
    """'bien controlada (0 de 4)' by the four questions (GINA); nothing before all four are answered."""
    day = values.get("asma_dia", values.get("asma_dia_nino"))
    answers = [day, *(values.get(name) for name in ("asma_noche", "asma_rescate", "asma_actividad"))]
    if any(answer not in YES_NO for answer in answers):
        return ""
    count = sum(answer == "si" for answer in answers)
    word = next(word for most, word in load(CONTENT)["asthma"]["bands"] if count <= most)
    return f"{word} ({count} de 4)"


def reduction(values: Mapping[str, float | str]) -> str:
    """'75 % menos crisis' from the baseline and the last four weeks; a baseline of zero gives no percentage."""
    base, now = values.get("epi_base"), values.get("epi_cuatro")
    if not isinstance(base, float) or not isinstance(now, float):
        return ""
    return seizures.reduction(base, now)


def lines(findings: Iterable[Finding]) -> list[str]:
    """'Diabetes: HbA1c 7.5 % · pies normal', one line a section, for the chart and the paper."""
    by_section: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: place(f.name)):
        by_section.setdefault(finding.section, []).append(finding)
    return [_line(section, held) for section, held in by_section.items()]


def _line(section: str, held: list[Finding]) -> str:
    plan = next((p for p in plans() if p.id == section), None)
    said = []
    for finding in held:
        asked = question(finding.name)
        label = asked.label if asked else finding.name
        said.append(f"{label}: {asked.words(finding.value) if asked else finding.value}")
    if text := conclusions({f.name: f.value for f in held}).get(section, ""):
        said.append(text)
    return f"{plan.title if plan else section}. {' · '.join(said)}"


def _value(asked: Question, text: str) -> float | str:
    if asked.kind == "text":
        return clean_line(text, field=asked.id, limit=asked.limit)
    if asked.kind == "gestation":
        return float(parse_gestation(text, field=asked.id))
    if asked.kind != "number":
        if text not in asked.choices:
            raise BadInput(f"{asked.label}: elija una de las respuestas.", field=asked.id)
        return text
    value = parse_number(text, field=asked.id)
    if asked.whole and value != int(value):
        raise BadInput(f"{asked.label}: escriba un número entero.", field=asked.id)
    if (asked.low is not None and value < asked.low) or (asked.high is not None and value > asked.high):
        low, high = (show_number(v or 0, 2) for v in (asked.low, asked.high))
        raise BadInput(
            f"{asked.label}: se acepta de {low} a {high} {asked.unit}.".replace(" .", "."), field=asked.id
        )
    return value


def typed_of(findings: Iterable[Finding]) -> dict[str, Any]:
    """Stored answers as the page holds them."""
    known = ((f, question(f.name)) for f in findings)
    return {
        f.name: asked.typed(f.value) for f, asked in known if asked and not (asked.retired or asked.computed)
    }
