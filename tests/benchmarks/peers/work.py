"""What is saved: the same note, dispense and appointment for every store, made before the clock starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ces_tui.base.ids import uuid7
from ces_tui.base.record import read
from ces_tui.care.records import Appointment
from ces_tui.consult.records import Consult, Diagnosis
from ces_tui.demo.medicines import Order
from ces_tui.demo.recipes import prescription
from ces_tui.pharmacy.records import Dispense, DispenseLine, TakenLot
from tests.benchmarks.core import NOTE
from tests.benchmarks.peers.documents import Balance

_ORDERS = (Order("losartan", 1, days=30), Order("amlodipino", 1, days=30))


@dataclass(frozen=True)
class Save:
    """One visit: ids and records, ready to be encoded and stored."""

    patient: str
    author: str
    at: int
    day: date
    ids: tuple[str, str, str, str]
    consult: Consult
    dispense: Dispense
    appointment: Appointment

    def documents(self) -> Iterator[tuple[str, str, str | None, str | None, Any]]:
        """(id, type, patient, day of the list, record); the last one says who opened the chart."""
        consult, dispense, appointment, reads = self.ids
        yield consult, "consult", self.patient, self.day.isoformat(), self.consult
        yield dispense, "dispense", self.patient, self.day.isoformat(), self.dispense
        yield appointment, "appointment", self.patient, self.appointment.due.isoformat(), self.appointment
        seen = {"reads": [[self.at, self.author, self.patient, "expediente"]]}
        yield reads, "lecturas", None, None, seen

    def taken(self) -> Iterator[tuple[str, TakenLot, int]]:
        """(item, lot, units) of everything that left the shelf."""
        for line in self.dispense.lines:
            for lot in line.given:
                yield line.item, lot, lot.quantity


def visit(patient: str, author: str, day: str, at: int, shelf: dict[str, Balance]) -> Save:
    """A hypertensive person's visit: two medicines from lots on the shelf, back in four weeks."""
    today = date.fromisoformat(day)
    ids = (uuid7(at), uuid7(at), uuid7(at), uuid7(at))
    given = tuple(prescription(order) for order in _ORDERS)
    lines = tuple(
        DispenseLine(item=p.item, name=p.name, asked=30, given=_lots(shelf.get(p.item)), days=30)
        for p in given
    )
    return Save(
        patient, author, at, today, ids,
        Consult(
            day=today, at=at, author=author, subjective=NOTE, analysis="En control.", plan="Igual.", dispense=ids[1],
            diagnoses=(Diagnosis(text="Hipertensión arterial", code="I10", primary=True),), prescription=given,
        ),
        Dispense(lines=lines, author=author, at=at, day=today, consult=ids[0]),
        Appointment(day=today, due=today + timedelta(days=28), reason="Control", source=ids[0]),
    )  # fmt: skip


def _lots(lot: Balance | None) -> tuple[TakenLot, ...]:
    if lot is None:
        return ()
    taken = {"lot": lot.lot, "number": lot.number, "expiry": lot.expiry, "source": lot.source, "quantity": 30}
    return (read(TakenLot, taken),)
