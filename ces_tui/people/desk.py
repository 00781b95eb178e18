"""The desk: one open vault, the clock, and who sits there now. Every service is made with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ces_tui.base.clock import Clock, clinical_day
from ces_tui.base.errors import NotAllowed
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
