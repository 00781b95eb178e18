"""Vital signs: refused beyond what can be, asked again once where unlikely, an alert where dangerous."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line
from ces_tui.care.alerts import Alerts
from ces_tui.care.limits import MEASURED, Mark, Who, marks, refuse_impossible
from ces_tui.care.plausible import Ask, Danger, asks, dangers
from ces_tui.care.pregnancies import pregnancy_state
from ces_tui.care.records import Alert, Vitals
from ces_tui.care.shelves import live
from ces_tui.care.waiting import WaitingRoom
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored


class Unlikely(BadInput):
    """A value that is asked again once; given in `confirmed`, it is kept."""


@dataclass(frozen=True)
class Check:
    """What is to be said about values before they are kept."""

    asks: list[Ask] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    dangers: list[Danger] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """Vitals as stored, with the alerts that they opened."""

    stored: Stored[Vitals]
    alerts: list[Stored[Alert]]


class VitalsService:
    """Take vitals, look at the earlier ones."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def who(self, patient: str, *, pregnant: bool | None = None) -> Who:
        """The person as the limits see them; pregnant as told, else by what the chart knows (care/pregnancies.py)."""
        self.desk.require_part(patient)
        person = self.desk.vault.shelf("patient", Patient).get(patient).record
        if pregnant is None:
            pregnant = bool(pregnancy_state(self.desk, patient).pregnant)
        pregnant = pregnant and person.sex == "F"
        return Who(person.birth, person.sex, self.desk.today(), pregnant, person.birth_gestation)

    def check(self, patient: str, vitals: Vitals) -> Check:
        """What is unlikely or dangerous in these values; Refused, with the field, for what can't be."""
        self.desk.require_part(patient)
        refuse_impossible(vitals)
        measured = any(getattr(vitals, name) is not None for name in (*MEASURED, "oedema"))
        if not measured and not vitals.complaint:
            raise Refused("No hay ningún signo escrito.", field="weight_kg")
        who = self.who(patient, pregnant=vitals.pregnant)
        return Check(asks(vitals, who, self.before(patient)), marks(vitals, who), dangers(vitals, who))

    def take(
        self, patient: str, vitals: Vitals, *, confirmed: Collection[str] = (), draft: str = ""
    ) -> Taken:
        """Keep the values, open the alerts they ask for and move the person on in the waiting room, in one save.

        Refused for what can't be; Unlikely, with its field, for what is unlikely and not in `confirmed`.
        """
        me = self.desk.require("signos")
        today = self.desk.today()
        vitals = msgspec.structs.replace(
            vitals,
            day=today,
            at=self.desk.now(),
            author=me.id,
            complaint=clean_line(vitals.complaint, field="complaint", limit=300),
            confirmed=sorted(confirmed),
        )
        check = self.check(patient, vitals)
        for ask in check.asks:
            if ask.field not in confirmed:
                raise Unlikely(ask.sentence, field=ask.field)
        alerts = Alerts(self.desk)
        with self.desk.vault.transaction(day=today):
            stored = self.desk.vault.shelf("vitals", Vitals, patient=patient).add(vitals)
            opened = [
                alerts.open(patient, kind=d.kind, gravity=d.gravity, text=d.text, source=stored.id)
                for d in check.dangers
            ]
            WaitingRoom(self.desk).advance(patient, "signos")
            if draft:
                self.desk.vault.drafts.drop(draft)
        return Taken(stored, opened)

    def before(self, patient: str) -> list[Vitals]:
        """All earlier measurements that stand, newest first."""
        self.desk.require_part(patient)
        found = live(self.desk, "vitals", Vitals, patient)
        return [
            s.record for s in sorted(found, key=lambda s: (s.record.day, s.record.at, s.id), reverse=True)
        ]

    def history(self, patient: str) -> list[Stored[Vitals]]:
        """The same with ids, oldest first (for trends and the timeline)."""
        self.desk.require_part(patient)
        found = live(self.desk, "vitals", Vitals, patient)
        return sorted(found, key=lambda s: (s.record.day, s.record.at, s.id))

    def today(self, patient: str) -> Stored[Vitals] | None:
        """The newest vitals of today, for the consult."""
        found = [s for s in self.history(patient) if s.record.day == self.desk.today()]
        return found[-1] if found else None

    def last(self, patient: str, name: str) -> tuple[Any, date] | None:
        """The newest value of one member and its day; None when it was never measured."""
        for vitals in self.before(patient):
            value = getattr(vitals, name)
            if value is not None and value != "":
                return value, vitals.day
        return None
