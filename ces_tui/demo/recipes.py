"""The story's orders as prescription and dispense lines, with names and units from the formulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ces_tui.demo.events import Given
from ces_tui.demo.medicines import MEDICINES, Order, amount_text
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import SHORT_STOCK, DispenseLine, Lot, MoveLine, PrescriptionLine, TakenLot
from ces_tui.vault.shelf import Stored


def prescription(order: Order) -> PrescriptionLine:
    """One line of a receta."""
    entry = entries()[MEDICINES[order.medicine].item]
    return PrescriptionLine(
        item=entry.id,
        name=entry.name,
        unit=entry.dose_unit,
        morning=amount_text(order.morning),
        noon=amount_text(order.noon),
        afternoon=amount_text(order.afternoon),
        night=amount_text(order.night),
        prn=order.prn,
        days=order.days,
        quantity=order.quantity,
        item_unit=entry.unit,
        route=entry.route,
        instructions=order.instructions,
    )


def given_lines(
    orders: Sequence[Order], given: Sequence[Given], lots: Mapping[int, Stored[Lot]]
) -> tuple[DispenseLine, ...]:
    """What left for each order, from which lots; less than asked is unmet demand."""
    lines = []
    for order, got in zip(orders, given, strict=True):
        entry = entries()[MEDICINES[order.medicine].item]
        lines.append(
            DispenseLine(
                item=entry.id,
                name=entry.name,
                asked=got.asked,
                given=tuple(_taken(lots[lot], quantity) for lot, quantity in got.lots),
                short_reason=SHORT_STOCK if got.total < got.asked else "",
                days=order.days,
            )
        )
    return tuple(lines)


def _taken(lot: Stored[Lot], quantity: int) -> TakenLot:
    box = lot.record
    return TakenLot(lot=lot.id, number=box.number, expiry=box.expiry, source=box.source, quantity=quantity)


def moved(lot: Stored[Lot], quantity: int) -> MoveLine:
    """A movement of one lot, signed."""
    box = lot.record
    return MoveLine(
        item=box.item, lot=lot.id, number=box.number, expiry=box.expiry, source=box.source, quantity=quantity
    )
