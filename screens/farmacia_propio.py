"""A small form for something that the formulary lacks: name, form, strength, dispensing unit."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.pharmacy.records import Item
from screens.widgets.bars import Hint
from screens.widgets.fields import CheckField, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.paper import Paper, Para

SAYS = (
    "Solo lo que no está en el formulario. De un artículo propio el programa no calcula dosis ni conoce "
    "interacciones, embarazo o alergias: revíselo usted. En antigripales escriba todos sus componentes."
)


class OwnItemForm(ModalScreen[Item | None]):
    """The result is the item as typed, or None."""

    BINDINGS = [
        Binding(
            "escape,ctrl+o", "leave", "volver", id="propio.volver", tooltip="No hace nada.", priority=True
        )
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Paper([Para(SAYS, "dim")], classes="auto still")
            yield Form(
                [
                    TextField("name", "Genérico", width=36, limit=80, required=True),
                    TextField("form", "Forma", width=20, limit=40, hint="tableta, jarabe…"),
                    TextField("strength", "Concentración", width=20, limit=40, hint="5 mg"),
                    TextField(
                        "unit",
                        "Se cuenta en",
                        width=16,
                        limit=20,
                        hint="tableta, frasco, pieza…",
                        required=True,
                    ),
                    CheckField("controlled", "Controlado"),
                ],
                classes="auto",
            )
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([("Artículo que no está en el formulario", "title")])
        self.query_one(Paper).can_focus = False
        self.query_one(Form).focus()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        missing = {name: "Falta este dato." for name in ("name", "unit") if not form.text(name)}
        if missing:
            form.set_errors(missing)
            return
        self.dismiss(
            Item(
                name=form.text("name"),
                form=form.text("form"),
                strength=form.text("strength"),
                unit=form.text("unit"),
                controlled=form.flag("controlled"),
            )
        )

    def action_leave(self) -> None:
        self.dismiss(None)
