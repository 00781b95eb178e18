"""One look at a chart: who this is and what is open, for the role that looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import show_date, show_number
from ces_tui.care.agenda import Agenda
from ces_tui.care.alerts import Alerts
from ces_tui.care.allergies import Allergies
from ces_tui.care.labs import Labs, kidney, summary_line
from ces_tui.care.pregnancies import pregnancy_state
from ces_tui.care.problems import Problems
from ces_tui.care.programmes import Programmes
from ces_tui.care.records import GRAVITY_WORDS, PROGRAMME_WORDS, Appointment, Vitals
from ces_tui.care.vitals import VitalsService
from ces_tui.consult.events import RESERVED
from ces_tui.consult.sections import last_lines
from ces_tui.people.desk import Desk
from ces_tui.people.links import Links
from ces_tui.people.records import Patient
from ces_tui.pharmacy.dispensing import Dispensing
from ces_tui.pharmacy.rules import CurrentMedicine
from ces_tui.screening.screenings import Screenings
from ces_tui.vault.shelf import Stored

MEASURES = (
    ("PA", "pressure", ""),
    ("peso", "weight_kg", " kg"),
    ("talla", "height_cm", " cm"),
    ("IMC", "bmi", ""),
    ("glucosa", "glucose_mgdl", " mg/dL"),
    ("FC", "pulse", ""),
    ("T", "temperature_c", " °C"),
    ("SpO2", "spo2", " %"),
)
SHOWN_INSTRUMENTS = ("phq9", "gad7")


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest value of one measure, as it reads, and its day."""

    name: str
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An open alert as this role may see it."""

    id: str
    gravity: int
    text: str
    due: date


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands at the top of a chart. `reserved` counts what exists and is not shown to this role."""

    problems: tuple[str, ...]
    allergies: str
    allergic: bool
    """Known allergies: said loudly."""
    medicines: tuple[CurrentMedicine, ...]
    programmes: tuple[str, ...]
    alerts: tuple[OpenAlert, ...]
    measures: tuple[Measured, ...]
    screenings: tuple[str, ...]
    next: Stored[Appointment] | None
    reserved: int
    also: tuple[str, ...] = ()
    """Numbers of other records of the same person."""
    died: str = ""
    """'20/11/2026, infarto' for the dead."""
    sections: tuple[tuple[str, str], ...] = ()
    """Last answers of the programmes' sections: title, words with their day."""
    labs: str = ""
    kidney: str = ""
    pregnancy: str = ""


def summarise(desk: Desk, patient: str) -> Summary:
    """The summary of a chart; what is sensitive is counted, not shown, where the role may not know it."""
    knows = desk.knows(patient)
    problems, programmes = Problems(desk), Programmes(desk)
    allergies = Allergies(desk).state(patient)
    upcoming = Agenda(desk).next(patient)
    return Summary(
        problems=tuple(
            _problem(p.record.label, p.record.since or p.record.day) for p in problems.active(patient)
        ),
        allergies=allergies.sentence,
        allergic=bool(allergies.known),
        medicines=tuple(Dispensing(desk).current(patient)),
        programmes=tuple(PROGRAMME_WORDS[p.record.kind] for p in programmes.open(patient)),
        alerts=_alerts(desk, patient, knows=knows),
        measures=newest(VitalsService(desk).before(patient)),
        screenings=_screenings(desk, patient) if knows else (),
        next=upcoming if upcoming and (knows or not upcoming.record.sensitive) else None,
        reserved=problems.hidden(patient) + programmes.hidden(patient),
        also=tuple(one.number for one in Links(desk).of(patient)),
        died=_death(desk.vault.shelf("patient", Patient).get(patient).record),
        sections=tuple(
            (title, f"{text} ({show_date(day)})") for title, text, day in last_lines(desk, patient)
        ),
        labs=summary_line(Labs(desk).last(patient)),
        kidney=_kidney(desk, patient),
        pregnancy=pregnancy_state(desk, patient).brief,
    )


def _death(patient: Patient) -> str:
    if patient.died is None:
        return ""
    return ", ".join(part for part in (show_date(patient.died), patient.death_cause) if part)


def newest(taken: list[Vitals]) -> tuple[Measured, ...]:
    """The newest value of each measure; `taken` is newest first."""
    found = []
    for name, field, unit in MEASURES:
        for vitals in taken:
            if value := getattr(vitals, field):
                text = show_number(value) if isinstance(value, float) else str(value)
                found.append(Measured(name, text + unit, vitals.day))
                break
    return tuple(found)


def _kidney(desk: Desk, patient: str) -> str:
    """'86.2 mL/min/1.73 m², G2 … (CKD-EPI 2021, creatinina del 03/11/2026)', or why there is none."""
    found = kidney(desk, patient)
    if found.day is None:
        return ""
    if found.result is None:
        return found.why
    return f"{found.result.text} ({found.result.formula}, del {show_date(found.day)})"


def _problem(label: str, since: date) -> str:
    return f"{label} ({since.year})"


def _alerts(desk: Desk, patient: str, *, knows: bool) -> tuple[OpenAlert, ...]:
    found = []
    for alert in Alerts(desk).of(patient):
        text = alert.record.text if knows or not alert.record.sensitive else RESERVED
        word = GRAVITY_WORDS.get(alert.record.gravity, "")
        found.append(OpenAlert(alert.id, alert.record.gravity, f"{word}: {text}", alert.record.due))
    return tuple(found)


def _screenings(desk: Desk, patient: str) -> tuple[str, ...]:
    service = Screenings(desk)
    found = []
    for instrument in SHOWN_INSTRUMENTS:
        if (last := service.last(patient, instrument)) is not None:
            found.append(f"{service.describe(last.record)} ({show_date(last.record.day)})")
    return tuple(found)
