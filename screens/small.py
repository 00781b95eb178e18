"""What is shown in a terminal under 80x24: a sentence instead of a broken screen; it goes when the window grows."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.screen import Screen

from screens.widgets.ink import Stripe, wrap


class TooSmall(Screen[Any]):
    """Covers everything until there is room."""

    DEFAULT_CSS = "TooSmall Stripe { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Stripe()

    def on_resize(self) -> None:
        width, height = self.app.size
        text = (
            f"La ventana es de {width} por {height}; hacen falta al menos 80 columnas y 24 renglones. "
            "Agrándela o use letra más chica. Nada se perdió."
        )
        self.query_one(Stripe).show(*[[(row, "strong")] for row in wrap(text, max(width - 1, 5))])
