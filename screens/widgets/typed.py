"""Fields in which one types: text, numbers, dates, and look-ups with suggestions below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ces_tui.base.dates import parse_date, parse_number, show_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from screens.widgets.field import Editor, Field, Suggestion, Value
from screens.widgets.ink import Span, fit


@dataclass
class TextField(Field):
    """One line of free text. `secret` shows dots (passphrases)."""

    width: int = 30
    limit: int = 200
    secret: bool = False
    editor: Editor = field(default_factory=Editor, init=False)

    @property
    def value(self) -> Value:
        return self.editor.text

    def load(self, value: Any) -> None:
        self.editor.set(str(value or ""))

    def press(self, key: str, char: str | None) -> bool:
        if char is not None and self.accepts(char):
            self.editor.insert(char, self.limit)
            return True
        return char is not None or self.editor.press(key)

    def accepts(self, char: str) -> bool:
        return char.isprintable()

    def paste(self, text: str) -> bool:
        self.editor.insert("".join(c for c in text if c in "\r\n\t" or self.accepts(c)), self.limit)
        return True

    def paint(self, width: int, focused: bool) -> tuple[list[Span], int]:
        room = max(min(self.width, width - 2 - (len(self.unit_text) + 1 if self.unit_text else 0)), 3)
        shown, caret = self.editor.window(room)
        if self.secret:
            shown = "•" * len(shown)
        box = fit(shown, room) if shown or focused else "_" * room
        spans: list[Span] = [("[", "key" if focused else "dim")]
        if focused:
            padded = box + " "
            caret = min(caret, room - 1)
            spans += [
                (padded[:caret], "field"),
                (padded[caret], "caret"),
                (padded[caret + 1 : room], "field"),
            ]
        else:
            spans.append((box, "text" if shown else "dim"))
        spans.append(("]", "key" if focused else "dim"))
        if self.unit_text:
            spans.append((f" {self.unit_text}", "dim"))
        return spans, 1 + caret

    @property
    def unit_text(self) -> str:
        return ""


@dataclass
class NumberField(TextField):
    """A number with its unit; comma or point."""

    width: int = 8
    limit: int = 12
    unit: str = ""

    def accepts(self, char: str) -> bool:
        return char in "0123456789.,-+/"

    @property
    def unit_text(self) -> str:
        return self.unit

    def leave(self) -> str:
        if not self.editor.text.strip():
            return ""
        try:
            parse_number(self.editor.text)
        except BadInput as bad:
            return str(bad)
        return ""


@dataclass
class DateField(TextField):
    """A day, dd/mm/aaaa; with `today` also «hoy» and «+28» (days from today), put in full when the cursor leaves."""

    width: int = 12
    limit: int = 20
    today: date | None = None

    def leave(self) -> str:
        text = self.editor.text.strip()
        if not text or self.today is None:
            return ""
        try:
            self.editor.set(show_date(parse_day(text, self.today)))
        except BadInput as bad:
            return str(bad)
        return ""


def parse_day(text: str, today: date, *, field: str | None = None) -> date:
    """«hoy», «+28» (days), «+4s» (weeks), «+3m» (months of 30 days) or a date; BadInput with a sentence."""
    word = fold(text)
    if word in {"hoy", "h"}:
        return today
    if word.startswith("+") and len(word) > 1:
        unit = {"s": 7, "m": 30, "d": 1}.get(word[-1])
        digits = word[1:-1] if unit else word[1:]
        if digits.isdigit() and len(digits) <= 4:
            return today + timedelta(days=int(digits) * (unit or 1))
    return parse_date(text, today, field=field)


@dataclass
class LookupField(TextField):
    """Text with suggestions below: `suggest(text)` gives them, Enter takes one, and the value is its key.

    Typing on after a choice takes the choice back. `free` lets typed text stand without a choice (`text_of`).
    """

    suggest: Callable[[str], Sequence[Suggestion]] = field(default=lambda _text: ())
    free: bool = False
    rows: int = 6
    chosen: Suggestion | None = field(default=None, init=False)
    found: list[Suggestion] = field(default_factory=list, init=False)
    pointed: int = field(default=0, init=False)

    @property
    def value(self) -> Value:
        if self.chosen is not None:
            return self.chosen.key
        return self.editor.text if self.free else ""

    @property
    def text(self) -> str:
        """What stands in the field, chosen or not."""
        return self.editor.text

    def dump(self) -> Any:
        return {"key": self.chosen.key if self.chosen else "", "text": self.editor.text}

    def load(self, value: Any) -> None:
        """Take {"key", "text"} (or a bare text); no suggestions open."""
        key, text = (
            (value.get("key", ""), value.get("text", ""))
            if isinstance(value, dict)
            else ("", str(value or ""))
        )
        self.editor.set(text)
        self.chosen = Suggestion(key, text) if key else None
        self.found = []

    def press(self, key: str, char: str | None) -> bool:
        before = self.editor.text
        taken = super().press(key, char)
        if self.editor.text != before:
            self.refresh_found()
        return taken

    def paste(self, text: str) -> bool:
        super().paste(text)
        self.refresh_found()
        return True

    def refresh_found(self) -> None:
        self.chosen = None
        text = self.editor.text.strip()
        self.found = list(self.suggest(text))[: self.rows] if text else []
        self.pointed = 0

    def point(self, by: int) -> bool:
        """Move in the suggestions; False when there are none."""
        if not self.found:
            return False
        self.pointed = (self.pointed + by) % len(self.found)
        return True

    def take(self) -> Suggestion | None:
        """Choose the suggestion pointed at."""
        if not self.found:
            return None
        self.chosen = self.found[self.pointed]
        self.editor.set(self.chosen.text)
        self.found = []
        return self.chosen

    def leave(self) -> str:
        self.found = []
        if self.editor.text.strip() and self.chosen is None and not self.free:
            return "Elija una de la lista con Enter, o borre lo escrito."
        return ""
