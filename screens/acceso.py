"""Opening what is reserved against a reason, the banner with the minutes left, and leaving when they are over."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ces_tui.base.errors import CesError
from ces_tui.people.access import SHORTEST_REASON
from ces_tui.people.records import RESTRICTION_WORDS, Restriction
from screens.room import Room
from screens.widgets.fields import Option
from screens.widgets.modals import Choice, ReasonPrompt

if TYPE_CHECKING:
    from screens.session import SessionApp

OVER = "Pasaron los quince minutos; lo reservado se cerró. Lo escrito quedó en sus borradores."
SAYS = (
    "Se abre sólo este expediente, sólo para usted, por quince minutos.",
    "El motivo y su nombre quedan anotados antes de mostrar nada, y los lee la supervisión.",
)
_LIFT = "quitar"


def ask_reason(room: Room, then: Callable[[], object], otherwise: Callable[[], object] | None = None) -> None:
    """Ask for the reason, write it, and go on with `then`; `otherwise` when the person turned back."""

    def told(reason: str | None) -> None:
        if reason is not None:
            opening = partial(room.clinic.access.open, room.patient.id, reason)
            room.service(opening, lambda _left: then(), name="reservado")
        elif otherwise is not None:
            otherwise()

    room.app.push_screen(ReasonPrompt("Abrir lo reservado", "Motivo", says=SAYS, least=SHORTEST_REASON), told)


def ask_restriction(room: Room, then: Callable[[], object]) -> None:
    """Mark the chart as restricted, or lift it, with a reason."""
    options = [Option(key, f"Reservar: {words}") for key, words in RESTRICTION_WORDS.items()]
    if room.clinic.access.restricted(room.patient.id):
        options.append(Option(_LIFT, "Quitar la reserva"))

    def chosen(key: str | None) -> None:
        if key is None:
            return
        why: Restriction = "" if key == _LIFT else key  # type: ignore[assignment]

        def told(reason: str | None) -> None:
            if reason is not None:
                work = partial(room.clinic.access.restrict, room.patient.id, why, reason)
                room.service(work, lambda _stored: then(), name="reservar")

        room.app.push_screen(ReasonPrompt("Reservar el expediente", "Motivo", least=SHORTEST_REASON), told)

    note = "Quien no puede ver lo reservado tendrá que dar un motivo para abrirlo."
    room.app.push_screen(Choice("Reservar el expediente", options, note=note), chosen)


class Minutes:
    """Looks every few seconds at the charts that stand open against a reason."""

    def __init__(self, app: SessionApp) -> None:
        self._app = app
        self._open: set[str] = set()

    def look(self) -> None:
        """Draw the minutes left; leave the chart when they are over."""
        clinic = self._app.clinic
        if clinic is None:
            self._open.clear()
            return
        rooms = [s for s in self._app.screen_stack if isinstance(s, Room) and s.has_patient]
        still = {r.patient.id for r in rooms if clinic.access.minutes_left(r.patient.id)}
        ended = {r.patient.id for r in rooms} & self._open - still
        self._open = still
        if ended:
            self._app.keep_drafts()
            self._app.go_home()
            self._app.call_after_refresh(self._app.flash, OVER, "aviso")
        elif still and isinstance(self._app.screen, Room):
            with contextlib.suppress(CesError):
                self._app.screen.show_bars()
