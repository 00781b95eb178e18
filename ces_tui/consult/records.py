"""What a consult leaves in the chart: the signed note, and what may follow it (addendum, "registrado por error").

`Draft` is the page while it is written: raw texts, so that it resumes exactly as it was typed.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record
from ces_tui.care.records import Came, Outcome, ProgrammeKind
from ces_tui.pharmacy.records import GivenLot, PrescriptionLine

Prognosis = Literal["", "bueno", "reservado", "malo"]
PROGNOSIS_WORDS: dict[str, str] = {
    "bueno": "bueno",
    "reservado": "reservado a evolución",
    "malo": "malo",
}
"""NOM-004-SSA3-2012, 6.2: each note of evolution carries a prognosis."""


TEACHING, URGENT = "docencia", "urgencia"
"""Kinds of an addendum: a visitor's comment, an urgent note."""


class Diagnosis(Record, frozen=True, kw_only=True):
    """One diagnosis of a note: a CIE-10 code with its text, or free text with an empty code."""

    text: str
    code: str = ""
    first_time: bool = False
    """"1a vez": a new problem, or the first visit for it."""
    primary: bool = False


class ProtocolResult(Record, frozen=True, kw_only=True):
    """The outcome of a protocol run with this patient, with the version it was run in."""

    protocol: str
    version: str
    classification: str
    gravity: int = 1
    """1 green, 2 yellow, 3 red (guidance.records.WORDS)."""
    text: str = ""


class ProgrammeChange(Record, frozen=True, kw_only=True):
    """A programme entered (no outcome) or left (with its outcome) at this visit."""

    kind: ProgrammeKind
    outcome: Outcome = ""


class Finding(Record, frozen=True, kw_only=True):
    """One answer of a programme's section, or of a rapid test: a number, or the key of an answer, or text."""

    section: str
    name: str
    """Id of the question in `programmes/secciones.yaml`."""
    value: float | str
    reserved: bool = False
    """The answer is a sensitive matter (a test for HIV)."""


class Draft(Record, frozen=True, kw_only=True):
    """A consult being written. Nothing in it is validated; `Consults.sign` does that."""

    came: Came | Literal[""] = ""
    reason: str = ""
    subjective: str = ""
    objective: str = ""
    analysis: str = ""
    plan: str = ""
    prognosis: Prognosis = ""
    diagnoses: tuple[Diagnosis, ...] = ()
    prescription: tuple[PrescriptionLine, ...] = ()
    dispense: bool = True
    """Whether the prescription is handed out here, from the clinic's lots."""
    screenings: tuple[str, ...] = ()
    """Filled in when it is signed: the screenings of the visit."""
    protocols: tuple[ProtocolResult, ...] = ()
    programmes: tuple[ProgrammeChange, ...] = ()
    sections: dict[str, str] = {}
    """What stands in the programmes' sections, by question, as typed."""
    opened: tuple[str, ...] = ()
    """Sections opened by hand (rapid tests, studies)."""
    next_text: str = ""
    """Next appointment as typed: '30', '1m', '18/12/26'."""
    next_reason: str = ""
    typing: dict[str, str] = {}
    """What stands in fields that are not part of the note yet (the diagnosis search)."""
    died: date | None = None
    """Day of a death that the note says: a programme was left by it."""
    death_cause: str = ""
    copied_from: str = ""
    """Consult "registrado por error" whose text this draft took over."""


class Consult(Record, frozen=True, kw_only=True):
    """A signed note. It never changes: an `Addendum` or a `Void` follows it."""

    day: date
    at: int
    author: str
    """Person id of who signed."""
    came: Came = "sin_cita"
    reason: str = ""
    subjective: str
    objective: str = ""
    vitals: str = ""
    """Id of this visit's vitals."""
    analysis: str = ""
    plan: str = ""
    prognosis: Prognosis = ""
    diagnoses: tuple[Diagnosis, ...]
    prescription: tuple[PrescriptionLine, ...] = ()
    dispense: str = ""
    """Id of the dispense signed with it."""
    screenings: tuple[str, ...] = ()
    protocols: tuple[ProtocolResult, ...] = ()
    programmes: tuple[ProgrammeChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    """The programmes' sections, typed; values that were measured stand in the vitals, `labs` and `scan`."""
    labs: tuple[str, ...] = ()
    """Ids of the laboratory results typed in the sections."""
    scan: str = ""
    """Id of the prenatal record that holds the fetal measures typed in the sections."""
    next_day: date | None = None
    next_reason: str = ""
    kept: tuple[str, ...] = ()
    """Ids of the appointments that this visit fulfilled."""
    died: date | None = None
    """Day of the death that was noted with it."""
    death_cause: str = ""

    def texts(self) -> dict[str, str]:
        """The written sections, by heading, in the order of the page; empty ones left out."""
        sections = {
            "Motivo": self.reason,
            "Subjetivo": self.subjective,
            "Objetivo": self.objective,
            "Análisis": self.analysis,
            "Plan": self.plan,
        }
        return {heading: text for heading, text in sections.items() if text}


class Addendum(Record, frozen=True, kw_only=True):
    """What is added to a signed record, which itself never changes."""

    target: str
    target_type: str
    text: str
    reason: str
    author: str
    at: int
    day: date
    kind: str = ""
    """A visitor's teaching comment; an urgent note, whose target is the patient; what other rooms write has theirs."""


class Void(Record, frozen=True, kw_only=True):
    """«Registrado por error»: takes its target out of everything but the stock ledger; what came back is put back."""

    target: str
    target_type: str
    reason: str
    author: str
    at: int
    day: date
    returned: tuple[GivenLot, ...] = ()
    copied_draft: str = ""
    """Draft for the right patient that was made of the target, if any."""
