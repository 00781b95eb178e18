"""Patients who do not exist, for the screens."""

from __future__ import annotations

from datetime import date

from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored


def invented(
    clinic: Clinic, *, birth: date = date(1984, 3, 1), given: str = "Ana Invento"
) -> Stored[Patient]:
    """A registered patient of the test clinic."""
    record = Patient(
        given=given,
        surname1="Ficticia",
        sex="F",
        birth=birth,
        day=clinic.desk.today(),
        clinic_number="PRU5000001",
    )
    return clinic.vault.shelf("patient", Patient).add(record)
