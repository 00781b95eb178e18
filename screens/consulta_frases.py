"""The stock sentences of whoever writes: read, insert, add, change, remove."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.errors import CesError
from ces_tui.consult.snippets import Snippet, Snippets
from screens.widgets.bars import Flash, Hint
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row


class Frases(ModalScreen[str | None]):
    """The result is the sentence to put into the note, or None."""

    HELP_TEXT = (
        "En la nota escriba «;clave» y un espacio o Tab. Aquí Enter pone la frase donde estaba el cursor; «a» agrega una suya; "
        "«e» cambia la elegida y la guarda como suya; Supr quita una suya. Las suyas quedan cifradas en esta computadora."
    )
    BINDINGS = [
        Binding("a", "add", "agregar", id="frases.agregar", tooltip="Agrega una frase suya."),
        Binding("e", "edit", "cambiar", id="frases.cambiar", tooltip="Cambia la frase elegida y la guarda como suya."),
        Binding("delete", "remove", "quitar", id="frases.quitar", tooltip="Quita una frase suya."),
        Binding("escape,ctrl+o", "leave", "volver", id="frases.volver", tooltip="Vuelve a la nota.", priority=True),
    ]  # fmt: skip

    def __init__(self, snippets: Snippets) -> None:
        super().__init__()
        self._snippets = snippets

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Lines([Column("", 13), Column("", 6), Column("")], id="list", classes="auto still")
            yield Form(
                [
                    TextField("key", "Clave", width=20, limit=21, hint="2 a 20 letras o números"),
                    TextField("text", "Frase", width=48, limit=2000, hint="Enter la guarda"),
                ],
                id="write",
                classes="auto",
            )
            yield Flash(id="flash")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show(
            [("Frases", "title"), ("  ;clave y un espacio las abre en la nota", "dim")]
        )
        self._show()

    def _show(self, key: str = "") -> None:
        self.query_one("#write").display = False
        lines = self.query_one(Lines)
        lines.show(
            [Row(s.key, [f";{s.key}", "suya" if s.own else "", s.text], data=s) for s in self._snippets.all()]
        )
        lines.focus()
        self.refresh_bindings()

    @property
    def _writing(self) -> bool:
        return bool(self.query_one("#write").display)

    @property
    def _chosen(self) -> Snippet | None:
        row = self.query_one(Lines).current
        return row.data if row is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"add", "edit", "remove"} and self.is_mounted:
            return not self._writing and (
                action != "remove" or (self._chosen is not None and self._chosen.own)
            )
        return super().check_action(action, parameters)

    def on_lines_highlighted(self) -> None:
        self.refresh_bindings()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        self.dismiss(message.row.data.text)

    def action_add(self) -> None:
        self._write("", "")

    def action_edit(self) -> None:
        if self._chosen is not None:
            self._write(self._chosen.key, self._chosen.text)

    def _write(self, key: str, text: str) -> None:
        form = self.query_one("#write", Form)
        form.set_value("key", key)
        form.set_value("text", text)
        form.display = True
        form.go_to("text" if key else "key")
        self.refresh_bindings()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        try:
            saved = self._snippets.save(form.text("key"), form.text("text"))
        except CesError as error:
            form.set_errors({error.field or "text": str(error)})
            return
        self._show(saved.key)
        self.query_one(Flash).say(f"Guardada: ;{saved.key}")

    def action_remove(self) -> None:
        if self._chosen is not None and self._chosen.own:
            key = self._chosen.key
            self._snippets.remove(key)
            self._show()
            self.query_one(Flash).say(f"Quitada: ;{key}")

    def action_leave(self) -> None:
        if self._writing:
            self._show()
        else:
            self.dismiss(None)
