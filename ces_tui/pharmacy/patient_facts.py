"""What the checks need of a patient, gathered from identity and care; nothing is guessed."""

from __future__ import annotations

from datetime import date, timedelta

from ces_tui.care.records import Allergy, Programme, Vitals
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.pharmacy.findings import KnownAllergy, PatientFacts
from ces_tui.pharmacy.rules import CurrentMedicine

PREGNANCY_DAYS = 294
"""A 'pregnant' said with vitals holds at most this long (42 weeks); a 'not pregnant' 30 days."""
NOT_PREGNANT_DAYS = 30


def patient_facts(desk: Desk, patient: str, current: tuple[CurrentMedicine, ...]) -> PatientFacts:
    """The facts of `patient` today; NotFound for an unknown one."""
    vault, today = desk.vault, desk.today()
    who = vault.shelf("patient", Patient).get(patient).record
    vitals = sorted(
        (s.record for s in vault.shelf("vitals", Vitals, patient).all()), key=lambda v: (v.day, v.at)
    )
    weighed = next((v for v in reversed(vitals) if v.weight_kg is not None), None)
    allergies = [s.record for s in vault.shelf("allergy", Allergy, patient).all() if s.record.active]
    programmes = [s.record for s in vault.shelf("programme", Programme, patient).all()]
    return PatientFacts(
        on=today,
        birth=who.birth,
        sex=who.sex,
        weight_kg=weighed.weight_kg if weighed else None,
        weight_day=weighed.day if weighed else None,
        pregnant=_pregnant(vitals, programmes, today) if who.sex == "F" else None,
        allergies=tuple(
            KnownAllergy(a.substance, a.group, a.severity) for a in allergies if not a.none_known
        ),
        allergies_asked=bool(allergies),
        current=current,
    )


def _pregnant(vitals: list[Vitals], programmes: list[Programme], today: date) -> bool | None:
    """An open prenatal programme, else what was last said with the vitals while it can still be true."""
    if any(p.kind == "prenatal" and p.closed is None for p in programmes):
        return True
    for v in reversed(vitals):
        if v.pregnant is not None:
            holds = PREGNANCY_DAYS if v.pregnant else NOT_PREGNANT_DAYS
            return v.pregnant if today - v.day <= timedelta(days=holds) else None
    return None
