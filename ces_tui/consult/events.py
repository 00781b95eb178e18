"""The chart's timeline as lines: what each document says in one line, what followed it, what was struck. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_tui.base.dates import show_date, show_number
from ces_tui.care.records import (
    OUTCOME_WORDS,
    PROGRAMME_WORDS,
    SENSITIVE_PROGRAMMES,
    Allergy,
    Appointment,
    Programme,
    Vitals,
)
from ces_tui.care.safety_records import Handover, SafetyPlan
from ces_tui.consult.records import TEACHING, Consult
from ces_tui.pharmacy.records import Dispense
from ces_tui.screening.records import Screening

RESERVED = "asunto reservado"
URGENT_TITLE = "Nota urgente"


@dataclass(frozen=True, slots=True)
class Follow:
    """What followed a record: an addendum, or the mark that it was recorded by mistake."""

    day: date
    at: int
    author: str
    """Name of who wrote it."""
    text: str
    reason: str
    kind: str = ""
    """Of an addendum: 'docencia' for a visitor's teaching comment, 'urgencia' for an urgent note."""

    @property
    def title(self) -> str:
        """'Adenda' or 'Comentario docente'."""
        return "Comentario docente" if self.kind == TEACHING else "Adenda"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing of the chart. `reserved`: its kind is hidden from the reader, and it can't be opened."""

    id: str
    type: str
    day: date
    at: int
    author: str
    title: str
    line: str
    reserved: bool = False
    void: Follow | None = None
    addenda: tuple[Follow, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A document in words: when, by whom, what; and whether it is a sensitive matter."""

    day: date
    at: int
    author: str
    title: str
    line: str
    sensitive: bool = False


def of_consult(note: Consult, reserved_codes: Callable[[str], bool]) -> Said:
    """'Consulta': its diagnoses, the primary one first, "1a vez" said; sensitive when one of them is."""
    ordered = sorted(note.diagnoses, key=lambda d: not d.primary)
    line = ", ".join(d.text + (" (1a vez)" if d.first_time else "") for d in ordered)
    sensitive = (
        any(reserved_codes(d.code) for d in note.diagnoses)
        or any(p.kind in SENSITIVE_PROGRAMMES for p in note.programmes)
        or any(f.reserved for f in note.findings)
    )
    return Said(note.day, note.at, note.author, "Consulta", line, sensitive)


def of_vitals(vitals: Vitals) -> Said:
    """'Signos vitales': what was measured, with units."""
    return Said(vitals.day, vitals.at, vitals.author, "Signos vitales", vitals_line(vitals))


def of_dispense(given: Dispense) -> Said:
    """'Farmacia': what left, with quantities."""
    line = ", ".join(f"{item.name} × {item.total}" for item in given.lines)
    return Said(given.day, given.at, given.author, "Farmacia", line)


def of_screening(screening: Screening) -> Said:
    """The instrument with its total, or that it is incomplete; always sensitive."""
    return Said(screening.day, screening.at, screening.author, "Tamizaje", screening_line(screening), True)


def of_plan(plan: SafetyPlan) -> Said:
    """'Plan de seguridad' with its next contact; always sensitive."""
    line = f"próximo contacto {show_date(plan.next_contact)}" if plan.next_contact else "sin próximo contacto"
    return Said(plan.day, plan.at, plan.author, "Plan de seguridad", line, True)


def of_handover(handover: Handover) -> Said:
    return Said(handover.day, handover.at, handover.author, "Entrega del caso", handover.person, True)


def of_allergy(allergy: Allergy) -> Said:
    """'Alergia', or the statement that none is known."""
    line = "sin alergias conocidas" if allergy.none_known else allergy.substance
    if allergy.reaction:
        line += f": {allergy.reaction}"
    if not allergy.active:
        line += " (descartada)"
    return Said(allergy.day, 0, allergy.author, "Alergia", line)


def of_programme(programme: Programme) -> Said:
    """'Programa': entered, or left with its outcome."""
    word = PROGRAMME_WORDS[programme.kind]
    if programme.closed is None:
        line = f"{word}: entra"
    else:
        line = f"{word}: sale, {OUTCOME_WORDS.get(programme.outcome, 'sin motivo')}"
    return Said(programme.closed or programme.opened, 0, "", "Programa", line, programme.sensitive)


def of_appointment(appointment: Appointment) -> Said:
    """'Cita' for those missed or cancelled; the others show in their notes."""
    word = {"perdida": "no vino", "cancelada": "cancelada"}.get(appointment.status, appointment.status)
    line = f"{show_date(appointment.due)} {word}"
    return Said(appointment.day, 0, "", "Cita", line, appointment.sensitive)


READERS: Mapping[str, tuple[type[Any], Callable[[Any], Said]]] = {
    "vitals": (Vitals, of_vitals),
    "dispense": (Dispense, of_dispense),
    "screening": (Screening, of_screening),
    "plan": (SafetyPlan, of_plan),
    "handover": (Handover, of_handover),
    "allergy": (Allergy, of_allergy),
    "programme": (Programme, of_programme),
    "appointment": (Appointment, of_appointment),
}
"""Document type -> its record and how it reads; the consult needs the catalogue too and stands apart."""


def vitals_line(vitals: Vitals) -> str:
    """'PA 128/82 · FC 76 · peso 61.5 kg · …', only what was measured."""
    parts = [
        ("PA", vitals.pressure, ""),
        ("FC", vitals.pulse, ""),
        ("FR", vitals.respiration, ""),
        ("T", vitals.temperature_c, " °C"),
        ("SpO2", vitals.spo2, " %"),
        ("peso", vitals.weight_kg, " kg"),
        ("talla", vitals.height_cm, " cm"),
        ("IMC", vitals.bmi, ""),
        ("glucosa", vitals.glucose_mgdl, " mg/dL" + (" en ayuno" if vitals.fasting else "")),
        ("edema", "de ambos pies" if vitals.oedema else "", ""),
    ]
    return " · ".join(f"{name} {_shown(value)}{unit}" for name, value, unit in parts if value)


def _shown(value: object) -> str:
    return show_number(value) if isinstance(value, float) else str(value)


def screening_line(screening: Screening) -> str:
    """'PHQ-9: 17 puntos · respuesta de riesgo', or that it is incomplete; the screening room's own words say more."""
    total = f"{screening.total} puntos" if screening.total is not None else "incompleto, sin puntaje"
    name = {"phq9": "PHQ-9", "gad7": "GAD-7"}.get(screening.instrument, screening.instrument.upper())
    return f"{name}: {total}" + (" · respuesta de riesgo" if screening.flags else "")


FILTERS: Mapping[str, tuple[str, frozenset[str]]] = {
    "notas": ("consultas y notas", frozenset({"consult", "urgent", "handover", "history"})),
    "signos": ("signos", frozenset({"vitals", "lab"})),
    "tamizajes": ("tamizajes y planes", frozenset({"screening", "plan"})),
    "surtidos": ("surtidos", frozenset({"dispense"})),
    "programas": ("programas y citas", frozenset({"programme", "appointment"})),
    "alergias": ("alergias", frozenset({"allergy"})),
}
"""What a timeline can be narrowed to: words, and the types of its documents; besides, "errores" and "adendas"."""
FILTER_WORDS = {
    "": "todo",
    **{k: words for k, (words, _) in FILTERS.items()},
    "errores": "errores",
    "adendas": "adendas",
}


def filtered(events: Iterable[Event], kind: str) -> list[Event]:
    """The events of one filter; all of them for an empty or unknown one. What is reserved shows in no kind: that would tell it."""
    if kind == "errores":
        return [e for e in events if e.void is not None]
    if kind == "adendas":
        return [e for e in events if e.addenda]
    types = FILTERS[kind][1] if kind in FILTERS else None
    return list(events) if types is None else [e for e in events if e.type in types and not e.reserved]
