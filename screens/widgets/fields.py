"""The fields of a form, without Textual: what they hold, which keys they take, how they look.

Values are JSON: text, number and date fields hold what was typed (str); a choice or a lookup holds the option's key;
a check holds bool; day parts hold four strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ces_tui.base.dates import parse_date, parse_number, show_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold, is_control
from screens.widgets.ink import Span, fit

Value = str | bool | list[str]
PARTS = ("mañana", "medio día", "tarde", "noche")


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
class ChoiceField(Field):
    """One of a few: letters pick, left and right move, Supr clears. Drawn `(•) Sí  ( ) No`, or `< Sí >` where it is narrow."""

    options: Sequence[Option] = ()
    key: str = field(default="", init=False)

    @property
    def value(self) -> Value:
        return self.key

    @property
    def text(self) -> str:
        """The words of the chosen option."""
        return next((o.text for o in self.options if o.key == self.key), "")

    def load(self, value: Any) -> None:
        self.key = value if any(o.key == value for o in self.options) else ""

    def press(self, key: str, char: str | None) -> bool:
        if key in {"left", "right", "space"}:
            self._step(-1 if key == "left" else 1)
            return True
        if key in {"delete", "backspace"}:
            self.key = ""
            return True
        if char is None:
            return False
        letter = fold(char)
        found = [
            o.key
            for o in self.options
            if letter == fold(o.letter or o.text[:1]) or (letter and letter == o.key)
        ]
        if found:
            at = found.index(self.key) + 1 if self.key in found else 0
            self.key = found[at % len(found)]
        return True

    def _step(self, by: int) -> None:
        keys = [o.key for o in self.options]
        if keys:
            at = keys.index(self.key) + by if self.key in keys else (0 if by > 0 else len(keys) - 1)
            self.key = keys[at % len(keys)]

    def paint(self, width: int, focused: bool) -> tuple[list[Span], int]:
        spans: list[Span] = []
        caret, used = 1, 0
        for option in self.options:
            chosen = option.key == self.key
            if chosen:
                caret = used + 1
            ink = ("sel" if focused else "strong") if chosen else "text"
            spans += [("(•) " if chosen else "( ) ", ink), (option.text, ink), ("  ", "text")]
            used += len(option.text) + 6
        if used - 2 <= width:
            return spans, caret
        text = self.text or "elija con izquierda o derecha"
        spans = [
            ("< ", "key"),
            (text, ("sel" if focused else "strong") if self.key else "dim"),
            (" >", "key"),
        ]
        return spans, 2


@dataclass
class CheckField(Field):
    """Yes or not said: `[x]` or `[ ]`; the space bar or x changes it."""

    on: bool = field(default=False, init=False)

    @property
    def value(self) -> Value:
        return self.on

    def load(self, value: Any) -> None:
        self.on = bool(value)

    def press(self, key: str, char: str | None) -> bool:
        if key == "space" or char in {"x", "X"}:
            self.on = not self.on
        elif char is not None and fold(char) in {"s", "n"}:
            self.on = fold(char) == "s"
        elif char is None:
            return False
        return True

    def paint(self, width: int, focused: bool) -> tuple[list[Span], int]:
        return [("[x]" if self.on else "[ ]", "sel" if focused else "strong" if self.on else "text")], 1


@dataclass
class PartsField(Field):
    """Amounts for mañana, medio día, tarde, noche; the value is four strings. Space, `-` and arrows go from one to the next."""

    parts: Sequence[str] = PARTS
    limit: int = 3
    editors: list[Editor] = field(default_factory=list, init=False)
    at: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.editors = [Editor() for _ in self.parts]

    @property
    def value(self) -> Value:
        return [e.text for e in self.editors]

    @property
    def empty(self) -> bool:
        return not any(e.text for e in self.editors)

    def load(self, value: Any) -> None:
        for editor, text in zip(self.editors, [*(value or []), "", "", "", ""], strict=False):
            editor.set(str(text))

    def press(self, key: str, char: str | None) -> bool:
        editor = self.editors[self.at]
        if key in {"space", "right"} or char == "-":
            if self.at == len(self.editors) - 1:
                return key != "right"
            self.at += 1
            return True
        if key == "left" or (key == "backspace" and not editor.text):
            self.at = max(self.at - 1, 0)
            return True
        if char is not None:
            if char in "0123456789.,/½¼":
                editor.insert(char, self.limit)
            return True
        return editor.press(key)

    def step(self, by: int) -> bool:
        """Move to the next or previous part; False at the end."""
        if 0 <= self.at + by < len(self.editors):
            self.at += by
            return True
        return False

    def paint(self, width: int, focused: bool) -> tuple[list[Span], int]:
        spans: list[Span] = []
        caret = used = 0
        for i, (label, editor) in enumerate(zip(self.parts, self.editors, strict=True)):
            here = focused and i == self.at
            box = fit(editor.text, self.limit) if editor.text or here else "_" * self.limit
            if here:
                caret = used + len(label) + 2 + min(editor.caret, self.limit - 1)
            spans += [(f"{label} ", "text"), ("[", "dim"), (box, "caret" if here else "text"), ("] ", "dim")]
            used += len(label) + self.limit + 4
        return spans, caret


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
