"""Sobre de emergencia: make the sealed credential, copy it by hand, and prove that the paper says the right words.

It is never printed: a printing system keeps what it printed, and these words open every chart.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.clock import clinical_day
from ces_tui.base.dates import show_date
from ces_tui.people.envelope import EnvelopeState, Sealed, wrong_words
from screens.room import Room
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.modals import Confirm
from screens.widgets.paper import Paper, Para

_PURPOSE = (
    "Con la frase del sobre se leen los expedientes y se escribe una nota urgente, nada más. "
    "Sirve el día en que no está nadie que pueda abrir la laptop."
)
_KEPT = "Nadie más guarda estas palabras; si se pierde el papel, se hace otro sobre."


class Sobre(Room):
    """Shows whether there is one; `n` makes it; `c` hides the words and asks for them from the paper."""

    room = "ajustes"
    heading = "Sobre de emergencia"
    HELP_TEXT = (
        f"{_PURPOSE} Se copia a mano: lo impreso puede quedar en la impresora. Cuando alguien lo usa, todos lo ven al "
        "entrar y hay que hacer uno nuevo."
    )
    BINDINGS = [
        Binding("n", "make", "hacer uno nuevo", id="sobre.nuevo", tooltip="Hace un sobre; el anterior ya no sirve."),
        Binding(
            "c", "check", "ya la copié: comprobar", id="sobre.comprobar", tooltip="Esconde la frase y la pide del papel."
        ),
        Binding(
            "f3,ctrl+r", "again", "ver la frase otra vez", id="sobre.ver", tooltip="Muestra otra vez la frase."
        ),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._state: EnvelopeState | None = None
        self._sealed: Sealed | None = None
        self._asking = False
        self._proved = False

    def body(self) -> ComposeResult:
        yield Paper(id="hoja", classes="auto")
        yield Form(
            [TextField("words", "Frase del papel", width=48, help="Cópiela del papel, con sus espacios.")],
            classes="auto",
        )

    def on_ready(self) -> None:
        self.service(self.clinic.envelope.state, self._came, name="sobre")

    def _came(self, state: EnvelopeState) -> None:
        self._state = state
        self._draw()

    def _draw(self) -> None:
        form, sheet = self.query_one(Form), self.query_one("#hoja", Paper)
        form.display = self._asking
        if self._asking:
            sheet.show([Para("Escriba la frase tal como quedó en el papel, y Enter.", "strong")])
            form.focus()
        elif self._sealed is not None:
            sheet.show(self._sheet(self._sealed))
            sheet.focus()
        else:
            sheet.show(self._status())
            sheet.focus()
        self.refresh_bindings()

    def _sheet(self, sealed: Sealed) -> list[Para]:
        return [
            Para("Copie esta hoja a mano, ahora. Se muestra sólo esta vez.", "warn"),
            Para(),
            *(Para(line, "strong" if sealed.passphrase in line else "text") for line in sealed.sheet()),
        ]

    def _status(self) -> list[Para]:
        state = self._state
        if state is None or not state.exists:
            return [Para("No hay sobre de emergencia.", "warn"), Para(), Para(_PURPOSE)]
        made = show_date(state.made) if state.made else "fecha desconocida"
        told = [Para(f"Hay un sobre, hecho el {made}.", "strong")]
        for ms in state.used:
            told.append(Para(f"Se abrió el {show_date(clinical_day(ms))}: haga uno nuevo.", "bad"))
        return [*told, Para(), Para(_PURPOSE), Para(_KEPT, "dim")]

    # -- what can be done --------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "make":
            return not self._asking and self._sealed is None and self.clinic.desk.may("personas")
        if action == "check":
            return not self._asking and self._sealed is not None and not self._proved
        if action == "again":
            return self._asking
        return True

    def action_make(self) -> None:
        state = self._state
        says = ["Tenga a la mano papel y pluma: la frase se muestra una sola vez y se copia a mano."]
        if state is not None and state.exists:
            says.append("El sobre que hay ahora deja de servir; rompa ese papel.")
        self.app.push_screen(
            Confirm("Hacer un sobre nuevo", says, yes="Hacerlo", sure=True),
            lambda yes: self._make() if yes else None,
        )

    def _make(self) -> None:
        self.service(self.clinic.envelope.make, self._made, busy="Haciendo el sobre…", name="hacer")

    def _made(self, sealed: Sealed) -> None:
        self._sealed = sealed
        self.flash("Sobre hecho. Cópielo y pulse c para comprobar el papel.")
        self._draw()

    def action_check(self) -> None:
        self._asking = True
        self.query_one(Form).set_value("words", "")
        self._draw()

    def action_again(self) -> None:
        self._asking = False
        self._draw()

    def on_form_submitted(self) -> None:
        assert self._sealed is not None
        form = self.query_one(Form)
        if wrong := wrong_words(self._sealed.passphrase, form.text("words")):
            form.set_errors({"words": wrong})
            return
        self._proved, self._asking, self._sealed = True, False, None
        self.flash("El papel está bien. Guárdelo en un sobre cerrado, con llave, lejos de la laptop.")
        self.service(self.clinic.envelope.state, self._came, name="sobre")

    @property
    def left_unproved(self) -> bool:
        """Whether someone leaves with words on paper that nobody checked."""
        return self._sealed is not None
