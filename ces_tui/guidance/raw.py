"""The pathway file as it is written: field names, types and nothing else. docs/protocols.md explains each."""

from __future__ import annotations

from typing import Any, Literal

from ces_tui.base.shape import Certainty, Part


class RawSource(Part, frozen=True, kw_only=True):
    id: str
    text: str
    year: int
    certainty: Certainty


class RawFigure(Part, frozen=True, kw_only=True):
    value: float
    unit: str
    text: str
    source: str
    certainty: Certainty


class RawOption(Part, frozen=True, kw_only=True):
    value: str
    label: str


class RawInput(Part, frozen=True, kw_only=True):
    name: str
    label: str
    type: Literal["number", "choice", "yes_no"]
    unit: str = ""
    integer: bool = False
    range: list[str] = []
    options: list[RawOption] = []
    origin: str = ""
    required: bool = True
    default: bool | str | None = None
    missing: str = ""
    help: str = ""


class RawText(Part, frozen=True, kw_only=True):
    text: str
    source: str = ""
    certainty: Certainty = "K"


class RawReason(Part, frozen=True, kw_only=True):
    when: Any
    text: str


class RawMedicine(Part, frozen=True, kw_only=True):
    drug: str
    unit: Literal["mg", "mL", "UI", "disparo", "g", "tableta"]
    route: str
    fixed: str = ""
    per_kg: str = ""
    max_dose: str = ""
    max_day: str = ""
    max_day_per_kg: str = ""
    times_a_day: str
    days: str
    source: str
    certainty: Certainty
    note: str = ""


class RawUse(Part, frozen=True, kw_only=True):
    medicine: str
    when: Any = None


class RawReferral(Part, frozen=True, kw_only=True):
    level: Literal["urgente", "ordinaria"]
    text: str


class RawRule(Part, frozen=True, kw_only=True):
    id: str
    when: Any
    classification: str
    gravity: Literal[1, 2, 3]
    because: str
    source: str
    certainty: Certainty
    treatment: list[str | RawUse] = []
    referral: RawReferral | None = None
    follow_up: str | None = None
    advice: list[str] = []


class RawExtra(Part, frozen=True, kw_only=True):
    id: str
    when: Any
    rules: list[str] = []
    because: str
    source: str
    certainty: Certainty
    referral: RawReferral | None = None
    advice: list[str] = []


class RawRefusal(Part, frozen=True, kw_only=True):
    when: Any
    field: str
    say: str


class RawInvariant(Part, frozen=True, kw_only=True):
    say: str
    when: Any
    gravity_at_least: Literal[1, 2, 3] = 1
    referral: list[Literal["none", "ordinaria", "urgente"]] = []
    never: list[str] = []
    always: list[str] = []


class RawCase(Part, frozen=True, kw_only=True):
    name: str
    like: str = ""
    """An earlier case whose answers these amend."""
    answers: dict[str, bool | float | str | None] = {}
    rule: str = ""
    gravity: int = 0
    referral: Literal["urgente", "ordinaria"] | None = None
    follow_up: int | None = None
    doses: dict[str, tuple[float, int, int, float, float]] = {}
    says: list[str] = []
    says_not: list[str] = []
    refused: str = ""


class RawSection(Part, frozen=True, kw_only=True):
    title: str
    lines: list[RawText]


class RawWeight(Part, frozen=True, kw_only=True):
    weight_kg: str
    days_old: str
    age_months: str


class RawPathway(Part, frozen=True, kw_only=True):
    format: Literal[1]
    id: str
    title: str
    version: str
    date: str
    who: str
    population: Literal["child", "adult"]
    reviewed_by: str | None = None
    words: list[str] = []
    sources: list[RawSource]
    figures: dict[str, RawFigure]
    inputs: list[RawInput]
    definitions: dict[str, Any] = {}
    refusals: list[RawRefusal] = []
    reasons: list[RawReason] = []
    medicines: dict[str, RawMedicine] = {}
    advice: dict[str, RawText] = {}
    rules: list[RawRule]
    extras: list[RawExtra] = []
    invariants: list[RawInvariant] = []
    cases: list[RawCase] = []
    sections: list[RawSection] = []
    pending: list[RawText] = []
    weight: RawWeight | None = None
