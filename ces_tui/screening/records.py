"""What a screening leaves in the chart: every answer as it was given, and the score that the rules made of them."""

from __future__ import annotations

from datetime import date

from ces_tui.base.record import Record


class Screening(Record, frozen=True, kw_only=True):
    """One administration of an instrument, signed. A wrong one is marked "registrado por error" and done again."""

    day: date
    at: int
    author: str
    """Person id of who administered and signed it."""
    instrument: str
    instrument_version: str
    text_version: str
    """Which wording was read; another wording never changes scores."""
    answers: list[int | None]
    """One value per item, in the instrument's order; None = refused or not answered."""
    difficulty: int | None = None
    """The functional item, where the instrument has one; it is never part of the total."""
    complete: bool
    total: int | None = None
    """None while any item lacks its answer; never typed, never imputed."""
    band: str = ""
    """Id of the band that the total falls in, or of the result for instruments without a total."""
    flags: list[str] = []
    """Positive ('item9') and unanswered ('item9_sin_respuesta') safety items."""
    read_by: str = ""
    """Person id of who read the items aloud; empty when the patient filled it in alone."""
    consult: str = ""
    """Draft or consult during which it was made."""


class Answering(Record, frozen=True, kw_only=True):
    """An administration that was stopped half way: the body of a draft, never of a document."""

    instrument: str
    text_version: str
    answers: dict[str, int | None] = {}
    """By item number ('9') or 'dificultad'; a refusal is None, an item not yet asked is not there."""
    read_aloud: bool = True
    consult: str = ""
