"""What a stock list shows: lots on hand, an item's state, and what is worth a warning. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ces_tui.base.dates import show_date
from ces_tui.pharmacy.demand import months_left
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.records import SOURCES, Source
from ces_tui.pharmacy.rules import Balance, is_expired

EXPIRES_SOON = 90
"""Days ahead within which an expiry is worth a warning."""

State = Literal["agotado", "bajo", "hay"]


@dataclass(frozen=True)
class LotOnHand:
    """A lot with something in it."""

    id: str
    item: str
    number: str
    expiry: date
    source: Source
    quantity: int
    expired: bool
    days_left: int

    @property
    def balance(self) -> Balance:
        return Balance(self.id, self.expiry, self.source, self.quantity)


@dataclass(frozen=True)
class ItemStock:
    """One item as the shelf holds it; what has expired is no stock."""

    entry: Entry
    lots: tuple[LotOnHand, ...]
    average: float | None = None
    """Average demand in a month, units."""
    minimum: int | None = None

    @property
    def on_hand(self) -> int:
        return sum(lot.quantity for lot in self.lots if not lot.expired)

    @property
    def expired(self) -> int:
        return sum(lot.quantity for lot in self.lots if lot.expired)

    @property
    def by_source(self) -> dict[Source, int]:
        return {s: sum(x.quantity for x in self.lots if x.source == s and not x.expired) for s in SOURCES}

    @property
    def next_expiry(self) -> date | None:
        return min((lot.expiry for lot in self.lots if not lot.expired), default=None)

    @property
    def months(self) -> float | None:
        return months_left(self.on_hand, self.average)

    @property
    def state(self) -> State:
        if not self.on_hand:
            return "agotado"
        low = self.minimum if self.minimum is not None else self.average
        return "bajo" if low is not None and self.on_hand < low else "hay"

    def expiring(self, days: int = EXPIRES_SOON) -> list[LotOnHand]:
        return [lot for lot in self.lots if not lot.expired and lot.days_left <= days]


WarningKind = Literal["agotado", "bajo", "caducado", "caduca"]


@dataclass(frozen=True)
class StockWarning:
    """One line of Hoy."""

    kind: WarningKind
    item: str
    name: str
    text: str


def lots_on_hand(item: str, sums: Iterable[Mapping[str, Any]], today: date) -> tuple[LotOnHand, ...]:
    """The lots of an item, first to expire first."""
    found = []
    for row in sums:
        expiry = date.fromisoformat(row["x"])
        quantity = int(row.get("units", 0))
        if quantity:
            gone = is_expired(expiry, today)
            left = (expiry - today).days
            found.append(LotOnHand(row["lot"], item, row["n"], expiry, row["s"], quantity, gone, left))
    return tuple(sorted(found, key=lambda lot: (lot.expiry, lot.number, lot.source)))


def warnings_of(stock: ItemStock) -> list[StockWarning]:
    """What is out, low, expired on the shelf, or expires within 90 days."""
    entry = stock.entry
    found: list[StockWarning] = []

    def say(kind: WarningKind, text: str) -> None:
        found.append(StockWarning(kind, entry.id, entry.name, text))

    wanted = bool(stock.average) or bool(stock.minimum)
    if stock.state == "agotado" and wanted:
        say("agotado", "agotado")
    elif stock.state == "bajo":
        left = f", alcanza para {stock.months:.1f} meses" if stock.months is not None else ""
        say("bajo", f"quedan {stock.on_hand}{left}")
    if stock.expired:
        say("caducado", f"{stock.expired} caducados en el estante: dar de baja")
    if soon := stock.expiring():
        first = soon[0]
        say(
            "caduca",
            f"{sum(lot.quantity for lot in soon)} caducan, lote {first.number} el {show_date(first.expiry)}",
        )
    return found
