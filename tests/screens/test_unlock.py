"""Unlocking, covering, coming back, changing person, closing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.app import ComposeResult

from ces_tui.base.clock import FixedClock
from screens.cover import Cover
from screens.room import Room
from screens.rooms import ROOMS, RoomEntry
from screens.unlock import Unlock
from screens.widgets.ink import Stripe
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.support import PASSPHRASE


class Home(Room):
    """A first room, so that these tests don't hang on Hoy."""

    room = "hoy"

    def body(self) -> ComposeResult:
        yield Stripe(id="name")

    def on_ready(self) -> None:
        self.query_one("#name", Stripe).show([("Juana Reservada", "text")])


class Other(Home):
    room = "farmacia"


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "hoy", RoomEntry("hoy", "Hoy", "1", f"{__name__}:Home"))
    monkeypatch.setitem(
        ROOMS, "farmacia", RoomEntry("farmacia", "Farmacia", "4", f"{__name__}:Other", "existencias")
    )


def go(locked: OpenApp, steps: Callable[[Driver], Awaitable[None]]) -> None:
    async def run() -> None:
        async with locked() as d:
            await steps(d)

    asyncio.run(run())


async def unlock(d: Driver, pin: str = "", down: int = 0) -> None:
    await d.press(*["down"] * down, "enter")
    d.form("#phrase").set_value("passphrase", PASSPHRASE)
    await d.press("enter")
    if pin:
        await d.press(*pin)
    else:
        await d.press("enter")


def test_the_first_screen_shows_the_clinic_and_its_staff_and_nothing_else(
    locked: OpenApp, snapshot: Snapshots
) -> None:
    async def run() -> None:
        async with locked(demo_passphrase="cinco palabras de prueba aquí") as d:
            snapshot(d, "desbloquear")
            await d.press("enter")
            assert "cinco palabras" in d.text

    asyncio.run(run())


def test_person_passphrase_and_pin_lead_to_the_first_room(locked: OpenApp, snapshot: Snapshots) -> None:
    async def steps(d: Driver) -> None:
        await d.press("down", "enter")
        await d.type("no se ve")
        assert "no se ve" not in d.text and "••••••••" in d.text
        d.form("#phrase").set_value("passphrase", PASSPHRASE)
        await d.press("enter")
        snapshot(d, "pin-del-dia")
        await d.press(*"314159")
        assert isinstance(d.screen, Home) and d.app.open_clinic.me.role == "enfermeria"
        assert "Hoy · Clínica de prueba · Rosa Utrilla  " in d.text

    go(locked, steps)


def test_a_wrong_passphrase_is_a_sentence_and_a_wait_that_doubles(locked: OpenApp, clock: FixedClock) -> None:
    async def steps(d: Driver) -> None:
        await d.press("enter")
        for wait in (1, 2, 4):
            await d.type("mala")
            await d.press("enter")
            assert "no es correcta" in d.flash and f"en {wait} s." in d.flash
            await d.type("mala")
            await d.press("enter")
            assert d.flash == f"Espere {wait} s antes de intentar de nuevo."
            d.form("#phrase").set_value("passphrase", "")
            clock.advance(seconds=wait)
        d.form("#phrase").set_value("passphrase", PASSPHRASE)
        await d.press("enter", "enter")
        assert isinstance(d.screen, Home)

    go(locked, steps)


def test_an_easy_pin_is_refused_with_the_reason_and_none_is_needed(locked: OpenApp) -> None:
    async def steps(d: Driver) -> None:
        await d.press("enter")
        d.form("#phrase").set_value("passphrase", PASSPHRASE)
        await d.press("enter", *"123456")
        assert "se adivina" in d.text and isinstance(d.screen, Unlock)
        await d.press("enter")  # out of habit, after six digits
        assert "Todavía no tiene PIN" in d.text and isinstance(d.screen, Unlock)
        await d.press("enter")
        assert isinstance(d.screen, Home)

    go(locked, steps)


def test_one_key_covers_and_the_pin_brings_back_the_same_place(locked: OpenApp, snapshot: Snapshots) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d, "314159")
        d.app.open_room("farmacia")
        await d.settle()
        place = d.screen
        await d.press("ctrl+l")
        assert isinstance(d.screen, Cover) and "Reservada" not in d.text
        snapshot(d, "cubierta")
        await d.press("4", "escape", "ctrl+o", "ctrl+p", "slash", "ctrl+f")
        assert isinstance(d.screen, Cover)
        await d.press("backspace", *"314159")
        assert d.screen is place

    go(locked, steps)


def test_another_person_takes_over_with_seven_keys_and_starts_in_the_first_room(locked: OpenApp) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d, "314159")
        await d.press("f12", "b")
        d.form("#phrase").set_value("passphrase", PASSPHRASE)
        await d.press("enter", *"271828")
        assert isinstance(d.screen, Home) and d.app.open_clinic.me.name == "Rosa Utrilla"
        d.app.open_room("farmacia")
        await d.settle()
        await d.press("ctrl+l", "a", *"314159")
        assert isinstance(d.screen, Home) and not isinstance(d.screen, Other)
        assert d.app.open_clinic.me.name == "Irene Balcázar"

    go(locked, steps)


def test_five_wrong_pins_close_the_store(locked: OpenApp) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d, "314159")
        await d.press("ctrl+l")
        for _ in range(4):
            await d.press(*"000001")
            assert "Ese PIN no es" in d.flash
        await d.press(*"000001")
        assert d.app.clinic is None and isinstance(d.screen, Unlock) and "Cinco PIN" in d.flash

    go(locked, steps)


def test_without_a_pin_the_cover_asks_for_the_passphrase(locked: OpenApp) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d)
        await d.press("ctrl+l", "3")
        assert "frase de acceso" in d.flash
        d.form("#phrase").set_value("passphrase", "mala")
        await d.press("enter")
        assert "no es correcta" in d.flash
        d.app.clock.advance(seconds=1)  # type: ignore[attr-defined]
        d.form("#phrase").set_value("passphrase", PASSPHRASE)
        await d.press("enter", *"314159")
        assert isinstance(d.screen, Home)
        await d.press("ctrl+l", *"314159")
        assert isinstance(d.screen, Home)

    go(locked, steps)


def test_after_closing_no_pin_and_no_key_is_left_and_the_passphrase_opens_again(
    locked: OpenApp, clock: FixedClock
) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d, "314159")
        first = d.app.open_clinic
        clock.advance(seconds=901)
        d.app.look_at_locks()
        await d.settle()
        assert isinstance(d.screen, Unlock) and first.closed and not d.app.pins.people
        assert "Reservada" not in d.text
        await unlock(d, "271828")
        assert isinstance(d.screen, Home) and d.app.open_clinic is not first

    go(locked, steps)


def test_a_person_enters_only_the_rooms_of_their_role(locked: OpenApp) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d, down=3)
        home = d.screen
        await d.press("4")
        assert d.screen is home and d.flash == "Su función no permite hacer esto."
        await d.press("ctrl+p")
        assert "Farmacia" not in d.text

    go(locked, steps)


def test_quitting_closes_the_store(locked: OpenApp) -> None:
    async def steps(d: Driver) -> None:
        await unlock(d)
        opened = d.app.open_clinic
        await d.pilot.press("ctrl+q")
        assert opened.closed

    go(locked, steps)


def test_a_person_may_have_their_own_keys_and_a_bad_file_leaves_the_usual_ones(locked: OpenApp) -> None:
    from ces_tui.base.paths import state_dir

    async def own(d: Driver) -> None:
        await unlock(d, "314159")
        await d.press("f4")
        assert isinstance(d.screen, Cover)
        d.app.close_clinic()

    async def usual(d: Driver) -> None:
        await unlock(d, "314159")
        assert "teclas.json no se puede leer" in d.flash
        await d.press("ctrl+l")
        assert isinstance(d.screen, Cover)

    state_dir().mkdir(parents=True, exist_ok=True)
    keys = state_dir() / "teclas.json"
    keys.write_text('{"app.cubrir": "f4"}', encoding="utf-8")
    go(locked, own)
    keys.write_text('["f4"]', encoding="utf-8")
    go(locked, usual)
