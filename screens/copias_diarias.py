"""The copy of the day, made by itself while nobody is at the keyboard; the first key stops it without harm."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ces_tui.base.errors import CesError
from ces_tui.sync.stick import Stopped
from screens.widgets.modals import Progress

if TYPE_CHECKING:
    from screens.session import SessionApp

QUIET = 60.0
"""Seconds without a key before it begins."""
_SOMEONE = 3.0


class DailyCopy:
    """Looks once a minute; at most one copy at a time, and one complaint a day."""

    def __init__(self, app: SessionApp) -> None:
        self._app = app
        self._running = False
        self._told: date | None = None

    def look(self) -> None:
        """Begin the copy when it is due and nobody is typing or waiting for something long."""
        app = self._app
        if self._running or app.clinic is None or app.idle.idle < QUIET:
            return
        if any(isinstance(screen, Progress) for screen in app.screen_stack):
            return
        self._running = True
        app.run_worker(self._work, thread=True, exit_on_error=False, group="copia")

    def _work(self) -> None:
        clinic = self._app.clinic
        try:
            if clinic is not None and clinic.backups.due():
                clinic.backups.copy_today(cancelled=lambda: clinic.closed or self._app.idle.idle < _SOMEONE)
        except Stopped:
            pass  # someone came back; the next quiet minute begins anew
        except CesError as error:
            if clinic is not None and not clinic.closed:
                self._app.call_later(self._complain, str(error), clinic.desk.today())
        except Exception as unknown:  # noqa: BLE001 - a store that was closed meanwhile has nothing to copy
            if clinic is not None and not clinic.closed:
                self._app.call_later(self._complain, str(self._app.own_fault(unknown)), clinic.desk.today())
        finally:
            self._running = False

    def _complain(self, sentence: str, today: date) -> None:
        if self._told != today:
            self._told = today
            self._app.flash(sentence, "aviso")
