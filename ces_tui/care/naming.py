"""How lists name people: by name, or, where the matter is reserved, by clinic number alone (UX principle 8)."""

from __future__ import annotations

from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.people.rules import show_patient_age

RESERVED = "asunto reservado"


def listed(desk: Desk, patient: str, *, reserved: bool = False) -> tuple[str, str]:
    """Name, and 'age · locality' that tells two people of one name apart; the clinic number alone where it is reserved."""
    found = desk.vault.shelf("patient", Patient).find(patient)
    if found is None:
        return "(sin registro)", ""
    if reserved:
        return found.record.clinic_number, ""
    parts = (show_patient_age(found.record, desk.today()), found.record.locality)
    return found.record.name, " · ".join(part for part in parts if part)


def listed_name(desk: Desk, patient: str, *, reserved: bool) -> str:
    """The name for a list; the clinic number instead where the matter is reserved."""
    return listed(desk, patient, reserved=reserved)[0]
