"""Programmes: enrolled on a day, left with an outcome, enrolled anew later."""

from __future__ import annotations

from datetime import date
from typing import get_args

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.care.records import (
    OUTCOME_WORDS,
    PROGRAMME_WORDS,
    SENSITIVE_PROGRAMMES,
    Outcome,
    Programme,
    ProgrammeKind,
)
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.vault.shelf import Shelf, Stored

DRAWER = "hot/programmes"


class Programmes:
    """Enrolments of a chart; for lists, only those that may be shown."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def enrol(
        self, patient: str, kind: ProgrammeKind, *, opened: date | None = None, source: str = ""
    ) -> Stored[Programme]:
        """Open an enrolment; the open one of that kind is returned as it is."""
        self.desk.require("consulta")
        if kind not in get_args(ProgrammeKind):
            raise BadInput("No conozco ese programa.", field="kind")
        for old in self.open(patient):
            if old.record.kind == kind:
                return old
        today = self.desk.today()
        if opened and opened > today:
            raise BadInput("La fecha de ingreso está en el futuro.", field="opened")
        return self._shelf(patient).add(
            Programme(day=today, kind=kind, opened=opened or today, source=source)
        )

    def close(self, patient: str, stored: Stored[Programme], outcome: Outcome) -> Stored[Programme]:
        """Leave the programme; Refused without an outcome or when it was left before."""
        self.desk.require("consulta")
        if outcome not in OUTCOME_WORDS:
            raise Refused("Para salir del programa elija el resultado.", field="outcome")
        if stored.record.closed is not None:
            raise Refused("Ya había salido de este programa.")
        today = self.desk.today()
        return self._shelf(patient).replace(
            stored, msgspec.structs.replace(stored.record, day=today, closed=today, outcome=outcome)
        )

    def all(self, patient: str) -> list[Stored[Programme]]:
        """Every enrolment, oldest first; reserved ones only for those who may know them."""
        knows = self.desk.require_part(patient) and self.desk.knows(patient)
        return [p for p in self._every(patient) if knows or not p.record.sensitive]

    def hidden(self, patient: str) -> int:
        """How many open ones the person at the desk may not see."""
        shown = len(self.open(patient))
        return sum(p.record.closed is None for p in self._every(patient)) - shown

    def open(self, patient: str) -> list[Stored[Programme]]:
        """The enrolments that hold now."""
        return [p for p in self.all(patient) if p.record.closed is None]

    def open_kinds(self, patient: str) -> set[str]:
        return {p.record.kind for p in self.open(patient)}

    def listed(self) -> dict[str, list[str]]:
        """Patient -> words of open programmes that lists and search may show, from one drawer."""
        self.desk.require("ver_expediente")
        found: dict[str, list[str]] = {}
        for row in self.desk.vault.projection(DRAWER):
            if row["k"] not in SENSITIVE_PROGRAMMES and self.desk.in_scope(str(row["p"])):
                found.setdefault(str(row["p"]), []).append(PROGRAMME_WORDS[str(row["k"])])
        return {patient: sorted(words) for patient, words in found.items()}

    def _every(self, patient: str) -> list[Stored[Programme]]:
        return live(self.desk, "programme", Programme, patient)

    def _shelf(self, patient: str) -> Shelf[Programme]:
        return self.desk.vault.shelf("programme", Programme, patient=patient)
