"""What the register adds to a chart: sessions of PM+, signs of movement, questions on a case and their answers; and its settings.

They are addenda (and, for "leída", a co-signature) of the person's enrolment, so that the chart shows them where they
belong, to the roles that may know of it, without a new type of document.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record

NoteKind = Literal["pm_sesion", "movimientos", "revision_pregunta", "revision_respuesta"]

SESSION: NoteKind = "pm_sesion"
MOVEMENTS: NoteKind = "movimientos"
QUESTION: NoteKind = "revision_pregunta"
ANSWER: NoteKind = "revision_respuesta"

REASON_WORDS: dict[str, str] = {
    SESSION: "Sesión de PM+",
    MOVEMENTS: "Vigilancia de antipsicótico",
    QUESTION: "Pide revisión del caso",
    ANSWER: "Respuesta de supervisión",
}
"""What stands as the reason of the addendum, for whoever reads the chart without knowing its kind."""

READ_REVIEW = "revision_leida"


class ProgrammeNote(Record, frozen=True, kw_only=True):
    """An addendum of an enrolment (or, without one, of a plan or a screening): the fields of every addendum, and what it is."""

    target: str
    target_type: str
    text: str
    reason: str
    author: str
    at: int
    day: date
    kind: str
    session: int = 0
    """Number of the session, 1 to 5; 0 where it is none."""
    found: bool | None = None
    """Whether signs of movement were found."""
    question: str = ""
    """Of an answer: the question that it answers."""


class ReviewRead(Record, frozen=True, kw_only=True):
    """Document `cosign`: whoever asked has read the answer."""

    target: str
    target_type: str
    kind: str
    author: str
    at: int
    day: date


class Setting(Record, frozen=True, kw_only=True):
    """Document `clinic`: what the supervisor decided about numbers that the sources leave open (U). The last one holds."""

    setting: str
    day: date
    at: int
    author: str
    relapse: bool = False
    """Whether a suspected relapse is a flag."""
    movement_days: int | None = None
    """How often signs of movement are looked for under an antipsychotic; None = not confirmed."""
    doses: list[str] = []
    """Ingredients whose unconfirmed effective dose counts here."""
