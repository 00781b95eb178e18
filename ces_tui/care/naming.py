"""How lists name people: by name, or, where the matter is reserved, by clinic number alone (UX principle 8)."""

from __future__ import annotations

from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.people.rules import show_patient_age

RESERVED = "asunto reservado"


def listed_name(desk: Desk, patient: str, *, reserved: bool) -> str:
    """The name for a list; the clinic number instead where the matter is reserved."""
    found = desk.vault.shelf("patient", Patient).find(patient)
    if found is None:
        return "(sin registro)"
    return found.record.clinic_number if reserved else found.record.name


def listed_age(desk: Desk, patient: str) -> str:
    """'45 a · El Refugio': what tells two people of one name apart."""
    found = desk.vault.shelf("patient", Patient).find(patient)
    if found is None:
        return ""
    parts = (show_patient_age(found.record, desk.today()), found.record.locality)
    return " · ".join(part for part in parts if part)
