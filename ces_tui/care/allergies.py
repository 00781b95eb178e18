"""Allergies: known, explicitly none, or never asked: three different things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line, fold
from ces_tui.care.records import Allergy, Severity
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.vault.shelf import Shelf, Stored


@dataclass(frozen=True)
class AllergyState:
    """What is known: a list, an explicit none, or nothing asked yet."""

    known: list[Stored[Allergy]]
    asked: bool

    @property
    def sentence(self) -> str:
        """'penicilina (grave, erupción)', 'sin alergias conocidas' or 'alergias: no se han preguntado'."""
        if self.known:
            return "; ".join(_shown(a.record) for a in self.known)
        return "sin alergias conocidas" if self.asked else "alergias: no se han preguntado"


class Allergies:
    """Add, discard with a reason, state that there are none."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def add(
        self, patient: str, substance: str, *, group: str = "", reaction: str = "", severity: Severity = ""
    ) -> Stored[Allergy]:
        """A new allergy; the statement of none, if there was one, ends with it. The same substance again is returned as it is."""
        me = self.desk.require("alergia")
        substance = clean_line(substance, field="substance")
        if not substance:
            raise BadInput("Escriba a qué es la alergia.", field="substance")
        if severity not in get_args(Severity):
            raise BadInput("La gravedad es leve, moderada o grave.", field="severity")
        today = self.desk.today()
        with self.desk.vault.transaction(day=today):
            for old in self._active(patient):
                if old.record.none_known:
                    self._end(patient, old, "Se registró una alergia.")
                elif fold(old.record.substance) == fold(substance):
                    return old
            return self._shelf(patient).add(
                Allergy(
                    day=today,
                    substance=substance,
                    group=group,
                    reaction=clean_line(reaction, field="reaction"),
                    severity=severity,
                    author=me.id,
                )
            )

    def none_known(self, patient: str) -> Stored[Allergy]:
        """The person was asked and has none; Refused while an allergy stands."""
        me = self.desk.require("alergia")
        active = self._active(patient)
        if any(not a.record.none_known for a in active):
            raise Refused("Hay alergias registradas; descártelas primero, con su razón.")
        if active:
            return active[0]
        return self._shelf(patient).add(Allergy(day=self.desk.today(), none_known=True, author=me.id))

    def discard(self, patient: str, stored: Stored[Allergy], reason: str) -> Stored[Allergy]:
        """It was no allergy after all; the reason is asked."""
        self.desk.require("alergia")
        why = clean_line(reason, field="reason")
        if not why:
            raise BadInput("Escriba por qué se descarta la alergia.", field="reason")
        return self._end(patient, stored, why)

    def state(self, patient: str) -> AllergyState:
        """What is known now: for everybody who works with the patient, also in a restricted chart."""
        self.desk.require_part(patient)
        active = self._active(patient)
        return AllergyState([a for a in active if not a.record.none_known], bool(active))

    def _active(self, patient: str) -> list[Stored[Allergy]]:
        return [a for a in live(self.desk, "allergy", Allergy, patient) if a.record.active]

    def _end(self, patient: str, stored: Stored[Allergy], why: str) -> Stored[Allergy]:
        ended = msgspec.structs.replace(stored.record, day=self.desk.today(), active=False, ended_reason=why)
        return self._shelf(patient).replace(stored, ended)

    def _shelf(self, patient: str) -> Shelf[Allergy]:
        return self.desk.vault.shelf("allergy", Allergy, patient=patient)


def _shown(allergy: Allergy) -> str:
    more = ", ".join(part for part in (allergy.severity, allergy.reaction) if part)
    return f"{allergy.substance} ({more})" if more else allergy.substance
