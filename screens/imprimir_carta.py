"""The words of a referral letter: a draft that survives a crash, until the letter is on paper or on a stick."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import NotFound
from ces_tui.clinic import Clinic
from ces_tui.paper.records import Referral
from ces_tui.people.records import Patient
from ces_tui.vault.drafts import Draft
from ces_tui.vault.shelf import Stored
from screens.drafting import Drafting
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.paper import Paper, Para

PLACE = "imprimir"


class Carta(Drafting):
    """What only the referring clinician knows; dismissed when the sheet may be looked at again."""

    room = PLACE
    HELP_TEXT = (
        "Lo que quede vacío sale como renglón para escribir a mano. Se guarda solo, cifrado, como borrador: espera en Hoy hasta "
        "que la hoja salga a la impresora o a la memoria. Ctrl+S regresa a la hoja."
    )
    BINDINGS = [
        Binding("ctrl+s", "done", "a la hoja", id="carta.listo", tooltip="Guarda y regresa a la hoja.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "", consult: str = "") -> None:
        super().__init__(patient, draft=draft)
        self._consult = consult

    @property
    def heading(self) -> str:
        return "Hoja de referencia"

    def body(self) -> ComposeResult:
        yield Paper(
            [Para("Lo que quede vacío sale como renglón para escribir a mano.", "dim")], classes="auto"
        )
        yield Form(
            [
                TextField("to", "Unidad que recibe", width=44, limit=120),
                TextField("service", "Servicio", width=36, limit=80),
                TextField("urgency", "Para cuándo", width=24, limit=40),
                TextField("companion", "Acompaña", width=36, limit=80),
                TextField("reason", "Motivo", width=44, limit=400),
            ]
        )

    def on_ready(self) -> None:
        self.query_one(Paper).can_focus = False
        if self.restore():
            self.flash("Es su borrador; espera a que la hoja salga.", "aviso")
        self.query_one(Form).focus()
        self.start_sealing()

    def on_form_changed(self, _message: Form.Changed) -> None:
        self.typed()

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_done()

    def action_done(self) -> None:
        self.keep()
        self.dismiss(None)

    def _seal(self, data: dict[str, Any]) -> None:
        super()._seal(data | {"consult": self._consult})


def held(clinic: Clinic, patient: str) -> Draft | None:
    """The newest letter that the person at the desk began for this patient and that is not out yet."""
    mine = clinic.vault.drafts.open_drafts()
    return next((d for d in mine if d.place == PLACE and d.patient == patient), None)


def letter(clinic: Clinic, draft: str) -> tuple[Referral, str]:
    """A letter's words and the consult that it rests on; empty when it is gone."""
    try:
        data = clinic.vault.drafts.get(draft).data if draft else {}
    except NotFound:
        data = {}
    words = {name: str(data.get(name, "")) for name in Referral.__struct_fields__}
    return Referral(**words), str(data.get("consult", ""))
