"""Who is at the desk, from unlocking to closing: the open clinic, the PINs, the cover and the idle clock."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen

from ces_tui.base.clock import Clock, SystemClock
from ces_tui.base.errors import CesError, NotAllowed
from ces_tui.people.pins import Pins
from screens.safe import SafeApp
from screens.sign import read_sign
from screens.small import TooSmall
from screens.watch import Watch

if TYPE_CHECKING:
    from ces_tui.clinic import Clinic
    from screens.acceso import Minutes
    from screens.copias_diarias import DailyCopy

_QUIET = 2.0
"""Seconds without a key before housekeeping that shares the disk with whoever types."""


class SessionApp(SafeApp):
    """The two locks around the record; CesApp adds the rooms."""

    def __init__(self, store: Path, clock: Clock | None = None, demo_passphrase: str | None = None) -> None:
        super().__init__()
        self.store = store
        self.sign = read_sign(store)
        self.clock: Clock = clock or SystemClock()
        self.demo_passphrase = demo_passphrase
        self.clinic: Clinic | None = None
        self.pins = Pins()
        self.idle = Watch(self.clock)
        self.minutes: Minutes | None = None
        self.large_questions = True
        """Whether questions that are read aloud stand in large text; as the person left it."""
        self._daily: DailyCopy | None = None

    @property
    def open_clinic(self) -> Clinic:
        """The open clinic; NotAllowed when it is closed."""
        if self.clinic is None:
            raise NotAllowed("Primero desbloquee con su frase de acceso.")
        return self.clinic

    def get_default_screen(self) -> Screen[Any]:
        from screens.unlock import Unlock

        return Unlock()

    def on_mount(self) -> None:
        self.set_interval(5, self.look_at_locks)
        self.set_interval(60, self.look_at_copies)
        for name in ("SIGHUP", "SIGTERM"):  # the terminal was closed, the system goes down
            with contextlib.suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.action_leave)

    def enter(self, clinic: Clinic) -> None:
        """Someone unlocked: show the first room."""
        from screens.acceso import Minutes

        self.clinic = clinic
        self.minutes = Minutes(self)
        self.idle.touch()
        self.go_home()

    def keep_drafts(self) -> None:
        """Every room seals what was typed; one that can't does not keep the others from it."""
        from screens.room import Room

        for screen in self.screen_stack if self._screen_stacks.get(self._current_mode) else []:
            if isinstance(screen, Room):
                with contextlib.suppress(Exception):  # covering and closing must not fail
                    screen.keep()

    def close_clinic(self, why: str = "") -> None:
        """Drop keys, PINs and everything decrypted; the passphrase is asked again."""
        self.keep_drafts()
        clinic, self.clinic = self.clinic, None
        self.pins.forget()
        self._clipboard = ""
        if clinic is not None:
            clinic.close()
        self._unwind(1)
        from screens.unlock import Unlock

        if isinstance(self.screen_stack[0], Unlock):
            self.screen_stack[0].closed(why)
        self.mind_size()

    def look_at_locks(self) -> None:
        """Cover after two idle minutes, close after fifteen or a suspend; called every five seconds."""
        if self.clinic is None:
            return
        if reason := self.idle.must_close():
            self.close_clinic(reason)
        elif self.idle.must_cover():
            self.action_cover()
        else:
            if self.minutes is not None:
                self.minutes.look()
            self.write_reads(after_ms=60_000)
            self.settle_store()

    def write_reads(self, after_ms: int = 0) -> None:
        """Put on the disk who opened what: at each cover, and a minute after the oldest that waits."""
        clinic = self.clinic
        oldest = clinic.vault.reads.oldest if clinic is not None else None
        if clinic is None or oldest is None or abs(self.clock.now_ms() - oldest) < after_ms:
            return

        def write() -> None:
            with contextlib.suppress(CesError):  # they wait for a disk that takes them
                clinic.vault.reads.flush()

        self.run_worker(write, thread=True, exit_on_error=False, group="reads")

    def settle_store(self) -> None:
        """In a quiet moment: what saves left for later goes into its tables, and the journal into the database."""
        clinic = self.clinic
        if clinic is None or self.idle.idle < _QUIET or not clinic.vault.unsettled:
            return

        def write() -> None:
            with contextlib.suppress(CesError):  # it waits for a disk that takes it
                clinic.vault.checkpoint()

        self.run_worker(write, thread=True, exit_on_error=False, group="settle")

    def look_at_copies(self) -> None:
        """The copy of the day, at a quiet moment; called every minute."""
        if self.clinic is not None:
            if self._daily is None:
                from screens.copias_diarias import DailyCopy

                self._daily = DailyCopy(self)
            self._daily.look()

    async def on_event(self, event: events.Event) -> None:
        if (
            isinstance(event, (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown))
            and not self.covered
        ):
            self.idle.touch()
        await super().on_event(event)

    @property
    def covered(self) -> bool:
        from screens.cover import Cover

        return any(isinstance(s, Cover) for s in self.screen_stack)

    def go_home(self) -> None:
        """Show the first room; CesApp knows which."""
        raise NotImplementedError

    def action_leave(self) -> None:
        self.close_clinic()
        self.exit(0)

    def action_cover(self) -> None:
        if self.clinic is not None and not self.covered:
            from screens.cover import Cover

            self.keep_drafts()
            self.write_reads()
            if isinstance(self.screen, TooSmall):
                self.drop_screen()
            self.push_screen(Cover())
            self.mind_size()

    def _unwind(self, keep: int) -> None:
        while len(self.screen_stack) > keep:
            self.drop_screen()
