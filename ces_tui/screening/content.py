"""The shape of an instrument file in `protocols/instruments/`, and of a text version in its folder `textos/`.

A field that is not named here makes the file broken: a misspelt key must never be silently ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ces_tui.base.shape import Certainty, Part, Positive, Text

Value = Annotated[int, msgspec.Meta(ge=0, le=20)]


class Option(Part, frozen=True, kw_only=True):
    value: Value
    text: Text
    loinc: str = ""


class AskIf(Part, frozen=True, kw_only=True):
    """The item is asked only if one of these items has one of these answers (None = refused)."""

    items: list[Positive]
    answers: list[int | None]


class Item(Part, frozen=True, kw_only=True):
    n: Positive
    text: Text
    loinc: str = ""
    options: list[Option] = []
    """Own options; empty = those of the instrument."""
    detail: str = ""
    """What to ask or write down after a positive answer."""
    ask_if: AskIf | None = None
    counts: bool = True
    """Whether its value is part of the sum."""


class Difficulty(Part, frozen=True, kw_only=True):
    text: Text
    options: list[Option]
    loinc: str = ""


class TextVersion(Part, frozen=True, kw_only=True):
    version: Text
    name: Text
    certainty: Certainty
    source: Text


class Loinc(Part, frozen=True, kw_only=True):
    panel: str = ""
    total: str = ""
    certainty: Certainty


class Ages(Part, frozen=True, kw_only=True):
    min: int
    max: int | None = None
    source: Text
    certainty: Certainty


class Scoring(Part, frozen=True, kw_only=True):
    """`sum`: the total of the items falls in a band. `pattern`: the first result whose conditions hold, no total."""

    method: Literal["sum", "pattern"]
    min: int | None = None
    max: int | None = None


class Missing(Part, frozen=True, kw_only=True):
    """The published rule for missing items; it makes an estimate, never a total."""

    allowed: int
    rule: Text
    certainty: Certainty
    source: Text


class Band(Part, frozen=True, kw_only=True):
    id: Text
    min: int
    max: int
    name: Text
    action: Text
    certainty: Certainty


class Condition(Part, frozen=True, kw_only=True):
    """Holds when any (or, with `every`, each) of the items has one of the answers; None = refused."""

    items: list[Positive]
    answers: list[int | None]
    every: bool = False


class Result(Part, frozen=True, kw_only=True):
    """One outcome of a `pattern` instrument; all its conditions must hold."""

    id: Text
    name: Text
    when: list[Condition]
    action: Text
    certainty: Certainty


class Safety(Part, frozen=True, kw_only=True):
    """A danger item: positive from the value `from`, and never to be passed over unanswered."""

    item: Positive
    start: int = msgspec.field(name="from")
    action: Text
    again: Text
    certainty: Certainty
    source: Text


class Gate(Part, frozen=True, kw_only=True):
    """The short form: the same items, fewer of them. `between` holds for some people only ('positivo en mujer')."""

    id: Text
    title: Text
    items: list[Positive]
    cut: int
    loinc: Loinc | None = None
    below: Text
    between: list[Band] = []
    above: Text
    certainty: Certainty
    source: Text


class Case(Part, frozen=True, kw_only=True):
    cut: int
    certainty: Certainty
    source: Text


class Response(Part, frozen=True, kw_only=True):
    fall_percent: int
    certainty: Certainty
    source: Text


class Remission(Part, frozen=True, kw_only=True):
    below: int
    certainty: Certainty
    source: Text


class Points(Part, frozen=True, kw_only=True):
    at_least: int
    certainty: Certainty
    source: Text


class EarlyBand(Part, frozen=True, kw_only=True):
    """What a fall of at least so many points early in treatment means; the last band takes the rest."""

    id: Text
    fall_at_least: int | None = None
    reading: Text
    certainty: Certainty


class Early(Part, frozen=True, kw_only=True):
    """The early look at a treatment, between so many days after the first score of the episode."""

    from_days: Positive
    to_days: Positive
    bands: list[EarlyBand]
    source: Text


class ChangeRules(Part, frozen=True, kw_only=True):
    response: Response
    remission: Remission
    points: Points
    early: Early | None = None


class FollowUp(Part, frozen=True, kw_only=True):
    when: Text
    days: Positive
    certainty: Certainty


class InstrumentFile(Part, frozen=True, kw_only=True):
    """One instrument as its file states it."""

    id: Text
    title: Text
    name: Text
    about: Text
    version: Text
    order: int = 100
    """Place on the list; lower stands first."""
    reviewed_by: list[str]
    licence: Text
    licence_certainty: Certainty
    sources: list[Text]
    text: TextVersion
    preamble: Text
    lead: Text
    """Said before each item when it is read aloud."""
    options: list[Option] = []
    items: list[Item]
    scoring: Scoring
    ages: Ages | None = None
    loinc: Loinc | None = None
    difficulty: Difficulty | None = None
    missing: Missing | None = None
    bands: list[Band] = []
    results: list[Result] = []
    case: Case | None = None
    safety: list[Safety] = []
    gate: Gate | None = None
    change: ChangeRules | None = None
    follow_up: list[FollowUp] = []
    before_treating: list[Text] = []
    notes: list[Text] = []


class DifficultyText(Part, frozen=True, kw_only=True):
    text: Text
    options: list[Text]


class TextFile(Part, frozen=True, kw_only=True):
    """Another wording of an instrument: words only, so that it cannot touch keys or scores."""

    of: Text
    text: TextVersion
    licence: Text
    preamble: Text
    lead: Text
    options: list[Text] = []
    items: list[Text]
    item_options: list[list[Text]] = []
    """The words of each item's options, for instruments whose items have their own."""
    difficulty: DifficultyText | None = None
