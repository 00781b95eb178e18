"""Farmacia: what is left and what expires in one look; receive, count, losses, and what is owed to patients."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.text import fold
from ces_tui.pharmacy.dispensing import Pending
from ces_tui.pharmacy.shelf_view import ItemStock, LotOnHand
from screens.farmacia_rows import (
    LOT_COLUMNS,
    PENDING_COLUMNS,
    STOCK_COLUMNS,
    expiring_rows,
    name_width,
    pending_row,
    stock_row,
)
from screens.room import Room
from screens.widgets.ink import Span, Stripe
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Confirm

VIEWS = {
    "todo": "Todo",
    "CES": "CES",
    "SSA": "SSA",
    "caducar": "Por caducar",
    "agotados": "Agotados y bajos",
    "pendientes": "Se debe",
}
EMPTY = {
    "todo": "No hay existencias. Con Ctrl+N recibe una entrega.",
    "CES": "No hay nada de CES.",
    "SSA": "No hay nada de la SSA.",
    "caducar": "Nada caduca en 90 días.",
    "agotados": "Nada de lo que se usa está agotado ni bajo.",
    "pendientes": "A nadie se le debe medicamento.",
}


class Farmacia(Room):
    """The stock list with its views; typed letters filter it."""

    room = "farmacia"
    CSS_PATH = "farmacia.tcss"
    HELP_TEXT = (
        "Izquierda y derecha cambian de vista; al escribir se filtra la lista. Enter abre el medicamento: sus lotes, "
        "su historia, merma y conteo. «Se debe» son recetas que se surtieron incompletas: Enter entrega lo que falta. "
        "Lo caducado (también lo que caduca hoy) no se surte y solo sale como merma. CES y SSA nunca se mezclan."
    )
    BINDINGS = [
        Binding("ctrl+n", "receive", "recibir", id="farmacia.recibir", tooltip="Recibe una entrega."),
        Binding("right,tab", "view(1)", "otra vista", id="farmacia.vista", tooltip="Siguiente vista.", priority=True),
        Binding("left,shift+tab", "view(-1)", "vista anterior", id="farmacia.vista_antes", show=False, tooltip="Vista anterior.", priority=True),
        Binding("backspace", "erase", "borrar letra", id="farmacia.borrar", show=False, tooltip="Borra una letra del filtro."),
    ]  # fmt: skip

    def __init__(self, *, draft: str = "") -> None:
        """With `draft`, a delivery that was left half typed goes on."""
        super().__init__()
        self._draft = draft
        self._view = "todo"
        self._typed = ""
        self._listing: list[ItemStock] = []
        self._pending: list[Pending] = []

    def body(self) -> ComposeResult:
        yield Stripe(id="views")
        yield Stripe(id="find")
        yield Lines(STOCK_COLUMNS, header=True, id="stock")

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self._reload()
        if self._draft:
            self.action_receive()

    # -- what is shown -----------------------------------------------------------------------------------------

    def _reload(self) -> None:
        stock, dispensing = self.clinic.stock, self.clinic.dispensing
        self.service(lambda: (stock.listing(), dispensing.pending()), self._loaded)

    def _loaded(self, found: tuple[list[ItemStock], list[Pending]]) -> None:
        self._listing, self._pending = found
        self._show()

    def _show(self) -> None:
        lines = self.query_one(Lines)
        width = self.app.size.width
        columns: Sequence[Column] = STOCK_COLUMNS
        rows: Sequence[Row | Heading]
        if self._view == "caducar":
            columns, rows = LOT_COLUMNS, expiring_rows(self._listing, width)
        elif self._view == "pendientes":
            columns, rows = PENDING_COLUMNS, [self._owed(p) for p in self._pending]
        else:
            rows = [stock_row(s, width) for s in self._listing if self._belongs(s)]
        lines.columns = list(columns)
        lines.empty_text = "Nada con esas letras." if self._typed else EMPTY[self._view]
        lines.show(rows)
        lines.filter(self._typed)
        self._show_views()

    def _belongs(self, stock: ItemStock) -> bool:
        if self._view in {"CES", "SSA"}:
            return any(lot.source == self._view for lot in stock.lots)
        return self._view == "todo" or stock.state != "hay"

    def _owed(self, pending: Pending) -> Row:
        patient = self.clinic.registry.get(pending.patient).record
        entry = self.clinic.formulary.get(pending.item)
        if entry is not None and entry.sensitive:
            return pending_row(pending, patient.clinic_number, "asunto reservado")
        taken = 49 if self.app.size.width < 100 else 61
        name = entry.short(name_width(self.app.size.width, taken)) if entry else pending.name
        return pending_row(pending, patient.name, name)

    def _show_views(self) -> None:
        spans: list[Span] = []
        for key, words in VIEWS.items():
            count = f" {len(self._pending)}" if key == "pendientes" and self._pending else ""
            on = key == self._view
            spans += [(f" {words}{count} ", "sel" if on else "dim"), (" ", "text")]
        self.query_one("#views", Stripe).show(spans)
        typed: list[Span] = [("Filtro: ", "dim"), (self._typed, "strong"), ("_", "dim")]
        self.query_one("#find", Stripe).show(typed if self._typed else [("Escriba para filtrar", "dim")])

    def on_resize(self) -> None:
        if self.is_mounted and self._listing:
            self._show()

    # -- keys --------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        char = event.character
        if event.is_printable and char and (char.isalpha() or (char == " " and self._typed)):
            event.stop()
            event.prevent_default()
            self._filter(self._typed + fold(char) if char != " " else self._typed + " ")

    def action_erase(self) -> None:
        self._filter(self._typed[:-1])

    def action_view(self, by: int) -> None:
        keys = list(VIEWS)
        self._view = keys[(keys.index(self._view) + by) % len(keys)]
        self._show()

    def _filter(self, text: str) -> None:
        self._typed = text[:30]
        self._show()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        data = message.row.data
        if isinstance(data, Pending):
            self._settle(data)
        elif isinstance(data, ItemStock):
            self._open(data.entry.id)
        elif isinstance(data, LotOnHand):
            self._open(data.item)

    def _open(self, item: str) -> None:
        from screens.farmacia_item import FarmaciaItem

        self.app.push_screen(FarmaciaItem(item), lambda _none: self._reload())

    def action_receive(self) -> None:
        from screens.farmacia_recibir import FarmaciaRecibir

        room = FarmaciaRecibir(draft=self._draft)
        self._draft = ""
        self.app.push_screen(room, self._received)

    def _received(self, sentence: str | None) -> None:
        if sentence:
            self.flash(sentence)
        self._reload()

    def _settle(self, pending: Pending) -> None:
        patient = self.clinic.registry.get(pending.patient).record
        if not pending.on_hand:
            self.flash(f"No hay {pending.name} en el estante.", "aviso")
            return
        quantity = min(pending.missing, pending.on_hand)
        says = [
            f"{patient.name}, {patient.clinic_number}",
            f"{pending.name}: {quantity} de {pending.missing} que faltan",
        ]

        def settle(sure: bool | None) -> None:
            if sure:
                self.service(lambda: self.clinic.dispensing.settle(pending), self._settled, name="settle")

        self.app.push_screen(Confirm("Entregar lo que se debe", says, yes="Entregar", sure=True), settle)

    def _settled(self, _stored: object) -> None:
        self.flash("Entregado y descontado del estante.")
        self._reload()
