"""Small forms of Imprimir: what the person signs with, how the unit is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.paper.records import LAYOUTS, LICENCE_WORDS, Licence, Unit
from ces_tui.paper.settings import known_units
from screens.widgets.bars import Hint
from screens.widgets.fields import ChoiceField, Field, Option, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.paper import Paper, Para

T = TypeVar("T", Licence, Unit)


class PaperForm(ModalScreen[T | None], Generic[T]):
    """A form over the sheet; the result is what was typed, or None."""

    NAME: ClassVar[str] = ""
    SAYS: ClassVar[str] = ""
    BINDINGS = [
        Binding("ctrl+s", "keep", "guardar", id="datos.guardar", tooltip="Guarda estos datos.", priority=True),
        Binding("escape,ctrl+o", "leave", "volver", id="datos.volver", tooltip="No cambia nada.", priority=True),
    ]  # fmt: skip

    def __init__(self, now: T) -> None:
        super().__init__()
        self._now: T = now

    def items(self) -> Sequence[Field]:
        """The fields; each is named as the member of the record that it fills."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Paper([Para(self.SAYS, "dim")], classes="auto still")
            yield Form(list(self.items()), classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self.NAME, "title")])
        self.query_one(Paper).can_focus = False
        form = self.query_one(Form)
        for item in self.items():
            form.set_value(item.name, getattr(self._now, item.name))
        form.focus()

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        form = self.query_one(Form)
        typed: dict[str, Any] = {item.name: form.text(item.name) for item in self.items()}
        self.dismiss(type(self._now)(**typed))

    def action_leave(self) -> None:
        self.dismiss(None)


class LicenceForm(PaperForm[Licence]):
    NAME = "Con qué firma usted"
    SAYS = (
        "Sale en sus recetas y notas, y sólo en esta laptop. Si todavía no tiene número, déjelo vacío: en el papel queda una "
        "línea para escribirlo a mano."
    )

    def items(self) -> Sequence[Field]:
        kinds = [Option(key, word) for key, word in LICENCE_WORDS.items()]
        return (
            ChoiceField("kind", "Firma con", options=kinds),
            TextField("number", "Número", width=30, limit=100),
            TextField("school", "Institución", width=44, limit=100),
            TextField("supervisor", "Supervisa", width=44, limit=100),
            TextField("supervisor_cedula", "Su cédula", width=30, limit=100),
        )


class UnitForm(PaperForm[Unit]):
    NAME = "Cómo se llama la unidad en los papeles"
    SAYS = "El nombre oficial, como lo pide la jurisdicción. Lo que quede vacío no se imprime."

    def items(self) -> Sequence[Field]:
        words = known_units()["layouts"]
        return (
            TextField("unit", "Unidad", width=44, limit=120),
            TextField("clues", "CLUES", width=14, limit=20),
            TextField("municipality", "Municipio", width=36, limit=120),
            TextField("locality", "Localidad", width=36, limit=120),
            TextField("address", "Domicilio", width=44, limit=120),
            ChoiceField("layout", "Nota", options=[Option(key, words[key]["name"]) for key in LAYOUTS]),
        )
