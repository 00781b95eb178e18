"""A patient and some lots, in a real vault."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import Source
from ces_tui.pharmacy.stock import Received
from tests.unit.pharmacy.samples import TODAY


def add_patient(clinic: Clinic, **fields: Any) -> str:
    """An invented patient; her id."""
    known: dict[str, Any] = {
        "given": "Amalia",
        "surname1": "Cancino",
        "sex": "F",
        "birth": date(1966, 3, 4),
        "clinic_number": "PRU5000001",
        "day": TODAY,
    }
    return clinic.vault.shelf("patient", Patient).add(Patient(**{**known, **fields})).id


def delivery(
    item: str, quantity: int, *, lot: str = "A1", days: int = 200, source: Source = "CES"
) -> Received:
    """One line of a delivery that expires in `days`."""
    return Received(item, lot, TODAY + timedelta(days=days), quantity, source)


def stocked(clinic: Clinic, item: str, quantity: int, **fields: Any) -> str:
    """Receive a lot; its id."""
    move = clinic.stock.receive([delivery(item, quantity, **fields)], origin="almacén")
    return move.record.lines[0].lot
