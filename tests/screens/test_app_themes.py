"""Colours can be read: contrast by the WCAG 2 formula, sixteen colours where there are sixteen, glyphs that consoles have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color

from screens.themes import THEMES
from screens.widgets.ink import _RECIPES, INKS, ink_style

SCREENS = Path(__file__).resolve().parents[2] / "screens"
SAFE = set("─│┌┐└┘├┤┬┴┼═║╭╮╰╯█▶▼▲●•■…·«»¡¿×½¼°±²³µ—–“”→≥≤")
"""Beyond ASCII and Spanish letters; what the Linux console's own fonts draw, and a few that only texts of content use."""


def _luminance(colour: Color) -> float:
    def part(value: int) -> float:
        c = value / 255
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    return 0.2126 * part(colour.r) + 0.7152 * part(colour.g) + 0.0722 * part(colour.b)


def contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(Color.parse(a)), _luminance(Color.parse(b))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "least"), [("dia", 4.5), ("noche", 4.5), ("alto-contraste", 7.0)])
def test_every_ink_can_be_read_on_its_ground(name: str, least: float) -> None:
    theme = next(t for t in THEMES if t.name == name)
    colours = {**theme.variables, "foreground": str(theme.foreground), "background": str(theme.background)}
    for ink in INKS:
        text, ground, _ = _RECIPES[ink]
        assert contrast(colours[text], colours[ground]) >= least, (name, ink)


def test_the_console_theme_uses_the_sixteen_colours_only() -> None:
    theme = next(t for t in THEMES if t.name == "console")
    colours = {**theme.variables, "foreground": str(theme.foreground), "background": str(theme.background)}
    for ink in INKS:
        style = ink_style(colours, ink)
        for colour in (style.color, style.bgcolor):
            assert colour is not None and (
                colour.is_default or (colour.number is not None and colour.number < 16)
            ), ink


def test_the_console_theme_never_asks_for_a_bright_ground() -> None:
    """The Linux console draws bright grounds as blinking."""
    theme = next(t for t in THEMES if t.name == "console")
    grounds = [theme.variables["ces-sel"], theme.variables["ces-bar"], str(theme.background)]
    assert not any("bright" in g for g in grounds)


def test_the_frame_draws_only_glyphs_that_the_console_has() -> None:
    for path in [*SCREENS.glob("*.py"), *(SCREENS / "widgets").glob("*.py")]:
        text = re.sub(r'"""(?:.|\n)*?"""', "", path.read_text(encoding="utf-8"))
        odd = {c for c in text if ord(c) > 126 and not c.isalpha() and c not in SAFE}
        assert not odd, (path.name, odd)
