"""The first screen: who you are, your passphrase, your PIN of the day. It shows the clinic and its staff, nothing else."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen

from ces_tui.base.clock import clinical_day
from ces_tui.base.dates import show_day_long
from ces_tui.base.errors import CesError
from ces_tui.base.platform.harden import swap_advice
from ces_tui.people.desk import Person
from ces_tui.people.roles import ROLES
from screens.pin_form import ASK, PinForm
from screens.sign import read_sign
from screens.waits import Waits
from screens.widgets.bars import Flash
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row

if TYPE_CHECKING:
    from ces_tui.clinic import Clinic
    from screens.app import CesApp


class Unlock(Screen[Any]):
    """Person, passphrase, PIN: one below the other on one screen."""

    heading = "Desbloquear"
    HELP_TEXT = (
        "Elija quién es con las flechas y Enter; escriba su frase de acceso y Enter. La frase no se muestra. "
        "Si la olvidó, otra persona puede abrir con la suya; o pulse O sobre su nombre: la oficina le ayuda a entrar con una nueva."
    )
    BINDINGS = [
        Binding(
            "o",
            "forgotten",
            "olvidé mi frase",
            id="unlock.olvide",
            tooltip="Pide ayuda a la oficina para entrar.",
        )
    ]

    def __init__(self) -> None:
        super().__init__()
        self._waits = Waits()
        self._busy = False
        self._read = threading.Event()
        self._people: list[Person] = []
        self._person: Person | None = None
        self._opened: Clinic | None = None

    @property
    def ces(self) -> CesApp:
        from screens.app import CesApp

        assert isinstance(self.app, CesApp)
        return self.app

    def compose(self) -> ComposeResult:
        yield Stripe(ink="bar", id="title")
        with Vertical(id="body"):
            yield Stripe(id="where")
            yield Lines(
                [Column(), Column("", 20)],
                empty="Este expediente no tiene personas con frase.",
                id="people",
                classes="auto",
            )
            yield Stripe(id="gap")
            yield Form(
                [TextField("passphrase", "Frase de acceso", width=48, secret=True)],
                id="phrase",
                classes="auto",
            )
            yield PinForm()
            yield Stripe(id="demo")
            yield Flash(id="advice")
        yield Flash(id="flash")
        yield Stripe(id="hint")

    def on_mount(self) -> None:
        sign = self.ces.sign
        self._title = [(f" ces-tui · {sign.clinic}", "bar")]
        if sign.demo:
            self._title.append(("   DATOS INVENTADOS ", "sel"))
        self.query_one("#title", Stripe).show(self._title)
        day = show_day_long(clinical_day(self.ces.clock.now_ms()))
        self.query_one("#where", Stripe).show([(f" {day}. ¿Quién es usted?", "strong")])
        self._show_people()
        if self.ces.demo_passphrase:
            words = f" Demostración. La frase de todos es: {self.ces.demo_passphrase}"
            self.query_one("#demo", Stripe).show([(words, "dim")])
        if advice := swap_advice():
            self.query_one("#advice", Flash).say(advice, "aviso")
        self.query_one("#hint", Stripe).show(
            [
                (" Arriba, Abajo", "key"),
                (" elegir  ", "text"),
                ("Enter", "key"),
                (" seguir  ", "text"),
                ("O", "key"),
                (" olvidé mi frase  ", "text"),
                ("F1", "key"),
                (" ayuda  ", "text"),
                ("Ctrl+Q", "key"),
                (" salir", "text"),
            ]
        )
        self._start()
        # after the first paint: what opening needs is imported and read while the person chooses and types
        self.set_timer(0.05, lambda: threading.Thread(target=self._read_ahead, daemon=True).start())

    def _read_ahead(self) -> None:
        import ces_tui.clinic  # noqa: F401
        from ces_tui.vault.vault import Vault

        try:
            Vault.read_ahead(self.ces.store)
        finally:
            self._read.set()

    def _show_people(self) -> None:
        self._people = list(self.ces.sign.people)
        self.query_one("#people", Lines).show(
            [Row(p.id, [p.name, ROLES.get(p.role, p.role)]) for p in self._people]
        )

    def look_again(self) -> None:
        """Who has access may have changed while the store was open."""
        with contextlib.suppress(CesError):
            self.ces.sign = read_sign(self.ces.store)
        self._show_people()

    def _start(self) -> None:
        self.query_one("#phrase", Form).display = False
        self.query_one(PinForm).put_away()
        self.query_one("#people", Lines).focus()

    def closed(self, why: str) -> None:
        """Back here after the store closed, with the reason."""
        self._busy = False
        self._opened = None
        self.query_one("#phrase", Form).set_value("passphrase", "")
        self.look_again()
        self._start()
        self.query_one("#flash", Flash).say(why, "aviso")

    # -- a forgotten passphrase --------------------------------------------------------------------------------

    def action_forgotten(self) -> None:
        row = self.query_one("#people", Lines).current
        person = next((p for p in self._people if row is not None and p.id == row.key), None)
        if person is None or self._busy or self._opened is not None:
            return
        from ces_tui.sync.recovery import PENDING

        if not (self.ces.store / PENDING).exists():
            self._recover(person, "pedir")
            return
        from screens.widgets.fields import Option
        from screens.widgets.modals import Choice

        options = [
            Option("leer", "Leer la respuesta de la oficina"),
            Option("pedir", "Hacer otra solicitud (la anterior deja de servir)"),
        ]
        self.app.push_screen(
            Choice("Hay una solicitud pendiente", options),
            lambda step: self._recover(person, step) if step else None,
        )

    def _recover(self, person: Person, step: str) -> None:
        from screens.recuperar import Recuperar

        def back(sentence: str | None) -> None:
            self.look_again()
            self._start()
            if sentence:
                # the new credential may stand elsewhere in the list: the cursor stays with the person
                same = next((p.id for p in self._people if p.name == person.name), person.id)
                self.query_one("#people", Lines).select(same)
                self.query_one("#flash", Flash).say(sentence)

        self.app.push_screen(Recuperar(person, step), back)

    # -- the three steps ---------------------------------------------------------------------------------------

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        self._person = next(p for p in self._people if p.id == message.row.key)
        phrase = self.query_one("#phrase", Form)
        phrase.display = True
        phrase.set_value("passphrase", "")
        phrase.focus()

    def on_key(self, event: Any) -> None:
        if event.key in {"escape", "up"} and self.query_one("#phrase", Form).has_focus and not self._busy:
            self._start()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self._try(message.form.text("passphrase"))

    def on_pin_form_done(self) -> None:
        opened, self._opened = self._opened, None
        self._busy = False
        if opened is not None:
            self.query_one(PinForm).put_away()
            self.query_one("#flash", Flash).say("")
            self.ces.enter(opened)

    def _try(self, passphrase: str) -> None:
        flash = self.query_one("#flash", Flash)
        if self._busy or self._person is None:
            return
        if left := self._waits.left(self.ces.clock.monotonic()):
            flash.say(f"Espere {left} s antes de intentar de nuevo.", "aviso")
            return
        self._busy = True
        flash.say("Abriendo el expediente… La frase tarda un momento en comprobarse, a propósito.")
        person = self._person
        self.app.run_worker(
            lambda: self._open(person, passphrase), thread=True, exit_on_error=False, group="unlock"
        )

    def _open(self, person: Person, passphrase: str) -> None:
        from ces_tui.clinic import Clinic

        self._read.wait(30)
        try:
            opened = Clinic.open(self.ces.store, person.id, passphrase, self.ces.clock)
        except CesError as error:
            self.app.call_from_thread(self._failed, error)
        except Exception as unknown:  # noqa: BLE001 - a sentence and a code, never a traceback with locals
            from screens.fault import internal_error

            self.app.call_from_thread(self._failed, internal_error(unknown))
        else:
            self.app.call_from_thread(self._succeeded, opened)

    def _failed(self, error: CesError) -> None:
        self._busy = False
        sentence = self._waits.told(error, self.ces.clock.monotonic())
        phrase = self.query_one("#phrase", Form)
        phrase.set_value("passphrase", "")
        phrase.focus()
        self.query_one("#flash", Flash).say(sentence, "error")

    def _succeeded(self, opened: Clinic) -> None:
        self._waits = Waits()
        self._opened = opened
        self.ces.clinic = opened
        self.ces.idle.touch()
        phrase = self.query_one("#phrase", Form)
        phrase.set_value("passphrase", "")
        phrase.display = False
        assert self._person is not None
        self.query_one(PinForm).ask(self._person.id)
        self.query_one("#flash", Flash).say(ASK)
