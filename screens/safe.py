"""An App that writes nothing behind our back: no stock commands, no outer clipboard, no traceback with locals, no toasts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

from textual._context import active_message_pump
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from ces_tui.base.errors import CesError
from screens import fault
from screens.small import TooSmall
from screens.themes import FALLBACK, THEMES, pick_theme

SMALLEST = (80, 24)
_PATIENCE = 3.0
"""Seconds that a priority key waits at most for the letters before it: long, since what it does may be a signature."""
_HASTE = 0.5
"""The same for covering and leaving: a field that is stuck must not hold them up."""


class SafeApp(App[int], inherit_bindings=False):
    """What Textual would write, send or show of its own accord is closed here; SessionApp adds the clinic."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.fault = ""
        """The sentence to print after our own error."""
        self.faults: list[Exception] = []
        """Our own mistakes that were said in a room and survived."""
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        # without its watcher: that would parse every style sheet a second time before the first paint
        self.set_reactive(App.theme, pick_theme())
        self._refresh_truecolor_filter(self.ansi_theme)
        self.set_class(self.current_theme.dark, "-dark-mode")

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())

    def _repaint(self) -> None:
        """Widgets here draw with the theme's colours themselves, so that a new theme is theirs to draw."""
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                widget.refresh()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACK

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of the stock commands (one writes a screenshot); ours are in screens/palette.py."""
        return ()

    def copy_to_clipboard(self, text: str) -> None:
        """Keep it here: the stock way sends it to the outer terminal (OSC 52)."""
        self._clipboard = text

    def notify(self, message: str, **_options: Any) -> None:
        """One line in the room instead of a toast over it."""
        self.flash(message)

    def flash(self, text: str, kind: Any = "ok") -> None:
        """A sentence in the room that is open."""
        from screens.room import Room

        if isinstance(self.screen, Room):
            self.screen.flash(text, kind)

    def say_error(self, error: CesError) -> bool:
        """A known failure as a sentence in the open room; False where there is none to say it."""
        from screens.room import Room

        for screen in reversed(self.screen_stack):
            if isinstance(screen, Room):
                screen.show_error(error)
                return True
        return False

    def own_fault(self, error: Exception) -> CesError:
        """Our own mistake, kept for the tests, as a sentence with a code."""
        self.faults.append(error)
        return fault.internal_error(error)

    async def run_action(self, action: Any, default_namespace: Any = None, namespaces: Any = None) -> bool:
        """What a key does; a refusal is a sentence, not the end."""
        await self._typed_first(str(action))
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except CesError as error:
            if not self.say_error(error):
                raise
            return True

    async def _typed_first(self, action: str) -> None:
        """Let letters typed before pass, through the field and the room that listens to it.

        A priority key (firmar, guardar) is looked at here, in the application's own loop, while they wait in the
        field's queue; a note was signed without its last letters.
        """
        focused = self.focused
        if focused is None or active_message_pump.get(None) is not self:
            return
        patience = _HASTE if action.startswith(("cover", "leave")) else _PATIENCE
        for place in (focused, self.screen):
            passed = asyncio.Event()
            if place.call_later(passed.set):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(passed.wait(), patience)

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, (NoMatches, asyncio.InvalidStateError)) and self.left():
            return  # a window closed before it was whole, or closed once more by a key that was already on its way
        if not (isinstance(error, CesError) and self.say_error(error)):
            super()._handle_exception(error)

    def pop_screen(self) -> AwaitComplete:
        """What `dismiss` does: nothing for a window that is gone, or a key pressed thrice would close the room below it.

        What was opened over the one that closes (help, before its own key had reached it) closes with it: else the
        wrong one would go, and the one that has given its answer could never be closed.
        """
        asked = active_message_pump.get(None)
        if self.left():
            return AwaitComplete()
        if isinstance(asked, Widget):
            while asked.screen is not self.screen and asked.screen in self.screen_stack:
                super().pop_screen()
        return super().pop_screen()

    def drop_screen(self) -> None:
        """Leave the screen on top, whoever asks."""
        super().pop_screen()

    def left(self) -> bool:
        """Whether what is being handled was for a screen that is no longer open."""
        asked = active_message_pump.get(None)
        if not isinstance(asked, Widget):
            return False
        try:
            return asked.screen not in self.screen_stack
        except NoScreen:
            return True

    def keep_drafts(self) -> None:
        """Called before the last words; SessionApp knows what to keep."""

    def panic(self, *_renderables: Any) -> None:
        """Textual's own last words may hold data of the record: only our sentence is printed."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        self.fault = str(fault.internal_error(self._exception or CesError()))
        self.keep_drafts()
        self._close_messages_no_wait()

    # -- the size of the window --------------------------------------------------------------------------------

    def on_resize(self, event: Resize) -> None:
        self.mind_size(event.size)

    def mind_size(self, size: Size | None = None) -> None:
        """A sentence over everything while the window is too small; called whenever the top screen or the size changes."""
        width, height = size or self.size
        under = next((s for s in reversed(self.screen_stack) if not isinstance(s, TooSmall)), None)
        least = getattr(under, "smallest", SMALLEST)
        small = width < least[0] or height < least[1]
        shown = isinstance(self.screen, TooSmall)
        if shown and not small:
            self.drop_screen()
        elif small and not shown:
            self.push_screen(TooSmall())
