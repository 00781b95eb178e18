"""What the pharmacy stores: own items, lots, stock movements, prescription lines, dispenses.

An *item key* is a formulary id (a slug that never changes) or the id of an own `Item` document; it is what lots,
movements and prescription lines name. Quantities are whole dispensing units (tablets, bottles, ampoules).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record

Source = Literal["CES", "SSA"]
SOURCES: tuple[Source, ...] = ("CES", "SSA")
"""Who bought it: Compañeros En Salud or the Ministry of Health. Their balances never mix."""

MoveKind = Literal["receive", "count", "adjust", "loss", "transfer"]


class Item(Record, frozen=True, kw_only=True):
    """Something that the formulary lacks (`formulary` None), or this clinic's settings for a formulary entry."""

    name: str
    """Generic name, as it is searched and printed."""
    form: str = ""
    strength: str = ""
    unit: str = "pieza"
    """Dispensing unit: tableta, frasco, ampolleta…"""
    formulary: str | None = None
    minimum: int | None = None
    """Below this many units the item is 'bajo'; None: below one month of its demand."""
    controlled: bool = False


class Lot(Record, frozen=True, kw_only=True):
    """One lot of one item from one source; where a lot number came with two sources there are two documents."""

    item: str
    number: str
    """Upper case, no blanks."""
    expiry: date
    source: Source


class MoveLine(Record, frozen=True, kw_only=True):
    """A change of one lot: `quantity` is signed (a loss is negative); `counted` is what a count found.

    Number, expiry and source stand here as in the lot, so that a balance needs no second document.
    """

    item: str
    lot: str
    number: str
    expiry: date
    source: Source
    quantity: int
    counted: int | None = None


class StockMove(Record, frozen=True, kw_only=True):
    """Document `stock`: a delivery, a count, a correction, a loss or a transfer. Never rewritten."""

    kind: MoveKind
    lines: tuple[MoveLine, ...]
    author: str
    at: int
    day: date
    reason: str = ""
    origin: str = ""
    """From whom it came, or to whom it went (transfer)."""
    document: str = ""
    """Number of the delivery note."""


class Override(Record, frozen=True, kw_only=True):
    """Why a prescriber went on after a warning of level `mayor`."""

    warning: str
    reason: str


class PrescriptionLine(Record, frozen=True, kw_only=True):
    """One medicine of a receta, complete in itself: it prints as it was signed whatever the formulary says later.

    Amounts are decimal texts in `unit` ('0.5'), never floats; an empty one means nothing at that time of day.
    """

    item: str
    name: str
    """Generic, form and strength as printed: 'Losartán tableta 50 mg'."""
    unit: str
    """Of the dose: tableta, mL, disparo, UI, gota, sobre, aplicación…"""
    morning: str = ""
    noon: str = ""
    afternoon: str = ""
    night: str = ""
    prn: bool = False
    """'Por razón necesaria': the amounts are what may be taken, not what must."""
    weekday: int | None = None
    """0 = Monday: a dose once a week on that day (methotrexate), never daily."""
    days: int | None = None
    """Length of the treatment; None = a single dose."""
    quantity: int = 0
    """Dispensing units asked for (`item_unit`); 0 = nothing leaves this pharmacy (bought elsewhere, still has some)."""
    item_unit: str = "tableta"
    route: str = ""
    instructions: str = ""
    source: Source | None = None
    """Which stock to take first; None = whatever expires first."""
    give: int | None = None
    """Fewer than `quantity` by clinical judgement; None = all of it."""
    give_reason: str = ""
    stopped: bool = False
    """'Suspender': the patient no longer takes it; no amounts, nothing leaves."""
    overrides: tuple[Override, ...] = ()


class GivenLot(Record, frozen=True, kw_only=True):
    """So many units of a lot: what came back of a dispense."""

    lot: str
    quantity: int


class TakenLot(Record, frozen=True, kw_only=True):
    """So many units out of a lot, with what its box says."""

    lot: str
    number: str
    expiry: date
    source: Source
    quantity: int


class DispenseLine(Record, frozen=True, kw_only=True):
    """What was asked and what left; `short_reason` says why less: 'desabasto' or a clinician's words."""

    item: str
    name: str
    asked: int
    given: tuple[TakenLot, ...] = ()
    short_reason: str = ""
    days: int | None = None
    pending: str | None = None
    """The earlier dispense whose shortfall this line makes good."""

    @property
    def total(self) -> int:
        """Units that left."""
        return sum(g.quantity for g in self.given)


class Dispense(Record, frozen=True, kw_only=True):
    """Document `dispense` (signed): what one patient received, from which lots."""

    lines: tuple[DispenseLine, ...]
    author: str
    at: int
    day: date
    consult: str | None = None


SHORT_STOCK = "desabasto"
"""The short reason that counts as unmet demand."""
