"""What happens in the demo clinic, as plain data: no id, no author, no key. `build.py` writes it through the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ces_tui.care.records import Vitals
from ces_tui.demo.medicines import Order
from ces_tui.demo.population import Villager

Stage = Literal["espera", "signos", "consulta", "terminado"]
Safety = Literal["", "abre", "cierra"]


@dataclass(frozen=True, slots=True)
class Screen:
    """An instrument as it was answered, complete."""

    instrument: str
    answers: tuple[int, ...]
    difficulty: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnosis of a note; `lasting` ones enter the problem list the first time."""

    code: str
    text: str
    first_time: bool = False
    lasting: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What one order asked for and which lots it left from; fewer than asked means that the shelf was empty."""

    asked: int
    lots: tuple[tuple[int, int], ...] = ()
    """(number of the lot in the story, quantity)."""

    @property
    def total(self) -> int:
        return sum(quantity for _, quantity in self.lots)


@dataclass(frozen=True, slots=True)
class Note:
    """The consult that was signed, or, of a visit that still runs, the one being written."""

    reason: str
    subjective: str
    objective: str
    analysis: str
    plan: str
    findings: tuple[Finding, ...]
    orders: tuple[Order, ...] = ()
    given: tuple[Given, ...] = ()
    enters: tuple[str, ...] = ()
    """Programmes that begin at this visit."""
    leaves: tuple[str, ...] = ()
    """Programmes that are completed at this visit."""
    next_due: date | None = None
    next_reason: str = ""
    programme: str = ""
    """Programme that the next appointment belongs to."""
    sections: tuple[tuple[str, int], ...] = ()
    """Answers of the programmes' sections, by question."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One person on one day, from the door to the signed note (or as far as `stage` says)."""

    villager: Villager
    day: date
    at: int
    """Instant of arrival, ms; measurements, note and signature follow within the half hour."""
    new: bool
    came: str
    vitals: Vitals
    note: Note
    screens: tuple[Screen, ...] = ()
    safety: Safety = ""
    stage: Stage = "terminado"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One lot that arrived. `lot` is its number in the story; `number` what is printed on the box."""

    lot: int
    medicine: str
    number: str
    expiry: date
    quantity: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came back from the course from one source."""

    at: int
    source: str
    parcels: tuple[Parcel, ...]
    document: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Expired units taken off the shelf: (lot of the story, medicine, quantity)."""

    at: int
    lots: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """All of one clinical day, in the order in which it happened."""

    day: date
    deliveries: tuple[Delivery, ...] = ()
    write_offs: tuple[WriteOff, ...] = ()
    visits: tuple[Visit, ...] = ()
    course: date | None = None
    """First day of the next course, on the day on which it is announced."""
