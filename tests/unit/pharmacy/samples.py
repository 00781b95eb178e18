"""Invented prescriptions and patients for the pharmacy's tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from ces_tui.pharmacy.findings import KnownAllergy, PatientFacts
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import PrescriptionLine

TODAY = date(2026, 11, 20)

LOSARTAN = "losartan-tableta-50-mg"
PARACETAMOL = "paracetamol-tableta-500-mg"
PARACETAMOL_DROPS = "paracetamol-solucion-oral-100-mg-ml"
TRAMADOL_PARACETAMOL = "tramadol-paracetamol-tableta-37p5-325-mg"
AMOXICILLIN = "amoxicilina-capsula-500-mg"
AMOXICILLIN_SUSPENSION = "amoxicilina-suspension-500-mg-5-ml"
IBUPROFEN = "ibuprofeno-tableta-400-mg"
METFORMIN = "metformina-tableta-850-mg"
NPH = "insulina-nph-suspension-inyectable-100-ui-ml-10-ml"
METHOTREXATE = "metotrexato-tableta-2p5-mg"


def line(item: str, **fields: Any) -> PrescriptionLine:
    """A line of an item of the formulary; one in the morning for 30 days unless said otherwise."""
    entry = entries()[item]
    fields.setdefault("days", 30)
    if not {"morning", "noon", "afternoon", "night", "stopped"} & set(fields):
        fields["morning"] = "1"
    return PrescriptionLine(item=item, name=entry.name, unit=entry.dose_unit, item_unit=entry.unit, **fields)


def adult(**fields: Any) -> PatientFacts:
    """A woman of 60."""
    return PatientFacts(**{"on": TODAY, "birth": date(1966, 3, 4), "sex": "F", **fields})


def child(**fields: Any) -> PatientFacts:
    """A boy of two years and 12 kg, weighed today."""
    known = {"birth": date(2024, 11, 1), "sex": "M", "weight_kg": 12.0, "weight_day": TODAY}
    return PatientFacts(**{"on": TODAY, **known, **fields})


def allergic(substance: str, severity: str = "grave") -> tuple[KnownAllergy, ...]:
    return (KnownAllergy(substance, "", severity),)
