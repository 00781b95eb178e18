"""Jump mode: letters appear on the regions of a room; one letter takes the cursor there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from screens.widgets.ink import Span, Stripe

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


@dataclass(frozen=True)
class Target:
    """A region with its letter; `at` is what is seen of it, or None where the page must scroll."""

    letter: str
    name: str
    widget: Widget
    at: Region | None


def targets(screen: Screen[object]) -> list[Target]:
    """Every region that can take the cursor, in the order of Tab."""
    names: dict[str, str] = getattr(screen, "JUMP_NAMES", {})
    found = []
    for letter, widget in zip(LETTERS, screen.focus_chain, strict=False):
        name = names.get(widget.id or "") or _own_name(widget)
        found.append(Target(letter, name, widget, _seen(screen, widget)))
    return found


def _seen(screen: Screen[object], widget: Widget) -> Region | None:
    try:
        region = screen.find_widget(widget).visible_region
    except (NoMatches, LookupError):
        return None
    return region if region.height > 0 and region.width > 0 else None


def _own_name(widget: Widget) -> str:
    here = getattr(widget, "help_here", None)
    title = str(here()[0]) if here else ""
    return title or "Lista"


class Jump(ModalScreen[Widget | None]):
    """The result is the widget to go to, or None; any other key leaves."""

    def __init__(self, found: Sequence[Target]) -> None:
        super().__init__()
        self._targets = {t.letter: t for t in found}

    def compose(self) -> ComposeResult:
        for target in self._targets.values():
            if target.at is not None:
                mark = Stripe(ink="sel", classes="jump-mark")
                mark.styles.offset = (max(target.at.right - 5, 0), target.at.y)
                yield mark
        yield Stripe(id="jump-legend")

    def on_mount(self) -> None:
        seen = [t for t in self._targets.values() if t.at is not None]
        for mark, target in zip(self.query(".jump-mark"), seen, strict=True):
            assert isinstance(mark, Stripe)
            mark.show([(f" {target.letter} ", "sel")])
        self.query_one("#jump-legend", Stripe).show(*self._legend())

    def _legend(self) -> list[list[Span]]:
        """All letters with their names, as many lines as they need."""
        rows: list[list[Span]] = [[(" Saltar a:  ", "title")]]
        for target in self._targets.values():
            piece: list[Span] = [(target.letter, "key"), (f" {target.name}   ", "text")]
            used = sum(len(text) for text, _ in rows[-1])
            if used + sum(len(text) for text, _ in piece) > self.app.size.width - 1:
                rows.append([(" ", "text")])
            rows[-1] += piece
        self.query_one("#jump-legend").styles.height = len(rows)
        return rows

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        target = self._targets.get(event.character or "")
        self.dismiss(target.widget if target is not None else None)
