"""Who this is, said from the chart: another record of the same person, a death, and the way back from both."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.expediente_defuncion import Death, Defuncion
from screens.room import Command
from screens.widgets.fields import Option
from screens.widgets.modals import Choice, ReasonPrompt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from screens.expediente import Expediente


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
    def noted(told: Death | None) -> None:
        if told is not None:
            _done(room, "Defunción anotada; sus citas quedaron canceladas.")

    note = partial(room.clinic.deaths.note, room.patient.id)
    room.app.push_screen(Defuncion(room.clinic.desk.today(), note), noted)


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
