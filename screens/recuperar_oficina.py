"""The office's side of a forgotten passphrase: the request's file, the four words read aloud, the answer beside it."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import BadInput
from ces_tui.base.text import for_screen
from ces_tui.office.recovery import Recovery
from ces_tui.people.roles import ROLES
from ces_tui.sync.drives import sticks
from ces_tui.sync.recovery import REQUEST_SUFFIX, Request, read_request
from screens.room import Room
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.paper import Paper, Para


class ResponderRecuperacion(Room):
    """File, words, answer; dismissed with the answer's sentence."""

    room = "coordinacion"
    heading = "Frase olvidada"
    HELP_TEXT = (
        "La persona lee por teléfono, o en persona, las cuatro palabras de su pantalla; usted las escribe como las oye. "
        "Hable con alguien cuya voz conoce: quien recibe la respuesta entra en el expediente. Aquí no se muestran a propósito."
    )
    BINDINGS = [
        Binding(
            "ctrl+s",
            "answer",
            "contestar",
            id="recuperar.contestar",
            tooltip="Escribe la respuesta.",
            priority=True,
        )
    ]

    def __init__(self) -> None:
        super().__init__()
        self._request: Request | None = None

    def body(self) -> ComposeResult:
        yield Form(
            [
                TextField("file", "Solicitud", width=56, limit=400, help="El archivo «…-solicitud.json»."),
                TextField("words", "Cuatro palabras", width=56, help="Como las lee la persona."),
                TextField(
                    "escrow",
                    "Clave de papel",
                    width=56,
                    secret=True,
                    hint="sólo si la oficina perdió su expediente",
                    help="AGE-SECRET-KEY-1…, de la oficina anterior.",
                ),
            ],
            classes="auto",
        )
        yield Paper(id="dice", classes="auto")

    def on_ready(self) -> None:
        self.query_one("#dice", Paper).can_focus = False
        found = requests_on_sticks()
        form = self.query_one(Form)
        if found:
            form.set_value("file", str(found[0]))
            form.go_to("words")
            self._read()
        form.focus()

    def on_form_moved(self, message: Form.Moved) -> None:
        if message.field == "words":
            self._read()

    def _read(self) -> None:
        path = self._path()
        self.service(lambda: read_request(path), self._show, name="leer")

    def _path(self) -> Path:
        text = self.query_one(Form).text("file")
        if not text:
            raise BadInput("Escriba dónde está la solicitud.", field="file")
        return Path(text).expanduser()

    def _show(self, request: Request) -> None:
        self._request = request
        role = ROLES.get(request.role, "función desconocida")
        told = (
            f"{for_screen(request.name)} ({role}), {for_screen(request.clinic)} ({for_screen(request.code)})"
        )
        self.query_one("#dice", Paper).show(
            [
                Para(),
                Para(told, "strong"),
                Para(
                    "Pide entrar con una frase nueva. Compare las palabras con una persona cuya voz conoce."
                ),
            ]
        )

    def on_form_submitted(self) -> None:
        self.action_answer()

    def action_answer(self) -> None:
        form, path = self.query_one(Form), self._path()
        words, escrow = form.text("words"), form.text("escrow") or None
        self.service(
            lambda: Recovery(self.clinic.desk).answer(read_request(path), words, path.parent, escrow),
            lambda answer: self.dismiss(
                f"Respuesta escrita: {answer.name}. Entregue la memoria a la clínica."
            ),
            busy="Contestando…",
            name="contestar",
        )


def requests_on_sticks() -> list[Path]:
    """Requests that lie on the mounted sticks."""
    found = []
    for stick in sticks():
        try:
            found += [p for p in stick.path.iterdir() if p.name.lower().endswith(REQUEST_SUFFIX)]
        except OSError:
            continue
    return sorted(found)
