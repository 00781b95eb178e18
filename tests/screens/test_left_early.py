"""A room or a window that is left in the moment it opens ends nothing: on a slow laptop Escape overtakes the screen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.screen import Screen

from ces_tui.clinic import Clinic
from screens.rooms import ROOMS
from screens.salud_mental_preguntas import Ask
from screens.widgets.fields import TextField
from screens.widgets.modals import Confirm, Progress, ReasonPrompt, Told
from tests.screens.conftest import OpenApp

ALONE = [name for name, entry in ROOMS.items() if not entry.needs_patient]


@pytest.mark.parametrize("name", ALONE)
def test_a_room_left_before_it_is_whole_is_no_fault(inside: OpenApp, name: str) -> None:
    async def go() -> None:
        async with inside() as d:
            if d.app.possible(ROOMS[name]):
                for _ in range(3):
                    d.app.open_room(name)
                    d.screen.dismiss(None)
                    await asyncio.sleep(0)
                    d.app.open_room(name)
                    d.app.go_home()
            await d.settle()
            assert d.room.room == "hoy" and d.app.is_running and not d.app.faults

    asyncio.run(go())


@pytest.mark.parametrize("name", ALONE)
def test_work_that_ends_while_its_room_is_being_left_is_no_fault(inside: OpenApp, name: str) -> None:
    async def go() -> None:
        async with inside() as d:
            if d.app.possible(ROOMS[name]):
                for turns in range(0, 40, 4):
                    d.app.open_room(name)
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    d.app.go_home()
            await d.settle()
            assert d.room.room == "hoy" and d.app.is_running and not d.app.faults

    asyncio.run(go())


def test_a_save_that_waits_its_turn_is_made_although_its_room_was_left(
    inside: OpenApp, clinic: Clinic
) -> None:
    async def go() -> None:
        async with inside(room="farmacia") as d:
            room, first, written = d.room, threading.Event(), []
            room.service(first.wait)
            room.service(lambda: written.append(room.clinic.desk.me.id))
            d.app.go_home()
            await asyncio.sleep(0.2)
            first.set()
            await d.settle()
            assert written == [clinic.me.id]

    asyncio.run(go())


WINDOWS: dict[str, Callable[[], Screen[Any]]] = {
    "confirm": lambda: Confirm("Título", ["Texto"]),
    "reason": lambda: ReasonPrompt("Título", "Por qué"),
    "progress": lambda: Progress("Título"),
    "told": lambda: Told("Título", []),
    "ask": lambda: Ask("Título", [TextField("a", "A")]),
}


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_window_closed_before_it_is_whole_is_no_fault(inside: OpenApp, kind: str) -> None:
    async def go() -> None:
        async with inside() as d:
            for turns in range(12):
                window = WINDOWS[kind]()
                d.app.push_screen(window)
                for _ in range(turns):
                    await asyncio.sleep(0)
                window.dismiss(None)
            await d.settle()
            assert d.room.room == "hoy" and d.app.is_running and not d.app.faults

    asyncio.run(go())
