"""The application: which store, who is at the desk, which room is open. It holds no rules and draws nothing itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.binding import Binding, BindingType

from ces_tui.base.clock import Clock
from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput, NotAllowed, NoTerminal
from ces_tui.base.paths import state_dir
from ces_tui.base.platform.harden import harden
from ces_tui.people.roles import ROLES
from screens.keys import GLOBAL_KEYS, read_keymap
from screens.rooms import ROOMS, RoomEntry
from screens.session import SessionApp
from screens.small import TooSmall
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


class CesApp(SessionApp):
    """One window on one store."""

    TITLE = "ces-tui"
    CSS_PATH = "base.tcss"
    BINDINGS = _bindings()

    def enter(self, clinic: Clinic) -> None:
        super().enter(clinic)
        if clinic.greeting:
            self.call_after_refresh(self.flash, " ".join(clinic.greeting), "aviso")
        try:
            self.set_keymap(read_keymap(state_dir() / "teclas.json"))
        except BadInput as error:
            self.call_after_refresh(self.flash, str(error), "aviso")

    # -- rooms -------------------------------------------------------------------------------------------------

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
        spare = max(room - len(heading) - len(who) - 7, 6)  # the clinic gives way, not the person
        name = clinic.name if len(clinic.name) <= spare else clinic.name[: spare - 1] + "…"
        left = f" {heading} · {name} · {who}"
        left = left if len(left) <= room else left[: room - 1] + "…"
        return [(left.ljust(room), "bar"), (f"  {today}  ", "bar"), (end, "sel")]

    def possible(self, entry: RoomEntry) -> bool:
        """Whether the person at the desk may enter this room."""
        if self.clinic is None or (entry.id == "hoy" and self.home != "hoy"):
            return False
        return entry.action is None or self.clinic.desk.may(entry.action)

    @property
    def home(self) -> str:
        """The first room: Hoy; at the office Coordinación, or, for a supervisor there, the cases that wait for an answer."""
        if self.clinic is None or self.clinic.vault.header.clinic.kind != "office":
            return "hoy"
        return "coordinacion" if self.clinic.desk.may("oficina") else "salud_mental"

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

    # -- what the global keys do -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "back":
            return self.screen.is_modal or len(self.screen_stack) > 2
        return action not in {"find", "palette", "room", "jump", "cover"} or self.clinic is not None

    def action_room(self, name: str) -> None:
        # a digit pressed twice arrives before the new room has the focus: one room, not two
        if self.at_work and getattr(self.screen, "room", "") != name:
            self.open_room(name)

    def action_find(self) -> None:
        self.action_room("buscar")

    def action_palette(self) -> None:
        if self.at_work:
            from screens.palette import Palette

            self.push_screen(Palette())

    def action_jump(self) -> None:
        if self.at_work and not self.covered:
            from screens.jump import Jump, targets

            found = targets(self.screen)
            if found:
                self.push_screen(Jump(found), lambda widget: widget.focus() if widget is not None else None)

    def action_explain(self) -> None:
        from screens.help import Help, HelpScreen

        if not isinstance(self.screen, HelpScreen) and not self.covered:
            self.push_screen(HelpScreen(Help.of(self)))

    async def action_back(self) -> None:
        if isinstance(self.screen, TooSmall) or (self.covered and not self.screen.is_modal):
            return
        if self.left():  # it was meant for a window that is gone, not for the one that came after it
            return
        leave = getattr(
            self.screen, "action_leave", None
        )  # a window may ask before what was typed in it goes
        if self.screen.is_modal and leave is not None:
            leave()
        elif self.screen.is_modal:
            self.screen.dismiss(None)
        elif self.at_work and len(self.screen_stack) > 2:
            self.keep_drafts()
            self.screen.dismiss(None)


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
