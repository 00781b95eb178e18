"""The question for the PIN of the day, as the first screen and the cover ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from ces_tui.base.errors import CesError
from ces_tui.people.pins import DIGITS
from screens.widgets.fields import TextField
from screens.widgets.form import Form

if TYPE_CHECKING:
    from screens.app import CesApp

ASK = "Elija su PIN de hoy: seis dígitos para volver cuando la pantalla esté cubierta. Enter sin PIN lo deja para después."
WITHOUT = "Todavía no tiene PIN: sin él, cada vez se pide la frase. Otro Enter sigue así."


class PinForm(Form):
    """Done at the sixth digit. Enter leaves it for later, but not the Enter that follows a refused PIN out of habit."""

    @dataclass
    class Done(Message):
        """There is a PIN, or the person wants none now."""

        form: PinForm

        @property
        def control(self) -> PinForm:
            return self.form

    def __init__(self) -> None:
        super().__init__(
            [TextField("pin", "PIN de hoy", width=DIGITS, limit=DIGITS, secret=True)],
            id="pin",
            classes="auto",
        )
        self._person = ""
        self._refused = False

    def ask(self, person_id: str) -> None:
        """Show the empty field for this person."""
        self._person, self._refused = person_id, False
        self.set_value("pin", "")
        self.set_errors({})
        self.display = True
        self.focus()

    def put_away(self) -> None:
        """Hide it and forget what was typed."""
        self._person = ""
        self.set_value("pin", "")
        self.display = False

    @property
    def asking(self) -> bool:
        return bool(self._person)

    def on_form_changed(self, message: Form.Changed) -> None:
        message.stop()
        if len(str(message.value)) == DIGITS:
            self._choose(str(message.value))

    def on_form_submitted(self, message: Form.Submitted) -> None:
        message.stop()
        if pin := self.text("pin"):
            self._choose(pin)
        elif self._refused:
            self._refused = False
            self.set_errors({"pin": WITHOUT})
        elif self.asking:
            self.post_message(self.Done(self))

    def _choose(self, pin: str) -> None:
        if not self.asking:
            return
        try:
            self._app.pins.choose(self._person, pin)
        except CesError as error:
            self._refused = True
            self.set_value("pin", "")
            self.set_errors({"pin": str(error)})
            return
        self.post_message(self.Done(self))

    @property
    def _app(self) -> CesApp:
        from screens.app import CesApp

        assert isinstance(self.app, CesApp)
        return self.app
