"""Alerts: a danger with an owner and a date, on Hoy until someone closes it with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.base.text import clean_line
from ces_tui.care.naming import RESERVED, listed_name
from ces_tui.care.records import GRAVITY_WORDS, Alert
from ces_tui.care.safety_records import RISK_KIND
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.vault.shelf import Shelf, Stored

DRAWER = "hot/alerts"
REVIEW_KIND = "revision_caso"
"""Kind of the reserved alert that keeps a supervisor's answer on Hoy; reading the answer closes it, and nothing else."""
READ_IT = "Esta respuesta se quita de Hoy al leerla: Enter la abre y «l» firma que se leyó."


@dataclass(frozen=True)
class AlertLine:
    """An open alert as a list may show it: a reserved one has neither kind nor name, only number, gravity and date."""

    id: str
    patient: str
    gravity: int
    who: str
    what: str
    due: date
    opened: date
    owner: str
    reserved: bool

    def overdue(self, today: date) -> bool:
        return self.due < today


class Alerts:
    """Open, list, close. Opening joins the transaction that is open, if one is."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def open(
        self,
        patient: str,
        *,
        kind: str,
        gravity: int,
        text: str,
        owner: str = "",
        due: date | None = None,
        sensitive: bool = False,
        source: str = "",
    ) -> Stored[Alert]:
        """A new alert, due today unless said otherwise; an open one of the same kind is kept and returned, graver if need be."""
        me = self.desk.require("alertas")
        today = self.desk.today()
        if gravity not in GRAVITY_WORDS:
            raise BadInput("La gravedad va de 1 a 3.", field="gravity")
        text = clean_line(text, field="text")
        shelf = self._shelf(patient)
        for old in self._open(patient):
            if old.record.kind == kind and not sensitive:
                graver = max(gravity, old.record.gravity)
                again = msgspec.structs.replace(old.record, gravity=graver, text=text, due=due or today)
                return shelf.replace(old, again, day=today)
        return shelf.add(
            Alert(
                day=today,
                kind=kind,
                gravity=gravity,
                text=text,
                owner=owner or self.answerable() or me.id,
                due=due or today,
                sensitive=sensitive,
                source=source,
            )
        )

    def answerable(self) -> str:
        """Who answers for a danger found now: the clinician at the desk, else the clinic's pasante, else who is there."""
        me = self.desk.me
        if self.desk.may("firmar"):
            return me.id
        people = self.desk.vault.header.people
        return next((p.id for p in people if p.role == "pasante" and p.credential is not None), me.id)

    def of(self, patient: str) -> list[Stored[Alert]]:
        """The person's open alerts, gravest first; the text of a reserved one only for those who may know it."""
        self.desk.require_part(patient)
        if self.desk.knows(patient):
            return self._open(patient)
        me = self.desk.me.id
        return [
            a
            if not a.record.sensitive or a.record.owner == me
            else Stored(a.id, a.rev, msgspec.structs.replace(a.record, kind="", text=RESERVED, source=""))
            for a in self._open(patient)
        ]

    def _open(self, patient: str) -> list[Stored[Alert]]:
        found = [a for a in live(self.desk, "alert", Alert, patient) if a.record.closed is None]
        return sorted(found, key=lambda a: (-a.record.gravity, a.record.due, a.id))

    def lines(self) -> list[AlertLine]:
        """Every open alert of the clinic, gravest first, then by date; reserved ones say nothing but number and date."""
        self.desk.require("ver_expediente")
        rows = [row for row in self.desk.vault.projection(DRAWER) if self.desk.in_scope(str(row["p"]))]
        lines = [self._line(row) for row in rows]
        return sorted(lines, key=lambda line: (-line.gravity, line.due, line.opened, line.who, line.id))

    def may_open(self, line: AlertLine) -> bool:
        """Whether the person at the desk may see what a line is about."""
        return not line.reserved or self.desk.knows(line.patient) or line.owner == self.desk.me.id

    def read(self, line: AlertLine) -> Stored[Alert]:
        """The whole alert; NotAllowed for a reserved one that the role may not know. The reading is recorded."""
        self.desk.require_part(line.patient)
        if not self.may_open(line):
            raise NotAllowed("Es un asunto reservado: lo abre el pasante o la supervisión.")
        if line.reserved:
            self.desk.vault.note_read(line.patient, "asunto reservado")
        return self._shelf(line.patient).get(line.id)

    def close(self, patient: str, alert_id: str, reason: str) -> Stored[Alert]:
        """Close with a reason; Refused without one, when it was closed before, or for an answer that waits to be read."""
        me = self.desk.require("alertas")
        shelf = self._shelf(patient)
        stored = shelf.get(alert_id)
        if stored.record.closed is not None:
            raise Refused("Esta alerta ya estaba cerrada.")
        if stored.record.sensitive and not self.desk.knows(patient) and stored.record.owner != me.id:
            raise NotAllowed("Es un asunto reservado: lo cierra el pasante o la supervisión.")
        why = clean_line(reason, field="reason")
        if not why:
            raise BadInput("Escriba por qué se cierra.", field="reason")
        if stored.record.kind == RISK_KIND:
            from ces_tui.care.safety import SafetyPlans

            SafetyPlans(self.desk).close(patient, why)
            return shelf.get(alert_id)
        if stored.record.kind == REVIEW_KIND:
            raise Refused(READ_IT)
        return self._close(patient, stored, why)

    def close_from(self, patient: str, source: str, reason: str) -> int:
        """Close what a document raised (it was read, or recorded by mistake); how many. Joins the open transaction."""
        from ces_tui.care.safety import SafetyPlans

        self.desk.require("alertas")
        withdrawn = SafetyPlans(self.desk).withdraw(patient, source, reason)
        return withdrawn + sum(
            (
                self._close(patient, a, reason)
                if a.record.kind == REVIEW_KIND
                else self.close(patient, a.id, reason)
            )
            is not None
            for a in self._open(patient)
            if a.record.source == source
        )

    def _close(self, patient: str, stored: Stored[Alert], why: str) -> Stored[Alert]:
        today, me = self.desk.today(), self.desk.me
        closed = msgspec.structs.replace(stored.record, closed=today, closed_reason=why, closed_by=me.id)
        return self._shelf(patient).replace(stored, closed, day=today)

    def _shelf(self, patient: str) -> Shelf[Alert]:
        return self.desk.vault.shelf("alert", Alert, patient=patient)

    def _line(self, row: dict[str, object]) -> AlertLine:
        patient = str(row["p"])
        reserved = bool(row.get("s"))
        return AlertLine(
            id=str(row["a"]),
            patient=patient,
            gravity=int(str(row["g"])),
            who=listed_name(self.desk, patient, reserved=reserved),
            what=RESERVED if reserved else str(row["t"]),
            due=date.fromisoformat(str(row["u"])),
            opened=date.fromisoformat(str(row["d"])),
            owner=str(row["o"]),
            reserved=reserved,
        )
