"""Two records of one person: linked, never merged, and the link can be undone. Each chart holds its half."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.base.record import Record
from ces_tui.base.text import clean_line
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Shelf, Stored


class Link(Record, frozen=True, kw_only=True):
    """This record and `other` are one person, as someone judged; `ended` takes it back and stays written."""

    day: date
    other: str
    """Patient id of the other record."""
    reason: str
    author: str
    at: int
    ended: date | None = None
    ended_reason: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Also:
    """The other record of this person, by its number; its name is in its own chart."""

    patient: str
    number: str
    since: date
    reason: str


class Links:
    """Which records are one person."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of(self, patient: str) -> list[Also]:
        """The other records that are linked with this one now, oldest link first."""
        self.desk.require_part(patient)
        people = self.desk.vault.shelf("patient", Patient)
        return [
            Also(
                one.record.other,
                people.get(one.record.other).record.clinic_number,
                one.record.day,
                one.record.reason,
            )
            for one in self._open(patient)
        ]

    def link(self, patient: str, other: str, reason: str) -> None:
        """Say that both records are one person, in both charts, in one save; Refused when they are linked already."""
        me = self.desk.require("editar_paciente")
        self._require_both(patient, other)
        why = clean_line(reason, field="reason")
        if len(why) < 3:
            raise BadInput(
                "Escriba por qué son la misma persona; queda en los dos expedientes.", field="reason"
            )
        if any(one.record.other == other for one in self._open(patient)):
            raise Refused("Esos dos expedientes ya están unidos.")
        with self.desk.vault.transaction(day=self.desk.today()):
            for one, two in ((patient, other), (other, patient)):
                made = Link(day=self.desk.today(), other=two, reason=why, author=me.id, at=self.desk.now())
                self._shelf(one).add(made)

    def undo(self, patient: str, other: str, reason: str) -> None:
        """They are two people after all: both halves end, in one save; what was written in each chart never moved."""
        me = self.desk.require("editar_paciente")
        self._require_both(patient, other)
        why = clean_line(reason, field="reason")
        if len(why) < 3:
            raise BadInput("Escriba por qué se separan.", field="reason")
        halves = [
            (one, stored)
            for one, two in ((patient, other), (other, patient))
            for stored in self._open(one)
            if stored.record.other == two
        ]
        if not halves:
            raise NotFound("Esos dos expedientes no están unidos.")
        today = self.desk.today()
        with self.desk.vault.transaction(day=today):
            for one, stored in halves:
                ended = msgspec.structs.replace(
                    stored.record, day=today, ended=today, ended_reason=why, ended_by=me.id
                )
                self._shelf(one).replace(stored, ended)

    def _require_both(self, patient: str, other: str) -> None:
        if patient == other:
            raise BadInput("Elija otro expediente: es el mismo.")
        for one in (patient, other):
            self.desk.require_chart(one)
            if self.desk.vault.doc_body("patient", one) is None:
                raise NotFound("No se encontró uno de los expedientes.")

    def _open(self, patient: str) -> list[Stored[Link]]:
        return [one for one in self._shelf(patient).all() if one.record.ended is None]

    def _shelf(self, patient: str) -> Shelf[Link]:
        return self.desk.vault.shelf("link", Link, patient=patient)
