"""One question of a protocol at a time: a letter or a digit answers it, a number ends with Enter. It draws no conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from ces_tui.base.dates import show_number
from ces_tui.guidance.pathway import Input
from screens.widgets.field import Editor
from screens.widgets.ink import Canvas, Line, wrap

_LIMIT = 8
_NUMBER = "0123456789.,"


@dataclass(frozen=True)
class KnownLine:
    """One answer that is there already: what, how much and from where."""

    label: str
    value: str
    where: str = ""


class Pregunta(Canvas):
    """The question with its keys, and below it what is known already.

    Example: `pregunta.ask(spec, [KnownLine("Edad", "8 meses", "nacimiento 01/03/2026")])`
    """

    BINDINGS = [
        Binding("enter", "take", "contestar", id="pregunta.take", tooltip="Contesta con lo marcado o lo escrito."),
        Binding("minus", "unknown", "no se sabe", id="pregunta.unknown", tooltip="Sigue sin este dato."),
        Binding("backspace,left", "back", "anterior", key_display="Retroceso", id="pregunta.back", tooltip="Vuelve a la pregunta anterior."),
        Binding("up", "point(-1)", "arriba", id="pregunta.up", show=False, tooltip="Opción anterior."),
        Binding("down", "point(1)", "abajo", id="pregunta.down", show=False, tooltip="Opción siguiente."),
    ]  # fmt: skip

    @dataclass
    class Answered(Message):
        """The question has its answer; None is «no se sabe»."""

        name: str
        value: object

    @dataclass
    class Back(Message):
        """The person wants the question before."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.spec: Input | None = None
        self._known: list[KnownLine] = []
        self._editor = Editor()
        self._pointed = -1
        """No answer is marked until someone moves: Enter alone never answers a danger sign."""
        self._error = ""

    def ask(self, spec: Input, known: Sequence[KnownLine], *, before: str = "") -> None:
        """Show a question; `before` is what stood in its number field."""
        self.spec, self._known = spec, list(known)
        self._editor.set(before)
        self._pointed, self._error = -1, ""
        self._paint()

    def refuse(self, sentence: str) -> None:
        """Say why the answer can't be; it stays to be corrected."""
        self._error = sentence
        self._paint()

    @property
    def options(self) -> list[tuple[str, str, object]]:
        """(key, words, value) of the answers that one key gives."""
        if self.spec is None or self.spec.kind == "number":
            return []
        if self.spec.kind == "yes_no":
            return [("s", "sí", True), ("n", "no", False)]
        return [(str(i), o.label, o.value) for i, o in enumerate(self.spec.options, 1)]

    def help_here(self) -> tuple[str, str]:
        if self.spec is None:
            return ("", "")
        return (
            self.spec.label,
            self.spec.help or "Una tecla contesta; Retroceso vuelve a la pregunta anterior.",
        )

    # -- keys --------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if self.spec is None:
            return
        char = event.character or ""
        for key, _words, value in self.options:
            if char.casefold() == key or (self.spec.kind == "yes_no" and char == ("1" if value else "2")):
                event.stop()
                self.post_message(self.Answered(self.spec.name, value))
                return
        if self.spec.kind == "number" and char and char in _NUMBER:
            self._editor.insert(char, _LIMIT)
            self._error = ""
            self._paint()
            event.stop()
        elif char.isdigit():
            event.stop()  # a digit too many must not open another room

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "unknown":
            return self.spec is not None and not self.spec.required
        return super().check_action(action, parameters)

    def action_take(self) -> None:
        if self.spec is None:
            return
        if self.options:
            if self._pointed < 0:
                self.refuse("Conteste con su tecla, o mueva la flecha y Enter.")
                return
            self.post_message(self.Answered(self.spec.name, self.options[self._pointed][2]))
        elif text := self._editor.text.strip():
            self.post_message(self.Answered(self.spec.name, text))
        elif self.spec.required:
            self.refuse("Este dato es necesario.")
        else:
            self.action_unknown()

    def action_unknown(self) -> None:
        if self.spec is not None and not self.spec.required:
            self.post_message(self.Answered(self.spec.name, None))

    def action_back(self) -> None:
        if self._editor.text:
            self._editor.press("backspace")
            self._paint()
        else:
            self.post_message(self.Back())

    def action_point(self, by: int) -> None:
        if self.options:
            start = self._pointed if self._pointed >= 0 or by > 0 else 0
            self._pointed = (start + by) % len(self.options)
            self._paint()

    # -- drawing -----------------------------------------------------------------------------------------------

    def count(self) -> int:
        return len(self._rows(self.text_width))

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        return self._rows(width)[y], "text"

    def on_focus(self) -> None:
        self._paint()

    def _paint(self) -> None:
        if self.is_attached:
            self.relayout()
            self.scroll_to(y=0, animate=False, immediate=True)
            self.refresh_bindings()
            self.call_after_refresh(self._cursor)

    def _cursor(self) -> None:
        if self.is_attached and self.spec is not None:
            top = len(self._question(self.text_width))
            self.place_cursor(
                4 + len(self._editor.text) if not self.options else 2, top + max(self._pointed, 0)
            )

    def _question(self, width: int) -> list[Line]:
        assert self.spec is not None
        rows: list[Line] = [[]]
        rows += [[(f"  {part}", "title")] for part in wrap(self.spec.label, width - 4)]
        if self.spec.help:
            rows += [[(f"  {part}", "dim")] for part in wrap(self.spec.help, width - 4)]
        rows.append([])
        return rows

    def _rows(self, width: int) -> list[Line]:
        if self.spec is None:
            return [[]]
        rows = self._question(width)
        if self.options:
            for i, (key, words, _value) in enumerate(self.options):
                ink = "sel" if i == self._pointed and self.has_focus else "text"
                rows.append([("▶ " if i == self._pointed else "  ", "key"), (f"{key}  {words}", ink)])
        else:
            low, high = show_number(self.spec.low), show_number(self.spec.high)
            rows.append(
                [
                    ("  ▶ ", "key"),
                    (self._editor.text.ljust(_LIMIT), "field"),
                    (f" {self.spec.unit}", "text"),
                    (f"   de {low} a {high}", "dim"),
                ]
            )
        if not self.spec.required:
            rows.append([("  -  no se sabe: ", "dim"), (self.spec.missing, "dim")])
        if self._error:
            rows += [[(f"  × {part}", "bad")] for part in wrap(self._error, width - 6)]
        rows.append([])
        if self._known:
            rows.append([("  Ya se sabe", "strong")])
            rows += [_known_line(line, width) for line in self._known]
        return rows


def _known_line(line: KnownLine, width: int) -> Line:
    label = line.label if len(line.label) <= width - 30 else line.label[: width - 31] + "…"
    where = f"  {line.where}" if line.where else ""
    return [(f"    {label} ", "dim"), (line.value, "text"), (where, "dim")]
