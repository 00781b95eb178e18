"""Text to read: protocols, notes, summaries. Wrapped to the width, scrolled with the arrows, never edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding

from screens.widgets.ink import Canvas, Line, fit, wrap


@dataclass(frozen=True)
class Para:
    """One paragraph: its text, its ink (screens.widgets.ink.INKS) and how far it stands in; `mark` begins its first line.

    With `drawn` the text is one line as it stands, blanks and all, cut at the edge: a row of a table.
    """

    text: str = ""
    ink: str = "text"
    indent: int = 0
    mark: str = ""
    drawn: bool = False


class Paper(Canvas):
    """A sheet of paragraphs.

    Example: `paper.show([Para("Hipertensión", "title"), Para("Tome la presión dos veces.", mark="1. ")])`
    """

    BINDINGS = [
        Binding("up", "roll(-1)", "arriba", id="paper.up", show=False, tooltip="Una línea arriba."),
        Binding("down", "roll(1)", "abajo", id="paper.down", show=False, tooltip="Una línea abajo."),
        Binding(
            "pageup",
            "sheet(-1)",
            "página arriba",
            id="paper.pageup",
            show=False,
            tooltip="Una página arriba.",
        ),
        Binding(
            "pagedown,space",
            "sheet(1)",
            "bajar",
            id="paper.pagedown",
            show=False,
            tooltip="Una página abajo.",
        ),
        Binding("home", "end(0)", "principio", id="paper.home", show=False, tooltip="Al principio."),
        Binding("end", "end(1)", "final", id="paper.end", show=False, tooltip="Al final."),
    ]

    def __init__(
        self,
        paragraphs: Iterable[Para] = (),
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._paragraphs = list(paragraphs)
        self._cache: tuple[int, list[tuple[str, str]]] | None = None

    def show(self, paragraphs: Iterable[Para | str], *, keep: bool = False) -> None:
        """Replace the text; with `keep` the place is kept."""
        self._paragraphs = [p if isinstance(p, Para) else Para(p) for p in paragraphs]
        self._cache = None
        if self.is_attached:
            self.relayout()
            if not keep:
                self.scroll_to(y=0, animate=False, immediate=True)

    @property
    def text(self) -> str:
        """What is written, without inks."""
        return "\n".join(p.mark + p.text for p in self._paragraphs)

    def help_here(self) -> tuple[str, str]:
        return ("Texto", "Flechas, AvPág y RePág para leer; Inicio y Fin para ir al principio o al final.")

    def count(self) -> int:
        return len(self._rows(self.text_width))

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        return [self._rows(width)[y]], "text"

    def _rows(self, width: int) -> list[tuple[str, str]]:
        if self._cache is None or self._cache[0] != width:
            rows: list[tuple[str, str]] = []
            for p in self._paragraphs:
                lead = " " * p.indent
                hang = len(p.mark)
                room = max(width - p.indent - hang, 10)
                parts = [fit(p.text, room).rstrip()] if p.drawn else wrap(p.text, room)
                rows += [
                    (lead + (p.mark if i == 0 else " " * hang) + part, p.ink) for i, part in enumerate(parts)
                ]
            self._cache = (width, rows)
        return self._cache[1]

    def action_roll(self, by: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, immediate=True)

    def action_sheet(self, by: int) -> None:
        self.action_roll(by * max(self.size.height - 1, 1))

    def action_end(self, last: int) -> None:
        self.scroll_to(y=self.count() if last else 0, animate=False, immediate=True)
