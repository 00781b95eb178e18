"""The desk: one open vault, the clock, and who sits there now. Every service is made with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ces_tui.base.clock import Clock, clinical_day
from ces_tui.base.errors import NotAllowed
from ces_tui.people.access import ChartRestricted, Glass, NotOpenedToday, opened_by_pasante, restriction
from ces_tui.people.roles import may

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault


@dataclass(frozen=True)
class Person:
    """Someone of the staff, as a screen needs them."""

    id: str
    name: str
    role: str


class Desk:
    """Where a person works: `desk.vault`, `desk.me`, `desk.today()`."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self.vault = vault
        self.clock = clock
        self.glass = Glass(clock)
        """What was opened against a reason, and until when."""

    @property
    def me(self) -> Person:
        """The person who unlocked or took over; NotAllowed when nobody has."""
        author = self.vault.author
        if author is None:
            raise NotAllowed("Primero desbloquee con su frase de acceso.")
        return Person(author.id, author.name, author.role)

    def now(self) -> int:
        """Wall time, ms."""
        return self.clock.now_ms()

    def today(self) -> date:
        """The clinical day (UTC-6)."""
        return clinical_day(self.clock.now_ms())

    def may(self, action: str) -> bool:
        return may(self.me.role, action)

    def require(self, action: str) -> Person:
        """The person at the desk if their role may do `action`, else NotAllowed."""
        me = self.me
        if not may(me.role, action):
            raise NotAllowed
        return me

    # -- one chart ---------------------------------------------------------------------------------------------

    def knows(self, patient: str) -> bool:
        """Whether the person at the desk may see what is reserved in this chart: by role, or against a reason given."""
        return self.may("ver_reservado") or self.glass.left(self.me.id, patient) > 0

    def in_scope(self, patient: str) -> bool:
        """Whether this patient may be shown at all: a visitor sees those whose chart a pasante opened today."""
        return self.me.role != "visitante" or opened_by_pasante(self.vault, patient)

    def require_part(self, patient: str) -> Person:
        """For what the work with a patient needs (allergies, vitals, appointments): NotAllowed for roles that read no
        charts, and for a visitor outside what a pasante opened.
        """
        me = self.require("ver_expediente")
        if not self.in_scope(patient):
            raise NotOpenedToday
        return me

    def require_chart(self, patient: str) -> Person:
        """For handing out the chart itself: besides, ChartRestricted while it is closed to this person."""
        me = self.require_part(patient)
        if not self.knows(patient) and restriction(self.vault, patient):
            raise ChartRestricted
        return me

    def require_known(self, patient: str) -> Person:
        """For what is reserved in any chart (screenings, plans): NotAllowed unless by role or against a reason."""
        me = self.require_part(patient)
        if not self.knows(patient):
            raise NotAllowed("Es un asunto reservado. Ábralo con un motivo, o pídalo a quien está a cargo.")
        return me
