"""Receiving a delivery: line after line, then all of it in one save. What is typed is kept as a draft."""

from __future__ import annotations

from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import CesError
from ces_tui.consult.autosave import Autosave
from ces_tui.pharmacy.receiving import parse_received, show_received
from ces_tui.pharmacy.records import Item
from ces_tui.pharmacy.rules import plural
from ces_tui.pharmacy.stock import AskAgain, Received
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.fields import ChoiceField, LookupField, Option, Suggestion, TextField
from screens.widgets.form import Form, Section
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.modals import Confirm

COLUMNS = [Column("medicamento"), Column("cantidad", 8, right=True), Column("lote, caducidad, de quién", 31)]


class FarmaciaRecibir(Room):
    """Dismissed with a sentence once the delivery is on the shelf."""

    room = "farmacia"
    CSS_PATH = "farmacia.tcss"
    HELP_TEXT = (
        "Enter en el último campo pone el renglón en la lista; Ctrl+S guarda la entrega completa. El lote y la "
        "caducidad se copian de la caja; «03/2027» vale hasta el último día de marzo. Nada entra al estante antes de "
        "guardar, y lo escrito queda como borrador en Hoy."
    )
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar entrega", id="recibir.guardar", tooltip="Pone todo en el estante.", priority=True),
        Binding("ctrl+e", "own", "no está en la lista", id="recibir.propio", tooltip="Da de alta un artículo que el formulario no tiene."),
        Binding("delete", "remove", "quitar", id="recibir.quitar", tooltip="Quita el renglón elegido de la lista."),
    ]  # fmt: skip

    def __init__(self, *, draft: str = "") -> None:
        super().__init__()
        self._draft = draft
        self._lines: list[Received] = []
        self._saver: Autosave[dict[str, Any]] | None = None

    @property
    def heading(self) -> str:
        return "Recibir una entrega"

    def body(self) -> ComposeResult:
        yield Form(
            [
                ChoiceField(
                    "source", "De quién", options=[Option("CES", "CES"), Option("SSA", "SSA")], required=True
                ),
                TextField("origin", "Quién entrega", width=36),
                TextField("document", "Remisión", width=20),
                Section("Renglón", "Enter en la cantidad lo pone en la lista"),
                LookupField("item", "Medicamento", suggest=self._suggest, width=44, required=True),
                TextField("lot", "Lote", width=16, limit=30, required=True),
                TextField("expiry", "Caduca", width=12, hint="mm/aaaa o dd/mm/aaaa", required=True),
                TextField("quantity", "Cantidad", width=8, limit=6, required=True),
            ],
            id="form",
            classes="auto",
        )
        yield Lines(COLUMNS, header=True, empty="Todavía no hay renglones.", id="added")

    def on_ready(self) -> None:
        self._resume()
        self.form.focus()
        if self._lines:
            self.form.go_to("item")
        self._show()

    @property
    def form(self) -> Form:
        """One form for the delivery and its next line: keys typed fast never fall between two widgets."""
        return self.query_one("#form", Form)

    # -- drafts ------------------------------------------------------------------------------------------------

    def _resume(self) -> None:
        drafts = self.clinic.vault.drafts
        if not self._draft:
            mine = [d for d in drafts.open_drafts() if d.place == "farmacia"]
            self._draft = mine[0].id if mine else ""
        if self._draft:
            data = drafts.get(self._draft).data
            self._lines = msgspec.convert(data.get("lines", []), list[Received])
            self.form.restore(data.get("form", {}))
            self.flash("Sigue la entrega que quedó a medias.", "aviso")
        else:
            self._draft = self.clinic.vault.new_id()
        draft, vault = self._draft, self.clinic.vault

        def seal(data: dict[str, Any]) -> None:
            vault.drafts.save(draft, place="farmacia", title="entrega por recibir", data=data)

        self._saver = Autosave(seal)

    def _keep(self) -> None:
        if self._saver is not None:
            self._saver.put(
                {
                    "lines": msgspec.to_builtins(self._lines),
                    "form": self.form.dump(),
                }
            )

    def keep(self) -> None:
        if self._saver is not None:
            self._saver.flush()

    def on_unmount(self) -> None:
        if self._saver is not None:
            self._saver.stop()

    # -- lines -------------------------------------------------------------------------------------------------

    def _suggest(self, text: str) -> list[Suggestion]:
        return [Suggestion(e.id, e.name, plural(e.unit, 2)) for e in self.clinic.formulary.search(text, 6)]

    def _show(self) -> None:
        rows = []
        for n, line in enumerate(self._lines):
            entry = self.clinic.formulary.get(line.item)
            name = entry.short(self.app.size.width - 46) if entry else line.item
            rows.append(Row(str(n), [name, str(line.quantity), show_received(line)], "text", line))
        self.query_one("#added", Lines).show(rows)

    def on_form_changed(self, message: Form.Changed) -> None:
        if message.field == "item":
            entry = self.clinic.formulary.get(str(message.value)) if message.value else None
            message.form.set_last("quantity", plural(entry.unit, 2) if entry else "")
        self._keep()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        texts = {name: form.text(name) for name in ("item", "lot", "expiry", "quantity")}
        try:
            line = parse_received(**texts, source=form.text("source"), today=self.clinic.desk.today())
        except CesError as error:
            self.show_error(error)
            return
        self._lines.append(line)
        for name in texts:
            form.set_value(name, "")
        form.set_last("quantity", "")
        form.go_to("item")
        self._show()
        self._keep()
        self.flash(f"Renglón {len(self._lines)}. Ctrl+S guarda la entrega.")

    def action_remove(self) -> None:
        row = self.query_one("#added", Lines).current
        if row is not None:
            del self._lines[int(row.key)]
            self._show()
            self._keep()

    def action_own(self) -> None:
        from screens.farmacia_propio import OwnItemForm

        self.app.push_screen(OwnItemForm(), self._own)

    def _own(self, item: Item | None) -> None:
        if item is not None:
            self.service(lambda: self.clinic.formulary.add_own(item), self._owned, name="own")

    def _owned(self, stored: Stored[Item]) -> None:
        entry = self.clinic.formulary.get(stored.id)
        if entry is not None:
            form = self.form
            form.set_value("item", {"key": entry.id, "text": entry.name})
            form.go_to("lot")
            self._keep()
            self.flash("Ya está en la lista de esta clínica.")

    # -- saving ------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        form = self.form
        if any(form.text(name) for name in ("item", "lot", "quantity")):
            self.on_form_submitted(Form.Submitted(form))
            if form.text("lot") or form.text("quantity"):
                return
        self._receive(frozenset())

    def _receive(self, confirmed: frozenset[str]) -> None:
        origin, document = self.form.text("origin"), self.form.text("document")
        lines, clinic, draft = list(self._lines), self.clinic, self._draft
        if self._saver is not None:
            self._saver.flush()

        def work() -> int:
            with clinic.vault.transaction() as tx:
                clinic.stock.receive(lines, origin=origin, document=document, confirmed=confirmed)
                tx.drop_draft(draft)
            return len(lines)

        def failed(error: CesError) -> None:
            if isinstance(error, AskAgain):
                self._ask(error, confirmed)
            else:
                self.show_error(error)

        self.service(work, self._received, failed=failed, name="receive", busy="Guardando…")

    def _ask(self, error: AskAgain, confirmed: frozenset[str]) -> None:
        def sure(yes: bool | None) -> None:
            if yes:
                self._receive(confirmed | {error.token})

        self.app.push_screen(Confirm("Confirme", [str(error)], yes="Es correcto", no="Corregir"), sure)

    def _received(self, count: int) -> None:
        if self._saver is not None:
            self._saver.stop()
            self._saver = None
        self.dismiss(f"Entrega guardada: {count} {'renglón' if count == 1 else 'renglones'}.")
