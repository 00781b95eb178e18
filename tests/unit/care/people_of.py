"""Short ways to invent a patient in a store."""

from __future__ import annotations

from datetime import date

from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient

TODAY = date(2026, 11, 20)


def someone(clinic: Clinic, **fields: object) -> str:
    """The id of a newly registered, invented person (a woman of 46 unless told otherwise)."""
    told: dict[str, object] = {
        "given": "Rosa",
        "surname1": "Gómez",
        "surname2": "Díaz",
        "sex": "F",
        "birth": date(1980, 5, 1),
        "locality": "El Refugio",
        "day": TODAY,
    }
    return clinic.registry.register(Patient(**(told | fields))).id  # type: ignore[arg-type]
