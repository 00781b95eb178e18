"""What a protocol gives back: one outcome, with every dose, its maximum, its reasons and its sources.

Outcome
├── treatment: Treatment…   each computed, capped and with the bottle it comes from
├── referral: Referral | None
└── advice, why, sources    Spanish sentences, ready to read
"""

from __future__ import annotations

from typing import Any, Literal

from ces_tui.base.record import Record

Level = Literal["urgente", "ordinaria"]
Unit = Literal["mg", "mL", "UI", "disparo", "g", "tableta"]

COLOURS = {1: "verde", 2: "amarillo", 3: "rojo"}
"""Gravity -> colour word; never shown without `WORDS`."""

WORDS = {1: "leve, se atiende aquí", 2: "tratar y vigilar de cerca", 3: "grave, actuar hoy"}
"""Gravity -> what the colour means."""

UNREVIEWED = "pendiente de revisión clínica"
"""Shown with every protocol that no clinician of CES has signed."""


class Bottle(Record, frozen=True, kw_only=True):
    """One way to measure a dose from what the formulary has: `text` is ready to read."""

    presentation: str
    text: str
    amount: float
    unit: str
    gives_mg: float


class Treatment(Record, frozen=True, kw_only=True):
    """One line of treatment. `dose`, `max_dose` and `max_a_day` are in `unit`; `dose_mg` is None unless dosed by mass."""

    drug: str
    dose: float
    unit: Unit
    dose_mg: float | None
    route: str
    times_a_day: int
    days: int
    max_a_day: float
    max_dose: float
    rule: str
    """How the dose came about: «40 mg/kg × 7.3 kg, tope 1000 mg»."""
    note: str = ""
    source: str = ""
    bottles: tuple[Bottle, ...] = ()


class Referral(Record, frozen=True, kw_only=True):
    level: Level
    text: str


class Outcome(Record, frozen=True, kw_only=True):
    """The result of one protocol with one set of answers; a pure function of both."""

    protocol: str
    title: str
    version: str
    date: str
    rule: str = ""
    """Id of the rule in which the answers ended."""
    classification: str
    gravity: int
    why: tuple[str, ...] = ()
    treatment: tuple[Treatment, ...] = ()
    referral: Referral | None = None
    follow_up_days: int | None = None
    advice: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reviewed_by: str | None = None
    answers: tuple[str, ...] = ()
    """What was answered, as «Peso: 7.3 kg»: so that the note stands alone."""
    deviation: str | None = None
    """Why the clinician did otherwise, in their words."""

    @property
    def colour(self) -> str:
        """verde, amarillo or rojo."""
        return COLOURS[self.gravity]

    @property
    def word(self) -> str:
        """What the colour means, in words."""
        return WORDS[self.gravity]

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `protocol run --json`."""
        return {
            "protocol": self.protocol,
            "version": self.version,
            "classification": self.classification,
            "gravity": self.gravity,
            "why": list(self.why),
            "treatment": [
                {
                    "drug": t.drug,
                    "dose": t.dose,
                    "unit": t.unit,
                    "dose_mg": t.dose_mg,
                    "route": t.route,
                    "times_a_day": t.times_a_day,
                    "days": t.days,
                    "max_a_day": t.max_a_day,
                }
                for t in self.treatment
            ],
            "referral": f"{self.referral.level}: {self.referral.text}" if self.referral else None,
            "follow_up_days": self.follow_up_days,
        }

    def note_text(self) -> str:
        """The result as Spanish lines for the clinical note, with source, version and review state."""
        from ces_tui.guidance.note import note_text

        return note_text(self)
