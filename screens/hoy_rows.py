"""How Hoy words its lines: sections in stable places, each line by word and then by ink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_date
from ces_tui.care.agenda import AppointmentLine
from ces_tui.care.alerts import AlertLine
from ces_tui.care.records import CAME_WORDS, GRAVITY_WORDS, STATE_WORDS
from ces_tui.care.today import DraftLine, TodayView
from ces_tui.care.waiting import WaitingLine
from ces_tui.people.records import SEX_WORDS
from ces_tui.people.rules import show_patient_age
from screens.widgets.ink import Span
from screens.widgets.lines import Heading, Row
from screens.widgets.paper import Para

if TYPE_CHECKING:
    from ces_tui.clinic import Clinic

_GRAVITY_INK = {3: "bad", 2: "warn", 1: "text"}
_STATE_INK = {"espera": "text", "signos": "strong", "consulta": "key", "terminado": "dim", "se_fue": "dim"}
_PLACES = {
    "consulta": "consulta",
    "alta": "alta de paciente",
    "signos": "signos vitales",
    "farmacia": "farmacia",
    "imprimir": "hoja de referencia",
    "protocolos": "protocolo",
}


MOST = 8
"""Alerts and missed appointments shown before one asks for the rest: the waiting room must stay in sight."""


@dataclass(frozen=True)
class More:
    """The line that stands for those not shown."""

    what: str


def rows_of(
    view: TodayView, now: int, person: Callable[[str], str], *, everything: bool = False
) -> list[Row | Heading]:
    """Every section of the day, each with its heading even when it is empty."""
    rows: list[Row | Heading] = [Heading("Alertas abiertas", _count(len(view.alerts), "ninguna"))]
    shown = view.alerts if everything else view.alerts[:MOST]
    rows += [_alert(line, view, person) for line in shown]
    rows += _more("alertas", len(view.alerts) - len(shown), "Enter las muestra")
    rows.append(Heading("Sala de espera", _count(_here(view), "nadie espera")))
    rows += [_waiting(line, now) for line in view.waiting]
    rows.append(Heading("Citas de hoy", _count(len(view.due), "nadie más")))
    rows += [_due(line) for line in view.due]
    rows.append(Heading("Faltaron a su cita", _count(len(view.missed), "nadie")))
    shown_missed = view.missed if everything else view.missed[:MOST]
    rows += [_missed(line) for line in shown_missed]
    rows += _more("faltas", len(view.missed) - len(shown_missed), "Enter las muestra; A abre la agenda")
    rows.append(Heading("Sus borradores", _count(len(view.drafts), "ninguno")))
    rows += [_draft(line) for line in view.drafts]
    rows.append(Heading("Avisos de farmacia", _count(len(view.stock), "ninguno")))
    rows += [Row(f"f{i}", ["farmacia", text], data=text) for i, text in enumerate(view.stock)]
    return rows


def count_words(view: TodayView) -> list[Span]:
    """'Alertas 3 (1 de peligro) · Esperan 12 · Citas 4 · Faltaron 2 · Borradores 1': what the list may have scrolled away."""
    danger = sum(line.gravity == 3 for line in view.alerts)
    alerts = f" Alertas {len(view.alerts)}" + (f" ({danger} de peligro)" if danger else "")
    counts = (("Esperan", _here(view)), ("Citas", len(view.due)), ("Faltaron", len(view.missed)))
    rest = "".join(f" · {word} {number}" for word, number in (*counts, ("Borradores", len(view.drafts))))
    return [(alerts, "bad" if danger else "text"), (rest, "text")]


def _here(view: TodayView) -> int:
    return sum(not line.over for line in view.waiting)


def course_words(view: TodayView) -> str:
    """'Curso en 6 días (26/11/2026)'."""
    if view.course is None or view.course_days is None:
        return "Curso: sin fecha (K la anota)"
    if view.course_days == 0:
        return "El curso es hoy"
    days = "mañana" if view.course_days == 1 else f"en {view.course_days} días"
    return f"Curso {days} ({show_date(view.course)})"


def copy_words(view: TodayView) -> str:
    """How old the last copy outside this computer is."""
    if view.copy_days is None:
        return "Sin copia fuera: lo escrito sólo está aquí"
    days = {0: "hoy", 1: "ayer"}.get(view.copy_days, f"hace {view.copy_days} días")
    return f"Última copia fuera: {days}" + (" (haga una)" if view.copy_is_old else "")


def detail(clinic: Clinic, line: object, programmes: Mapping[str, list[str]]) -> list[Para]:
    """What stands beside the list from 100 columns: who the person is, without anything reserved."""
    match line:
        case AlertLine(reserved=True) | AppointmentLine(reserved=True) | DraftLine(what="asunto reservado"):
            return [
                Para("Asunto reservado", "title"),
                Para("Enter lo abre, si su función puede conocerlo.", "dim"),
            ]
        case (
            WaitingLine(patient=patient)
            | AppointmentLine(patient=patient)
            | AlertLine(patient=patient)
            | DraftLine(patient=patient)
        ):
            return _person(clinic, patient, programmes) if patient else []
        case str() as text:
            return [Para("Farmacia", "title"), Para(text)]
        case _:
            return []


def _person(clinic: Clinic, patient: str, programmes: Mapping[str, list[str]]) -> list[Para]:
    record = clinic.registry.get(patient).record
    told = [
        f"{show_patient_age(record, clinic.desk.today())}, {SEX_WORDS[record.sex]}",
        f"Nació el {show_date(record.birth)}" + (" (estimada)" if record.birth_estimated else ""),
        f"Número {record.clinic_number}",
    ]
    for label, value in (
        ("Madre", record.mother_name),
        ("Localidad", record.locality),
        ("Teléfono", record.phone),
        ("Acompañante", record.acompanante),
        ("Programas", ", ".join(programmes.get(patient, []))),
    ):
        if value:
            told.append(f"{label}: {value}")
    return [Para(record.name, "title"), *(Para(text) for text in told)]


def _count(number: int, none: str) -> str:
    return str(number) if number else none


def _more(what: str, number: int, how: str) -> list[Row | Heading]:
    return [Row(f"+{what}", ["…", f"{number} {what} más", how, ""], "dim", More(what))] if number > 0 else []


def _waiting(line: WaitingLine, now: int) -> Row:
    at = clinic_time(line.at)
    minutes = max(0, (now - (line.since or line.at)) // 60_000)
    state = STATE_WORDS[line.state] + ("" if line.over else f" {_minutes(minutes)}")
    cells = [f"{at:%H:%M}", line.who, f"{state} · {line.about}", CAME_WORDS[line.came]]
    return Row(f"w{line.id}", cells, _STATE_INK[line.state], line)


def _minutes(minutes: int) -> str:
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"


def _alert(line: AlertLine, view: TodayView, person: Callable[[str], str]) -> Row:
    due = "vencida" if line.overdue(view.day) else "hoy" if line.due == view.day else show_date(line.due)
    what = line.what if line.reserved else f"{line.what} · {person(line.owner)}"
    return Row(
        f"a{line.id}", [GRAVITY_WORDS[line.gravity], line.who, what, due], _GRAVITY_INK[line.gravity], line
    )


def _due(line: AppointmentLine) -> Row:
    return Row(f"c{line.id}", ["cita", line.who, line.what, ""], "text", line)


def _missed(line: AppointmentLine) -> Row:
    ink = "warn" if line.missed >= 2 else "text"
    return Row(f"m{line.id}", [f"{line.late} días", line.who, line.what, show_date(line.due)], ink, line)


def _draft(line: DraftLine) -> Row:
    what = " · ".join(part for part in (_PLACES.get(line.what, line.what), line.title) if part)
    saved = clinic_time(line.saved)
    return Row(
        f"d{line.id}", ["borrador", line.who or "(sin paciente)", what, f"{saved:%d/%m %H:%M}"], "text", line
    )
