"""Fields in which one chooses: one of a few, yes or no, amounts for the parts of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ces_tui.base.text import fold
from screens.widgets.field import Editor, Field, Option, Value
from screens.widgets.ink import Span, fit

PARTS = ("mañana", "medio día", "tarde", "noche")


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
