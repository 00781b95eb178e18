"""The window of a call: whom one asked to look for someone, how, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.dates import show_date
from ces_tui.care.records import CALL_WORDS, Call
from screens.widgets.bars import Hint
from screens.widgets.fields import ChoiceField, Option, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.paper import Paper, Para

_SHOWN = 3
"""Earlier calls that are told."""


@dataclass(frozen=True)
class Told:
    """What was typed."""

    to: str
    how: str
    said: str


class Aviso(ModalScreen[Told | None]):
    """Dismissed with what was typed, or None."""

    BINDINGS = [
        Binding(
            "escape,ctrl+o", "leave", "volver", id="aviso.volver", tooltip="No hace nada.", priority=True
        ),
        Binding("ctrl+s", "done", "guardar", id="aviso.guardar", tooltip="Anota el aviso.", priority=True),
    ]

    def __init__(self, who: str, companion: str, before: Sequence[Call], *, reserved: bool) -> None:
        super().__init__()
        self._who, self._companion, self._before, self._reserved = who, companion, before, reserved

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            if says := self._says():
                yield Paper([Para(text, "dim") for text in says], classes="auto still")
            yield Form(
                [
                    TextField("to", "A quién", width=40, limit=80, required=True),
                    ChoiceField(
                        "how",
                        "Cómo",
                        options=[Option(key, word) for key, word in CALL_WORDS.items()],
                        required=True,
                    ),
                    TextField("said", "Qué resultó", width=40, limit=200),
                ],
                classes="auto",
            )
        yield Hint(id="hint")

    def _says(self) -> list[str]:
        said = [
            f"{show_date(call.day)} a {call.to}, {CALL_WORDS[call.how]}"
            + (f": {call.said}" if call.said else "")
            for call in self._before[-_SHOWN:]
        ]
        if self._reserved:
            said.append("Es un asunto reservado: pida sólo que venga; el motivo no se dice.")
        return said

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(f"Avisar para que venga: {self._who}", "title")])
        form = self.query_one(Form)
        form.set_value("to", self._companion)
        form.go_to("how" if self._companion else "to")

    def on_form_submitted(self) -> None:
        self.action_done()

    def action_done(self) -> None:
        form = self.query_one(Form)
        lacking = {"to": "Escriba a quién se avisó.", "how": "Elija cómo se avisó."}
        if errors := {name: said for name, said in lacking.items() if not form.text(name)}:
            form.set_errors(errors)
            return
        self.dismiss(Told(form.text("to"), form.text("how"), form.text("said")))

    def action_leave(self) -> None:
        self.dismiss(None)
