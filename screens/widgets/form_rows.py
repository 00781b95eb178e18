"""How a form lies on its sheet: labels, fields, last values beside them, suggestions and errors below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.widgets.field import Field
from screens.widgets.ink import Line, Span, fit, plain, wrap
from screens.widgets.typed import LookupField


@dataclass(frozen=True)
class Section:
    """A heading (and an optional dimmed note) between fields."""

    title: str
    note: str = ""


@dataclass(frozen=True)
class FormRow:
    """One line: the field it belongs to, and the suggestion if it is one."""

    line: Line
    at: int | None = None
    pointed: int | None = None


@dataclass(frozen=True)
class FormPage:
    """The lines, and the cell of the caret."""

    rows: list[FormRow]
    caret: tuple[int, int]


def lay_out(items: Sequence[Field | Section], at: int, width: int, *, focused: bool) -> FormPage:
    """The form's lines in `width` cells with the cursor in field number `at`."""
    rows: list[FormRow] = []
    caret = (0, 0)
    fields = [i for i in items if isinstance(i, Field)]
    labels = min(max((len(f.label) for f in fields), default=0) + 3, max(width // 3, 16))
    number = 0
    for item in items:
        if isinstance(item, Section):
            note: list[Span] = [(f"  {item.note}", "dim")] if item.note else []
            rows.append(FormRow([(item.title, "title"), *note]))
            continue
        here = focused and number == at
        line, x = _field_line(item, labels, width, here)
        if number == at:
            caret = (min(x, width - 1), len(rows))
        typed = isinstance(item, LookupField) and item.text
        beside = item.last_text or (item.hint if here and item.empty and not typed else "")
        fits = len(beside) <= width - len(plain(line)) - 2
        rows.append(FormRow([*line, (f"  {beside}", "dim")] if beside and fits else line, number))
        if beside and not fits:
            rows.append(FormRow([(" " * labels + fit(beside, width - labels), "dim")], number))
        rows += _below(item, number, labels, width, here)
        number += 1
    return FormPage(rows, caret)


def _field_line(item: Field, labels: int, width: int, here: bool) -> tuple[list[Span], int]:
    spans, caret = item.paint(width - labels, here)
    label = fit(item.label + (" *" if item.required else ""), labels - 1) + " "
    return [(label, "strong" if here else "text"), *spans], labels + caret


def _below(item: Field, number: int, labels: int, width: int, here: bool) -> list[FormRow]:
    rows: list[FormRow] = []
    if isinstance(item, LookupField) and here:
        for i, found in enumerate(item.found):
            on = i == item.pointed
            text = f"{'▶ ' if on else '  '}{found.text}"
            line: list[Span] = [(" " * (labels - 1), "text"), (text, "sel" if on else "text")]
            if found.detail:
                line.append((f"  {found.detail}", "dim"))
            rows.append(FormRow(line, number, i))
    if item.error:
        for i, part in enumerate(wrap(item.error, max(width - labels - 2, 10))):
            rows.append(FormRow([(" " * labels + ("× " if i == 0 else "  ") + part, "bad")], number))
    return rows
