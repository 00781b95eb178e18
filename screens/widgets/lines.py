"""A list drawn by one widget: rows with cells, group headings, a filter; thousands of rows cost nothing to hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.binding import Binding
from textual.message import Message

from ces_tui.base.text import fold
from screens.widgets.ink import Canvas, Line, Span, fit


@dataclass(frozen=True)
class Column:
    """One column: a width in cells, or 0 to share what is left; `wide` leaves it out under 100 columns."""

    title: str = ""
    width: int = 0
    right: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Row:
    """One line that can be chosen. `ink` is one of screens.widgets.ink.INKS: always say it in words too.

    With fewer cells than columns, the last one takes all the width that is left.
    """

    key: str
    cells: Sequence[str]
    ink: str = "text"
    data: Any = None


@dataclass(frozen=True)
class Heading:
    """A line that groups the rows after it; never chosen, hidden when the filter leaves none of them."""

    text: str
    note: str = ""


class Lines(Canvas):
    """A list of rows; arrows move, Enter or a second click chooses.

    Example:
        lines = Lines([Column("Paciente"), Column("Edad", 6, right=True)], empty="Nadie en espera.")
        lines.show([Heading("En espera"), Row(patient_id, ["Ana Gómez", "34 a"], data=stored)])
        def on_lines_chosen(self, message: Lines.Chosen) -> None: ... message.row.key

    """

    BINDINGS = [
        Binding("enter", "choose", "abrir", id="lines.choose", tooltip="Abre el renglón elegido."),
        Binding("up", "move(-1)", "arriba", id="lines.up", show=False, tooltip="Renglón anterior."),
        Binding("down", "move(1)", "abajo", id="lines.down", show=False, tooltip="Renglón siguiente."),
        Binding(
            "pageup", "page(-1)", "página arriba", id="lines.pageup", show=False, tooltip="Una página arriba."
        ),
        Binding(
            "pagedown",
            "page(1)",
            "página abajo",
            id="lines.pagedown",
            show=False,
            tooltip="Una página abajo.",
        ),
        Binding("home", "edge(-1)", "primero", id="lines.home", show=False, tooltip="Primer renglón."),
        Binding("end", "edge(1)", "último", id="lines.end", show=False, tooltip="Último renglón."),
        # with priority: what is typed right after must land where the cursor went, however slow the machine is
        Binding(
            "tab",
            "leave(1)",
            "siguiente",
            id="lines.tab",
            show=False,
            tooltip="Pasa a lo siguiente de la pantalla.",
            priority=True,
        ),
        Binding(
            "shift+tab",
            "leave(-1)",
            "anterior",
            id="lines.back",
            show=False,
            tooltip="Regresa a lo que está antes.",
            priority=True,
        ),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor came to a row (None: the list is empty)."""

        lines: Lines
        row: Row | None

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Lines.Highlighted) and message.lines is self.lines

        @property
        def control(self) -> Lines:
            return self.lines

    @dataclass
    class Chosen(Message):
        """Enter or a second click on a row."""

        lines: Lines
        row: Row

        @property
        def control(self) -> Lines:
            return self.lines

    def __init__(
        self,
        columns: Sequence[Column] = (Column(),),
        *,
        empty: str = "No hay nada.",
        header: bool = False,
        help_text: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = list(columns)
        self.empty_text = empty
        self.help_text = help_text
        self._header = header
        self._all: list[Row | Heading] = []
        self._seen: list[Row | Heading] = []
        self._folded: dict[int, str] = {}
        self._words: list[str] = []
        self._at = -1

    # -- content -----------------------------------------------------------------------------------------------

    def show(self, rows: Iterable[Row | Heading], *, keep: bool = True) -> None:
        """Replace the rows; with `keep` the cursor stays on the row of the same key if it is still there."""
        key = self.current.key if keep and self.current else None
        self._all = list(rows)
        self._folded = {}
        self._refilter(key)

    def filter(self, text: str) -> None:
        """Show only the rows in which every word of `text` occurs, accents and case apart; nothing typed shows all."""
        self._words = fold(text).split()
        self._refilter(None)

    @property
    def rows(self) -> list[Row]:
        """The rows that are seen now."""
        return [r for r in self._seen if isinstance(r, Row)]

    @property
    def current(self) -> Row | None:
        """The row with the cursor."""
        row = self._seen[self._at] if 0 <= self._at < len(self._seen) else None
        return row if isinstance(row, Row) else None

    def select(self, key: str) -> bool:
        """Put the cursor on the row with this key."""
        for i, row in enumerate(self._seen):
            if isinstance(row, Row) and row.key == key:
                self._put(i)
                return True
        return False

    def help_here(self) -> tuple[str, str]:
        return ("Lista", self.help_text or "Flechas para moverse, Enter para abrir.")

    def _refilter(self, key: str | None) -> None:
        self._seen = []
        heading: Heading | None = None
        for i, row in enumerate(self._all):
            if isinstance(row, Heading):
                heading = row
                if not self._words:
                    self._seen.append(row)
                continue
            if self._words:
                folded = self._folded.get(i)
                if folded is None:
                    folded = self._folded[i] = fold(" ".join(row.cells))
                if not all(w in folded for w in self._words):
                    continue
                if heading is not None:
                    self._seen.append(heading)
                    heading = None
            self._seen.append(row)
        if self.is_attached:
            self.relayout()
        if key is None or not self.select(key):
            self._put(next((i for i, r in enumerate(self._seen) if isinstance(r, Row)), -1))

    # -- moving ------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        at = self._at + by
        while 0 <= at < len(self._seen) and not isinstance(self._seen[at], Row):
            at += by
        if 0 <= at < len(self._seen):
            self._put(at)
        elif by < 0:
            self.reveal(0)

    def action_page(self, by: int) -> None:
        step = max(self.size.height - 2, 1) * by
        at = min(max(self._at + step, 0), len(self._seen) - 1)
        while 0 <= at < len(self._seen) and not isinstance(self._seen[at], Row):
            at += 1 if by < 0 or at == 0 else -1
        if 0 <= at < len(self._seen):
            self._put(at)

    def action_edge(self, by: int) -> None:
        places = [i for i, r in enumerate(self._seen) if isinstance(r, Row)]
        if places:
            self._put(places[0 if by < 0 else -1])

    async def on_key(self, event: events.Key) -> None:
        """The list's own keys are done here, in their order: one that climbed to the application first would come after a
        Tab that was pressed later, and find another part of the page.
        """
        bound = self.screen.active_bindings.get(event.key)
        if bound is not None and bound.node is self and bound.enabled:
            event.stop()
            event.prevent_default()
            await self.run_action(bound.binding.action)

    def action_leave(self, by: int) -> None:
        (self.screen.focus_next if by > 0 else self.screen.focus_previous)()

    def action_choose(self) -> None:
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def on_click(self, event: events.Click) -> None:
        at = event.y + self.scroll_offset.y - self._top
        if 0 <= at < len(self._seen) and isinstance(self._seen[at], Row):
            if at == self._at and event.chain > 1:
                self.action_choose()
            self._put(at)

    def _put(self, at: int) -> None:
        self._at = at
        if self.is_attached:
            if at >= 0:
                before = at > 0 and isinstance(self._seen[at - 1], Heading)
                self.reveal(max(at - before, 0) + (self._top if at - before > 0 else 0), at + self._top)
            self.refresh()
            self.call_after_refresh(self.show_cursor)
        self.post_message(self.Highlighted(self, self.current))

    def on_focus(self) -> None:
        self.refresh()
        self.call_after_refresh(self.show_cursor)

    def on_blur(self) -> None:
        self.refresh()

    def show_cursor(self) -> None:
        """Bring the line with the cursor into sight, and the terminal's own cursor to it."""
        if self.is_attached and self._at >= 0:
            self.reveal(self._at + self._top)
            self.place_cursor(0, self._at + self._top)

    # -- drawing -----------------------------------------------------------------------------------------------

    @property
    def _top(self) -> int:
        return 1 if self._header else 0

    def count(self) -> int:
        return self._top + max(len(self._seen), 1)

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        if self._header and y == 0:
            return [("  " + self._cells([c.title for c in self.columns], width - 2), "dim")], "text"
        if not self._seen:
            return [(f"  {self.empty_text}", "dim")], "text"
        row = self._seen[y - self._top]
        if isinstance(row, Heading):
            note: list[Span] = [(f"  {row.note}", "dim")] if row.note else []
            return [(row.text, "title"), *note], "text"
        on = y - self._top == self._at
        ink = row.ink if not on else "sel" if self.has_focus else "selblur"
        return [("▶ " if on else "  ", ink), (self._cells(row.cells, width - 2), ink)], ink if on else "text"

    def _cells(self, cells: Sequence[str], width: int) -> str:
        wide = self.app.size.width >= 100
        used = [(c, cell) for c, cell in zip(self.columns, cells, strict=False) if wide or not c.wide]
        fixed = sum(c.width for c, _ in used) + 2 * (len(used) - 1)
        open_columns = sum(1 for c, _ in used if not c.width)
        share, extra = divmod(max(width - fixed, 0), open_columns) if open_columns else (0, 0)
        out, taken = [], 0
        for column, cell in used:
            take = column.width or share + (1 if extra > 0 else 0)
            if not column.width:
                extra -= 1
            if len(cells) < len(self.columns) and column is used[-1][0]:
                take = max(width - taken, 0)
            taken += take + 2
            out.append(fit(cell, take, right=column.right))
        return "  ".join(out)
