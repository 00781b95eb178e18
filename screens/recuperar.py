"""A forgotten passphrase, from the first screen: a request onto a stick with four words, later the office's answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.errors import BadInput, CesError
from ces_tui.base.words import five_words
from ces_tui.people.desk import Person
from ces_tui.people.passphrases import SHORTEST
from ces_tui.sync.drives import sticks
from screens.phrases import AGAIN_HELP, typed_phrase
from screens.sign import read_sign
from screens.widgets.bars import Flash, Hint
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.modals import CLOSE
from screens.widgets.paper import Paper, Para

if TYPE_CHECKING:
    from screens.app import CesApp

ASK, ANSWER = "pedir", "leer"


class Recuperar(ModalScreen[str | None]):
    """Dismissed with a sentence for the first screen once the new passphrase opens the store, else None."""

    BINDINGS = [CLOSE]
    HELP_TEXT = (
        "Primero se escribe una solicitud en una memoria y se leen cuatro palabras a la oficina. Cuando llega su respuesta, "
        "la frase nueva abre el expediente y la anterior deja de servir. La oficina nunca conoce su frase."
    )

    def __init__(self, person: Person, step: str) -> None:
        super().__init__()
        self._person, self._step = person, step
        self._busy = False
        self._proposed = ""

    @property
    def ces(self) -> CesApp:
        from screens.app import CesApp

        assert isinstance(self.app, CesApp)
        return self.app

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Paper(id="dice", classes="auto")
            yield Form(self._fields(), classes="auto")
            yield Flash(id="flash")
        yield Hint(id="hint")

    def _fields(self) -> list[TextField]:
        seen = sticks()
        phrase = TextField("phrase", "Frase nueva", width=40, secret=True)
        where = TextField("where", "Carpeta" if self._step == ASK else "Archivo", width=40)
        if self._step == ASK:
            where.load(str(seen[0].path) if len(seen) == 1 else "")
            return [phrase, TextField("again", "Otra vez", width=40, secret=True, help=AGAIN_HELP), where]
        where.load(str(next((p for s in seen for p in answers_in(s.path)), "")))
        return [where, phrase]

    def on_mount(self) -> None:
        self._title(f"Frase olvidada: {self._person.name}")
        self.query_one("#dice", Paper).can_focus = False
        if self._step == ASK:
            self._proposed = five_words()
            self._say_paper(
                "Elija una frase nueva y guárdela: sirve cuando llegue la respuesta de la oficina.",
                f"Propuesta: {self._proposed}",
                f"Valen esas cinco palabras o una propia de {SHORTEST} letras o más. La solicitud va a la memoria USB.",
            )
        else:
            self._say_paper(
                "El archivo «…-recuperacion.json» que dio la oficina, y la frase nueva de la solicitud."
            )
        self.query_one(Form).focus()

    def _title(self, text: str) -> None:
        self.query_one("#title", Stripe).show([(text, "title")])

    def _say_paper(self, *sentences: str) -> None:
        self.query_one("#dice", Paper).show([Para(s) for s in sentences])

    # -- doing it ----------------------------------------------------------------------------------------------

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        if self._busy:
            return
        try:
            phrase = form.text("phrase") if self._step == ANSWER else typed_phrase(form, self._proposed)
            if not form.text("where"):
                raise BadInput("Escriba dónde está la memoria, por ejemplo /media/usb.", field="where")
        except CesError as error:
            form.set_errors({error.field or "phrase": str(error)})
            return
        where = Path(form.text("where")).expanduser()
        self._busy = True
        self.query_one("#flash", Flash).say("Un momento…")
        work = (
            (lambda: self._request(phrase, where))
            if self._step == ASK
            else (lambda: self._apply(phrase, where))
        )
        self.app.run_worker(lambda: self._run(work), thread=True, exit_on_error=False, group="recuperar")

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            result = work()
        except CesError as error:
            self.app.call_from_thread(self._failed, error)
        except Exception as unknown:  # noqa: BLE001 - a sentence and a code, never a traceback with locals
            self.app.call_from_thread(self._failed, self.ces.own_fault(unknown))
        else:
            self.app.call_from_thread(self._asked if self._step == ASK else self._applied, result)

    def _request(self, phrase: str, where: Path) -> tuple[Path, str]:
        from ces_tui.sync.recovery import make_request

        return make_request(self.ces.store, self._person.id, phrase, where)

    def _apply(self, phrase: str, where: Path) -> str:
        from ces_tui.clinic import projector
        from ces_tui.sync.recovery import apply_answer

        return apply_answer(self.ces.store, where, phrase, clock=self.ces.clock, projector=projector())

    def _failed(self, error: CesError) -> None:
        self._busy = False
        if self.is_attached:
            self.query_one("#flash", Flash).say(str(error), "error")

    def _asked(self, made: tuple[Path, str]) -> None:
        """Four words, large: they are read over a telephone."""
        if not self.is_attached:
            return
        path, words = made
        self._title("Lea a la oficina estas cuatro palabras")
        form = self.query_one(Form)
        form.set_items([])
        form.display = False
        paper = self.query_one("#dice", Paper)
        paper.show(
            [
                Para(),
                *(
                    Para(" ".join(word.upper()), "strong", indent=4, mark=f"{i}.  ")
                    for i, word in enumerate(words.split(), 1)
                ),
                Para(),
                Para(f"La solicitud quedó en {path.name}. Entregue la memoria a la oficina."),
                Para(
                    "Sólo quien compara las palabras con usted debe contestar. La frase de antes sigue sirviendo."
                ),
            ]
        )
        paper.can_focus = True
        paper.focus()
        self.query_one("#flash", Flash).say("Solicitud escrita. Esc vuelve.")

    def _applied(self, person: str) -> None:
        if self.is_attached:
            name = next((p.name for p in read_sign(self.ces.store).people if p.id == person), "La persona")
            self.dismiss(f"{name} ya entra con su frase nueva. La anterior dejó de servir aquí.")


def answers_in(folder: Path) -> list[Path]:
    """Files that by their names are answers to a request, the newest name last."""
    try:
        return sorted(p for p in folder.iterdir() if p.name.lower().endswith("-recuperacion.json"))
    except OSError:
        return []
