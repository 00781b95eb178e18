"""`ces-tui pharmacy`: what is on the shelf, what runs out and what expires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.dates import show_date, show_number
from ces_tui.base.text import fold
from ces_tui.cli.common import access_options, json_option, opened, print_json
from ces_tui.cli.say import say
from ces_tui.pharmacy.shelf_view import ItemStock, LotOnHand, warnings_of


@click.group("pharmacy", help="Farmacia: existencias.")
def pharmacy() -> None:
    """Group of the pharmacy's commands."""


@pharmacy.command("stock", help="Existencias por medicamento, lote y fuente; lo agotado y lo que caduca.")
@click.argument("text", required=False, default="", metavar="[TEXTO]")
@click.option("--source", type=click.Choice(["CES", "SSA"]), help="Solo los lotes de esta fuente.")
@access_options
@json_option
@click.pass_context
def stock(
    ctx: click.Context,
    text: str,
    source: str | None,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    with opened(ctx.obj, person, passphrase_file, passphrase_fd) as clinic:
        clinic.desk.require("existencias")
        words = fold(text).split()
        listing = [s for s in clinic.stock.listing() if all(w in fold(s.entry.name) for w in words)]
        day = clinic.desk.today()
    if as_json:
        print_json({"day": day.isoformat(), "items": [item_body(s, source) for s in listing]})
        return
    for line in stock_lines(listing, source):
        say(line)


def item_body(item: ItemStock, source: str | None = None) -> dict[str, Any]:
    """The stable JSON shape of one item."""
    return {
        "item": item.entry.id,
        "name": item.entry.name,
        "unit": item.entry.unit,
        "on_hand": item.on_hand,
        "by_source": dict(item.by_source),
        "expired": item.expired,
        "state": item.state,
        "month_average": None if item.average is None else round(item.average, 1),
        "months": None if item.months is None else round(item.months, 1),
        "minimum": item.minimum,
        "lots": [lot_body(lot) for lot in item.lots if source in (None, lot.source)],
    }


def lot_body(lot: LotOnHand) -> dict[str, Any]:
    """The stable JSON shape of one lot."""
    return {
        "lot": lot.number,
        "source": lot.source,
        "expiry": lot.expiry.isoformat(),
        "quantity": lot.quantity,
        "expired": lot.expired,
    }


def stock_lines(listing: list[ItemStock], source: str | None = None) -> list[str]:
    """The list as text."""
    if not listing:
        return ["No hay existencias registradas."]
    lines = []
    for item in listing:
        sources = "  ".join(f"{name} {units}" for name, units in item.by_source.items())
        months = f"  {show_number(item.months)} meses" if item.months is not None else ""
        says = "; ".join(w.text for w in warnings_of(item))
        lines.append(f"{item.entry.name}: {item.on_hand} {item.entry.unit}  ({sources}){months}")
        if says:
            lines.append(f"    {says}")
        for lot in item.lots:
            if source in (None, lot.source):
                gone = "  CADUCADO" if lot.expired else ""
                lines.append(
                    f"    lote {lot.number}  {lot.source}  caduca {show_date(lot.expiry)}  {lot.quantity}{gone}"
                )
    return lines
