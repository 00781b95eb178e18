"""Four themes, few colours with one meaning each: `console` (16 colours), `dia`, `noche`, `alto-contraste`."""

from __future__ import annotations

import os
from collections.abc import Mapping

from textual.theme import Theme

SIXTEEN = ("linux", "xterm", "screen", "vt100", "vt220", "ansi", "cygwin")
"""Values of TERM whose terminals draw 16 colours or fewer."""


def _theme(
    name: str,
    *,
    dark: bool,
    ink: str,
    paper: str,
    dim: str,
    bar: tuple[str, str],
    sel: tuple[str, str],
    ok: str,
    warn: str,
    bad: str,
    key: str,
    ansi: bool = False,
) -> Theme:
    variables = {
        "ces-dim": dim, "ces-key": key, "ces-ok": ok, "ces-warn": warn, "ces-bad": bad,
        "ces-bar-ink": bar[0], "ces-bar": bar[1], "ces-sel-ink": sel[0], "ces-sel": sel[1],
        "scrollbar": dim, "scrollbar-hover": dim, "scrollbar-active": key,
        "scrollbar-background": paper, "scrollbar-background-hover": paper, "scrollbar-background-active": paper,
        "scrollbar-corner-color": paper,
    }  # fmt: skip
    return Theme(
        name=name, dark=dark, primary=key, secondary=key, accent=key, foreground=ink, background=paper, surface=paper,
        panel=paper, boost=paper, success=ok, warning=warn, error=bad, variables=variables, ansi=ansi,
    )  # fmt: skip


THEMES = (
    _theme(
        "console", dark=True, ansi=True, ink="ansi_default", paper="ansi_default", dim="ansi_cyan", key="ansi_yellow",
        bar=("ansi_black", "ansi_cyan"), sel=("ansi_black", "ansi_white"),
        ok="ansi_green", warn="ansi_yellow", bad="ansi_red",
    ),
    _theme(
        "dia", dark=False, ink="#1c1c1c", paper="#fbfaf6", dim="#5f5f5f", key="#005f87", bar=("#ffffff", "#2f4f5f"),
        sel=("#ffffff", "#005f87"), ok="#226622", warn="#8a4b00", bad="#a40000",
    ),
    _theme(
        "noche", dark=True, ink="#d8d8d2", paper="#14181c", dim="#949a9e", key="#8ec7e8", bar=("#e8eef2", "#2b3d4a"),
        sel=("#0c1014", "#8ec7e8"), ok="#8fce8f", warn="#e8c06a", bad="#ff8a80",
    ),
    _theme(
        "alto-contraste", dark=True, ink="#ffffff", paper="#000000", dim="#d0d0d0", key="#ffff00",
        bar=("#000000", "#ffffff"), sel=("#000000", "#ffff00"), ok="#00ff00", warn="#ffff00", bad="#ff9090",
    ),
)  # fmt: skip
"""Colours mean: key (a key's name), ok, warn, bad; everything else is ink, dim ink, the bar and the selection."""

FALLBACK = {**THEMES[2].variables, "ansi-background": "ansi_black", "ansi-foreground": "ansi_white"}
"""Used by the sheet before a theme is set."""


def pick_theme(environ: Mapping[str, str] = os.environ) -> str:
    """The theme that this terminal can show: `console` where there are 16 colours, else `noche`."""
    term = environ.get("TERM", "")
    rich_colour = (
        "256color" in term or "direct" in term or environ.get("COLORTERM", "") in {"truecolor", "24bit"}
    )
    if environ.get("WT_SESSION") or term in {"alacritty", "foot", "wezterm", "xterm-kitty", "xterm-ghostty"}:
        rich_colour = True
    return "noche" if rich_colour else "console"
