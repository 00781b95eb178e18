"""Laboratory values typed from a paper: kept with their day, read as trends, and turned into kidney function and anaemia."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec

from ces_tui.base import content
from ces_tui.base.dates import age_months, age_years, show_date, show_number
from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.record import Record
from ces_tui.base.text import clean_line
from ces_tui.care.alerts import Alerts
from ces_tui.care.calculators import Result, cardiovascular, egfr, egfr_child
from ces_tui.care.pregnancies import State, pregnancy_state
from ces_tui.care.records import Vitals
from ces_tui.care.shelves import live
from ces_tui.care.vitals import Unlikely
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored

LabKind = Literal[
    "creatinina", "hba1c", "hemoglobina", "colesterol", "ldl", "hdl", "trigliceridos", "potasio", "riesgo_cv"
]
HEIGHT_DAYS = 180
"""A child's height counts for the kidney formula this long (K)."""


class Lab(Record, frozen=True, kw_only=True):
    """One result; `day` is the day of the sample. Units are fixed by the kind (`protocols/calculators/labs.yaml`)."""

    day: date
    at: int = 0
    author: str = ""
    kind: LabKind
    value: float
    fasting: bool | None = None
    method: str = ""
    """Of a cardiovascular risk: the chart it was read in."""
    note: str = ""
    confirmed: bool = False
    source: str = ""
    """The note that it was typed in, if it was; the note points here."""


@dataclass(frozen=True, slots=True)
class Kidney:
    """Kidney function with the day of its creatinine; `why` says why there is none."""

    result: Result | None
    day: date | None
    why: str = ""

    @property
    def value(self) -> float | None:
        return self.result.value if self.result else None


class Labs:
    """Add results, look at the earlier ones."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def add(
        self, patient: str, results: Sequence[Lab], *, confirmed: Collection[str] = (), draft: str = ""
    ) -> list[Stored[Lab]]:
        """Keep the results of one paper in one save, with the alert of a very low haemoglobin.

        Refused for what can't be; Unlikely, with the kind as its field, for what is asked once and not in `confirmed`.
        """
        me = self.desk.require("signos")
        self.desk.require_part(patient)
        if not results:
            raise Refused("No hay ningún resultado escrito.", field="creatinina")
        person = self.desk.vault.shelf("patient", Patient).get(patient).record
        for lab in results:
            check(lab, person, self.desk.today())
            if lab.kind not in confirmed and (sentence := doubt(lab)):
                raise Unlikely(sentence, field=lab.kind)
        with self.desk.vault.transaction(day=self.desk.today()):
            kept = [
                self.desk.vault.shelf("lab", Lab, patient=patient).add(
                    msgspec.structs.replace(
                        lab,
                        at=self.desk.now(),
                        author=me.id,
                        note=clean_line(lab.note, field="note"),
                        confirmed=lab.kind in confirmed,
                    )
                )
                for lab in results
            ]
            for stored in kept:
                self._alert(patient, stored)
            if draft:
                self.desk.vault.drafts.drop(draft)
        return kept

    def all(self, patient: str) -> list[Stored[Lab]]:
        """Every result that stands, oldest first."""
        self.desk.require_part(patient)
        found = live(self.desk, "lab", Lab, patient)
        return sorted(found, key=lambda s: (s.record.day, s.record.at, s.id))

    def last(self, patient: str) -> dict[str, Lab]:
        """The newest result of each kind."""
        return {s.record.kind: s.record for s in self.all(patient)}

    def kidney(self, patient: str) -> Kidney:
        """Filtration by the newest creatinine: CKD-EPI from 18 years on, Schwartz below, none in pregnancy."""
        self.desk.require_part(patient)
        return kidney(self.desk, patient)

    def words(self, patient: str, lab: Lab) -> str:
        """What a result means for this person: filtration, anaemia, goal; '' where the program says nothing."""
        self.desk.require_part(patient)
        return meaning(self.desk, patient, lab)

    def _alert(self, patient: str, stored: Stored[Lab]) -> None:
        rule, lab = table()["anemia"]["alert"], stored.record
        if lab.kind == "hemoglobina" and lab.value < rule["below"]:
            text = f"Hemoglobina de {show(lab.kind, lab.value)}: anemia grave, refiera"
            Alerts(self.desk).open(
                patient, kind="anemia_grave", gravity=rule["gravity"], text=text, source=stored.id
            )


def table() -> dict[str, Any]:
    """Kinds, units and limits; read-only."""
    loaded: dict[str, Any] = content.load("calculators/labs.yaml")
    return loaded


def label(kind: str) -> str:
    return str(table()["kinds"][kind]["label"])


def show(kind: str, value: float) -> str:
    """'0.92 mg/dL'."""
    told = table()["kinds"][kind]
    return f"{show_number(value, told['digits'])} {told['unit']}"


def line(lab: Lab) -> str:
    """'Creatinina 0.92 mg/dL'."""
    by = f" ({cardiovascular(lab.value, lab.method, years=50).source})" if lab.method else ""
    return f"{label(lab.kind)} {show(lab.kind, lab.value)}{by}" + (" en ayuno" if lab.fasting else "")


def check(lab: Lab, person: Patient, today: date) -> None:
    """Refused, with the kind as the field, for values and days that can't be."""
    if lab.kind not in table()["kinds"]:
        raise BadInput("No conozco ese estudio.", field="kind")
    low, high = table()["kinds"][lab.kind]["capture"]
    if not low <= lab.value <= high:
        raise Refused(
            f"{label(lab.kind)} de {show_number(lab.value, 2)}: se aceptan de {show_number(low)} a {show(lab.kind, high)}. "
            "Revise el resultado y su unidad.",
            field=lab.kind,
        )
    if lab.day > today:
        raise Refused("La fecha de la muestra está en el futuro.", field="day")
    if lab.day < person.birth:
        raise Refused("La muestra sería de antes de su nacimiento.", field="day")
    if table()["kinds"][lab.kind].get("method"):
        cardiovascular(lab.value, lab.method, years=age_years(person.birth, lab.day))


def doubt(lab: Lab) -> str:
    """The question that a rare value is asked; '' for a usual one."""
    low, high = table()["kinds"][lab.kind]["ask"]
    if low <= lab.value <= high:
        return ""
    return f"{label(lab.kind)} de {show(lab.kind, lab.value)} es raro. ¿Es correcto?"


def kidney(desk: Desk, patient: str) -> Kidney:
    """Filtration by the newest creatinine at the age of today; every age of the result counts, its day is shown."""
    found = [s.record for s in live(desk, "lab", Lab, patient) if s.record.kind == "creatinina"]
    newest = max(found, key=lambda r: (r.day, r.at), default=None)
    if newest is None:
        return Kidney(None, None)
    person = desk.vault.shelf("patient", Patient).get(patient).record
    today = desk.today()
    years = age_years(person.birth, today)
    try:
        if years >= 18:
            state = pregnancy_state(desk, patient)
            return Kidney(
                egfr(newest.value, years=years, sex=person.sex, pregnant=bool(state.pregnant)), newest.day
            )
        height = _height(desk, patient, today)
        if height is None:
            return Kidney(None, newest.day, "Para Schwartz falta una talla de los últimos seis meses.")
        return Kidney(egfr_child(newest.value, height, years=years), newest.day)
    except BadInput as refused:
        return Kidney(None, newest.day, str(refused))


def meaning(desk: Desk, patient: str, lab: Lab) -> str:
    """What one result means for this person today."""
    if lab.kind == "creatinina":
        found = kidney(desk, patient)
        if found.result is None or found.day != lab.day:
            return found.why if found.day == lab.day else ""
        return f"TFGe {found.result.text} ({found.result.formula})"
    if lab.kind == "hemoglobina":
        person = desk.vault.shelf("patient", Patient).get(patient).record
        return anemia(lab.value, person, pregnancy_state(desk, patient, on=lab.day), lab.day)
    goal = table()["kinds"][lab.kind].get("goal")
    if goal:
        return f"meta menor de {goal['below']}: " + ("sí" if lab.value < goal["below"] else "no")
    if lab.kind == "riesgo_cv":
        return cardiovascular(lab.value, lab.method, years=50).words
    return ""


def anemia(value: float, person: Patient, state: State, on: date) -> str:
    """'anemia moderada', 'sin anemia' or '' where no table holds (under six months)."""
    months = age_months(person.birth, on)
    for group in table()["anemia"]["groups"]:
        if "pregnant" in group:
            low, high = group["pregnant"]
            if not state.pregnant or not low <= (state.days or 0) <= high:
                continue
        else:
            low, high = group["months"]
            if not low <= months < high or group.get("sex", person.sex) != person.sex:
                continue
        grade = next((word for below, word in group["grades"] if value < below), "")
        return f"anemia {grade}" if grade else "sin anemia"
    return ""


def summary_line(labs: dict[str, Lab]) -> str:
    """'HbA1c 8.2 % (03/11/2026) · …', the kinds in the order of the page."""
    return " · ".join(
        f"{line(labs[kind])} ({show_date(labs[kind].day)})" for kind in table()["kinds"] if kind in labs
    )


def _height(desk: Desk, patient: str, today: date) -> float | None:
    taken = [s.record for s in live(desk, "vitals", Vitals, patient) if s.record.height_cm]
    newest = max(taken, key=lambda v: (v.day, v.at), default=None)
    if newest is None or (today - newest.day).days > HEIGHT_DAYS:
        return None
    return newest.height_cm
