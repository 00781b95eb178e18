"""What the consult page is made of: captions with the last value, the diagnoses, the receta, the date of return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec
from textual.binding import Binding
from textual.message import Message

from ces_tui.base.dates import WEEKDAYS, show_date
from ces_tui.base.errors import BadInput
from ces_tui.consult.records import Diagnosis
from ces_tui.consult.rules import USUAL_RETURN, parse_next
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import describe
from screens.widgets.fields import TextField
from screens.widgets.ink import Span, Stripe
from screens.widgets.lines import Column, Lines, Row


class Caption(Stripe):
    """The heading of a section: its letter and name, and beside it, dimmed, what stood there last time and when."""

    def __init__(self, letter: str, name: str) -> None:
        super().__init__(classes="caption", id=f"caption-{letter}")
        self._head: list[Span] = [(f"{letter} ", "key"), (name, "title")]

    def on_mount(self) -> None:
        self.show(self._head)

    def last(self, text: str, on: date | None) -> None:
        """Show the last value, in one line."""
        if text and on is not None:
            line = " ".join(text.split())
            self.show([*self._head, (f"  {show_date(on)}: {line}", "dim")])


class DiagnosisLines(Lines):
    """The diagnoses of the note: the primary one is first; keys change, order and remove them."""

    BINDINGS = [
        Binding("space,v", "first_time", "1a vez", id="dx.primera", tooltip="Cambia «1a vez»: problema nuevo o primera visita por él."),
        Binding("p", "primary", "principal", id="dx.principal", tooltip="Lo hace el diagnóstico principal."),
        Binding("delete,backspace", "remove", "quitar", id="dx.quitar", tooltip="Lo quita de la nota."),
    ]  # fmt: skip

    @dataclass
    class Edited(Message):
        """The list is another."""

        diagnoses: tuple[Diagnosis, ...]

    def __init__(self) -> None:
        super().__init__(
            [Column("", 7), Column(""), Column("", 8), Column("", 10)],
            empty="Todavía ninguno: escriba abajo, o Ctrl+R repite los crónicos.",
            id="diagnoses",
            classes="auto",
            help_text="Espacio cambia «1a vez», p lo hace principal, Supr lo quita.",
        )
        self.diagnoses: tuple[Diagnosis, ...] = ()

    def put(self, diagnoses: tuple[Diagnosis, ...]) -> None:
        """Show these; the primary one leads."""
        ordered = sorted(diagnoses, key=lambda d: not d.primary)
        self.diagnoses = tuple(_primary(d, i == 0) for i, d in enumerate(ordered))
        self.show(
            Row(
                d.code or d.text,
                [
                    d.code or "libre",
                    d.text,
                    "1a vez" if d.first_time else "",
                    "principal" if d.primary else "",
                ],
            )
            for d in self.diagnoses
        )

    def add(self, diagnosis: Diagnosis) -> bool:
        """One more; False when it is there already."""
        if any((d.code or d.text) == (diagnosis.code or diagnosis.text) for d in self.diagnoses):
            return False
        self._changed((*self.diagnoses, _primary(diagnosis, False)))
        return True

    def action_first_time(self) -> None:
        self._changed(
            tuple(
                msgspec.structs.replace(d, first_time=not d.first_time) if self._here(d) else d
                for d in self.diagnoses
            )
        )

    def action_primary(self) -> None:
        self._changed(tuple(_primary(d, self._here(d)) for d in self.diagnoses))

    def action_remove(self) -> None:
        self._changed(tuple(d for d in self.diagnoses if not self._here(d)))

    def _here(self, diagnosis: Diagnosis) -> bool:
        return self.current is not None and self.current.key == (diagnosis.code or diagnosis.text)

    def _changed(self, diagnoses: tuple[Diagnosis, ...]) -> None:
        self.put(diagnoses)
        self.post_message(self.Edited(self.diagnoses))


class RecetaLines(Lines):
    """The medicines of the note. Enter opens the editor on one; it never changes a dose itself."""

    BINDINGS = [
        Binding("enter", "open", "editar", id="receta.abrir", tooltip="Abre la receta en este medicamento."),
        Binding("delete,backspace", "remove", "quitar", id="receta.quitar", tooltip="Lo quita de la receta."),
    ]

    @dataclass
    class Opened(Message):
        """The receta is to be edited."""

    @dataclass
    class Edited(Message):
        """The list is another."""

        lines: tuple[PrescriptionLine, ...]

    def __init__(self) -> None:
        super().__init__(
            [Column(""), Column("")],
            empty="Sin medicamentos. Enter o F3 receta; Ctrl+R repite la anterior.",
            id="prescription",
            classes="auto",
            help_text="Enter abre la receta; Supr quita el medicamento.",
        )
        self.receta: tuple[PrescriptionLine, ...] = ()

    def put(self, receta: tuple[PrescriptionLine, ...]) -> None:
        self.receta = receta
        self.show(Row(str(i), [line.name, describe(line)]) for i, line in enumerate(receta))

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def action_remove(self) -> None:
        if self.current is not None:
            at = int(self.current.key)
            self.put(tuple(line for i, line in enumerate(self.receta) if i != at))
            self.post_message(self.Edited(self.receta))


@dataclass
class ReturnField(TextField):
    """The next appointment as people say it; beside it the day that is meant. Space on the empty field proposes four weeks."""

    today: Callable[[], date] = field(default=date.today)
    width: int = 12
    limit: int = 20

    def press(self, key: str, char: str | None) -> bool:
        if key == "space" and not self.editor.text:
            self.propose()
            return True
        return super().press(key, char)

    def propose(self) -> None:
        """Four weeks from today: the same weekday."""
        self.editor.set(show_date(self.today() + timedelta(days=USUAL_RETURN)))

    @property
    def unit_text(self) -> str:
        try:
            day = parse_next(self.editor.text, self.today())
        except BadInput:
            return ""
        if day is None:
            return ""
        return f"{WEEKDAYS[day.weekday()]} {show_date(day)} ({(day - self.today()).days} días)"

    def leave(self) -> str:
        try:
            day = parse_next(self.editor.text, self.today())
        except BadInput as bad:
            return str(bad)
        if day is not None:
            self.editor.set(show_date(day))
        return ""


def _primary(diagnosis: Diagnosis, primary: bool) -> Diagnosis:
    return msgspec.structs.replace(diagnosis, primary=primary)
