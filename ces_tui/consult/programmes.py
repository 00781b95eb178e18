"""What each programme asks inside the note, from `programmes/secciones.yaml`: which sections are open, and what was answered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ces_tui.base.content import load
from ces_tui.base.dates import parse_number, show_number
from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line
from ces_tui.consult.records import Finding

CONTENT = "programmes/secciones.yaml"
Kind = Literal["number", "choice", "yesno", "text"]
YES_NO = {"si": "sí", "no": "no"}


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a section."""

    id: str
    label: str
    kind: Kind
    ask: str = ""
    unit: str = ""
    whole: bool = False
    low: float | None = None
    high: float | None = None
    """What can't be is refused; nothing is judged."""
    options: Mapping[str, str] | None = None
    from_years: int = 0
    to_years: int = 200
    once: bool = False
    """Asked once: a new note begins with the last value."""
    reserved: bool = False
    """An answer makes the note a sensitive matter."""
    lab: str = ""
    """The laboratory test that it is, where results are kept by test."""

    @property
    def choices(self) -> Mapping[str, str]:
        """Key -> words, for a choice or a yes-or-no."""
        return YES_NO if self.kind == "yesno" else self.options or {}

    def fits(self, years: int) -> bool:
        return self.from_years <= years <= self.to_years

    def words(self, value: float | str) -> str:
        """A stored answer as it reads, with its unit."""
        if isinstance(value, float):
            return f"{show_number(value, 2)} {self.unit}".strip()
        return self.choices.get(value, value)


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section of the page; without programmes it is opened by hand (rapid tests, studies)."""

    id: str
    title: str
    programmes: tuple[str, ...]
    questions: tuple[Question, ...]


@cache
def plans() -> tuple[SectionPlan, ...]:
    """All sections, in the order of the page."""
    return tuple(
        SectionPlan(s["id"], s["title"], tuple(s["programmes"]), tuple(Question(**f) for f in s["fields"]))
        for s in load(CONTENT)["sections"]
    )


@cache
def question(name: str) -> Question | None:
    """The field with this id; None for one of a later version."""
    return next((q for plan in plans() for q in plan.questions if q.id == name), None)


def by_hand() -> tuple[SectionPlan, ...]:
    """The sections that no programme opens."""
    return tuple(plan for plan in plans() if not plan.programmes)


def opened(kinds: Collection[str], by_hand: Collection[str], years: int) -> tuple[SectionPlan, ...]:
    """The sections that these programmes need or that were opened by hand, with the questions of this age."""
    found = []
    for plan in plans():
        if plan.id in by_hand or not set(plan.programmes).isdisjoint(kinds):
            asked = tuple(q for q in plan.questions if q.fits(years))
            found.append(SectionPlan(plan.id, plan.title, plan.programmes, asked))
    return tuple(found)


def answered(typed: Mapping[str, str], sections: Iterable[SectionPlan]) -> tuple[Finding, ...]:
    """What was typed as it is stored, the questions of open sections only; BadInput, with the field, for what can't be."""
    found = []
    for plan in sections:
        for asked in plan.questions:
            text = typed.get(asked.id, "").strip()
            if text:
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
    if base <= 0:
        return "sin porcentaje: la base es 0"
    change = (base - now) / base * 100
    if change == 0:
        return "igual que antes del tratamiento"
    return f"{abs(change):.0f} % {'menos' if change > 0 else 'más'} crisis que antes del tratamiento"


def lines(findings: Iterable[Finding]) -> list[str]:
    """'Diabetes: HbA1c 7.5 % · pies normal', one line a section, for the chart and the paper."""
    by_section: dict[str, list[Finding]] = {}
    for finding in findings:
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
        return clean_line(text, field=asked.id, limit=400)
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
    return {f.name: show_number(f.value, 2) if isinstance(f.value, float) else f.value for f in findings}
