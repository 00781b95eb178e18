"""What each of the patient's programmes wants to see in a consult: today's value, the last one with its date, the goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import show_date, show_number
from ces_tui.care.programmes import Programmes
from ces_tui.care.records import PROGRAMME_WORDS, SENSITIVE_PROGRAMMES, Vitals
from ces_tui.care.vitals import VitalsService
from ces_tui.people.desk import Desk
from ces_tui.screening.screenings import Screenings

WATCHED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "hipertension": (("PA", "pressure", ""),),
    "diabetes": (("glucosa", "glucose_mgdl", " mg/dL"), ("PA", "pressure", "")),
    "prenatal": (("PA", "pressure", ""), ("peso", "weight_kg", " kg")),
    "desnutricion": (("peso", "weight_kg", " kg"), ("MUAC", "muac_mm", " mm")),
    "asma": (("SpO2", "spo2", " %"),),
    "epilepsia": (("peso", "weight_kg", " kg"),),
}
"""Programme -> the measures that its control is judged by: name, field of Vitals, unit."""
GOALS = {"hipertension": "meta: menor de 140/90"}
"""Goals that hold for everyone in the programme (HEARTS, K); others are the physician's."""


@dataclass(frozen=True, slots=True)
class Section:
    """One programme of this patient, in one line."""

    programme: str
    word: str
    line: str


def sections(desk: Desk, patient: str) -> list[Section]:
    """One section for each open programme; a sensitive one only for who may know it."""
    taken = VitalsService(desk).before(patient)
    found = []
    for kind in sorted(Programmes(desk).open_kinds(patient)):
        if kind in SENSITIVE_PROGRAMMES:
            if desk.knows(patient):
                found.append(Section(kind, PROGRAMME_WORDS[kind], _mental(desk, patient)))
            continue
        parts = [_measure(taken, desk.today(), *measure) for measure in WATCHED.get(kind, ())]
        line = " · ".join([*(p for p in parts if p), *([GOALS[kind]] if kind in GOALS else [])])
        found.append(Section(kind, PROGRAMME_WORDS[kind], line))
    return found


def _measure(taken: list[Vitals], today: date, name: str, field: str, unit: str) -> str:
    """'PA hoy 128/82, antes 150/95 (23/10/2026)'; `taken` is newest first."""
    now = next((v for v in taken if v.day == today and getattr(v, field)), None)
    before = next((v for v in taken if v.day < today and getattr(v, field)), None)
    said = []
    if now is not None:
        said.append(f"hoy {_shown(getattr(now, field))}{unit}")
    if before is not None:
        said.append(f"antes {_shown(getattr(before, field))}{unit} ({show_date(before.day)})")
    return f"{name} {', '.join(said)}" if said else f"{name} sin medir"


def _mental(desk: Desk, patient: str) -> str:
    service = Screenings(desk)
    said = [
        f"{service.describe(last.record)} ({show_date(last.record.day)})"
        for instrument in ("phq9", "gad7")
        if (last := service.last(patient, instrument)) is not None
    ]
    return " · ".join(said) or "sin tamizajes"


def _shown(value: object) -> str:
    return show_number(value) if isinstance(value, float) else str(value)
