"""The shelf: receiving, counting, losses and transfers by lot; what is left, what expires, what runs out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.base.text import clean_line
from ces_tui.pharmacy.balances import Balances
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.records import SOURCES, Lot, MoveKind, MoveLine, Source, StockMove
from ces_tui.pharmacy.rules import check_expiry, lot_number
from ces_tui.pharmacy.shelf_view import LotOnHand
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


class Stock(Balances):
    """The pharmacy's shelf. Quantities are whole dispensing units; a balance never goes below zero."""

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
        self._desk.require("existencias")
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
        self._desk.require("existencias")
        return self._move("adjust", [_move(self._on_shelf(item, lot), quantity)], reason=reason, day=day)

    def loss(
        self, item: str, lot: str, quantity: int, *, reason: str, day: date | None = None
    ) -> Stored[StockMove]:
        """Take `quantity` units out for good; the only way out for what has expired."""
        self._desk.require("existencias")
        _positive(quantity)
        return self._move("loss", [_move(self._on_shelf(item, lot), -quantity)], reason=reason, day=day)

    def transfer(
        self, item: str, lot: str, quantity: int, *, to: str, reason: str = "", day: date | None = None
    ) -> Stored[StockMove]:
        """Send `quantity` units elsewhere; expired ones stay."""
        self._desk.require("existencias")
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
