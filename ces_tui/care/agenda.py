"""The agenda: who is expected when, who did not come, and how an appointment ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line
from ces_tui.care.naming import RESERVED, listed
from ces_tui.care.records import (
    CALL_WORDS,
    PROGRAMME_WORDS,
    SENSITIVE_PROGRAMMES,
    Appointment,
    Call,
    CallHow,
)
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Shelf, Stored

MISSED_AFTER = (7, 14, 28)
"""Days late at which a missed appointment weighs more: once, twice, three times."""
_LOOK_BACK_MONTHS = 6
_AHEAD = 7
"""A visit counts for an appointment due up to this many days later."""
_MOST_AHEAD = 730


@dataclass(frozen=True)
class AppointmentLine:
    """A pending appointment as a list may show it."""

    id: str
    patient: str
    due: date
    who: str
    about: str
    """Age and locality; nothing of a reserved one."""
    what: str
    reserved: bool
    programme: str
    late: int
    """Days past its day, 0 when it is not."""
    called: date | None = None
    """When someone was last asked to look for the person."""
    companion: str = ""
    """The person's acompañante; nothing of a reserved one."""

    @property
    def missed(self) -> int:
        """0 to 3: how many of the 7, 14 and 28 days have passed."""
        return sum(self.late >= days for days in MISSED_AFTER)


class Agenda:
    """Set, list, complete, cancel."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def set(
        self,
        patient: str,
        due: date,
        *,
        reason: str = "",
        programme: str = "",
        sensitive: bool = False,
        source: str = "",
    ) -> Stored[Appointment]:
        """A new appointment; the pending one of the same day (and reserve) is kept and returned. BadInput for a past day."""
        self.desk.require("citas")
        today = self.desk.today()
        self._refuse_day(due)
        if programme and programme not in PROGRAMME_WORDS:
            raise BadInput("No conozco ese programa.", field="programme")
        sensitive = sensitive or programme in SENSITIVE_PROGRAMMES
        for old in self.pending(patient):
            if old.record.due == due and old.record.sensitive == sensitive:
                return old
        return self._shelf(patient).add(
            Appointment(
                day=today,
                due=due,
                reason=clean_line(reason, field="reason"),
                programme=programme,
                sensitive=sensitive,
                source=source,
            )
        )

    def pending(self, patient: str) -> list[Stored[Appointment]]:
        """The person's appointments that nobody has closed, by date."""
        self.desk.require_part(patient)
        found = [
            a for a in live(self.desk, "appointment", Appointment, patient) if a.record.status == "pendiente"
        ]
        return sorted(found, key=lambda a: (a.record.due, a.id))

    def all(self, patient: str) -> list[Stored[Appointment]]:
        """Every appointment, by date."""
        self.desk.require_part(patient)
        return sorted(
            live(self.desk, "appointment", Appointment, patient), key=lambda a: (a.record.due, a.id)
        )

    def next(self, patient: str) -> Stored[Appointment] | None:
        """The next one from today on."""
        return next((a for a in self.pending(patient) if a.record.due >= self.desk.today()), None)

    def seen(self, patient: str) -> list[Stored[Appointment]]:
        """The person is being seen: appointments of around now are met, those missed for over 28 days are closed as lost.

        Joins the open transaction (signing a consult calls it).
        """
        self.desk.require("citas")
        today = self.desk.today()
        changed = []
        with self.desk.vault.transaction(day=today):
            for stored in self.pending(patient):
                late = (today - stored.record.due).days
                if late >= -_AHEAD and stored.record.day < today:
                    status = "perdida" if late > MISSED_AFTER[-1] else "cumplida"
                    changed.append(self._change(patient, stored, status=status))
        return changed

    def move(self, patient: str, stored: Stored[Appointment], due: date) -> Stored[Appointment]:
        """Another day for a pending appointment; BadInput for a day that has passed."""
        self.desk.require("citas")
        if stored.record.status != "pendiente":
            raise Refused("Esta cita ya no está pendiente.")
        self._refuse_day(due)
        return self._change(patient, stored, due=due)

    def cancel(self, patient: str, stored: Stored[Appointment], why: str) -> Stored[Appointment]:
        """Cancelled, with a reason."""
        self.desk.require("citas")
        reason = clean_line(why, field="why")
        if not reason:
            raise BadInput("Escriba por qué se cancela la cita.", field="why")
        if stored.record.status != "pendiente":
            raise Refused("Esta cita ya no está pendiente.")
        return self._change(patient, stored, status="cancelada", why=reason)

    def call(
        self, patient: str, stored: Stored[Appointment], to: str, how: str, said: str = ""
    ) -> Stored[Appointment]:
        """Note that someone (the acompañante) was asked to remind the person, how, and what came of it."""
        me = self.desk.require("citas")
        if stored.record.status != "pendiente":
            raise Refused("Esta cita ya no está pendiente.")
        name = clean_line(to, field="to", limit=80)
        if not name:
            raise BadInput("Escriba a quién se avisó.", field="to")
        if how not in CALL_WORDS:
            raise BadInput("Elija cómo se avisó.", field="how")
        made = Call(
            day=self.desk.today(),
            to=name,
            how=cast("CallHow", how),
            said=clean_line(said, field="said"),
            author=me.id,
        )
        # the appointment keeps its own day: a visit of today still meets it
        new = msgspec.structs.replace(stored.record, calls=[*stored.record.calls, made])
        return self._shelf(patient).replace(stored, new)

    def companion(self, patient: str) -> str:
        """The acompañante whom the registration names, '' for none."""
        self.desk.require_part(patient)
        return self._companion(patient)

    def cancel_from(self, patient: str, source: str, why: str) -> int:
        """Cancel what a document set (it was recorded by mistake); how many. Joins the open transaction."""
        self.desk.require("citas")
        mine = [a for a in self.pending(patient) if a.record.source == source]
        for stored in mine:
            self.cancel(patient, stored, why)
        return len(mine)

    # -- lists -------------------------------------------------------------------------------------------------

    def due_on(self, day: date) -> list[AppointmentLine]:
        """Pending appointments of a day, by name."""
        return sorted(self._between(day, day), key=lambda line: (line.reserved, line.who))

    def between(self, first: date, last: date) -> list[AppointmentLine]:
        """Pending appointments from `first` to `last`, by date."""
        return sorted(self._between(first, last), key=lambda line: (line.due, line.reserved, line.who))

    def missed(self, *, at_least: int = 1) -> list[AppointmentLine]:
        """Those who did not come: late by 7 days or more (`at_least` 2: 14, 3: 28; 0: any), the latest first."""
        today = self.desk.today()
        first = (today.replace(day=1) - timedelta(days=30 * _LOOK_BACK_MONTHS)).replace(day=1)
        lines = [line for line in self.between(first, today - timedelta(days=1)) if line.missed >= at_least]
        return sorted(lines, key=lambda line: (line.late, line.who))

    def rows(self, first: date, last: date) -> list[dict[str, Any]]:
        """The bare rows of pending appointments in these days: a, p, u, and s for a reserved one."""
        self.desk.require("ver_expediente")
        found: list[dict[str, Any]] = []
        month, low, high = first.replace(day=1), first.isoformat(), last.isoformat()
        while month <= last:
            found += [
                row for row in self.desk.vault.projection(f"agenda/{month:%Y-%m}") if low <= row["u"] <= high
            ]
            month = (month + timedelta(days=32)).replace(day=1)
        return found

    def _between(self, first: date, last: date) -> list[AppointmentLine]:
        return [self._line(row) for row in self.rows(first, last) if self.desk.in_scope(row["p"])]

    def _line(self, row: dict[str, Any]) -> AppointmentLine:
        reserved = bool(row.get("s"))
        due = date.fromisoformat(row["u"])
        programme = str(row.get("g", ""))
        what = " · ".join(
            part for part in (PROGRAMME_WORDS.get(programme, ""), str(row.get("r", ""))) if part
        )
        who, about = listed(self.desk, row["p"], reserved=reserved)
        return AppointmentLine(
            id=row["a"],
            patient=row["p"],
            due=due,
            who=who,
            about=about,
            what=RESERVED if reserved else what or "cita",
            reserved=reserved,
            programme="" if reserved else programme,
            late=max(0, (self.desk.today() - due).days),
            called=date.fromisoformat(row["c"]) if row.get("c") else None,
            companion="" if reserved else self._companion(row["p"]),
        )

    def _companion(self, patient: str) -> str:
        found = self.desk.vault.shelf("patient", Patient).find(patient)
        return found.record.acompanante if found is not None else ""

    def _refuse_day(self, due: date) -> None:
        ahead = (due - self.desk.today()).days
        if ahead < 0:
            raise BadInput("La cita tiene que ser de hoy en adelante.", field="due")
        if ahead > _MOST_AHEAD:
            raise BadInput("La cita queda a más de dos años; revise el año.", field="due")

    def _change(self, patient: str, stored: Stored[Appointment], **fields: Any) -> Stored[Appointment]:
        new = msgspec.structs.replace(stored.record, day=self.desk.today(), **fields)
        return self._shelf(patient).replace(stored, new)

    def _shelf(self, patient: str) -> Shelf[Appointment]:
        return self.desk.vault.shelf("appointment", Appointment, patient=patient)
