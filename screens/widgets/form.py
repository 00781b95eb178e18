"""A form drawn by one widget: many fields, each with its last value beside it and its error below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.binding import Binding
from textual.message import Message

from screens.widgets.fields import (
    CheckField,
    ChoiceField,
    DateField,
    Editor,
    Field,
    LookupField,
    NumberField,
    Option,
    PartsField,
    Suggestion,
    TextField,
    Value,
    parse_day,
)
from screens.widgets.form_rows import FormPage, Section, lay_out
from screens.widgets.form_values import FormValues
from screens.widgets.ink import Canvas, Line

__all__ = [
    "CheckField",
    "ChoiceField",
    "DateField",
    "Editor",
    "Field",
    "Form",
    "LookupField",
    "NumberField",
    "Option",
    "PartsField",
    "Section",
    "Suggestion",
    "TextField",
    "Value",
    "parse_day",
]


class Form(FormValues, Canvas):
    """Fields one below the other. Tab, Enter and the arrows move; Ctrl+Z takes back; a bad value is said below its field.

    Example:
        Form([
            TextField("given", "Nombre(s)", required=True),
            NumberField("weight", "Peso", unit="kg", last="61.5", last_on="03/04/2026"),
            ChoiceField("sex", "Sexo", options=[Option("F", "Mujer"), Option("M", "Hombre")]),
            PartsField("dose", "Dosis"),
            LookupField("diagnosis", "Diagnóstico", suggest=lambda text: [Suggestion("I10X", "Hipertensión", "I10X")]),
        ])
        def on_form_submitted(self, message: Form.Submitted) -> None:
            weight = message.form.number("weight")      # BadInput with field="weight" when it is no number

    """

    BINDINGS = [
        # with priority, here and below: what is typed right after must land where the cursor went, however slow the machine
        Binding(
            "enter",
            "go_on",
            "siguiente",
            id="form.next",
            tooltip="Pasa al siguiente campo; en el último, termina.",
            priority=True,
        ),
        Binding(
            "tab",
            "tab(1)",
            "siguiente",
            id="form.tab",
            show=False,
            tooltip="Pasa al siguiente campo; en el último, a lo que sigue en la página.",
            priority=True,
        ),
        Binding(
            "shift+tab",
            "tab(-1)",
            "anterior",
            id="form.back",
            show=False,
            tooltip="Regresa al campo anterior; en el primero, a lo que está antes.",
            priority=True,
        ),
        Binding(
            "ctrl+z",
            "undo",
            "deshacer",
            id="form.undo",
            show=False,
            tooltip="Deshace lo último que escribió.",
        ),
    ]

    @dataclass
    class Changed(Message):
        """A field has a new value."""

        form: Form
        field: str
        value: Value

        @property
        def control(self) -> Form:
            return self.form

    @dataclass
    class Picked(Message):
        """A suggestion of a lookup field was chosen."""

        form: Form
        field: str
        suggestion: Suggestion

        @property
        def control(self) -> Form:
            return self.form

    @dataclass
    class Moved(Message):
        """The cursor came to another field."""

        form: Form
        field: str

        @property
        def control(self) -> Form:
            return self.form

    @dataclass
    class Submitted(Message):
        """Enter on the last field."""

        form: Form

        @property
        def control(self) -> Form:
            return self.form

    def __init__(
        self,
        items: Sequence[Field | Section] = (),
        *,
        submits: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """With `submits=False`, Enter on the last field goes on to the next widget (a form inside a longer page)."""
        super().__init__(id=id, classes=classes)
        self._submits = submits
        self._items: list[Field | Section] = list(items)
        self._at = 0
        self._undo: list[tuple[str, Any]] = []
        self._cache: tuple[int, FormPage] | None = None

    # -- the cursor --------------------------------------------------------------------------------------------

    @property
    def current(self) -> Field | None:
        """The field with the cursor."""
        fields = self.fields
        return fields[min(self._at, len(fields) - 1)] if fields else None

    def set_items(self, items: Sequence[Field | Section]) -> None:
        """Other fields; those that are kept keep their value (they hold it)."""
        name = self.current.name if self.current else ""
        self._items = list(items)
        self._at = next((i for i, f in enumerate(self.fields) if f.name == name), 0)
        self.repaint()

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong below each field; the cursor goes to the first of them. An empty mapping clears all."""
        first = None
        for i, item in enumerate(self.fields):
            item.error = errors.get(item.name, "")
            if item.error and first is None:
                first = i
        if first is not None:
            self._at = first
            self.focus()
        self.repaint()

    def go_to(self, name: str) -> None:
        """Put the cursor in a field."""
        self._at = next(i for i, f in enumerate(self.fields) if f.name == name)
        self.focus()
        self.repaint()

    def help_here(self) -> tuple[str, str]:
        """Title and text for F1."""
        item = self.current
        return (item.label, item.help or item.hint) if item else ("", "")

    # -- keys --------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        item = self.current
        if item is None:
            return
        char = event.character if event.is_printable else None
        if self._move_key(event.key, item) or self._edit_key(event.key, char, item):
            event.stop()
            event.prevent_default()

    def _edit_key(self, key: str, char: str | None, item: Field) -> bool:
        before, value = item.dump(), item.value
        if not item.press(key, char):
            return False
        self._changed(item, before, value)
        return True

    def on_paste(self, event: events.Paste) -> None:
        item = self.current
        event.stop()
        if item is not None:
            before, value = item.dump(), item.value
            if item.paste(event.text):
                self._changed(item, before, value)

    def _changed(self, item: Field, before: Any, value: Value) -> None:
        if item.dump() != before:
            self._undo = [*self._undo[-199:], (item.name, before)]
            item.error = ""
        if item.value != value or item.dump() != before:
            self.post_message(self.Changed(self, item.name, item.value))
        self.repaint()

    def _move_key(self, key: str, item: Field) -> bool:
        lookup = item if isinstance(item, LookupField) and item.found else None
        if key in {"up", "down"}:
            by = 1 if key == "down" else -1
            if lookup is not None:
                lookup.point(by)
                self.repaint()
                return True
            return self._step(by)
        if key == "escape" and lookup is not None:
            lookup.found = []
            self.repaint()
            return True
        return False

    def _enter(self, item: Field) -> None:
        if isinstance(item, LookupField) and item.found:
            self._pick(item)
        elif not (isinstance(item, PartsField) and item.step(1)) and not self._step(1):
            self._finish(item)
        self.repaint()

    def _tab(self, by: int, item: Field) -> bool:
        """Move inside the form; False at its end."""
        moved = isinstance(item, PartsField) and item.step(by)
        self.repaint()
        return moved or self._step(by)

    def _pick(self, lookup: LookupField) -> None:
        before = lookup.dump()
        taken = lookup.take()
        if taken is not None:
            self._undo = [*self._undo[-199:], (lookup.name, before)]
            lookup.error = ""
            self.post_message(self.Changed(self, lookup.name, lookup.value))
            self.post_message(self.Picked(self, lookup.name, taken))
            self._step(1)

    def _finish(self, item: Field) -> None:
        item.error = item.leave()
        if self._submits:
            self.post_message(self.Submitted(self))
        else:
            self.screen.focus_next()

    def _step(self, by: int) -> bool:
        item = self.current
        if item is not None:
            item.error = item.leave() or ("" if item.value else item.error)
        if not 0 <= self._at + by < len(self.fields):
            self.repaint()
            return False
        self._at += by
        entered = self.current
        if isinstance(entered, PartsField):
            entered.at = 0 if by > 0 else len(entered.editors) - 1
        if entered is not None:
            self.post_message(self.Moved(self, entered.name))
        self.repaint()
        return True

    def action_undo(self) -> None:
        if self._undo:
            name, before = self._undo.pop()
            if name in self:
                self.field(name).load(before)
                self.go_to(name)
                self.post_message(self.Changed(self, name, self.field(name).value))

    def action_go_on(self) -> None:
        """Take the suggestion, or go to the next field; on the last one, finish."""
        if self.current is not None:
            self._enter(self.current)

    def action_tab(self, by: int) -> None:
        """To the next field (or the one before), out of the form at its end."""
        item = self.current
        if item is not None and self._tab(by, item):
            return
        (self.screen.focus_next if by > 0 else self.screen.focus_previous)()

    def on_click(self, event: events.Click) -> None:
        rows = self._page(self.text_width).rows
        y = event.y + self.scroll_offset.y
        at = rows[y].at if y < len(rows) else None
        if at is not None:
            self._at = at
            item = self.current
            pointed = rows[y].pointed
            if isinstance(item, LookupField) and pointed is not None:
                item.pointed = pointed
                self._pick(item)
            self.repaint()

    # -- drawing -----------------------------------------------------------------------------------------------

    def repaint(self) -> None:
        """Draw anew after a change made from outside."""
        self._cache = None
        if self.is_attached:
            self.relayout()
            self.call_after_refresh(self.show_cursor)

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        item = self.current
        if item is not None:
            item.error = item.leave() or item.error
        self.repaint()

    def show_cursor(self) -> None:
        """Bring the line with the cursor into sight, and the terminal's own cursor to it."""
        if self.is_attached and self.has_focus:
            x, y = self._page(self.text_width).caret
            item = self.current
            below = 1 + (len(item.found) if isinstance(item, LookupField) else 0)
            self.reveal(max(y - 1, 0) if y == 1 else y, min(y + below, self.count() - 1))
            self.place_cursor(x, y)

    def count(self) -> int:
        return len(self._page(self.text_width).rows)

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        return self._page(width).rows[y].line, "text"

    def _page(self, width: int) -> FormPage:
        if self._cache is None or self._cache[0] != width:
            self._cache = (width, lay_out(self._items, self._at, width, focused=self.has_focus))
        return self._cache[1]
