"""What the checks need of a patient, gathered from identity and care; nothing is guessed."""

from __future__ import annotations

from ces_tui.care.labs import kidney
from ces_tui.care.pregnancies import pregnancy_state
from ces_tui.care.records import Allergy, Vitals
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.pharmacy.findings import KnownAllergy, PatientFacts
from ces_tui.pharmacy.rules import CurrentMedicine


def patient_facts(desk: Desk, patient: str, current: tuple[CurrentMedicine, ...]) -> PatientFacts:
    """The facts of `patient` today; NotFound for an unknown one."""
    vault, today = desk.vault, desk.today()
    who = vault.shelf("patient", Patient).get(patient).record
    vitals = sorted((s.record for s in live(desk, "vitals", Vitals, patient)), key=lambda v: (v.day, v.at))
    weighed = next((v for v in reversed(vitals) if v.weight_kg is not None), None)
    allergies = [s.record for s in live(desk, "allergy", Allergy, patient) if s.record.active]
    state = pregnancy_state(desk, patient)
    return PatientFacts(
        on=today,
        birth=who.birth,
        sex=who.sex,
        weight_kg=weighed.weight_kg if weighed else None,
        weight_day=weighed.day if weighed else None,
        pregnant=state.pregnant if who.sex == "F" else None,
        gestation_weeks=state.weeks,
        lactating=state.lactating,
        infant_weeks=state.infant_weeks,
        allergies=tuple(
            KnownAllergy(a.substance, a.group, a.severity) for a in allergies if not a.none_known
        ),
        allergies_asked=bool(allergies),
        current=current,
        egfr=kidney(desk, patient).value,
    )
