"""The pilot's helper and the text snapshots. The compositor's private names are used here and nowhere else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from screens.app import CesApp
from screens.room import Room
from screens.widgets.bars import Flash
from screens.widgets.form import Form

W = TypeVar("W")
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


@dataclass
class Driver:
    """Keys in, text out."""

    app: CesApp
    pilot: Pilot[int]

    async def settle(self) -> None:
        """Wait for workers and what they set off."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        if self.app.faults:
            raise self.app.faults.pop()

    async def press(self, *keys: str) -> None:
        """Press keys by their Textual names, then wait until all is quiet."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text letter by letter, as fast as a paste of keys would come, then wait until all is quiet."""
        from textual.events import Key
        from textual.keys import _character_to_key

        driver = self.app._driver
        assert driver is not None
        for character in text:
            event = Key(_character_to_key(character), character)
            event.set_sender(self.app)
            driver.send_message(event)
            await asyncio.sleep(0)
        await self.pilot.pause()
        await self.settle()

    async def burst(self, *keys: str) -> None:
        """Send keys and whole texts («#» and a text) without a breath between them: faster than anything is painted."""
        from textual.events import Key
        from textual.keys import _character_to_key

        driver = self.app._driver
        assert driver is not None
        for key in keys:
            sent = [(_character_to_key(c), c) for c in key[1:]] if key.startswith("#") else [(key, None)]
            for name, character in sent:
                event = Key(name, character)
                event.set_sender(self.app)
                driver.send_message(event)
        await self.pilot.pause()
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
