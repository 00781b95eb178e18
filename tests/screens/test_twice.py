"""Two keys that reach a window before it is gone: the second is lost, the program goes on."""

from __future__ import annotations

import pytest
from textual._context import active_message_pump

from ces_tui.clinic import Clinic
from screens.help import Help, HelpScreen
from screens.jump import Jump, targets
from screens.widgets.field import Option
from screens.widgets.modals import Choice, Confirm, ReasonPrompt, Told
from screens.widgets.paper import Para
from tests.screens.conftest import OpenApp
from tests.screens.test_usb import in_loop


@pytest.mark.parametrize("keys", ["aa", "a1", "11", "\x0f\x0e", "aaaa"])
@in_loop
async def test_letters_typed_into_jump_mode_jump_once(clinic: Clinic, inside: OpenApp, keys: str) -> None:
    """Found by sequences typed as if a terminal answered: the second letter ended the program."""
    async with inside() as d:
        await d.show(Jump(targets(d.screen)))
        await d.burst(f"#{keys}")
        assert not isinstance(d.screen, Jump) and d.app.return_code is None


@pytest.mark.parametrize("key", ["enter", "escape", "ctrl+o", "1", "s", "n", "q", "#xx"])
@in_loop
async def test_a_key_pressed_thrice_closes_a_window_once_and_nothing_breaks(
    clinic: Clinic, inside: OpenApp, key: str
) -> None:
    async with inside() as d:
        for window in (
            Confirm("¿Seguro?"),
            Choice("¿Cuál?", [Option("a", "Una"), Option("b", "Otra")]),
            ReasonPrompt("¿Por qué?"),
            Told("Dicho", [Para("Texto")]),
            HelpScreen(Help("Ayuda", "Texto", ())),
            Jump(targets(d.screen)),
        ):
            told: list[object] = []
            d.app.push_screen(window, told.append)
            await d.settle()
            await d.burst(key, key, key)
            assert len(told) <= 1 and d.app.return_code is None, type(window)
            while len(d.app.screen_stack) > 2:
                d.app.drop_screen()
                await d.settle()


@pytest.mark.parametrize("opens", ["f1", "ctrl+p"])
@pytest.mark.parametrize(
    "closes", [("ctrl+o",) * 3, ("escape", "ctrl+o", "ctrl+o"), ("ctrl+o", "escape", "ctrl+o")]
)
@in_loop
async def test_a_window_that_is_closed_twice_before_it_is_whole_ends_nothing(
    clinic: Clinic, inside: OpenApp, opens: str, closes: tuple[str, ...]
) -> None:
    async with inside() as d:
        for _ in range(4):
            await d.burst(opens, *closes)
            assert d.app.return_code is None and len(d.app.screen_stack) <= 2


@in_loop
async def test_a_key_for_a_window_that_is_gone_does_not_half_close_the_next_one(
    clinic: Clinic, inside: OpenApp
) -> None:
    """Its answer was given and the window stayed; the next key to close it ended the program."""
    async with inside() as d:
        gone = HelpScreen(Help("Ayuda", "Texto", ()))
        await d.show(gone)
        field = gone.query_one("#title")
        await d.press("escape")
        told: list[object] = []
        d.app.push_screen(Confirm("¿Seguro?"), told.append)
        await d.settle()
        token = active_message_pump.set(field)
        try:
            await d.app.action_back()
        finally:
            active_message_pump.reset(token)
        assert isinstance(d.screen, Confirm) and told == []
        await d.press("escape")
        assert not isinstance(d.screen, Confirm) and len(told) == 1


@in_loop
async def test_what_was_opened_over_a_window_that_closes_goes_with_it(
    clinic: Clinic, inside: OpenApp
) -> None:
    """F1 overtook a letter of jump mode: help went, the jump had given its answer and stayed, and the next key ended all."""
    async with inside() as d:
        room, told = d.screen, list[object]()
        window = Confirm("¿Seguro?")
        d.app.push_screen(window, told.append)
        await d.settle()
        d.app.push_screen(HelpScreen(Help("Ayuda", "Texto", ())))
        await d.settle()
        token = active_message_pump.set(window)
        try:
            window.dismiss(True)
        finally:
            active_message_pump.reset(token)
        await d.settle()
        assert d.screen is room and told == [True]
        await d.press("ctrl+o")
        assert d.app.return_code is None
