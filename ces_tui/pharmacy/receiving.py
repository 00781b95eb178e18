"""A delivery as it is typed: one line of texts becomes a checked `Received`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from ces_tui.base.dates import parse_date, show_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.pharmacy.records import SOURCES, Source
from ces_tui.pharmacy.rules import check_expiry, lot_number, parse_quantity
from ces_tui.pharmacy.stock import Received

_MONTH = re.compile(r"(\d{1,2}|[a-z]{3,10})[/\-. ](\d{4}|\d{2})\Z")
_NAMES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def parse_expiry(text: str, today: date, *, field: str = "expiry") -> date:
    """An expiry as boxes print it: a day, or a month ('03/2027', 'mar 27'), which means its last day."""
    match = _MONTH.match(fold(text))
    if match is None:
        day = parse_date(text, today, field=field)
        return _this_century(text, day)
    month_text, year_text = match.groups()
    month = int(month_text) if month_text.isdigit() else _month(month_text, field)
    year = int(year_text) + (2000 if len(year_text) == 2 else 0)
    if not 1 <= month <= 12 or year < 1:
        raise BadInput(f"La caducidad {text.strip()[:12]} no existe.", field=field)
    return date(year, month, monthrange(year, month)[1])


def parse_received(item: str, lot: str, expiry: str, quantity: str, source: str, today: date) -> Received:
    """One typed line; BadInput names the field ('item', 'lot', 'expiry', 'quantity', 'source')."""
    if not item:
        raise BadInput("Elija el artículo de la lista.", field="item")
    number = lot_number(lot)
    if not expiry.strip():
        raise BadInput("Escriba la caducidad como viene en la caja.", field="expiry")
    day = parse_expiry(expiry, today)
    check_expiry(day, today)
    units = parse_quantity(quantity)
    return Received(item, number, day, units, parse_source(source))


def parse_source(text: str) -> Source:
    """CES or SSA."""
    for source in SOURCES:
        if text == source:
            return source
    raise BadInput("Diga de quién es: CES o SSA.", field="source")


def show_received(line: Received) -> str:
    """'A12 · 31/03/2027 · CES'."""
    return f"{line.lot} · {show_date(line.expiry)} · {line.source}"


def _this_century(text: str, day: date) -> date:
    """Two-digit years of an expiry lie ahead: '1/5/31' is 2031, not 1931."""
    short = re.search(r"[/\-. ](\d{2})\Z", text.strip())
    return day.replace(year=2000 + int(short[1])) if short else day


def _month(text: str, field: str) -> int:
    for n, name in enumerate(_NAMES, 1):
        if text.startswith(name):
            return n
    raise BadInput(f"No conozco el mes «{text}».", field=field)
