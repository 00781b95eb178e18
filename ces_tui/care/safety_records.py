"""The safety plan after a positive suicide item, and the hand-over to a named person."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record

RISK_KIND = "riesgo_suicida"
"""Kind of the alert that asks for a safety plan."""

How = Literal["traslado", "supervision", "otro_medico", "hospital", "familia_y_clinica"]
HOW_WORDS: dict[str, str] = {
    "traslado": "traslado acompañado a otra unidad",
    "supervision": "recibe la supervisora o el supervisor",
    "otro_medico": "recibe otra médica u otro médico de la clínica",
    "hospital": "ingreso u observación en hospital",
    "familia_y_clinica": "familiar presente y seguimiento de otra clínica",
}


class Contact(Record, frozen=True, kw_only=True):
    """Someone the person can call."""

    name: str
    phone: str = ""
    relation: str = ""


class SafetyPlan(Record, frozen=True, kw_only=True):
    """A plan made with the person, signed. A later one replaces it; it is never changed."""

    day: date
    at: int = 0
    author: str = ""
    owner: str = ""
    """Person id of who answers for it until it is closed; empty = who signs it."""
    alerts: list[str] = []
    """The alerts of risk that it answers."""
    warning_signs: str = ""
    coping: str = ""
    people: list[Contact] = []
    professionals: list[Contact] = []
    means_asked: bool = False
    means: str = ""
    """What is within reach (pesticide, medicines, machete, rope, firearm), in the clinician's words."""
    means_done: str = ""
    """What was done about them and who keeps them."""
    stays_tonight: str = ""
    """Who stays with the person tonight."""
    next_contact: date | None = None
    has_plan: bool | None = None
    """Whether there is a plan or an intention now; None = not asked."""
    has_means: bool | None = None
    """Whether the means are at hand; None = not asked."""
    notes: str = ""


class Handover(Record, frozen=True, kw_only=True):
    """The person at risk handed over to someone with a name, instead of a plan made here."""

    day: date
    at: int = 0
    author: str = ""
    person: str
    """Name of who takes over."""
    role: str
    how: How
    phone: str = ""
    reason: str
    alerts: list[str] = []
