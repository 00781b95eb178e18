"""A death: its day and cause in the registration; appointments are cancelled and programmes left, in one save."""

from __future__ import annotations

from datetime import date

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line
from ces_tui.care.agenda import Agenda
from ces_tui.care.programmes import Programmes
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.people.registry import Registry
from ces_tui.people.rules import check_days
from ces_tui.vault.shelf import Stored


class Deaths:
    """Note a death, or take back one that was noted by mistake."""

    def __init__(self, desk: Desk, registry: Registry | None = None) -> None:
        """With the registry of the clinic, so that its index of names learns of it."""
        self.desk = desk
        self._registry = registry or Registry(desk)

    def note(self, patient: str, day: date, cause: str) -> Stored[Patient]:
        """Keep day and cause; BadInput for a day that can't be or no cause, Refused when a death is noted already."""
        stored, noted = self._noted(patient, day, cause)
        agenda, programmes = Agenda(self.desk), Programmes(self.desk)
        with self.desk.vault.transaction(day=self.desk.today()):
            kept = self._registry.update(stored, noted)
            for due in agenda.pending(patient):
                agenda.cancel(patient, due, "defunción")
            for programme in programmes.open(patient):
                programmes.close(patient, programme, "defuncion")
        return kept

    def of(self, patient: str) -> date | None:
        """The day of a death that is noted."""
        return self._registry.get(patient).record.died

    def check(self, patient: str, day: date, cause: str) -> None:
        """What `note` would refuse; nothing is written."""
        self._noted(patient, day, cause)

    def take_back(self, patient: str, reason: str) -> Stored[Patient]:
        """The person lives: the reason goes into the registration's note; appointments and programmes are set anew by hand."""
        self.desk.require("consulta")
        return self._alive(patient, reason)

    def undo(self, patient: str, day: date, reason: str) -> bool:
        """The same for the death that a note recorded by mistake had said; False when another day is noted, or none."""
        self.desk.require("marcar_error")
        if self.of(patient) != day:
            return False
        self._alive(patient, reason)
        return True

    def _alive(self, patient: str, reason: str) -> Stored[Patient]:
        stored = self._registry.get(patient)
        if stored.record.died is None:
            raise Refused("No tiene anotada una defunción.")
        why = clean_line(reason, field="reason", limit=400)
        if len(why) < 3:
            raise BadInput("Escriba por qué se quita la defunción.", field="reason")
        said = (
            f"{show_date(self.desk.today())} {self.desk.me.name}: se quitó la defunción anotada el "
            f"{show_date(stored.record.died)}: {why}"
        )
        note = "\n".join(part for part in (stored.record.note, said) if part)
        alive = msgspec.structs.replace(stored.record, died=None, death_cause="", note=note)
        return self._registry.update(stored, alive)

    def _noted(self, patient: str, day: date, cause: str) -> tuple[Stored[Patient], Patient]:
        """The registration as it is, and as it would be."""
        self.desk.require("consulta")
        stored = self._registry.get(patient)
        if stored.record.died is not None:
            raise Refused(f"Ya está anotada su defunción, el {show_date(stored.record.died)}.", field="died")
        why = clean_line(cause, field="cause")
        if len(why) < 3:
            raise BadInput("Escriba la causa de la defunción, o «desconocida».", field="cause")
        noted = msgspec.structs.replace(stored.record, died=day, death_cause=why)
        check_days(noted, self.desk.today())
        return stored, noted
