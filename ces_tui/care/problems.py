"""The problem list: what the person lives with, coded where it can be."""

from __future__ import annotations

from datetime import date

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line, fold
from ces_tui.care.records import Problem
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.vault.shelf import Shelf, Stored


class Problems:
    """Add, resolve, list."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def add(
        self,
        patient: str,
        label: str,
        *,
        code: str = "",
        since: date | None = None,
        sensitive: bool = False,
        source: str = "",
    ) -> Stored[Problem]:
        """A new line; an active one of the same code (or, uncoded, the same words) is returned as it is."""
        self.desk.require("consulta")
        label = clean_line(label, field="label")
        if not label:
            raise BadInput("Escriba el problema.", field="label")
        if since and since > self.desk.today():
            raise BadInput("La fecha de inicio está en el futuro.", field="since")
        for old in self.active(patient):
            if (code and old.record.code == code) or (not code and fold(old.record.label) == fold(label)):
                return old
        return self._shelf(patient).add(
            Problem(
                day=self.desk.today(), label=label, code=code, since=since, sensitive=sensitive, source=source
            )
        )

    def resolve(self, patient: str, stored: Stored[Problem]) -> Stored[Problem]:
        """The problem is over; it stays in the list of the past ones."""
        self.desk.require("consulta")
        if not stored.record.active:
            raise Refused("Este problema ya estaba resuelto.")
        today = self.desk.today()
        return self._shelf(patient).replace(
            stored, msgspec.structs.replace(stored.record, day=today, active=False, resolved=today)
        )

    def all(self, patient: str) -> list[Stored[Problem]]:
        """Active ones first, each in order of entry; reserved ones only for those who may know them."""
        knows = self.desk.require_part(patient) and self.desk.knows(patient)
        return [p for p in self._every(patient) if knows or not p.record.sensitive]

    def active(self, patient: str) -> list[Stored[Problem]]:
        return [p for p in self.all(patient) if p.record.active]

    def hidden(self, patient: str) -> int:
        """How many active ones the person at the desk may not see."""
        shown = len(self.active(patient))
        return sum(p.record.active for p in self._every(patient)) - shown

    def _every(self, patient: str) -> list[Stored[Problem]]:
        return sorted(live(self.desk, "problem", Problem, patient), key=lambda p: (not p.record.active, p.id))

    def _shelf(self, patient: str) -> Shelf[Problem]:
        return self.desk.vault.shelf("problem", Problem, patient=patient)
