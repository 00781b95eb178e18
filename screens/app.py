"""The application: which store, who is at the desk, which room is open. It holds no rules and draws nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ces_tui.base.clock import Clock, SystemClock
from ces_tui.base.dates import show_date
from ces_tui.base.errors import NotAllowed, NoTerminal
from ces_tui.base.platform.harden import harden
from ces_tui.people.pins import Pins
from ces_tui.people.roles import ROLES
from screens.keys import GLOBAL_KEYS
from screens.rooms import ROOMS, RoomEntry
from screens.safe import SafeApp
from screens.sign import read_sign
from screens.small import TooSmall
from screens.watch import Watch
from screens.widgets.ink import Span

if TYPE_CHECKING:
    from ces_tui.clinic import Clinic


def _bindings() -> list[BindingType]:
    out: list[BindingType] = [
        Binding(key, k.action, k.verb, id=k.id, tooltip=k.tooltip, show=k.shown, priority=key in k.keys)
        for k in GLOBAL_KEYS
        for key in (*k.keys, *k.quiet)
    ]
    for room in ROOMS.values():
        if room.key:
            tip = f"Abre {room.title}."
            out.append(
                Binding(
                    room.key,
                    f"room('{room.id}')",
                    room.title,
                    id=f"app.room.{room.id}",
                    tooltip=tip,
                    show=False,
                )
            )
    return out


class CesApp(SafeApp):
    """One window on one store."""

    TITLE = "ces-tui"
    CSS_PATH = "base.tcss"
    BINDINGS = _bindings()

    def __init__(self, store: Path, clock: Clock | None = None, demo_passphrase: str | None = None) -> None:
        super().__init__()
        self.store = store
        self.sign = read_sign(store)
        self.clock: Clock = clock or SystemClock()
        self.demo_passphrase = demo_passphrase
        self.clinic: Clinic | None = None
        self.pins = Pins()
        self.idle = Watch(self.clock)

    # -- the session -------------------------------------------------------------------------------------------

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
        for name in ("SIGHUP", "SIGTERM"):  # the terminal was closed, the system goes down
            with contextlib.suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.action_leave)

    def enter(self, clinic: Clinic) -> None:
        """Someone unlocked: show the first room."""
        self.clinic = clinic
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

    async def on_event(self, event: events.Event) -> None:
        if (
            isinstance(event, (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown))
            and not self.covered
        ):
            self.idle.touch()
        await super().on_event(event)

    # -- rooms -------------------------------------------------------------------------------------------------

    @property
    def covered(self) -> bool:
        from screens.cover import Cover

        return any(isinstance(s, Cover) for s in self.screen_stack)

    @property
    def at_work(self) -> bool:
        """Whether a room (or the palette's room) is what the person sees."""
        from screens.room import Room

        return self.clinic is not None and isinstance(self.screen, Room)

    def title_line(self, heading: str) -> list[Span]:
        """Room, clinic, person, date, and DATOS INVENTADOS in the demo."""
        clinic = self.open_clinic
        me, today = clinic.desk.me, show_date(clinic.desk.today())
        end = " DATOS INVENTADOS " if clinic.demo else ""
        who = f"{me.name} ({ROLES.get(me.role, me.role)})" if self.size.width >= 100 else me.name
        room = max(self.size.width - len(end) - len(today) - 4, 20)
        left = f" {heading} · {clinic.name} · {who}"
        left = left if len(left) <= room else left[: room - 1] + "…"
        return [(left.ljust(room), "bar"), (f"  {today}  ", "bar"), (end, "sel")]

    def possible(self, entry: RoomEntry) -> bool:
        """Whether the person at the desk may enter this room."""
        return self.clinic is not None and (entry.action is None or self.clinic.desk.may(entry.action))

    @property
    def home(self) -> str:
        office = self.clinic is not None and self.clinic.vault.header.clinic.kind == "office"
        return "coordinacion" if office else "hoy"

    def go_home(self) -> None:
        """Back to the first room; rooms above it are left (their drafts are sealed)."""
        self.keep_drafts()
        self._unwind(1)
        self.push_screen(ROOMS[self.home].make())

    def open_room(self, name: str, *, then: Callable[[Any], None] | None = None, **args: Any) -> None:
        """Enter a room; `args` go to its class, `then` gets what it is dismissed with.

        A room that needs a patient and gets none asks for one first, through Buscar.
        """
        entry = ROOMS[name]
        if not self.possible(entry):
            self.flash(str(NotAllowed()), "error")
        elif name == self.home and not args:
            self.keep_drafts()
            self._unwind(2)
        elif entry.needs_patient and args.get("patient") is None:

            def chosen(patient: Any) -> None:
                if patient is not None:
                    self.open_room(name, then=then, **{**args, "patient": patient})

            self.push_screen(ROOMS["buscar"].make(choose=True), chosen)
        else:
            self.push_screen(entry.make(**args), then)

    def flash(self, text: str, kind: Any = "ok") -> None:
        """A sentence in the room that is open."""
        from screens.room import Room

        if isinstance(self.screen, Room):
            self.screen.flash(text, kind)

    def _unwind(self, keep: int) -> None:
        while len(self.screen_stack) > keep:
            self.pop_screen()

    # -- what the global keys do -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "back" and len(self.screen_stack) <= 2 and not self.screen.is_modal)

    def action_room(self, name: str) -> None:
        if self.at_work:
            self.open_room(name)

    def action_find(self) -> None:
        self.action_room("buscar")

    def action_palette(self) -> None:
        if self.at_work:
            from screens.palette import Palette

            self.push_screen(Palette())

    def action_explain(self) -> None:
        from screens.help import Help, HelpScreen

        if not isinstance(self.screen, HelpScreen) and not self.covered:
            self.push_screen(HelpScreen(Help.of(self)))

    def action_cover(self) -> None:
        if self.clinic is not None and not self.covered:
            from screens.cover import Cover

            self.keep_drafts()
            if isinstance(self.screen, TooSmall):
                self.pop_screen()
            self.push_screen(Cover())
            self.mind_size()

    async def action_back(self) -> None:
        if self.covered or self.clinic is None or isinstance(self.screen, TooSmall):
            return
        if self.screen.is_modal:
            self.screen.dismiss(None)
        elif len(self.screen_stack) > 2:
            self.keep_drafts()
            self.screen.dismiss(None)

    def action_leave(self) -> None:
        self.close_clinic()
        self.exit(0)


def run(store: Path, clock: Clock | None = None, demo_passphrase: str | None = None) -> int:
    """Open the screens on a store; returns the exit code (70 after our own error, whose sentence goes to stderr).

    NoTerminal where there is none; NotFound or StoreDamaged when the folder holds no store that can be read.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal
    harden()
    app = CesApp(store, clock, demo_passphrase)
    code = app.run()
    if app.clinic is not None:
        app.clinic.close()
    if app.fault:
        print(app.fault, file=sys.stderr)  # noqa: T201 - the terminal is ours again
        return 70
    return code or 0
