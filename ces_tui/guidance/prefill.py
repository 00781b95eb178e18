"""What the chart already knows of a protocol's questions, with its day: asked never twice, shown always."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ces_tui.base.dates import age_months, age_years, show_date, show_number
from ces_tui.base.errors import BadInput
from ces_tui.care.allergies import Allergies
from ces_tui.care.labs import kidney
from ces_tui.care.pregnancies import pregnancy_state
from ces_tui.care.problems import Problems
from ces_tui.care.programmes import Programmes
from ces_tui.care.records import Vitals
from ces_tui.care.vitals import VitalsService
from ces_tui.guidance.answers import read_value
from ces_tui.guidance.conditions import Value
from ces_tui.guidance.limits import limits
from ces_tui.guidance.pathway import Pathway
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.pharmacy.allergies import class_of

FERTILE = (10, 55)
"""Years of age outside which pregnancy is not asked (K)."""
PUERPERIUM_DAYS = 42
_HYPERTENSION = ("I10", "I11", "I12", "I13", "I15")
_DIABETES = ("E10", "E11", "E12", "E13", "E14")
_HIGH_RISK = (*_DIABETES, "I20", "I21", "I22", "I23", "I24", "I25", "I50", "I6", "I70", "I73", "N18")
"""Cardiovascular disease, diabetes or chronic kidney disease (HEARTS, K)."""


@dataclass(frozen=True)
class Known:
    """One answer from the chart: its value, the day it is of (None: not a matter of a day) and where it stands."""

    value: Value
    day: date | None
    where: str


@dataclass(frozen=True)
class Prefill:
    """Input name -> what the chart knows; `notes` say what it knows but may not be used."""

    known: dict[str, Known] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def values(self) -> dict[str, object]:
        """The answers, as `run` takes them."""
        return {name: known.value for name, known in self.known.items()}


def prefill(desk: Desk, pathway: Pathway, patient_id: str) -> Prefill:
    """The answers that the chart of `patient_id` gives to `pathway`; what is not possible there is left to be asked."""
    chart = _Chart(desk, patient_id)
    known: dict[str, Known] = {}
    for spec in pathway.inputs.values():
        found = chart.answer(spec.origin)
        if found is None:
            continue
        try:
            known[spec.name] = Known(read_value(spec, found.value), found.day, found.where)
        except BadInput:
            continue
    return _fresh_weight(pathway, Prefill(known), chart)


def _fresh_weight(pathway: Pathway, found: Prefill, chart: _Chart) -> Prefill:
    """Without a weight that is too old to dose; the note says so."""
    names = pathway.weight
    if names is None or names.weight_kg not in found.known:
        return found
    weight = found.known[names.weight_kg]
    assert weight.day is not None and isinstance(weight.value, int | float)
    old = (chart.today - weight.day).days
    if old <= limits().weight_days(age_months(chart.patient.birth, chart.today)):
        return found
    rest = {k: v for k, v in found.known.items() if k not in {names.weight_kg, names.days_old}}
    note = f"El último peso ({show_number(weight.value, 2)} kg, {show_date(weight.day)}) ya no vale para dosis: pese hoy."
    return Prefill(rest, (note,))


class _Chart:
    """The few things of a chart that protocols ask for."""

    def __init__(self, desk: Desk, patient_id: str) -> None:
        self.desk = desk
        self.id = patient_id
        self.today = desk.today()
        self.patient = desk.vault.shelf("patient", Patient).get(patient_id).record
        self._vitals = VitalsService(desk)
        taken = self._vitals.today(patient_id)
        self._now: Vitals | None = taken.record if taken else None

    def answer(self, origin: str) -> Known | None:
        """What the chart says of one origin (docs/protocols.md lists them), or None."""
        sources: dict[str, Callable[[], Known | None]] = {
            "age_months": lambda: self._age(age_months(self.patient.birth, self.today)),
            "age_years": lambda: self._age(age_years(self.patient.birth, self.today)),
            "seven_days": lambda: self._age((self.today - self.patient.birth).days >= 7),
            "weight": self._weight,
            "weight_days": self._weight_days,
            "respiration": lambda: self._measured("respiration"),
            "spo2": lambda: self._measured("spo2"),
            "temperature": lambda: self._measured("temperature_c"),
            "systolic": lambda: self._measured("systolic"),
            "diastolic": lambda: self._measured("diastolic"),
            "glucose": lambda: self._measured("glucose_mgdl"),
            "pregnant": self._pregnant,
            "gestation_weeks": self._gestation,
            "egfr": self._egfr,
            "postpartum": self._postpartum,
            "can_be_pregnant": self._not_fertile,
            "penicillin_allergy": self._penicillin,
            "hypertensive": lambda: self._disease("hipertension", _HYPERTENSION),
            "diabetic": lambda: self._disease("diabetes", _DIABETES),
            "high_risk": lambda: self._disease("diabetes", _HIGH_RISK),
        }
        return sources[origin]() if origin in sources else None

    def _age(self, value: bool | int) -> Known:
        about = " (fecha estimada)" if self.patient.birth_estimated else ""
        return Known(value, None, f"nacimiento {show_date(self.patient.birth)}{about}")

    def _measured(self, name: str) -> Known | None:
        """A vital sign of today: yesterday's breathing rate says nothing of now."""
        value = getattr(self._now, name) if self._now else None
        return None if value is None else Known(value, self.today, "signos de hoy")

    def _weight(self) -> Known | None:
        last = self._vitals.last(self.id, "weight_kg")
        return Known(last[0], last[1], f"peso del {show_date(last[1])}") if last else None

    def _weight_days(self) -> Known | None:
        last = self._vitals.last(self.id, "weight_kg")
        return Known((self.today - last[1]).days, last[1], f"peso del {show_date(last[1])}") if last else None

    def _pregnant(self) -> Known | None:
        state = pregnancy_state(self.desk, self.id)
        if state.record:
            return Known(True, None, state.where)
        if self._now and self._now.pregnant is not None and self.patient.sex == "F":
            return Known(self._now.pregnant, self.today, "signos de hoy")
        if "prenatal" in Programmes(self.desk).open_kinds(self.id):
            return Known(True, None, "programa prenatal")
        if state.pregnant is False and state.where == "fin del embarazo":
            return Known(False, None, state.where)
        return self._not_fertile()

    def _postpartum(self) -> Known | None:
        """Yes, up to 42 days after a birth on record (NOM-007, K); otherwise it is asked."""
        days = pregnancy_state(self.desk, self.id).birth_days
        if days is not None and days <= PUERPERIUM_DAYS:
            return Known(True, None, "registro de embarazo")
        return self._not_fertile()

    def _gestation(self) -> Known | None:
        """Completed weeks, when the open pregnancy is dated."""
        state = pregnancy_state(self.desk, self.id)
        return None if state.weeks is None else Known(state.weeks, self.today, state.where)

    def _not_fertile(self) -> Known | None:
        """No, for men and outside the fertile age; otherwise it is asked."""
        if self.patient.sex == "M":
            return Known(False, None, "hombre")
        age = age_years(self.patient.birth, self.today)
        return None if FERTILE[0] <= age < FERTILE[1] else Known(False, None, f"{age} años")

    def _egfr(self) -> Known | None:
        """Filtration, mL/min/1.73 m2, with the day of its creatinine."""
        found = kidney(self.desk, self.id)
        if found.result is None or found.day is None:
            return None
        return Known(found.result.value, found.day, f"creatinina del {show_date(found.day)}")

    def _penicillin(self) -> Known | None:
        state = Allergies(self.desk).state(self.id)
        for stored in state.known:
            kind = class_of(stored.record.substance, stored.record.group)
            if kind is not None and kind.name == "penicilinas":
                return Known(True, stored.record.day, "alergias")
        return Known(False, None, "sin alergias conocidas") if state.asked and not state.known else None

    def _disease(self, programme: str, codes: tuple[str, ...]) -> Known | None:
        """Yes, if enrolled or on the problem list; the absence of both is no answer."""
        if programme in Programmes(self.desk).open_kinds(self.id):
            return Known(True, None, f"programa de {programme}")
        for stored in Problems(self.desk).active(self.id):
            if stored.record.code.startswith(codes):
                return Known(True, stored.record.day, "lista de problemas")
        return None
