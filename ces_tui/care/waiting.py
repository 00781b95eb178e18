"""The waiting room: who came today and where they are.

espera -> signos -> consulta -> terminado        (forward by itself, back by hand)
   └────────┴──────────┴──> se_fue
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line
from ces_tui.care.agenda import Agenda
from ces_tui.care.naming import listed
from ces_tui.care.records import Arrival, ArrivalState, Came
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.vault.shelf import Shelf, Stored

_ORDER: tuple[ArrivalState, ...] = ("espera", "signos", "consulta", "terminado")
OVER = frozenset({"terminado", "se_fue"})


@dataclass(frozen=True)
class WaitingLine:
    """One person of today's waiting room."""

    id: str
    patient: str
    who: str
    about: str
    """Age and locality."""
    state: ArrivalState
    came: str
    at: int
    since: int

    @property
    def over(self) -> bool:
        return self.state in OVER


class WaitingRoom:
    """Arrivals of the day."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def arrive(self, patient: str, *, came: Came | None = None, note: str = "") -> Stored[Arrival]:
        """The person came (by appointment, if there is one today and nothing else is said); once a day while not finished."""
        self.desk.require("llegada")
        here = self.of_today(patient)
        if here is not None and here.record.state not in OVER:
            return here
        if came is not None and came not in get_args(Came):
            raise BadInput("Elija cómo llegó.", field="came")
        if came is None:
            today = self.desk.today()
            came = (
                "cita"
                if any(a.record.due == today for a in Agenda(self.desk).pending(patient))
                else "sin_cita"
            )
        now = self.desk.now()
        return self._shelf(patient).add(
            Arrival(day=self.desk.today(), at=now, came=came, since=now, note=clean_line(note, field="note"))
        )

    def move(self, patient: str, stored: Stored[Arrival], state: ArrivalState) -> Stored[Arrival]:
        """Another state, forward or back; the same one changes nothing."""
        self.desk.require("llegada")
        if state not in get_args(ArrivalState):
            raise BadInput("Elija dónde está el paciente.", field="state")
        if stored.record.state == state:
            return stored
        return self._shelf(patient).replace(
            stored, msgspec.structs.replace(stored.record, state=state, since=self.desk.now())
        )

    def advance(self, patient: str, state: ArrivalState) -> Stored[Arrival]:
        """What was done moves the person on, never back; who came unannounced arrives with it. Joins the open transaction."""
        self.desk.require("llegada")
        with self.desk.vault.transaction(day=self.desk.today()):
            stored = self.of_today(patient)
            if stored is None or (stored.record.state in OVER and state not in OVER):
                stored = self.arrive(patient)
            if (
                state in _ORDER
                and stored.record.state in _ORDER
                and _ORDER.index(state) <= _ORDER.index(stored.record.state)
            ):
                return stored
            return self.move(patient, stored, state)

    def of_today(self, patient: str) -> Stored[Arrival] | None:
        """The person's newest arrival of today."""
        self.desk.require_part(patient)
        today = self.desk.today()
        found = [a for a in live(self.desk, "arrival", Arrival, patient) if a.record.day == today]
        return found[-1] if found else None

    def today(self) -> list[WaitingLine]:
        """Everyone of today: those still here in order of arrival, then those who finished."""
        self.desk.require("ver_expediente")
        rows = self.desk.vault.projection(f"day/{self.desk.today().isoformat()}")
        lines = [self._line(row) for row in rows if self.desk.in_scope(row["p"])]
        return sorted(lines, key=lambda line: (line.over, line.at, line.id))

    def _line(self, row: dict[str, Any]) -> WaitingLine:
        who, about = listed(self.desk, row["p"])
        return WaitingLine(
            id=row["a"],
            patient=row["p"],
            who=who,
            about=about,
            state=row["s"],
            came=row["c"],
            at=row["t"],
            since=row["n"],
        )

    def _shelf(self, patient: str) -> Shelf[Arrival]:
        return self.desk.vault.shelf("arrival", Arrival, patient=patient)
