"""A short form over the case; the result is what was answered, or None."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.widgets.bars import Hint
from screens.widgets.fields import Field
from screens.widgets.form import Form
from screens.widgets.ink import Stripe


class Ask(ModalScreen[dict[str, object] | None]):
    """Some fields; Enter on the last one or Ctrl+S gives their values by name."""

    BINDINGS = [
        Binding("ctrl+s", "done", "guardar", id="preguntas.guardar", tooltip="Guarda lo contestado.", priority=True),
        Binding("escape,ctrl+o", "leave", "volver", id="preguntas.volver", tooltip="No guarda nada.", priority=True),
    ]  # fmt: skip

    def __init__(self, title: str, fields: Sequence[Field]) -> None:
        super().__init__()
        self._title, self._fields = title, list(fields)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Form(self._fields, classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        self.query_one(Form).focus()

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_done()

    def action_done(self) -> None:
        self.dismiss({f.name: f.value for f in self._fields})

    def action_leave(self) -> None:
        self.dismiss(None)
