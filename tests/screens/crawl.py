"""Goes through every screen that a person can reach by its own keys, and takes down what would go to the terminal.

The pilot's driver throws the stream away; `streamed` lets Textual write it after all, into a list.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual import events
from textual.binding import Binding
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen

from ces_tui.base.text import is_control
from screens.app import CesApp
from screens.rooms import ROOMS
from screens.widgets.form import Form
from screens.widgets.lines import Lines
from screens.widgets.note import NoteArea
from tests.screens.support import Driver
from tests.unit.hostile import MARK, foreign

_NUMBER = re.compile(MARK + r"(\d{3})")
_LEFT_OUT = re.compile(r"app\.(?!explain|palette|jump)|unlock\.|cover\.")
"""Keys that every screen has are pressed once, not everywhere."""


@dataclass
class Seen:
    """What was written, screen by screen: how many bytes, which sequences came to be shown, and what was foreign."""

    stream: list[str] = field(default_factory=list)
    where: str = "Unlock"
    written: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shown: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    foreign: list[tuple[str, str]] = field(default_factory=list)
    raised: list[tuple[str, str]] = field(default_factory=list)

    def take(self, screen: Screen[Any]) -> None:
        """Judge what was written since the last time."""
        self.where = type(screen).__name__
        text = "".join(self.stream)
        self.stream.clear()
        self.written[self.where] += len(text)
        self.shown[self.where] |= {int(n) for n in _NUMBER.findall(text)}
        self.foreign += [(self.where, one) for one in foreign(text)]


@contextmanager
def streamed() -> Iterator[Seen]:
    """While this lasts, the pilot's driver keeps what is written to it."""
    seen = Seen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HeadlessDriver, "is_headless", False)
        patch.setattr(HeadlessDriver, "write", lambda _self, data: seen.stream.append(data))
        yield seen


@dataclass
class Crawler:
    """Opens each room of a clinic again and again and presses its keys, `depth` screens deep, at most `most` keys in each."""

    d: Driver
    seen: Seen
    patient: str = ""
    rows: int = 3
    most: int = 40
    paths: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """How each screen that showed a hostile text was reached first: the room, and the keys from there."""
    _room: str = ""
    _trail: list[str] = field(default_factory=list)

    @property
    def app(self) -> CesApp:
        return self.d.app

    async def look(self) -> None:
        """Wait until all is quiet, then judge; our own mistakes are kept, not raised: this looks at the stream."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.d.pilot.pause()
        if self.app.faults:
            self.seen.raised += [(type(self.app.screen).__name__, repr(e)) for e in self.app.faults]
            self.app.faults.clear()
        before = len(self.seen.shown[type(self.app.screen).__name__])
        self.seen.take(self.app.screen)
        if len(self.seen.shown[self.seen.where]) > before and self._room:
            self.paths.setdefault(self.seen.where, (self._room, tuple(self._trail)))

    async def press(self, *keys: str) -> None:
        for key in keys:
            self._trail.append(key)
            await self.d.pilot.press(key)
            await self.look()

    async def again(self, name: str) -> bool:
        """Go to a screen once more by the way on which it was found first; False when that leads elsewhere now."""
        room, keys = self.paths[name]
        if not await self.room(room):
            return False
        if keys:
            await self.d.pilot.press(*keys)
        await self.look()
        return self.seen.where == name

    async def room(self, name: str) -> bool:
        """Enter a room from Hoy; False when this person may not."""
        app = self.app
        entry = ROOMS[name]
        if app.clinic is None or not app.possible(entry):
            return False
        self._room, self._trail = app.home, []
        app.go_home()
        await self.look()
        self._room = name
        if name != app.home:
            args: dict[str, Any] = {}
            if entry.needs_patient:
                args["patient"] = app.clinic.registry.get(self.patient)
            app.open_room(name, **args)
        await self.look()
        return True

    def keys(self) -> list[str]:
        """The screen's own keys, one for each binding."""
        found: dict[str, str] = {}
        for key, active in self.app.screen.active_bindings.items():
            binding: Binding = active.binding
            if active.enabled and binding.id and not _LEFT_OUT.match(binding.id):
                found.setdefault(binding.id, key)
        return list(found.values())[: self.most]

    async def everything(self, names: list[str], *, keys: bool, deep: bool) -> None:
        """Each room and its rows; with `keys` what each of its keys opens, `deep` also the keys of that."""
        for name in names:
            if not await self.room(name):
                continue
            await self._rows()
            await self.room(name)
            for key in self.keys() if keys else []:
                await self.room(name)
                at = self.app.screen
                await self.press(key)
                if self.app.screen is at or self.app.clinic is None:
                    continue
                for inner in self.keys() if deep else []:
                    await self.room(name)
                    await self.press(key)
                    await self.press(inner, "enter")
                await self._rows()

    async def frame(self) -> None:
        """What lies over every room: help, palette, jump letters, the cover."""
        for name in ("hoy", "coordinacion", "expediente"):
            if await self.room(name):
                for key in ("f1", "ctrl+p", "ctrl+g"):
                    await self.press(key, "pagedown", "escape")
        await self.press("ctrl+l")

    async def paste(self, texts: list[str], most: int) -> int:
        """Paste these into up to `most` places of this screen that take text, type their controls into the first; how many."""
        taken, controls = (
            0,
            "".join(sorted({c for text in texts for c in text if is_control(c) and c != "\n"})),
        )
        for widget in list(self.app.screen.focus_chain)[:most]:
            widget.focus()
            await self.d.pilot.pause()
            places = len(widget.fields) if isinstance(widget, Form) else 1
            for _ in range(min(places, most)):
                for text in texts:
                    self.app.screen.post_message(events.Paste(text))
                    await self.d.pilot.pause()
                if not taken:
                    await self.d.type(f"a{controls}b")
                await self.look()
                held = widget.text if isinstance(widget, NoteArea) else ""
                if isinstance(widget, Form):
                    held = json.dumps(widget.dump(), default=str, ensure_ascii=False)
                assert not [c for c in held if c != "\n" and is_control(c)], (type(self.app.screen), held)
                taken += 1
                if isinstance(widget, Form):
                    await self.d.pilot.press("down")
        return taken

    async def _rows(self) -> None:
        """Down the list with the focus, opening what stands there and leaving it again."""
        for _ in range(self.rows):
            below = len(self.app.screen_stack)
            if not isinstance(self.app.screen.focused, Lines):
                return
            await self.press("enter")
            if len(self.app.screen_stack) > below:
                await self.press("pagedown", "escape")
            if len(self.app.screen_stack) != below:
                return
            await self.press("down")
