"""Recetas and notes to print: twelve medicines of every kind, a long story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.paper.papers import Papers
from ces_tui.paper.records import LAYOUTS, Ready, Referral
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import PrescriptionLine
from tests.support import PASSPHRASE
from tests.unit.consult.visits import TODAY, line, page, pressure, someone

INSULIN = "insulina"
METHOTREXATE = "metotrexato"


OTHER = {
    "given": "Zenaida",
    "surname1": "Xolotzin",
    "surname2": "Quej",
    "phone": "9610000000",
    "locality": "Otra Parte",
}
"""Somebody else, nothing of whom may stand on another's paper."""


def starting(word: str) -> str:
    """The first item whose key begins so."""
    return next(key for key in entries() if key.startswith(word))


def medicine(word: str, **fields: Any) -> PrescriptionLine:
    """A line of that item, handed out elsewhere."""
    entry = entries()[starting(word)]
    told: dict[str, Any] = {"morning": "1", "days": 30, "quantity": 0, "route": entry.route} | fields
    return PrescriptionLine(
        item=entry.id, name=entry.name, unit=entry.dose_unit, item_unit=entry.unit, **told
    )


def twelve() -> tuple[PrescriptionLine, ...]:
    """Daily, weekly, if needed, in units, in halves, one to be stopped."""
    return (
        medicine("losartan", night="1"),
        medicine("amlodipino"),
        medicine("metformina", noon="1", night="1", instructions="Con los alimentos"),
        medicine(
            INSULIN, morning="10", night="8", instructions="Aplicar 10 U antes del desayuno y 8 UI de noche"
        ),
        medicine(METHOTREXATE, morning="4", weekday=0),
        medicine("paracetamol", prn=True, days=5),
        medicine("salbutamol", morning="2", noon="2", afternoon="2", night="2"),
        PrescriptionLine(
            item="glibenclamida", name="Glibenclamida tableta 5 mg", unit="tableta", stopped=True
        ),
        medicine("fluoxetina"),
        medicine("omeprazol"),
        medicine("amoxicilina", days=7, quantity=3),
        medicine("acido-folico", morning="0.5", days=None),
    )


def visited(clinic: Clinic, *, patient: dict[str, Any] | None = None, **fields: Any) -> tuple[str, str]:
    """An invented person with one signed consult: (patient, consult)."""
    person = someone(clinic, **(patient or {}))
    pressure(clinic, person)
    stored = clinic.consults.sign(page(**({"prescription": (line(quantity=0),)} | fields)), person)
    return person, stored.id


def rewritten(papers: Papers, **fields: Any) -> Papers:
    """The service, reading every note with other contents: what the rules of signing would not let through."""
    read = papers._note

    def other(patient: str, consult: str, *, prescribed: bool = False) -> Any:
        note = read(patient, consult)
        record = msgspec.structs.replace(note.stored.record, **fields)
        return replace(note, stored=replace(note.stored, record=record))

    papers._note = other  # type: ignore[method-assign]
    return papers


def full_vitals(clinic: Clinic, patient: str) -> None:
    vitals = Vitals(
        day=TODAY, systolic=148, diastolic=92, pulse=78, respiration=18, temperature_c=36.5, spo2=97, weight_kg=61.5,
        height_cm=154, glucose_mgdl=112, fasting=True, waist_cm=92,
    )  # fmt: skip
    clinic.vitals.take(patient, vitals, confirmed=set(Vitals.__struct_fields__))


def sit(clinic: Clinic, role: str) -> None:
    """Someone of this role takes over."""
    clinic.login(next(p.id for p in clinic.people() if p.role == role), PASSPHRASE)


def all_of(clinic: Clinic, patient: str) -> dict[str, Ready]:
    """Every paper of one patient."""
    papers = clinic.paper
    return {
        "receta": papers.receta(patient),
        **{layout: papers.nota(patient, layout=layout) for layout in LAYOUTS},
        "frontal": papers.hoja_frontal(patient),
        "historia": papers.historia(patient),
        "referencia": papers.referencia(patient, Referral(to="Hospital")),
    }
