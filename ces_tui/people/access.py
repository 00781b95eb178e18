"""Restricted charts and break-glass: a reason, this patient, fifteen minutes, for this person, on the supervisor's list.

Kept by the program and shown by its log, not by cryptography (docs/threat-model.md). The reason is on the disk before
anything is shown: a disk that takes no entry opens nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.clock import Clock, clinical_day
from ces_tui.base.errors import BadInput, NotAllowed, NotFound
from ces_tui.base.text import clean_line
from ces_tui.people.audit_acts import GLASS, RESTRICTED, write_act
from ces_tui.people.records import RESTRICTION_WORDS, Patient, Restriction

if TYPE_CHECKING:
    from ces_tui.people.desk import Desk
    from ces_tui.vault.shelf import Stored
    from ces_tui.vault.vault import Vault

OPEN_SECONDS = 15 * 60
"""How long a broken glass stays open, on the monotonic clock (RELIABILITY)."""
SHORTEST_REASON = 10
"""Characters (RELIABILITY)."""


class ChartRestricted(NotAllowed):
    """The chart is closed to this role until it gives a reason."""

    sentence = (
        "Este expediente es reservado. Para abrirlo escriba el motivo: queda abierto 15 minutos, sólo para usted, "
        "y se avisa a la supervisión."
    )


class NotOpenedToday(NotAllowed):
    """A visitor reads what a pasante opened."""

    sentence = "De visita se ven sólo los expedientes que el pasante abrió hoy. Pídale que lo abra primero."


class Glass:
    """The glasses broken since the store was opened, by person and patient; dropped at close."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}

    def open(self, person: str, patient: str) -> None:
        self._until[person, patient] = self._clock.monotonic() + OPEN_SECONDS

    def left(self, person: str, patient: str) -> float:
        """Seconds that are left to this person in this chart; 0 when it is closed."""
        return max(0.0, self._until.get((person, patient), -math.inf) - self._clock.monotonic())

    def shut(self, person: str, patient: str) -> None:
        self._until.pop((person, patient), None)

    def forget(self) -> None:
        self._until.clear()


class Access:
    """Marks charts as restricted, and opens one against a reason."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def restricted(self, patient: str) -> Restriction:
        """Why the chart is restricted, '' when it is not."""
        self._desk.require("ver_expediente")
        return restriction(self._desk.vault, patient)

    def restrict(self, patient: str, why: Restriction, reason: str) -> Stored[Patient]:
        """Close the chart to those without "ver_reservado" ('' lifts it); who, when and the reason go to the log."""
        self._desk.require("restringir")
        if why and why not in RESTRICTION_WORDS:
            raise BadInput("Elija por qué se reserva el expediente.", field="why")
        said = clean_line(reason, field="reason")
        if len(said) < SHORTEST_REASON:
            raise BadInput(f"Escriba el motivo, de al menos {SHORTEST_REASON} letras.", field="reason")
        shelf = self._desk.vault.shelf("patient", Patient)
        stored = shelf.get(patient)
        today = self._desk.today()
        with self._desk.vault.transaction(day=today):
            new = shelf.replace(stored, msgspec.structs.replace(stored.record, restricted=why, day=today))
            word = RESTRICTION_WORDS.get(why, "se quita")
            write_act(self._desk.vault, RESTRICTED, patient=patient, text=f"{word}: {said}")
        return new

    def open(self, patient: str, reason: str) -> float:
        """Open what is reserved in this chart to the person at the desk; seconds that it stays open.

        The entry with the reason, and every read not yet written, are on the disk when this returns. BadInput for a
        reason shorter than ten characters; DiskProblem opens nothing.
        """
        me = self._desk.require("abrir_reservado")
        said = clean_line(reason, field="reason")
        if len(said) < SHORTEST_REASON:
            raise BadInput(
                f"Escriba el motivo, de al menos {SHORTEST_REASON} letras; lo lee la supervisión.",
                field="reason",
            )
        if self._desk.vault.doc_body("patient", patient) is None:
            raise NotFound
        write_act(self._desk.vault, GLASS, patient=patient, text=said)
        self._desk.glass.open(me.id, patient)
        return self._desk.glass.left(me.id, patient)

    def shut(self, patient: str) -> None:
        """Close it again before the time is over."""
        self._desk.glass.shut(self._desk.me.id, patient)

    def minutes_left(self, patient: str) -> int:
        """Whole minutes, rounded up, that it stays open to the person at the desk; 0 when it is closed."""
        return math.ceil(self._desk.glass.left(self._desk.me.id, patient) / 60)

    def banner(self, patient: str) -> str:
        """What stands over a chart that was opened against a reason; '' otherwise."""
        left = self.minutes_left(patient)
        if not left:
            return ""
        return f"Reservado, abierto con motivo: {left} min. La supervisión lo verá."


def restriction(vault: Vault, patient: str) -> Restriction:
    """Why a chart is restricted, '' when it is not or nobody has this id."""
    body = vault.doc_body("patient", patient)
    return body.get("restricted", "") if body is not None else ""


def opened_by_pasante(vault: Vault, patient: str) -> bool:
    """Whether a pasante has opened this chart today, by the record's own history of reads."""
    today = clinical_day(vault.clock.now_ms())
    roles: dict[str, bool] = {}

    def pasante(person: str) -> bool:
        if person not in roles:
            body = vault.doc_body("person", person)
            roles[person] = body is not None and body.get("role") == "pasante"
        return roles[person]

    seen = [(ms, by) for ms, by, of, _ in vault.reads.waiting() if of == patient]
    seen += [(row["t"], row["by"]) for row in vault.projection(f"reads/{patient}")]
    return any(clinical_day(ms) == today and pasante(by) for ms, by in reversed(seen))
