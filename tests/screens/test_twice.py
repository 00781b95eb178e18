"""Two keys that reach a window before it is gone: the second is lost, the program goes on."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("key", ["enter", "escape", "1", "s", "n", "q", "#xx"])
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
