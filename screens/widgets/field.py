"""What every field of a form has, and the line of text that several are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ces_tui.base.text import is_control
from screens.widgets.ink import Span

Value = str | bool | list[str]


@dataclass(frozen=True)
class Option:
    """One answer of a choice: the key that is stored, the words, and the letter that picks it (default: its first)."""

    key: str
    text: str
    letter: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One line below a lookup field; `data` comes back in the message."""

    key: str
    text: str
    detail: str = ""
    data: Any = None


@dataclass
class Editor:
    """One line of text with a caret."""

    text: str = ""
    caret: int = 0

    def set(self, text: str) -> None:
        self.text, self.caret = text, len(text)

    def insert(self, text: str, limit: int) -> None:
        clean = "".join(" " if c in "\r\n\t" else c for c in text if c in "\r\n\t" or not is_control(c))
        clean = clean[: max(limit - len(self.text), 0)]
        self.text = self.text[: self.caret] + clean + self.text[self.caret :]
        self.caret += len(clean)

    def press(self, key: str) -> bool:
        """Take an editing key; False when it is none."""
        if key == "backspace" and self.caret:
            self.text, self.caret = self.text[: self.caret - 1] + self.text[self.caret :], self.caret - 1
        elif key == "delete":
            self.text = self.text[: self.caret] + self.text[self.caret + 1 :]
        elif key == "left":
            self.caret = max(self.caret - 1, 0)
        elif key == "right":
            self.caret = min(self.caret + 1, len(self.text))
        elif key == "home":
            self.caret = 0
        elif key == "end":
            self.caret = len(self.text)
        elif key == "ctrl+u":
            self.set("")
        elif key == "ctrl+w":
            kept = self.text[: self.caret].rstrip().rpartition(" ")[0]
            kept = f"{kept} " if kept else ""
            self.text, self.caret = kept + self.text[self.caret :], len(kept)
        elif key != "backspace":
            return False
        return True

    def window(self, width: int) -> tuple[str, int]:
        """The part of the text that fits `width` cells with the caret in it, and the caret's place in that part."""
        start = max(self.caret - width + 1, 0)
        return self.text[start : start + width], self.caret - start


@dataclass
class Field:
    """What every field has. `last` and `last_on` are shown dimmed beside it: the value of the last visit and its date."""

    name: str
    label: str
    last: str = ""
    last_on: str = ""
    hint: str = ""
    """Shown dimmed while the field is empty and has the cursor."""
    help: str = ""
    """What F1 says about this field."""
    required: bool = False
    error: str = field(default="", init=False)

    @property
    def value(self) -> Value:
        raise NotImplementedError

    def load(self, value: Any) -> None:
        """Put a value in, as `value` gave it."""
        raise NotImplementedError

    def dump(self) -> Any:
        """The value for a draft or an undo step; `load` takes it back."""
        return self.value

    def press(self, key: str, char: str | None) -> bool:
        """Take a key; False leaves it to the form."""
        raise NotImplementedError

    def paint(self, width: int, focused: bool) -> tuple[list[Span], int]:
        """The field's spans in at most `width` cells, and where the caret is."""
        raise NotImplementedError

    def paste(self, text: str) -> bool:
        """Take pasted text, cleaned; False when the field holds no text."""
        return False

    def leave(self) -> str:
        """Called when the cursor leaves: tidy the value, or say what is wrong with it."""
        return ""

    @property
    def empty(self) -> bool:
        return not self.value

    @property
    def last_text(self) -> str:
        return f"{self.last} ({self.last_on})" if self.last and self.last_on else self.last
