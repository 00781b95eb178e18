"""The pilot's helper and the text snapshots. The compositor's private names are used here and nowhere else."""

from __future__ import annotations

import asyncio
import os
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen

from screens.app import CesApp
from screens.room import Room
from screens.widgets.bars import Flash
from screens.widgets.form import Form

W = TypeVar("W")
PATIENCE = 120.0
"""Seconds after which a screen that is never quiet fails its test: a loaded machine is slow, not wrong."""
UPDATE = "CES_SNAPSHOTS"
"""Set to `update` to write the snapshots anew."""


def screen_text(app: CesApp) -> str:
    """What the person sees, line by line, without styles."""
    screen = app.screen
    width, height = app.size
    strips = screen._compositor.render_strips(app.size)
    rows = ["".join(s.text for s in strip).rstrip() for strip in strips]
    assert len(rows) == height and all(len(row) <= width for row in rows)
    return "\n".join(rows) + "\n"


def _stroke(key: str) -> tuple[str, str | None]:
    """A key's name and the character it types, as the terminal would send them."""
    name = _character_to_key(key) if len(key) == 1 else key
    try:
        return name, unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        return name, key if len(key) == 1 else None


async def quiet(app: CesApp) -> None:
    """Wait until no worker works, no widget handles a message, nothing waits to be painted: facts, not a guess of time.

    Timers that are not due yet and threads that no worker started are not waited for.
    """
    loop = asyncio.get_running_loop()
    patience = loop.time() + PATIENCE
    while True:
        await app.workers.wait_for_complete()
        await app.animator.wait_until_complete()
        await asyncio.sleep(0)
        assert loop.time() < patience, "la pantalla no llega a quedar quieta"
        if loop._ready:  # type: ignore[attr-defined]
            continue
        if not app.is_running:
            return
        if _busy(app):  # a handler waits for something else than the next message: a thread, a sleep
            await asyncio.sleep(0.001)
        elif _unpainted(app.screen):
            app.screen._on_timer_update()
        elif all(worker.is_finished for worker in app.workers):
            return


def _busy(app: CesApp) -> bool:
    pumps = [app, *app.screen.walk_children(with_self=True)]
    return any(pump.is_running and not pump._message_queue.ready_event._waiters for pump in pumps)


def _unpainted(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )


@dataclass
class Driver:
    """Keys in, text out."""

    app: CesApp
    pilot: Pilot[int]

    async def settle(self) -> None:
        """Wait for workers and what they set off."""
        await quiet(self.app)
        if self.app.faults:
            raise self.app.faults.pop()

    async def press(self, *keys: str) -> None:
        """Press keys by their Textual names; after each, wait until all is quiet."""
        for key in keys:
            self._send(*_stroke(key))
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text letter by letter, as fast as a paste of keys would come, then wait until all is quiet."""
        for character in text:
            self._send(_character_to_key(character), character)
            await asyncio.sleep(0)
        await self.settle()

    async def burst(self, *keys: str) -> None:
        """Send keys and whole texts («#» and a text) without a breath between them: faster than anything is painted."""
        for key in keys:
            for name, character in (
                [(_character_to_key(c), c) for c in key[1:]] if key[0] == "#" else [(key, None)]
            ):
                self._send(name, character)
        await self.settle()

    def _send(self, key: str, character: str | None) -> None:
        driver = self.app._driver
        assert driver is not None
        event = Key(key, character)
        event.set_sender(self.app)
        driver.send_message(event)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for what a timer or a thread of its own brings: as long as it takes, and the test fails when it never comes."""
        async with asyncio.timeout(PATIENCE):
            while not done():
                await asyncio.sleep(0.01)
                await self.settle()

    async def show(self, screen: Screen[Any]) -> None:
        """Put a screen on top."""
        self.app.push_screen(screen)
        await self.settle()

    @property
    def screen(self) -> Screen[Any]:
        return self.app.screen

    @property
    def room(self) -> Room:
        assert isinstance(self.app.screen, Room)
        return self.app.screen

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def flash(self) -> str:
        """The sentence in the flash line."""
        return self.app.screen.query_one(Flash).sentence

    def form(self, selector: str = "Form") -> Form:
        return self.app.screen.query_one(selector, Form)


@asynccontextmanager
async def drive(app: CesApp, size: tuple[int, int]) -> AsyncIterator[Driver]:
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


class Snapshots:
    """Compares a screen with the text kept in the repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, driver: Driver, name: str) -> None:
        width, height = driver.app.size
        path = self._folder / f"{name}-{width}x{height}.txt"
        text = driver.text
        if os.environ.get(UPDATE) == "update":
            self._folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no hay {path.name}; {UPDATE}=update lo escribe"
        assert text == path.read_text(encoding="utf-8")
