"""What belongs to the patient and not to one visit: vitals, problems, allergies, programmes, appointments, alerts, arrivals.

`day` is always the clinical day on which something was done or written; a date that lies ahead has its own name (`due`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record

Severity = Literal["", "leve", "moderada", "grave"]
ProgrammeKind = Literal[
    "asma", "desnutricion", "diabetes", "epilepsia", "hipertension", "prenatal", "salud_mental"
]
Outcome = Literal["", "tratamiento_completo", "trasladado", "rechazo", "perdido", "defuncion"]
AppointmentStatus = Literal["pendiente", "cumplida", "perdida", "cancelada"]
ArrivalState = Literal["espera", "signos", "consulta", "terminado", "se_fue"]
Came = Literal[
    "cita", "sin_cita", "busqueda_activa", "acompanante", "enfermeria", "auxiliar", "urgencia", "brigada"
]

PROGRAMME_WORDS: dict[str, str] = {
    "asma": "asma",
    "desnutricion": "desnutrición",
    "diabetes": "diabetes",
    "epilepsia": "epilepsia",
    "hipertension": "hipertensión",
    "prenatal": "cuidado prenatal",
    "salud_mental": "salud mental",
}
SENSITIVE_PROGRAMMES = frozenset({"salud_mental"})
"""Programmes that appear on no list, not even in search (UX principle 8)."""

OUTCOME_WORDS: dict[str, str] = {
    "tratamiento_completo": "tratamiento completo",
    "trasladado": "trasladado a otra unidad",
    "rechazo": "rechazó el programa",
    "perdido": "perdido en el seguimiento",
    "defuncion": "defunción",
}
CAME_WORDS: dict[str, str] = {
    "cita": "cita",
    "sin_cita": "sin cita",
    "busqueda_activa": "búsqueda activa",
    "acompanante": "acompañante",
    "enfermeria": "enfermería",
    "auxiliar": "auxiliar",
    "urgencia": "urgencia",
    "brigada": "brigada médica",
}
STATE_WORDS: dict[str, str] = {
    "espera": "en espera",
    "signos": "con signos",
    "consulta": "en consulta",
    "terminado": "terminado",
    "se_fue": "se fue",
}
GRAVITY_WORDS = {3: "PELIGRO", 2: "urgente", 1: "atención"}
"""Gravity of an alert: 3 danger now, 2 urgent, 1 to be seen to."""


class Vitals(Record, frozen=True, kw_only=True):
    """Measurements of one moment; what was not measured is None. Blood pressure is both or none."""

    day: date
    at: int = 0
    author: str = ""
    weight_kg: float | None = None
    height_cm: float | None = None
    lying: bool | None = None
    """Whether a small child's height was taken lying; None: as is the custom at that age (below two years)."""
    head_cm: float | None = None
    waist_cm: float | None = None
    muac_mm: float | None = None
    """Mid-upper arm circumference."""
    oedema: bool | None = None
    """Pitting oedema of both feet, looked for in small children."""
    systolic: int | None = None
    diastolic: int | None = None
    pulse: int | None = None
    respiration: int | None = None
    temperature_c: float | None = None
    spo2: int | None = None
    glucose_mgdl: int | None = None
    glucose_high: bool = False
    """The meter said 'HI': above `glucose_mgdl`, which is then the meter's upper limit."""
    fasting: bool | None = None
    pregnant: bool | None = None
    complaint: str = ""
    confirmed: list[str] = []
    """Fields whose unlikely value was asked again and confirmed."""

    @property
    def bmi(self) -> float | None:
        """Body-mass index, kg/m2, one decimal; None without both weight and height."""
        if not self.weight_kg or not self.height_cm:
            return None
        return round(self.weight_kg / (self.height_cm / 100) ** 2, 1)

    @property
    def pressure(self) -> str:
        """'128/82', or nothing."""
        return f"{self.systolic}/{self.diastolic}" if self.systolic and self.diastolic else ""


class Problem(Record, frozen=True, kw_only=True):
    """A line of the problem list, coded (CIE-10) where it can be."""

    day: date
    label: str
    code: str = ""
    since: date | None = None
    active: bool = True
    resolved: date | None = None
    sensitive: bool = False
    source: str = ""
    """Id of the consult it came from."""


class Allergy(Record, frozen=True, kw_only=True):
    """An allergy or intolerance; with `none_known`, the explicit statement that there are none."""

    day: date
    none_known: bool = False
    substance: str = ""
    group: str = ""
    """Drug class of `protocols` to which cross-reactions extend ('penicilinas')."""
    reaction: str = ""
    severity: Severity = ""
    active: bool = True
    ended_reason: str = ""
    author: str = ""


class Programme(Record, frozen=True, kw_only=True):
    """One enrolment, from opening to its outcome; a later enrolment is another document."""

    day: date
    kind: ProgrammeKind
    opened: date
    closed: date | None = None
    outcome: Outcome = ""
    source: str = ""

    @property
    def sensitive(self) -> bool:
        return self.kind in SENSITIVE_PROGRAMMES


CallHow = Literal["en_persona", "telefono", "radio", "recado"]
CALL_WORDS: dict[str, str] = {
    "en_persona": "en persona",
    "telefono": "por teléfono",
    "radio": "por radio",
    "recado": "con un recado",
}


class Call(Record, frozen=True, kw_only=True):
    """The acompañante (or whoever looks for the person) was asked to remind someone of an appointment."""

    day: date
    to: str
    how: CallHow
    said: str = ""
    """What came of it."""
    author: str = ""


class Appointment(Record, frozen=True, kw_only=True):
    """A day on which the patient is expected."""

    day: date
    """Day on which it was set (later: on which its status changed)."""
    due: date
    reason: str = ""
    programme: str = ""
    status: AppointmentStatus = "pendiente"
    sensitive: bool = False
    why: str = ""
    """Reason of a cancellation."""
    source: str = ""
    """Id of the consult or screening that set it."""
    calls: list[Call] = []


class Alert(Record, frozen=True, kw_only=True):
    """A danger with an owner and a date, open until someone closes it with a reason."""

    day: date
    kind: str
    """Short stable key: 'crisis_hipertensiva', 'plan_seguridad', 'signo_peligro' …"""
    gravity: int
    text: str
    owner: str
    """Person id."""
    due: date
    sensitive: bool = False
    source: str = ""
    """Id of the document that raised it."""
    closed: date | None = None
    closed_reason: str = ""
    closed_by: str = ""


class Arrival(Record, frozen=True, kw_only=True):
    """A patient who came today and where they are in the clinic."""

    day: date
    at: int
    came: Came = "sin_cita"
    state: ArrivalState = "espera"
    since: int = 0
    """Instant of the last change of state, ms."""
    note: str = ""


class Course(Record, frozen=True, kw_only=True):
    """A monthly course of CES: the day when every pasante leaves for Jaltenango."""

    day: date
    starts: date
    ends: date | None = None
    place: str = ""
