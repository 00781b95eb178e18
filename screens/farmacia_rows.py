"""How the pharmacy's lists are worded: stock, lots, ledger, what is owed. Words first, ink last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ces_tui.base.dates import show_date, show_number
from ces_tui.pharmacy.balances import LedgerLine
from ces_tui.pharmacy.dispensing import Pending
from ces_tui.pharmacy.shelf_view import EXPIRES_SOON, ItemStock, LotOnHand
from screens.widgets.lines import Column, Heading, Row

KIND_WORDS = {
    "receive": "recibido",
    "count": "conteo",
    "adjust": "ajuste",
    "loss": "merma",
    "transfer": "traspaso",
    "dispense": "surtido",
    "return": "regresó",
}
BAR_MONTHS = 5

STOCK_COLUMNS = [
    Column("medicamento"),
    Column("CES", 5, right=True),
    Column("SSA", 5, right=True),
    Column("caduca", 7),
    Column("meses", 9),
    Column("estado", 8),
]
LOT_COLUMNS = [
    Column("medicamento"),
    Column("lote", 10),
    Column("de", 3),
    Column("caduca", 10),
    Column("hay", 6, right=True),
    Column("", 9),
]
ITEM_LOT_COLUMNS = [Column("lote"), *LOT_COLUMNS[2:]]
PENDING_COLUMNS = [
    Column("a quién se le debe", 19),
    Column("medicamento"),
    Column("desde", 10, wide=True),
    Column("faltan", 6, right=True),
    Column("hay", 5, right=True),
    Column("", 9),
]
LEDGER_COLUMNS = [
    Column("día", 10),
    Column("qué", 9),
    Column("lote", 10),
    Column("de", 3),
    Column("cuánto", 7, right=True),
    Column("saldo", 6, right=True),
    Column("nota"),
]


def months_bar(months: float | None) -> str:
    """'███·· 2.9': one block a month of stock, five at most; nothing where demand is not known."""
    if months is None:
        return ""
    full = min(BAR_MONTHS, int(months + 0.5))
    number = "+9" if months > 9 else show_number(months)
    return f"{'█' * full}{'·' * (BAR_MONTHS - full)} {number}"


def name_width(screen: int, taken: int) -> int:
    """Cells that a list leaves for a medicine's name when its other columns take `taken`."""
    return max(screen - 3 - taken, 16)


def stock_row(stock: ItemStock, width: int = 80) -> Row:
    """One item of the list."""
    by = stock.by_source
    expiry = f"{stock.next_expiry:%m/%Y}" if stock.next_expiry else ""
    state = stock.state.upper() if stock.state != "hay" else ""
    if stock.expired:
        state = "CADUCADO"
    elif not state and stock.expiring():
        state = "caduca"
    ink = {"AGOTADO": "bad", "CADUCADO": "bad", "BAJO": "warn", "caduca": "warn"}.get(state, "text")
    name = stock.entry.short(name_width(width, 44))
    cells = [name, str(by["CES"]), str(by["SSA"]), expiry, months_bar(stock.months), state]
    return Row(stock.entry.id, cells, ink, stock)


def lot_row(lot: LotOnHand, name: str = "") -> Row:
    """One lot, with its medicine's name in a list of several; expired or soon to expire said in words."""
    says = "CADUCADO" if lot.expired else f"{lot.days_left} días" if lot.days_left <= EXPIRES_SOON else ""
    ink = "bad" if lot.expired else "warn" if says else "text"
    cells = [lot.number, lot.source, show_date(lot.expiry), str(lot.quantity), says]
    if name:
        cells.insert(0, name)
    return Row(lot.id, cells, ink, lot)


def pending_row(pending: Pending, who: str, name: str) -> Row:
    """One shortfall; the caller leaves out the name of a reserved medicine's patient."""
    ready = "HAY" if pending.on_hand else "sin stock"
    cells = [who, name, show_date(pending.day), str(pending.missing), str(pending.on_hand), ready]
    ink = "ok" if pending.on_hand else "dim"
    return Row(f"{pending.dispense}:{pending.item}", cells, ink, pending)


def ledger_row(at: int, line: LedgerLine, number: Callable[[str], str]) -> Row:
    """One movement; `number(patient)` is a clinic number, since a medicine beside a name would tell a matter."""
    note = " · ".join(part for part in (number(line.patient) if line.patient else "", line.note) if part)
    kind = KIND_WORDS.get(line.kind, line.kind)
    if line.struck:
        note = f"registrado por error · {note}"
    cells = [show_date(line.day), kind, line.lot, line.source, f"{line.quantity:+d}", str(line.balance), note]
    return Row(str(at), cells, "dim" if line.struck else "text", line)


def expiring_rows(listing: Sequence[ItemStock], width: int = 80) -> list[Row | Heading]:
    """Every lot that has expired or will within 90 days, in order of expiry."""
    lots = [
        (lot, stock.entry.short(name_width(width, 48)))
        for stock in listing
        for lot in stock.lots
        if lot.days_left <= EXPIRES_SOON
    ]
    lots.sort(key=lambda pair: (pair[0].expiry, pair[1]))
    gone = [lot_row(lot, name) for lot, name in lots if lot.expired]
    soon = [lot_row(lot, name) for lot, name in lots if not lot.expired]
    rows: list[Row | Heading] = []
    if gone:
        rows += [
            Heading("Caducados", "solo salen como merma; lo que caduca hoy ya cuenta como caducado"),
            *gone,
        ]
    if soon:
        rows += [Heading(f"Caducan en {EXPIRES_SOON} días"), *soon]
    return rows
