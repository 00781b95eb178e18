"""Short ways to invent a visit: a patient, medicines on the shelf, a page that can be signed."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Diagnosis, Draft
from ces_tui.people.records import Patient
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.stock import Received

TODAY = date(2026, 11, 20)
LOSARTAN = "losartan-tableta-50-mg"
AMLODIPINE = "amlodipino-tableta-5-mg"


def someone(clinic: Clinic, **fields: Any) -> str:
    """The id of a newly registered, invented person."""
    told: dict[str, Any] = {
        "given": "Rosa",
        "surname1": "Gómez",
        "surname2": "Díaz",
        "sex": "F",
        "birth": date(1966, 5, 1),
        "locality": "El Refugio",
        "day": TODAY,
    }
    return clinic.registry.register(Patient(**(told | fields))).id


def stock(clinic: Clinic, item: str = LOSARTAN, quantity: int = 100, lot: str = "L1") -> None:
    """Put a lot on the shelf."""
    clinic.stock.receive([Received(item, lot, date(2027, 12, 31), quantity, "SSA")])


def line(item: str = LOSARTAN, **fields: Any) -> PrescriptionLine:
    """One in the morning for 30 days, 30 units to be handed out."""
    entry = entries()[item]
    told: dict[str, Any] = {"morning": "1", "days": 30, "quantity": 30} | fields
    return PrescriptionLine(item=item, name=entry.name, unit=entry.dose_unit, item_unit=entry.unit, **told)


def pressure(clinic: Clinic, patient: str, systolic: int = 128, diastolic: int = 82) -> str:
    """Vitals of today; their id."""
    vitals = Vitals(day=TODAY, systolic=systolic, diastolic=diastolic, weight_kg=61.5)
    return clinic.vitals.take(patient, vitals, confirmed={"systolic", "diastolic"}).stored.id


def page(**fields: Any) -> Draft:
    """A page of a hypertensive patient that can be signed once vitals are taken."""
    told = Draft(
        reason="Control",
        subjective="Se siente bien, sin cefalea.",
        objective="Campos pulmonares limpios.",
        plan="Sigue igual, dieta sin sal.",
        prognosis="bueno",
        diagnoses=(Diagnosis(code="I10", text="Hipertensión arterial", first_time=True),),
        next_text="28",
    )
    return msgspec.structs.replace(told, **fields)
