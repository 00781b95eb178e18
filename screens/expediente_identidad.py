"""Who this is, said from the chart: another record of the same person, a death, and the way back from both."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.dates import parse_date
from ces_tui.base.errors import BadInput, CesError
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Command
from screens.widgets.bars import Hint
from screens.widgets.fields import Option, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.modals import Choice, ReasonPrompt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from screens.expediente import Expediente


class Defuncion(ModalScreen[bool | None]):
    """Day and cause; True when it was noted."""

    BINDINGS = [
        Binding("escape,ctrl+o", "leave", "volver", id="defuncion.volver", tooltip="No anota nada.", priority=True)
    ]  # fmt: skip

    def __init__(self, clinic: Clinic, patient: str) -> None:
        super().__init__()
        self._clinic, self._patient = clinic, patient

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
        self.query_one("#title", Stripe).show(
            [("Anotar la defunción", "title"), ("  cancela sus citas y cierra sus programas", "dim")]
        )
        self.query_one(Form).focus()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        form = message.form
        try:
            if not form.text("died"):
                raise BadInput("Escriba la fecha de la defunción.", field="died")
            day = parse_date(form.text("died"), self._clinic.desk.today(), field="died")
            self._clinic.deaths.note(self._patient, day, form.text("cause"))
        except CesError as error:
            form.set_errors({error.field or "died": str(error)})
            return
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(None)


def commands(room: Expediente) -> Iterable[Command]:
    """What the menu offers for this person, as far as the role may."""
    clinic, patient = room.clinic, room.patient
    if clinic.desk.may("editar_paciente"):
        yield Command("Expediente: es la misma persona que…", "", partial(_link, room))
        if clinic.links.of(patient.id):
            yield Command("Expediente: separar de otro expediente", "", partial(_undo, room))
    if clinic.desk.may("consulta"):
        if clinic.registry.get(patient.id).record.died is None:
            yield Command("Expediente: anotar defunción", "", partial(_death, room))
        else:
            yield Command("Expediente: quitar la defunción", "", partial(_alive, room))


def _link(room: Expediente) -> None:
    def chosen(other: Stored[Patient] | None) -> None:
        if other is not None:
            says = [
                f"{other.record.name}, {other.record.clinic_number}",
                "Nada se mezcla: cada expediente queda entero y dice del otro.",
            ]
            prompt = ReasonPrompt("Es la misma persona", "Por qué", says=says)
            room.app.push_screen(prompt, partial(_linked, room, other.id))

    from screens.rooms import ROOMS

    room.app.push_screen(ROOMS["buscar"].make(choose=True), chosen)


def _linked(room: Expediente, other: str, reason: str | None) -> None:
    if reason is not None:
        work = partial(room.clinic.links.link, room.patient.id, other, reason)
        room.service(work, lambda _: _done(room, "Unidos: cada expediente dice del otro."))


def _undo(room: Expediente) -> None:
    options = [Option(one.patient, one.number) for one in room.clinic.links.of(room.patient.id)]

    def chosen(other: str | None) -> None:
        if other is not None:
            prompt = ReasonPrompt("Separar los expedientes", "Por qué")
            room.app.push_screen(prompt, partial(_parted, room, other))

    room.app.push_screen(Choice("¿De cuál se separa?", options), chosen)


def _parted(room: Expediente, other: str, reason: str | None) -> None:
    if reason is not None:
        work = partial(room.clinic.links.undo, room.patient.id, other, reason)
        room.service(work, lambda _: _done(room, "Separados."))


def _death(room: Expediente) -> None:
    def noted(done: bool | None) -> None:
        if done:
            _done(room, "Defunción anotada; sus citas quedaron canceladas.")

    room.app.push_screen(Defuncion(room.clinic, room.patient.id), noted)


def _alive(room: Expediente) -> None:
    def told(reason: str | None) -> None:
        if reason is not None:
            work = partial(room.clinic.deaths.take_back, room.patient.id, reason)
            room.service(
                work, lambda _: _done(room, "Se quitó la defunción; ponga otra vez citas y programas.")
            )

    room.app.push_screen(ReasonPrompt("Quitar la defunción", "Por qué"), told)


def _done(room: Expediente, sentence: str) -> None:
    room.set_patient(room.clinic.registry.get(room.patient.id))
    room.reload()
    room.flash(sentence)
