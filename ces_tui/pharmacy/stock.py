"""The shelf: receiving, counting, losses and transfers by lot; what is left, what expires, what runs out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.base.text import clean_line
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.demand import Asked, asked_lines, average_month, month_totals, months_back
from ces_tui.pharmacy.facts import ledger_drawer, month_drawer, stock_drawer
from ces_tui.pharmacy.formulary import Entry, Formulary
from ces_tui.pharmacy.records import SOURCES, Lot, MoveKind, MoveLine, Source, StockMove
from ces_tui.pharmacy.rules import check_expiry, lot_number
from ces_tui.pharmacy.shelf_view import (
    EXPIRES_SOON,
    ItemStock,
    LotOnHand,
    StockWarning,
    lots_on_hand,
    warnings_of,
)
from ces_tui.vault.shelf import Stored

MOST_LINES = 200
REASONS: dict[str, tuple[str, ...]] = {
    "count": ("error de conteo", "movimiento sin registrar", "encontrado", "perdido", "caducado"),
    "loss": ("caducado", "roto o dañado", "cadena de frío", "perdido", "robo"),
    "adjust": ("error de captura", "movimiento sin registrar", "devolución de paciente"),
    "transfer": ("préstamo a otra clínica", "envío a la oficina", "devolución al almacén"),
}
"""What a form offers; any other words are taken too."""


class AskAgain(Refused):
    """Unlikely, not impossible: the same call with this `token` in `confirmed` goes through."""

    def __init__(self, sentence: str, token: str, *, field: str) -> None:
        super().__init__(sentence, field=field)
        self.token = token


@dataclass(frozen=True)
class Received:
    """One line of a delivery."""

    item: str
    lot: str
    expiry: date
    quantity: int
    source: Source


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


class Stock:
    """The pharmacy's shelf. Quantities are whole dispensing units; a balance never goes below zero."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._formulary = Formulary(desk)
        self._past: dict[str, dict[str, int]] = {}

    # What there is

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
        """Every movement of an item, newest first, with the balance after each."""
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
        """The dispensing lines of a month (yyyy-mm)."""
        return asked_lines(self._desk.vault.projection(month_drawer(month)))

    # What changes it

    def receive(
        self,
        lines: Sequence[Received],
        *,
        origin: str = "",
        document: str = "",
        day: date | None = None,
        confirmed: frozenset[str] = frozenset(),
    ) -> Stored[StockMove]:
        """Put a delivery on the shelf, all of it or nothing.

        AskAgain when a lot is known with another expiry, or the delivery note was already received.
        """
        self._desk.require("existencias")
        today = self._desk.today()
        document = clean_line(document, field="document", limit=60)
        self._ask_about_document(document, confirmed)
        with self._desk.vault.transaction():
            moves: list[MoveLine] = []
            made: list[Stored[Lot]] = []
            for line in _checked(lines):
                entry = self._entry(line.item)
                check_expiry(line.expiry, today)
                lot = self._lot(entry, line, made, confirmed)
                moves.append(_move(lot, line.quantity))
            return self._record("receive", moves, origin=origin, document=document, day=day)

    def count(
        self, item: str, found: dict[str, int], *, reason: str = "", day: date | None = None
    ) -> Stored[StockMove]:
        """Record what a count of some lots of an item found (lot id -> units); lots not named stay as they are."""
        known = {lot.id: lot for lot in self.lots(item)}
        moves = []
        for lot_id, counted in found.items():
            if lot_id not in known:
                raise NotFound("Ese lote no está en el estante; recíbalo primero.")
            if counted < 0:
                raise BadInput("Lo contado no puede ser negativo.", field="counted")
            lot = known[lot_id]
            moves.append(_move(lot, counted - lot.quantity, counted=counted))
        if any(m.quantity for m in moves) and not reason.strip():
            raise BadInput("Lo contado no coincide: escriba el motivo de la diferencia.", field="reason")
        return self._move("count", moves, reason=reason, day=day)

    def adjust(
        self, item: str, lot: str, quantity: int, *, reason: str, day: date | None = None
    ) -> Stored[StockMove]:
        """Correct a lot by `quantity` (signed)."""
        return self._move("adjust", [_move(self._on_shelf(item, lot), quantity)], reason=reason, day=day)

    def loss(
        self, item: str, lot: str, quantity: int, *, reason: str, day: date | None = None
    ) -> Stored[StockMove]:
        """Take `quantity` units out for good; the only way out for what has expired."""
        _positive(quantity)
        return self._move("loss", [_move(self._on_shelf(item, lot), -quantity)], reason=reason, day=day)

    def transfer(
        self, item: str, lot: str, quantity: int, *, to: str, reason: str = "", day: date | None = None
    ) -> Stored[StockMove]:
        """Send `quantity` units elsewhere; expired ones stay."""
        _positive(quantity)
        held = self._on_shelf(item, lot)
        if held.expired:
            raise Refused("Ese lote ya caducó: solo sale como merma.", field="lot")
        if not to.strip():
            raise BadInput("Escriba a dónde va.", field="origin")
        return self._move("transfer", [_move(held, -quantity)], reason=reason, origin=to, day=day)

    # Inside

    def _move(
        self,
        kind: MoveKind,
        moves: Sequence[MoveLine],
        *,
        reason: str,
        origin: str = "",
        day: date | None = None,
    ) -> Stored[StockMove]:
        self._desk.require("existencias")
        if not moves:
            raise BadInput("No hay nada que registrar.")
        if kind in {"adjust", "loss"} and not reason.strip():
            raise BadInput("Escriba el motivo.", field="reason")
        with self._desk.vault.transaction():
            self._not_below_zero(moves)
            return self._record(kind, moves, reason=reason, origin=origin, day=day)

    def _not_below_zero(self, moves: Iterable[MoveLine]) -> None:
        for move in moves:
            left = next((lot.quantity for lot in self.lots(move.item) if lot.id == move.lot), 0)
            if left + move.quantity < 0:
                raise Refused(f"De ese lote solo quedan {left}. No se cambió nada.", field="quantity")

    def _record(
        self,
        kind: MoveKind,
        moves: Sequence[MoveLine],
        *,
        reason: str = "",
        origin: str = "",
        document: str = "",
        day: date | None = None,
    ) -> Stored[StockMove]:
        move = StockMove(
            kind=kind,
            lines=tuple(moves),
            author=self._desk.me.id,
            at=self._desk.now(),
            day=day or self._desk.today(),
            reason=clean_line(reason, field="reason"),
            origin=clean_line(origin, field="origin"),
            document=document,
        )
        return self._desk.vault.shelf("stock", StockMove).add(move)

    def _lot(
        self, entry: Entry, line: Received, made: list[Stored[Lot]], confirmed: frozenset[str]
    ) -> LotOnHand:
        """The lot document of a received line: the one there is, or a new one."""
        number = lot_number(line.lot)
        known = [s for s in self._lots_of(entry.id, line.source, made) if s.record.number == number]
        same = next((s for s in known if s.record.expiry == line.expiry), None)
        if same is None:
            if known and f"lot:{number}" not in confirmed:
                other = show_date(known[0].record.expiry)
                raise AskAgain(
                    f"El lote {number} ya está con caducidad {other}, y escribió {show_date(line.expiry)}. "
                    "Mire la caja; si las dos son ciertas, confirme y quedan como dos lotes.",
                    f"lot:{number}",
                    field="expiry",
                )
            lot = Lot(item=entry.id, number=number, expiry=line.expiry, source=line.source)
            same = self._desk.vault.shelf("lot", Lot).add(lot)
            made.append(same)
        record = same.record
        return LotOnHand(same.id, entry.id, record.number, record.expiry, record.source, 0, False, 0)

    def _lots_of(self, item: str, source: Source, made: Sequence[Stored[Lot]]) -> list[Stored[Lot]]:
        """Lots of an item and source: those with something in them, and those of this very delivery.

        An empty lot that comes again is a new document; its history stays in the ledger under the same number.
        """
        shelf = self._desk.vault.shelf("lot", Lot)
        held = [stored for lot in self.lots(item) if (stored := shelf.find(lot.id))]
        new = [m for m in made if m.record.item == item and all(m.id != h.id for h in held)]
        return [s for s in [*held, *new] if s.record.source == source]

    def _on_shelf(self, item: str, lot: str) -> LotOnHand:
        found = next((x for x in self.lots(item) if x.id == lot), None)
        if found is None:
            raise NotFound("Ese lote no está en el estante.")
        return found

    def _entry(self, item: str) -> Entry:
        entry = self._formulary.get(item)
        if entry is None:
            raise BadInput("Ese artículo no está en el formulario.", field="item")
        return entry

    def _ask_about_document(self, document: str, confirmed: frozenset[str]) -> None:
        if not document or f"document:{document}" in confirmed:
            return
        table = self._desk.vault.free.table("stock")
        before = next(
            (m for m in table.all() if m.get("document") == document and m["kind"] == "receive"), None
        )
        if before is not None:
            raise AskAgain(
                f"La remisión {document} ya se recibió el {show_date(date.fromisoformat(before['day']))}. "
                "Si llegó otra con el mismo número, confirme.",
                f"document:{document}",
                field="document",
            )

    def _totals(self) -> list[dict[str, int]]:
        """Demand by item of the last full months; a past month is read once."""
        found = []
        for month in months_back(self._desk.today()):
            if month not in self._past:
                self._past[month] = month_totals(self.asked_in(month))
            found.append(self._past[month])
        return found

    def _this_month(self) -> dict[str, int]:
        return month_totals(self.asked_in(f"{self._desk.today():%Y-%m}"))


def _checked(lines: Sequence[Received]) -> Sequence[Received]:
    if not lines:
        raise BadInput("Escriba al menos un renglón.", field="item")
    if len(lines) > MOST_LINES:
        raise BadInput(f"Reciba hasta {MOST_LINES} renglones cada vez.", field="item")
    for line in lines:
        _positive(line.quantity)
        if line.source not in SOURCES:
            raise BadInput("La fuente es CES o SSA.", field="source")
    return lines


def _positive(quantity: int) -> None:
    if type(quantity) is not int or quantity <= 0:
        raise BadInput("La cantidad va en unidades enteras, más de cero.", field="quantity")


def _move(lot: LotOnHand, quantity: int, *, counted: int | None = None) -> MoveLine:
    return MoveLine(
        item=lot.item,
        lot=lot.id,
        number=lot.number,
        expiry=lot.expiry,
        source=lot.source,
        quantity=quantity,
        counted=counted,
    )


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
