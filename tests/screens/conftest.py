"""Driving the screens: an app on a real small store, a pilot that waits for workers, text snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from screens.app import CesApp
from tests.screens.support import Driver, Snapshots, drive

OpenApp = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr("screens.ajustes_avisos.swap_advice", lambda: "")


@pytest.fixture
def locked(store: Path, clock: FixedClock) -> OpenApp:
    """`async with locked(size=(80, 24)) as d:` the app at the unlock screen."""

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = (80, 24), demo_passphrase: str | None = None
    ) -> AsyncIterator[Driver]:
        app = CesApp(store, clock, demo_passphrase)
        async with drive(app, size) as driver:
            yield driver
        if app.clinic is not None:  # as screens.app.run does
            app.clinic.close()

    return start


@pytest.fixture
def inside(clinic: Clinic, clock: FixedClock) -> OpenApp:
    """`async with inside(size=(80, 24)) as d:` the app with the fixture's clinic open (pasante) in the first room.

    With `room=None` no room is opened: `await d.show(screen)` puts one there.
    """

    @asynccontextmanager
    async def start(size: tuple[int, int] = (80, 24), room: str | None = "hoy") -> AsyncIterator[Driver]:
        app = CesApp(clinic.vault.folder, clock)
        app.clinic = clinic
        async with drive(app, size) as driver:
            if room is not None:
                app.go_home()
                if room != app.home:
                    app.open_room(room)
                await driver.settle()
            yield driver
            app.clinic = None

    return start


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshots:
    """`snapshot(driver, "farmacia")` compares the screen's text with tests/screens/snapshots/farmacia-80x24.txt."""
    return Snapshots(Path(__file__).parent / "snapshots")
