"""The questions of the note's sections, as `programmes/secciones.yaml` says them; what is measured elsewhere keeps the limits of there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ces_tui.base.content import load
from ces_tui.base.dates import show_number
from ces_tui.care.calculators_gestation import show_gestation
from ces_tui.care.calculators_gestation import table as gestation
from ces_tui.care.labs import table as labs

CONTENT = "programmes/secciones.yaml"
Kind = Literal["number", "choice", "yesno", "text", "gestation"]
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
    digits: int = 2
    limit: int = 400
    """Letters of a text."""
    low: float | None = None
    high: float | None = None
    """What can't be is refused; nothing is judged."""
    options: Mapping[str, str] | None = None
    old: Mapping[str, str] | None = None
    """Words of answers that notes of earlier versions hold and that are not offered any more."""
    from_years: int = 0
    to_years: int = 200
    when: Mapping[str, str] | None = None
    """Asked only with these answers to other questions of the section."""
    once: bool = False
    """Asked once: a new note begins with the last value."""
    reserved: bool = False
    """An answer makes the note a sensitive matter."""
    lab: str = ""
    """The laboratory test that it is: the result is kept there."""
    method: bool = False
    """Of a laboratory test: this says how it was read."""
    scan: str = ""
    """The fetal measure that it is (a field of FetalScan): kept with the pregnancy."""
    computed: bool = False
    """Worked out of what was measured at the visit, never typed."""
    retired: bool = False
    """Not asked any more; earlier notes hold it."""

    @property
    def choices(self) -> Mapping[str, str]:
        """Key -> words, for a choice or a yes-or-no."""
        return YES_NO if self.kind == "yesno" else self.options or {}

    @property
    def elsewhere(self) -> bool:
        """The note only points to where its answer is kept."""
        return bool(self.lab or self.scan)

    def fits(self, years: int) -> bool:
        return not (self.retired or self.computed) and self.from_years <= years <= self.to_years

    def asked_with(self, typed: Mapping[str, str]) -> bool:
        """Whether the other answers call for it."""
        return all(typed.get(name, "").strip() == answer for name, answer in (self.when or {}).items())

    def words(self, value: float | str) -> str:
        """A stored answer as it reads, with its unit."""
        if not isinstance(value, float):
            return self.choices.get(value, (self.old or {}).get(value, value))
        if self.kind == "gestation":
            return f"{show_gestation(round(value))} semanas"
        return f"{show_number(value, self.digits)} {self.unit}".strip()

    def typed(self, value: float | str) -> str:
        """A stored answer as one types it."""
        if not isinstance(value, float):
            return value
        return show_gestation(round(value)) if self.kind == "gestation" else show_number(value, self.digits)


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
        SectionPlan(s["id"], s["title"], tuple(s["programmes"]), tuple(_question(f) for f in s["fields"]))
        for s in load(CONTENT)["sections"]
    )


@cache
def question(name: str) -> Question | None:
    """The field with this id; None for one of a later version."""
    return next((q for plan in plans() for q in plan.questions if q.id == name), None)


@cache
def place(name: str) -> tuple[int, int]:
    """Where a question stands on the page; the last place for one of a later version."""
    found = ((i, j) for i, plan in enumerate(plans()) for j, q in enumerate(plan.questions) if q.id == name)
    return next(found, (len(plans()), 0))


@cache
def section_of(name: str) -> str:
    """The section of a question."""
    return next((plan.id for plan in plans() if any(q.id == name for q in plan.questions)), "")


@cache
def elsewhere() -> tuple[Question, ...]:
    """The questions whose answers are kept with the laboratory or the pregnancy."""
    return tuple(q for plan in plans() for q in plan.questions if q.elsewhere)


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


def _question(told: Mapping[str, Any]) -> Question:
    """With the unit and the limits of the place where the answer is kept."""
    found = dict(told)
    if told.get("lab") and not told.get("method"):
        kind = labs()["kinds"][told["lab"]]
        found |= {"unit": kind["unit"], "digits": kind["digits"]}
        found["low"], found["high"] = kind["capture"]
    elif told.get("scan") and told["kind"] == "number":
        measure = gestation()["fetal"]["scan"][told["scan"]]
        found |= {"unit": measure["unit"], "digits": 1}
        found["low"], found["high"] = measure["capture"]
    return Question(**found)
