"""Free text of a note: a thin text area that copies nowhere, takes clean pastes and keeps Tab for moving on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widgets import TextArea

from ces_tui.base.text import for_screen, is_control


class NoteArea(TextArea):
    """Several lines of text; grows from 3 to 12 lines. Read `.text`; `TextArea.Changed` says that it changed.

    Example: `yield NoteArea(id="subjective", placeholder="Lo que la persona cuenta")`
    """

    BINDINGS = [
        Binding(
            "ctrl+z",
            "undo",
            "deshacer",
            id="note.undo",
            show=False,
            tooltip="Deshace lo último que escribió.",
        ),
        # with priority: what is typed right after Tab must not land here, however slow the machine is
        Binding(
            "tab",
            "next",
            "siguiente",
            id="note.next",
            tooltip="Pasa a lo siguiente de la página; después de «;clave» abre la frase.",
            priority=True,
        ),
        Binding(
            "shift+tab",
            "back",
            "anterior",
            id="note.back",
            show=False,
            tooltip="Regresa a lo que está antes en la página.",
            priority=True,
        ),
    ]

    def __init__(
        self, text: str = "", *, placeholder: str = "", help_text: str = "", id: str | None = None,
        classes: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            _harmless(text), id=id, classes=classes, soft_wrap=True, tab_behavior="focus", show_line_numbers=False,
            compact=True, placeholder=placeholder, highlight_cursor_line=False,
        )  # fmt: skip
        self.cursor_blink = False
        self.help_text = help_text
        self.expander: Callable[[str], tuple[int, str] | None] | None = None
        """What a blank or Tab does with the line up to the caret: letters to take away, text to put; None leaves it."""

    def help_here(self) -> tuple[str, str]:
        return (
            "Texto libre",
            self.help_text
            or "Escriba con sus palabras. Tab pasa a lo siguiente; Ctrl+Z deshace. "
            "«;clave» y un espacio o Tab abren una frase guardada.",
        )

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space" and self._expanded(" "):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def action_next(self) -> None:
        """Open the stock sentence before the caret, else go on."""
        if not self._expanded(""):
            self.screen.focus_next()

    def action_back(self) -> None:
        """To what stands before it on the page."""
        self.screen.focus_previous()

    def _expanded(self, after: str) -> bool:
        """Put a stock sentence in the place of its key; False when there is none before the caret."""
        if self.expander is None or self.read_only or self.selection.start != self.selection.end:
            return False
        row, column = self.cursor_location
        found = self.expander(self.document.get_line(row)[:column])
        if found is None:
            return False
        away, text = found[0], _harmless(found[1])
        blank = after if text and not text.endswith((" ", "\n")) else ""
        if result := self._replace_via_keyboard(text + blank, (row, column - away), (row, column)):
            self.move_cursor(result.end_location)
        return True

    async def _on_paste(self, event: events.Paste) -> None:
        body = event.text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
        clean = "".join(c for c in body if c == "\n" or not is_control(c))
        event.prevent_default()
        event.stop()
        if not self.read_only and (result := self._replace_via_keyboard(clean, *self.selection)):
            self.move_cursor(result.end_location)

    def load(self, text: Any) -> None:
        """Put a draft's text in; undo does not go behind it."""
        self.load_text(_harmless(str(text or "")))

    def get_line(self, line_index: int) -> Text:
        """The last filter before the terminal: the stock widget draws control characters as they are."""
        line = super().get_line(line_index)
        return line if line.plain.isprintable() else Text(for_screen(line.plain), end="", no_wrap=True)


def _harmless(text: str) -> str:
    """A text of the record (of a bundle's writer, of another laptop) as it may stand in the field: marks for controls."""
    return for_screen(text.replace("\r\n", "\n").replace("\t", "    "))
