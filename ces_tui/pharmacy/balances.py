"""What the shelf holds: balances by lot, demand, warnings and the ledger, read from projections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from ces_tui.base.errors import BadInput
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.demand import Asked, asked_lines, average_month, month_totals, months_back
from ces_tui.pharmacy.facts import ledger_drawer, month_drawer, stock_drawer
from ces_tui.pharmacy.formulary import Entry, Formulary
from ces_tui.pharmacy.records import Source
from ces_tui.pharmacy.shelf_view import (
    EXPIRES_SOON,
    ItemStock,
    LotOnHand,
    StockWarning,
    lots_on_hand,
    warnings_of,
)


@dataclass(frozen=True)
class LedgerLine:
    """One movement of an item, as its ledger shows it; `balance` is of all its lots after it."""

    day: date
    at: int
    kind: str
    lot: str
    source: Source
    quantity: int
    balance: int
    author: str
    patient: str
    note: str
    struck: bool
    document: str


class Balances:
    """Reads the shelf. A balance is whole dispensing units of one lot; what expires today is none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._formulary = Formulary(desk)
        self._past: dict[str, dict[str, int]] = {}

    def lots(self, item: str) -> list[LotOnHand]:
        """The lots of an item with something in them, first to expire first, expired ones included and marked."""
        return list(lots_on_hand(item, self._desk.vault.projection(stock_drawer(item)), self._desk.today()))

    def on_hand(self, item: str) -> int:
        """Units that can be dispensed today; what expires today is none."""
        return sum(lot.quantity for lot in self.lots(item) if not lot.expired)

    def by_source(self, item: str) -> dict[Source, int]:
        """Units that can be dispensed today, CES and SSA apart."""
        return self.of(item).by_source

    def of(self, item: str) -> ItemStock:
        """One item with its lots, demand and minimum; NotFound for an unknown one."""
        entry = self._entry(item)
        minimum = self._formulary.minimums().get(item)
        return ItemStock(entry, tuple(self.lots(item)), self.average(item), minimum)

    def listing(self) -> list[ItemStock]:
        """Everything that is on the shelf or that somebody asked for lately, by name."""
        totals, minimums = self._totals(), self._formulary.minimums()
        asked = {item for month in totals for item in month} | set(self._this_month()) | set(minimums)
        found = []
        for entry in self._formulary.all():
            lots = self.lots(entry.id)
            if lots or entry.id in asked:
                average = average_month(totals, entry.id)
                found.append(ItemStock(entry, tuple(lots), average, minimums.get(entry.id)))
        return found

    def expiring(self, days: int = EXPIRES_SOON) -> list[LotOnHand]:
        """Lots that expire within `days`, the expired ones first."""
        found = [lot for stock in self.listing() for lot in stock.lots if lot.days_left <= days]
        return sorted(found, key=lambda lot: (lot.expiry, lot.item))

    def warnings(self) -> list[StockWarning]:
        """What is out, low, expired on the shelf or expires within 90 days: in that order."""
        order = ("agotado", "bajo", "caducado", "caduca")
        found = [w for stock in self.listing() for w in warnings_of(stock)]
        return sorted(found, key=lambda w: (order.index(w.kind), w.name))

    def average(self, item: str) -> float | None:
        """Average demand of an item in a month, over the last three full months."""
        return average_month(self._totals(), item)

    def ledger(self, item: str) -> list[LedgerLine]:
        """Every movement of an item, newest first, with the balance after each; it names patients."""
        self._desk.require("existencias")
        self._entry(item)
        rows = sorted(self._desk.vault.projection(ledger_drawer(item)), key=lambda r: (r["d"], r["at"]))
        balance = 0
        found = []
        for row in rows:
            counts = not (row.get("x") and row["k"] not in {"dispense", "return"})
            balance += row["q"] if counts else 0
            found.append(_ledger_line(row, balance))
        return found[::-1]

    def asked_in(self, month: str) -> list[Asked]:
        """The dispensing lines of a month (yyyy-mm); they name patients."""
        self._desk.require("existencias")
        return asked_lines(self._desk.vault.projection(month_drawer(month)))

    def _entry(self, item: str) -> Entry:
        entry = self._formulary.get(item)
        if entry is None:
            raise BadInput("Ese artículo no está en el formulario.", field="item")
        return entry

    def _totals(self) -> list[dict[str, int]]:
        """Demand by item of the last full months; a past month is read once."""
        found = []
        for month in months_back(self._desk.today()):
            if month not in self._past:
                self._past[month] = self._demand(month)
            found.append(self._past[month])
        return found

    def _this_month(self) -> dict[str, int]:
        return self._demand(f"{self._desk.today():%Y-%m}")

    def _demand(self, month: str) -> dict[str, int]:
        return month_totals(self._desk.vault.projection(month_drawer(month)))


def _ledger_line(row: dict[str, Any], balance: int) -> LedgerLine:
    note = " · ".join(str(row[k]) for k in ("why", "o") if row.get(k))
    return LedgerLine(
        day=date.fromisoformat(row["d"]),
        at=row["at"],
        kind=row["k"],
        lot=row["l"],
        source=cast(Source, row["s"]),
        quantity=row["q"],
        balance=balance,
        author=row["by"],
        patient=row.get("p", ""),
        note=note,
        struck=bool(row.get("x")),
        document=row["doc"],
    )
