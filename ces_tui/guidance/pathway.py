"""A pathway: one protocol as typed data, whole and ready to run. `reading.py` makes it from its file.

Every number lives in `figures` with its unit, source and certainty; conditions, doses, days and texts only name figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ces_tui.guidance.conditions import ALWAYS, Condition
from ces_tui.guidance.records import Level, Unit

Certainty = Literal["V", "K", "U"]
Kind = Literal["number", "choice", "yes_no"]

CERTAINTY_WORDS = {"V": "verificado en la fuente", "K": "bien establecido", "U": "por confirmar"}


@dataclass(frozen=True)
class Source:
    id: str
    text: str
    year: int
    certainty: Certainty


@dataclass(frozen=True)
class Figure:
    """A clinical number, with where it comes from."""

    name: str
    value: float
    unit: str
    text: str
    source: str
    certainty: Certainty


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Input:
    """One question. Without `required`, leaving it out means `missing`, and `default` if there is one."""

    name: str
    label: str
    kind: Kind
    unit: str = ""
    integer: bool = False
    low: float = 0
    high: float = 0
    options: tuple[Option, ...] = ()
    origin: str = ""
    required: bool = True
    default: bool | float | str | None = None
    missing: str = ""
    help: str = ""


@dataclass(frozen=True)
class Text:
    """A Spanish sentence; `{name}` stands for a figure or an answer."""

    text: str
    source: str = ""
    certainty: Certainty = "K"


@dataclass(frozen=True)
class Reason:
    """A sentence for the `why` of any outcome in which `when` holds."""

    when: Condition
    text: str


@dataclass(frozen=True)
class Medicine:
    """A dose rule: `fixed` in `unit`, or `per_kg` in mg or mL; never above `max_dose` nor, in a day, above `max_day`.

    One of `max_day` and `max_day_per_kg` (per kg) is always there.
    """

    name: str
    drug: str
    unit: Unit
    route: str
    fixed: Figure | None
    per_kg: Figure | None
    max_dose: Figure | None
    max_day: Figure | None
    max_day_per_kg: Figure | None
    times_a_day: Figure
    days: Figure | None
    """None: until the follow-up visit of the rule that uses it."""
    source: str
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True)
class Use:
    """A medicine given by a rule, if `when`."""

    medicine: str
    when: Condition = ALWAYS


@dataclass(frozen=True)
class RuleReferral:
    level: Level
    text: str


@dataclass(frozen=True)
class Rule:
    """One place where answers end. Rules are tried in order; the first whose `when` holds is it."""

    id: str
    when: Condition
    classification: str
    gravity: int
    because: str
    source: str
    certainty: Certainty
    treatment: tuple[Use, ...] = ()
    referral: RuleReferral | None = None
    follow_up: Figure | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extra:
    """What is added to the outcome of the named rules (all, when none is named) if `when`."""

    id: str
    when: Condition
    rules: tuple[str, ...]
    because: str
    source: str
    certainty: Certainty
    referral: RuleReferral | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Answers that can't be true together."""

    when: Condition
    field: str
    say: str


@dataclass(frozen=True)
class Invariant:
    """What must hold wherever the answers end, said apart from the rules: the checker proves it."""

    say: str
    when: Condition
    gravity_at_least: int = 1
    referral: tuple[str, ...] = ()
    """Allowed levels ('none' for no referral); empty = any."""
    never: tuple[str, ...] = ()
    always: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A worked example: these answers must give this."""

    name: str
    answers: dict[str, object]
    rule: str = ""
    gravity: int = 0
    referral: str | None = None
    follow_up: int | None = None
    doses: dict[str, tuple[float, int, int, float, float]] = field(default_factory=dict)
    """Drug -> dose, times a day, days, most per dose, most per day: every drug given, and no other."""
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    """What the note must say, and must not."""
    refused: str = ""
    """The field that must be refused; then nothing else is looked at."""


@dataclass(frozen=True)
class Section:
    """Text to read: technique, how to count, what to teach."""

    title: str
    lines: tuple[Text, ...]


@dataclass(frozen=True)
class WeightInputs:
    """Which inputs carry the weight, its age and the age of the child."""

    weight_kg: str
    days_old: str
    age_months: str


@dataclass(frozen=True)
class Pathway:
    id: str
    title: str
    version: str
    date: str
    who: str
    population: Literal["child", "adult"]
    reviewed_by: str | None
    words: tuple[str, ...]
    sources: dict[str, Source]
    figures: dict[str, Figure]
    inputs: dict[str, Input]
    definitions: dict[str, Condition]
    refusals: tuple[Refusal, ...]
    reasons: tuple[Reason, ...]
    medicines: dict[str, Medicine]
    advice: dict[str, Text]
    rules: tuple[Rule, ...]
    extras: tuple[Extra, ...]
    invariants: tuple[Invariant, ...]
    cases: tuple[Case, ...]
    sections: tuple[Section, ...]
    pending: tuple[Text, ...]
    weight: WeightInputs | None
    decisive: frozenset[str]
    """Figures on which an outcome depends or that it says; each must be pinned by a case."""
