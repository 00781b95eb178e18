"""The blank screen over the record: a letter and six digits bring back a person; a full passphrase brings anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from ces_tui.base.errors import CesError
from ces_tui.people.desk import Person
from ces_tui.people.pins import DIGITS, MOST_WRONG, Answer
from screens.pin_form import ASK, PinForm
from screens.waits import Waits
from screens.widgets.bars import Flash
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Line, Stripe

if TYPE_CHECKING:
    from screens.app import CesApp

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Cover(Screen[Any]):
    """Seven keys: the person's letter, six digits. Digits alone mean the person who was at the desk."""

    AUTO_FOCUS = ""
    HELP_TEXT = "Escriba la letra de la persona y los seis dígitos de su PIN de hoy."

    def __init__(self) -> None:
        super().__init__()
        self._who: Person | None = None
        self._typed = ""
        self._waits = Waits()
        self._busy = False

    @property
    def ces(self) -> CesApp:
        from screens.app import CesApp

        assert isinstance(self.app, CesApp)
        return self.app

    def compose(self) -> ComposeResult:
        yield Stripe(ink="bar", id="title")
        with Vertical(id="body"):
            yield Stripe(id="ask")
            yield Stripe(id="people")
            yield Form(
                [TextField("passphrase", "Frase de acceso", width=48, secret=True)],
                id="phrase",
                classes="auto",
            )
            yield PinForm()
        yield Flash(id="flash")

    def on_mount(self) -> None:
        clinic = self.ces.open_clinic
        self._before = clinic.desk.me
        self._people = clinic.people()
        self._who = self._before
        end = [("   DATOS INVENTADOS ", "sel")] if clinic.demo else []
        self.query_one("#title", Stripe).show([(f" {clinic.name} · pantalla cubierta", "bar"), *end])
        people = self.query_one("#people", Stripe)
        people.styles.height = len(self._people) + 3
        for form in self.query(Form):
            form.display = False
        self._draw()

    def _draw(self) -> None:
        dots = ("•" * len(self._typed)).ljust(DIGITS, "_")
        if self._who is None:
            asks: Line = [(" elija con su letra", "strong")]
        elif self.ces.pins.has(self._who.id):
            asks = [(f" {self._who.name}   PIN: ", "strong"), (dots, "key")]
        else:
            asks = [
                (f" {self._who.name}", "strong"),
                ("   sin PIN de hoy: Enter y su frase de acceso", "dim"),
            ]
        self.query_one("#ask", Stripe).show(asks)
        rows = []
        for letter, person in zip(LETTERS, self._people, strict=False):
            mark = "▶" if person == self._who else " "
            how = "PIN" if self.ces.pins.has(person.id) else "frase de acceso"
            rows.append(
                [(f" {mark} ", "key"), (letter, "key"), (f"  {person.name}", "text"), (f"  {how}", "dim")]
            )
        told = "Escriba su PIN de hoy. La letra de la izquierda cambia de persona."
        if self.query_one("#phrase", Form).display:
            told = "Enter comprueba la frase. Esc elige a otra persona."
        rows += [[], [(f" {told}", "dim")]]
        self.query_one("#people", Stripe).show([], *rows)

    # -- keys --------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if isinstance(self.focused, Form):
            if event.key == "escape" and not self._busy and not self.query_one(PinForm).asking:
                self._hide_forms()
            return
        char = event.character or ""
        event.stop()
        if char.isascii() and char.isdigit():
            self._digit(char)
        elif event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.key == "enter" and self._who is not None and not self.ces.pins.has(self._who.id):
            self._choose(self._who)
        elif char in LETTERS and char and LETTERS.index(char) < len(self._people):
            self._choose(self._people[LETTERS.index(char)])
        self._draw()

    def _choose(self, person: Person) -> None:
        self._who, self._typed = person, ""
        if not self.ces.pins.has(person.id):
            form = self.query_one("#phrase", Form)
            form.display = True
            form.set_value("passphrase", "")
            form.focus()

    def _digit(self, char: str) -> None:
        if self._who is None or len(self._typed) >= DIGITS:
            return
        if not self.ces.pins.has(self._who.id):
            self._choose(self._who)
            self._say("No hay PIN de hoy para esta persona: escriba la frase de acceso.", "aviso")
            return
        self._typed += char
        if len(self._typed) == DIGITS:
            pin, self._typed = self._typed, ""
            self._check(self._who, pin)

    def _check(self, person: Person, pin: str) -> None:
        answer = self.ces.pins.check(person.id, pin)
        if answer is Answer.CLOSE:
            self.ces.open_clinic.failed_pins(MOST_WRONG)
            self.ces.close_clinic("Cinco PIN equivocados; el expediente se cerró. Nada se perdió.")
        elif answer is Answer.WRONG:
            left = self.ces.pins.tries_left
            self._say(
                f"Ese PIN no es. Quedan {left} intentos." if left > 1 else "Ese PIN no es. Queda un intento.",
                "error",
            )
        else:
            self.ces.open_clinic.switch(person.id)
            self._come_back(person)

    def _come_back(self, person: Person) -> None:
        self.ces.idle.touch()
        if person == self._before:
            self.ces.drop_screen()
        else:
            self.ces.go_home()

    # -- a full passphrase -------------------------------------------------------------------------------------

    def _hide_forms(self) -> None:
        for form in self.query(Form):
            form.display = False
        self.set_focus(None)
        self._draw()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        now = self.ces.clock.monotonic()
        if self._busy or self._who is None:
            return
        if left := self._waits.left(now):
            self._say(f"Espere {left} s antes de intentar de nuevo.", "aviso")
            return
        self._busy = True
        self._say("Comprobando la frase…", "ok")
        person, passphrase = self._who, message.form.text("passphrase")
        self.app.run_worker(
            lambda: self._login(person, passphrase), thread=True, exit_on_error=False, group="unlock"
        )

    def _login(self, person: Person, passphrase: str) -> None:
        clinic = self.ces.clinic
        error: CesError | None = None
        try:
            if clinic is not None:
                clinic.login(person.id, passphrase)
        except CesError as known:
            error = known
        except Exception as unknown:  # noqa: BLE001 - a sentence and a code, never a traceback with locals
            from screens.fault import internal_error

            error = internal_error(unknown)
        self.app.call_from_thread(self._answered, person, error)

    def _answered(self, person: Person, error: CesError | None) -> None:
        self._busy = False
        if not self.is_attached or self.ces.clinic is None:
            return
        phrase = self.query_one("#phrase", Form)
        phrase.set_value("passphrase", "")
        if error is not None:
            phrase.focus()
            self._say(self._waits.told(error, self.ces.clock.monotonic()), "error")
            return
        self._who = person
        phrase.display = False
        self.query_one(PinForm).ask(person.id)
        self._say(ASK, "ok")

    def on_pin_form_done(self) -> None:
        assert self._who is not None
        self._come_back(self._who)

    def _say(self, sentence: str, kind: str) -> None:
        self.query_one("#flash", Flash).say(sentence, kind)  # type: ignore[arg-type]
