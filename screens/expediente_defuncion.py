"""A death: its day and its cause, asked once, from the chart or when a programme is left by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.dates import parse_date
from ces_tui.base.errors import BadInput, CesError
from screens.widgets.bars import Hint
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe


class Death(NamedTuple):
    """What was told."""

    day: date
    cause: str


class Defuncion(ModalScreen[Death | None]):
    """Day and cause; `settle` notes them, or only says whether they could be noted: what it refuses is said in the form."""

    BINDINGS = [
        Binding("escape,ctrl+o", "leave", "volver", id="defuncion.volver", tooltip="No anota nada.", priority=True)
    ]  # fmt: skip

    def __init__(
        self,
        today: date,
        settle: Callable[[date, str], object],
        says: str = "cancela sus citas y cierra sus programas",
    ) -> None:
        super().__init__()
        self._today, self._settle, self._says = today, settle, says

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Form(
                [
                    TextField("died", "Fecha", width=12, limit=20, hint="día/mes/año"),
                    TextField("cause", "Causa", width=44, limit=200, hint="o «desconocida»"),
                ],
                classes="auto",
            )
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([("Anotar la defunción", "title"), (f"  {self._says}", "dim")])
        self.query_one(Form).focus()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        try:
            if not form.text("died"):
                raise BadInput("Escriba la fecha de la defunción.", field="died")
            day = parse_date(form.text("died"), self._today, field="died")
            self._settle(day, form.text("cause"))
        except CesError as error:
            form.set_errors({error.field or "died": str(error)})
            return
        self.dismiss(Death(day, form.text("cause")))

    def action_leave(self) -> None:
        self.dismiss(None)
