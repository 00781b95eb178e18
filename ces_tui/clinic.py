"""The one place where a vault becomes services: `Clinic.open(...)`, then `clinic.registry`, `clinic.stock`, `clinic.consults`, …

Services are made when first used, so that unlocking imports only what Hoy needs.
"""

from __future__ import annotations

import contextlib
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ces_tui.base.clock import Clock, SystemClock
from ces_tui.base.errors import CesError, WrongPassphrase
from ces_tui.clinic_chart import ChartServices
from ces_tui.people.audit_unlocks import FailedUnlocks
from ces_tui.people.desk import Desk, Person
from ces_tui.vault.projections import Projector
from ces_tui.vault.vault import Vault

if TYPE_CHECKING:
    from ces_tui.care.agenda import Agenda
    from ces_tui.care.alerts import Alerts
    from ces_tui.care.allergies import Allergies
    from ces_tui.care.deaths import Deaths
    from ces_tui.care.problems import Problems
    from ces_tui.care.programmes import Programmes
    from ces_tui.care.safety import SafetyPlans
    from ces_tui.care.today import Today
    from ces_tui.care.vitals import VitalsService
    from ces_tui.care.waiting import WaitingRoom
    from ces_tui.consult.chart import Chart
    from ces_tui.consult.consults import Consults
    from ces_tui.consult.diagnoses import Diagnoses
    from ces_tui.guidance.protocols import Protocols
    from ces_tui.office.office import Office
    from ces_tui.office.roster import Roster
    from ces_tui.paper.papers import Papers
    from ces_tui.people.access import Access
    from ces_tui.people.audit import Audit
    from ces_tui.people.envelope import Envelope
    from ces_tui.people.links import Links
    from ces_tui.people.registry import Registry
    from ces_tui.people.team import Team
    from ces_tui.pharmacy.dispensing import Dispensing
    from ces_tui.pharmacy.formulary import Formulary
    from ces_tui.pharmacy.stock import Stock
    from ces_tui.screening.indicators import MonthIndicators
    from ces_tui.screening.programme import MentalHealth
    from ces_tui.screening.review import CaseReviews
    from ces_tui.screening.screenings import Screenings
    from ces_tui.sync.backup import Backups
    from ces_tui.sync.exchange import Exchange
    from ces_tui.sync.handover import Handover

_FACTS = (
    "ces_tui.vault.reads",
    "ces_tui.people.audit_acts",
    "ces_tui.care.facts",
    "ces_tui.care.safety_facts",
    "ces_tui.pharmacy.facts",
    "ces_tui.screening.facts",
    "ces_tui.consult.facts",
)


def projector() -> Projector:
    """All rooms' contributions to projections."""
    return Projector(*(import_module(name).CONTRIBUTIONS for name in _FACTS if find_spec(name)))


class Clinic(ChartServices):
    """An open store with its services and the person at the desk."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self.vault = vault
        self.clock = clock
        self.desk = Desk(vault, clock)
        self.closed = False
        self.greeting: list[str] = []
        """Sentences for whoever unlocked: failed attempts since the last time, an envelope that was opened."""

    @classmethod
    def open(cls, folder: Path, person_id: str, passphrase: str, clock: Clock | None = None) -> Clinic:
        """Unlock the store as a person; WrongPassphrase, StoreBusy, StoreDamaged or NotFound when that can't be."""
        clock = clock or SystemClock()
        failed = FailedUnlocks(Vault.peek(folder).store)
        try:
            vault = Vault.open(folder, person_id, passphrase, clock, projector())
        except WrongPassphrase:
            failed.add(clock.now_ms())
            raise
        clinic = cls(vault, clock)
        clinic._came_in(failed)
        return clinic

    # -- who is here ---------------------------------------------------------------------------------------

    @property
    def me(self) -> Person:
        return self.desk.me

    @property
    def demo(self) -> bool:
        """Whether everything in here is invented."""
        return self.vault.header.clinic.demo

    @property
    def name(self) -> str:
        return self.vault.header.clinic.name

    def people(self) -> list[Person]:
        """Everyone who has a credential here."""
        return [Person(p.id, p.name, p.role) for p in self.vault.header.people if p.credential is not None]

    def person_name(self, person_id: str) -> str:
        """The name to show for an author; a device or someone unknown reads as such."""
        from ces_tui.people.naming import UNKNOWN, name_of

        return name_of(self.vault, person_id) or UNKNOWN

    def login(self, person_id: str, passphrase: str) -> Person:
        """Someone else gives their passphrase; they are at the desk now."""
        failed = FailedUnlocks(self.vault.store_id)
        try:
            self.vault.login(person_id, passphrase)
        except WrongPassphrase:
            failed.add(self.clock.now_ms())
            raise
        self._came_in(failed)
        return self.me

    def _came_in(self, failed: FailedUnlocks) -> None:
        """What a passphrase that was right leaves in the log; the envelope's use is there before anything is shown."""
        from ces_tui.people.envelope import ROLE, note_use

        if self.me.role == ROLE:
            try:
                note_use(self.desk)
            except CesError:
                self.close()
                raise
        self.greeting = []
        with contextlib.suppress(CesError):  # a disk that takes nothing now keeps nobody out
            if sentence := failed.settle(self.vault):
                self.greeting.append(sentence)
        if self.me.role != ROLE and (used := self.envelope.notice()):
            self.greeting.append(used)
        if self.desk.may("revisar_casos") and (asked := self.reviews.waiting()):
            what = "1 pregunta" if asked == 1 else f"{asked} preguntas"
            self.greeting.append(f"Por responder: {what} sobre un caso (0 y r).")
        if self.desk.may("auditoria") and (waiting := len(self.audit.to_review())):
            what = "1 acceso" if waiting == 1 else f"{waiting} accesos"
            self.greeting.append(f"Por revisar: {what} (Ctrl+P, «ir a: Accesos»).")

    def failed_pins(self, count: int) -> None:
        """Wrong PINs that closed the store: written with the next unlocking, like wrong passphrases."""
        FailedUnlocks(self.vault.store_id).add(self.clock.now_ms(), count=count)

    def switch(self, person_id: str) -> Person:
        """Someone who gave their passphrase since the last close comes back (the PIN is the screen's to check)."""
        self.vault.switch(person_id)
        return self.me

    def logged_in(self) -> list[Person]:
        """Those who may come back by PIN."""
        here = set(self.vault.logged_in())
        return [p for p in self.people() if p.id in here]

    def close(self) -> None:
        """Drop keys, what was opened against a reason, and everything decrypted; harmless twice."""
        if not self.closed:
            self.closed = True
            if (registry := self.__dict__.get("registry")) is not None:
                registry.forget()
            self.desk.glass.forget()
            self.vault.close()

    @property
    def last_outside(self) -> int | None:
        """When (ms) something last left this laptop, verified: an export or a copy; None when nothing did."""
        from ces_tui.sync.outside import last_outside

        return last_outside(self.vault)

    # -- services ------------------------------------------------------------------------------------------

    @cached_property
    def team(self) -> Team:
        from ces_tui.people.team import Team

        return Team(self.desk)

    @cached_property
    def access(self) -> Access:
        from ces_tui.people.access import Access

        return Access(self.desk)

    @cached_property
    def audit(self) -> Audit:
        from ces_tui.people.audit import Audit

        return Audit(self.desk)

    @cached_property
    def envelope(self) -> Envelope:
        from ces_tui.people.envelope import Envelope

        return Envelope(self.desk)

    @cached_property
    def registry(self) -> Registry:
        from ces_tui.people.registry import Registry

        return Registry(self.desk, self.today.expected)

    @cached_property
    def links(self) -> Links:
        from ces_tui.people.links import Links

        return Links(self.desk)

    @cached_property
    def deaths(self) -> Deaths:
        from ces_tui.care.deaths import Deaths

        return Deaths(self.desk, self.registry)

    @cached_property
    def vitals(self) -> VitalsService:
        from ces_tui.care.vitals import VitalsService

        return VitalsService(self.desk)

    @cached_property
    def problems(self) -> Problems:
        from ces_tui.care.problems import Problems

        return Problems(self.desk)

    @cached_property
    def allergies(self) -> Allergies:
        from ces_tui.care.allergies import Allergies

        return Allergies(self.desk)

    @cached_property
    def programmes(self) -> Programmes:
        from ces_tui.care.programmes import Programmes

        return Programmes(self.desk)

    @cached_property
    def agenda(self) -> Agenda:
        from ces_tui.care.agenda import Agenda

        return Agenda(self.desk)

    @cached_property
    def alerts(self) -> Alerts:
        from ces_tui.care.alerts import Alerts

        return Alerts(self.desk)

    @cached_property
    def waiting(self) -> WaitingRoom:
        from ces_tui.care.waiting import WaitingRoom

        return WaitingRoom(self.desk)

    @cached_property
    def safety(self) -> SafetyPlans:
        from ces_tui.care.safety import SafetyPlans

        return SafetyPlans(self.desk)

    @cached_property
    def today(self) -> Today:
        from ces_tui.care.today import Today

        return Today(
            self.desk,
            stock=lambda: [f"{w.name}: {w.text}" for w in self.stock.warnings()],
            last_copy=lambda: self.last_outside,
        )

    @cached_property
    def formulary(self) -> Formulary:
        from ces_tui.pharmacy.formulary import Formulary

        return Formulary(self.desk)

    @cached_property
    def stock(self) -> Stock:
        from ces_tui.pharmacy.stock import Stock

        return Stock(self.desk)

    @cached_property
    def dispensing(self) -> Dispensing:
        from ces_tui.pharmacy.dispensing import Dispensing

        return Dispensing(self.desk)

    @cached_property
    def screenings(self) -> Screenings:
        from ces_tui.screening.screenings import Screenings

        return Screenings(self.desk, self.instruments, self.safety)

    @cached_property
    def mental_health(self) -> MentalHealth:
        from ces_tui.screening.programme import MentalHealth

        return MentalHealth(self.desk, self.instruments)

    @cached_property
    def reviews(self) -> CaseReviews:
        from ces_tui.screening.review import CaseReviews

        return CaseReviews(self.desk, self.mental_health)

    @cached_property
    def mental_indicators(self) -> MonthIndicators:
        from ces_tui.screening.indicators import MonthIndicators

        return MonthIndicators(self.desk)

    @cached_property
    def protocols(self) -> Protocols:
        from ces_tui.guidance.protocols import Protocols

        return Protocols(self.desk)

    @cached_property
    def diagnoses(self) -> Diagnoses:
        from ces_tui.consult.diagnoses import Diagnoses

        return Diagnoses()

    @cached_property
    def consults(self) -> Consults:
        from ces_tui.consult.consults import Consults

        return Consults(self.desk, registry=self.registry)

    @cached_property
    def chart(self) -> Chart:
        from ces_tui.consult.chart import Chart

        return Chart(self.desk)

    @cached_property
    def paper(self) -> Papers:
        from ces_tui.paper.papers import Papers

        return Papers(self.desk)

    @cached_property
    def backups(self) -> Backups:
        from ces_tui.sync.backup import Backups

        return Backups(self.desk)

    @cached_property
    def handover(self) -> Handover:
        from ces_tui.sync.handover import Handover

        return Handover(self.desk)

    @cached_property
    def exchange(self) -> Exchange:
        from ces_tui.sync.exchange import Exchange

        return Exchange(self.desk)

    @cached_property
    def roster(self) -> Roster:
        from ces_tui.office.roster import Roster

        return Roster(self.desk)

    @cached_property
    def office(self) -> Office:
        """The office's side; NotFound in a clinic's store."""
        from ces_tui.office.office import Office

        return Office(self.desk)
