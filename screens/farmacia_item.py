"""One medicine on the shelf: its lots, its ledger; loss, count, correction, transfer and the minimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.dates import show_number
from ces_tui.base.errors import CesError, NotFound
from ces_tui.pharmacy.balances import LedgerLine
from ces_tui.pharmacy.rules import parse_quantity, plural
from ces_tui.pharmacy.shelf_view import ItemStock, LotOnHand, warnings_of
from ces_tui.pharmacy.stock import REASONS
from screens.farmacia_rows import ITEM_LOT_COLUMNS, LEDGER_COLUMNS, ledger_row, lot_row
from screens.room import Room
from screens.widgets.bars import Hint
from screens.widgets.fields import Field, LookupField, Suggestion, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Lines
from screens.widgets.paper import Paper, Para


@dataclass(frozen=True)
class Moved:
    """What a small form about a lot gave."""

    quantity: int
    reason: str
    to: str = ""


class FarmaciaItem(Room):
    """Lots above, ledger below."""

    room = "farmacia"
    CSS_PATH = "farmacia.tcss"
    HELP_TEXT = (
        "Arriba los lotes, primero el que caduca antes; abajo cada movimiento con su saldo. La merma es la única "
        "salida de lo caducado. El conteo fija solo el lote elegido; en blanco no es cero."
    )
    BINDINGS = [
        Binding("m", "loss", "merma", id="item.merma", tooltip="Da de baja unidades de este lote."),
        Binding("c", "count", "conteo", id="item.conteo", tooltip="Anota lo que se contó de este lote."),
        Binding("j", "adjust", "ajuste", id="item.ajuste", tooltip="Agrega unidades que faltaba registrar."),
        Binding("t", "transfer", "traspaso", id="item.traspaso", tooltip="Manda unidades a otro lugar."),
        Binding("n", "minimum", "mínimo", id="item.minimo", tooltip="Debajo de cuántas unidades está bajo."),
        Binding("tab", "other_list", "otra lista", id="item.lista", tooltip="Pasa de los lotes a los movimientos.", priority=True),
    ]  # fmt: skip

    def __init__(self, item: str) -> None:
        super().__init__()
        self._item = item

    @property
    def heading(self) -> str:
        entry = self.clinic.formulary.get(self._item)
        return entry.name if entry else "Farmacia"

    def body(self) -> ComposeResult:
        yield Stripe(id="sum")
        yield Paper(id="note", classes="auto")
        yield Lines(ITEM_LOT_COLUMNS, header=True, empty="No queda ningún lote.", id="lots")
        yield Stripe(id="ledger_title")
        yield Lines(LEDGER_COLUMNS, header=True, empty="Sin movimientos.", id="ledger")

    def on_ready(self) -> None:
        self.query_one("#note", Paper).can_focus = False
        self.query_one("#ledger_title", Stripe).show(
            [("Movimientos", "title"), ("  el más reciente primero", "dim")]
        )
        self.query_one("#lots", Lines).focus()
        self._reload()

    # -- what is shown -----------------------------------------------------------------------------------------

    def _reload(self) -> None:
        stock, item = self.clinic.stock, self._item
        self.service(lambda: (stock.of(item), stock.ledger(item)), self._loaded)

    def _loaded(self, found: tuple[ItemStock, list[LedgerLine]]) -> None:
        stock, ledger = found
        unit = plural(stock.entry.unit, stock.on_hand)
        sources = "  ".join(f"{source} {units}" for source, units in stock.by_source.items())
        use = f"  uso al mes {show_number(stock.average)}" if stock.average else ""
        left = f"  alcanza {show_number(stock.months)} meses" if stock.months is not None else ""
        low = f"  mínimo {stock.minimum}" if stock.minimum is not None else ""
        self.query_one("#sum", Stripe).show(
            [(f"{stock.on_hand} {unit}", "strong"), (f"  {sources}{use}{left}{low}", "text")]
        )
        says = [Para(w.text, "warn", mark="! ") for w in warnings_of(stock)]
        self.query_one("#note", Paper).show(says)
        self.query_one("#lots", Lines).show([lot_row(lot) for lot in stock.lots])
        self.query_one("#ledger", Lines).show(
            [ledger_row(n, line, self._number) for n, line in enumerate(ledger)]
        )

    def _number(self, patient: str) -> str:
        """The clinic number beside a movement; of a reserved medicine only for the roles that may know."""
        entry = self.clinic.formulary.get(self._item)
        if entry is not None and entry.sensitive and not self.clinic.desk.may("ver_reservado"):
            return "asunto reservado"
        try:
            return self.clinic.registry.get(patient).record.clinic_number
        except NotFound:
            return ""

    # -- keys --------------------------------------------------------------------------------------------------

    def action_other_list(self) -> None:
        lots, ledger = self.query_one("#lots", Lines), self.query_one("#ledger", Lines)
        (ledger if lots.has_focus else lots).focus()

    @property
    def lot(self) -> LotOnHand | None:
        """The lot with the cursor."""
        row = self.query_one("#lots", Lines).current
        return row.data if row is not None else None

    def action_loss(self) -> None:
        self._ask(
            "Merma",
            "loss",
            "Unidades",
            lambda lot, m: self.clinic.stock.loss(self._item, lot.id, m.quantity, reason=m.reason),
        )

    def action_count(self) -> None:
        self._ask(
            "Conteo",
            "count",
            "Contadas",
            lambda lot, m: self.clinic.stock.count(self._item, {lot.id: m.quantity}, reason=m.reason),
        )

    def action_adjust(self) -> None:
        self._ask(
            "Ajuste: unidades que sobran",
            "adjust",
            "Unidades",
            lambda lot, m: self.clinic.stock.adjust(self._item, lot.id, m.quantity, reason=m.reason),
        )

    def action_transfer(self) -> None:
        self._ask(
            "Traspaso",
            "transfer",
            "Unidades",
            lambda lot, m: self.clinic.stock.transfer(
                self._item, lot.id, m.quantity, to=m.to, reason=m.reason
            ),
        )

    def _ask(self, title: str, kind: str, label: str, work: Callable[[LotOnHand, Moved], object]) -> None:
        lot = self.lot
        if lot is None:
            self.flash("Elija un lote.", "aviso")
            return
        says = f"lote {lot.number}, {lot.source}, hay {lot.quantity}"

        def moved(typed: Moved | None) -> None:
            if typed is not None:
                self.service(partial(work, lot, typed), self._saved, name=kind)

        self.app.push_screen(MoveForm(title, says, kind, label), moved)

    def _saved(self, _stored: object) -> None:
        self.flash("Anotado.")
        self._reload()

    def action_minimum(self) -> None:
        def told(typed: Moved | None) -> None:
            if typed is not None:
                formulary, item = self.clinic.formulary, self._item
                self.service(lambda: formulary.set_minimum(item, typed.quantity), self._saved)

        says = (
            "Debajo de esta cantidad se avisa que está bajo; sin mínimo, se avisa con menos de un mes de uso."
        )
        self.app.push_screen(MoveForm("Mínimo", says, "", "Unidades"), told)


class MoveForm(ModalScreen[Moved | None]):
    """Quantity and reason of a movement; the result is what was typed, or None."""

    BINDINGS = [
        Binding("escape,ctrl+o", "leave", "volver", id="mover.volver", tooltip="No hace nada.", priority=True)
    ]

    def __init__(self, title: str, says: str, kind: str, label: str) -> None:
        super().__init__()
        self._title, self._says, self._kind, self._label = title, says, kind, label

    def compose(self) -> ComposeResult:
        fields: list[Field] = [TextField("quantity", self._label, width=8, limit=6, required=True)]
        if self._kind == "transfer":
            fields.append(TextField("to", "A dónde", width=36, required=True))
        if self._kind:
            fields.append(LookupField("reason", "Motivo", suggest=self._reasons, free=True, width=36))
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Paper([Para(self._says, "dim"), *self._usual()], classes="auto still")
            yield Form(fields, classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        self.query_one(Paper).can_focus = False
        self.query_one(Form).focus()

    def _usual(self) -> list[Para]:
        usual = REASONS.get(self._kind, ())
        return [Para(f"Motivos: {', '.join(usual)}.", "dim")] if usual else []

    def _reasons(self, text: str) -> list[Suggestion]:
        return [Suggestion(r, r) for r in REASONS.get(self._kind, ()) if text.casefold() in r]

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        try:
            quantity = parse_quantity(form.text("quantity"), zero=self._kind in {"count", ""})
        except CesError as error:
            form.set_errors({error.field or "quantity": str(error)})
            return
        reason = form.text("reason") if "reason" in form else ""
        self.dismiss(Moved(quantity, reason, form.text("to") if "to" in form else ""))

    def action_leave(self) -> None:
        self.dismiss(None)
