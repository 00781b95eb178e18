"""F1: what the thing in focus is, the keys that work now, and what is saved when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.keys import key_name
from screens.rooms import ROOMS
from screens.widgets.ink import Stripe
from screens.widgets.paper import Paper, Para

if TYPE_CHECKING:
    from screens.app import CesApp

SAVED = (
    "Lo que escribe se guarda cifrado a cada segundo como borrador, también al cubrir o cerrar. "
    "Queda en el expediente cuando la pantalla dice «Guardado»."
)


@dataclass(frozen=True)
class Help:
    """What the help screen says."""

    title: str
    text: str
    keys: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, app: CesApp) -> Help:
        """The help for what has the focus now: the widget's own words, the room's, and all keys with their tooltips."""
        screen = app.screen
        here = getattr(screen.focused, "help_here", None)
        title, text = here() if here else ("", "")
        room_text = getattr(screen, "HELP_TEXT", "")
        heading = getattr(screen, "heading", "") or "Ayuda"
        found: dict[str, tuple[list[str], str]] = {}
        for key, active in screen.active_bindings.items():
            b = active.binding
            if b.id and b.description and not b.id.startswith("app.room."):
                names, _ = found.setdefault(b.id, ([], b.tooltip or b.description))
                names.append(b.key_display or key_name(key))
        keys = tuple((" o ".join(names[:3]), tip) for names, tip in found.values())
        if app.clinic is not None:
            rooms = [r for r in ROOMS.values() if r.key and app.possible(r)]
            digits = " ".join(r.key for r in rooms)
            keys += ((digits, f"Abren {', '.join(r.title for r in rooms)}, donde no se esté escribiendo."),)
        body = "\n".join(t for t in (f"{title}. {text}" if text else title, room_text) if t)
        return cls(heading, body, keys)


class HelpScreen(ModalScreen[None]):
    """A sheet over the room; any closing key goes back."""

    BINDINGS = [Binding("q,escape", "app.back", "cerrar", id="help.close", tooltip="Vuelve a la pantalla.")]

    def __init__(self, content: Help) -> None:
        super().__init__()
        self._content = content

    def compose(self) -> ComposeResult:
        content = self._content
        rows = [Para(content.text)] if content.text else []
        rows += [Para(), Para("Teclas", "title")]
        width = max((len(k) for k, _ in content.keys), default=0)
        rows += [Para(tip, mark=f"{k.ljust(width)}  ") for k, tip in content.keys]
        rows += [Para(), Para("Qué se guarda", "title"), Para(SAVED)]
        with Vertical():
            yield Stripe(ink="bar", id="title")
            yield Paper(rows)
            yield Stripe(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(f" Ayuda: {self._content.title}", "bar")])
        self.query_one("#hint", Stripe).show(
            [(" Esc", "key"), (" o ", "text"), ("q", "key"), (" cerrar", "text")]
        )
        self.query_one(Paper).focus()
