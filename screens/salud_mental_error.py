"""«Registrado por error» for a note of the register: which one, why; it stays in the chart, marked, and counts no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ces_tui.base.dates import show_date
from ces_tui.consult.mistakes import REGISTER_NOTE, Marked
from ces_tui.screening.programme_records import REASON_WORDS, ProgrammeNote
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.fields import Option
from screens.widgets.modals import Choice, ReasonPrompt

_LONG = 44
_SAYS = ["Nada se borra: queda en el expediente, marcada con su motivo, y deja de contar."]


def mark_note(room: Room, notes: Sequence[Stored[ProgrammeNote]], marked: Callable[[Marked], object]) -> None:
    """Ask which note and why, then strike it; `marked` follows. The newest note comes first."""
    newest = sorted(notes, key=lambda n: -n.record.at)
    if not newest:
        room.flash("No hay nada que marcar: aquí no hay sesiones, movimientos ni preguntas.", "aviso")
        return
    by_id = {n.id: n for n in newest}

    def chosen(note: str | None) -> None:
        if note is not None:
            _ask_why(room, by_id[note], marked)

    room.app.push_screen(
        Choice("¿Cuál se registró por error?", [Option(n.id, _words(n)) for n in newest]), chosen
    )


def _ask_why(room: Room, note: Stored[ProgrammeNote], marked: Callable[[Marked], object]) -> None:
    def told(reason: str | None) -> None:
        if reason is not None:
            mark = partial(room.clinic.consults.mark_other, room.patient.id, note.id, REGISTER_NOTE, reason)
            room.service(mark, marked, busy="Guardando…", name="por error")

    says = [f"{room.patient.record.name}, {room.patient.record.clinic_number}", _words(note), *_SAYS]
    room.app.push_screen(ReasonPrompt("Registrado por error", "Por qué", says=says), told)


def _words(note: Stored[ProgrammeNote]) -> str:
    said = " ".join(note.record.text.split())
    short = said if len(said) <= _LONG else said[: _LONG - 1] + "…"
    return f"{show_date(note.record.day)} {REASON_WORDS[note.record.kind]}: {short}"
