"""Drawing with a small set of named inks: how every widget here turns text into strips, safely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from ces_tui.base.errors import CesError
from ces_tui.base.text import for_screen

Span = tuple[str, str]
"""A piece of text and the name of its ink."""
Line = Sequence[Span]

_MADE: dict[tuple[str, ...], Style] = {}


def ink_style(variables: Mapping[str, str], name: str) -> Style:
    """The Rich style of an ink under a theme's variables. Not component classes: each of those costs every widget a
    node in the style sheet's tree, which was half of the time to the first paint.
    """
    ink, paper, flags = _RECIPES[name]
    key = (variables[ink], variables[paper], flags)
    if key not in _MADE:
        colours = [Color.parse(c).rich_color for c in key[:2]]
        _MADE[key] = Style(color=colours[0], bgcolor=colours[1]) + Style.parse(flags)
    return _MADE[key]


_RECIPES = {
    "text": ("foreground", "background", ""),
    "dim": ("ces-dim", "background", ""),
    "strong": ("foreground", "background", "bold"),
    "title": ("ces-key", "background", "bold"),
    "key": ("ces-key", "background", "bold"),
    "ok": ("ces-ok", "background", ""),
    "warn": ("ces-warn", "background", "bold"),
    "bad": ("ces-bad", "background", "bold"),
    "sel": ("ces-sel-ink", "ces-sel", "bold"),
    "selblur": ("foreground", "background", "bold underline"),
    "field": ("foreground", "background", "underline"),
    "caret": ("ces-sel-ink", "ces-sel", ""),
    "struck": ("ces-dim", "background", "strike"),
    "bar": ("ces-bar-ink", "ces-bar", ""),
}
"""Ink -> theme variables of the text and of what is behind it, and weights."""

INKS = tuple(_RECIPES)
"""text; dim (last values, hints); strong; title (headings); key (names of keys); ok, warn, bad (always with a word
too); sel and selblur (the chosen row, with and without focus); field and caret (where one types); struck (void); bar."""


def plain(line: Line) -> str:
    """The text of a line, without inks."""
    return "".join(text for text, _ in line)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells: cut with an ellipsis, or padded (on the left if `right`)."""
    text = for_screen(text).replace("\n", " ")
    wide = cell_len(text)
    if wide > width:
        return set_cell_size(text, max(width - 1, 0)) + "…" if width > 0 else ""
    return " " * (width - wide) + text if right else text + " " * (width - wide)


def wrap(text: str, width: int, *, indent: int = 0) -> list[str]:
    """Lines of at most `width` cells, broken at blanks; a paragraph's later lines begin with `indent` blanks."""
    out: list[str] = []
    for paragraph in for_screen(text).split("\n"):
        lead = paragraph[: len(paragraph) - len(paragraph.lstrip(" "))]
        row = lead
        for word in _pieces(paragraph.split(), max(width - indent - len(lead), 1)):
            joined = f"{row} {word}" if row.strip() else row + word
            if cell_len(joined) <= width or not row.strip():
                row = joined
            else:
                out.append(row)
                row = " " * indent + word
        out.append(row)
    return out


def _pieces(words: Iterable[str], width: int) -> Iterable[str]:
    """The words, the ones too long for a line cut."""
    for word in words:
        rest = word
        while cell_len(rest) > width:
            yield rest[:width]
            rest = rest[width:]
        yield rest


class InkMixin(Widget):
    """Gives a widget `strip(line, width)`; text is filtered, never read as markup."""

    def strip(self, line: Line, width: int, ink: str = "text") -> Strip:
        """The line as a strip of exactly `width` cells; the rest is filled with `ink`."""
        colours = self.app.theme_variables
        segments = [
            Segment(for_screen(text).replace("\n", " "), ink_style(colours, name))
            for text, name in line
            if text
        ]
        return Strip(segments).adjust_cell_length(width, ink_style(colours, ink))


class Stripe(InkMixin):
    """A few fixed lines that take no focus: titles, bars, hints.

    Example: `stripe.show([("Farmacia", "title"), ("  3 avisos", "warn")])`
    """

    DEFAULT_CSS = "Stripe { height: 1; width: 1fr; }"

    def __init__(self, *, ink: str = "text", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ink = ink
        self._lines: list[Line] = []

    def show(self, *lines: Line) -> None:
        """Replace what is drawn."""
        if list(lines) != self._lines:
            self._lines = list(lines)
            self.refresh()

    @property
    def text(self) -> str:
        """What is drawn, without inks; for tests and readers."""
        return "\n".join(plain(line) for line in self._lines)

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip(line, self.size.width, self._ink)


class Canvas(InkMixin, ScrollView, can_focus=True):
    """A scrolling sheet of lines. A subclass says how many there are and draws one at a time.

    ▲ and ▼ in the last column say that there is more above or below: the stock scroll bar's glyphs are missing on
    the Linux console.
    """

    DEFAULT_CSS = """
    Canvas { width: 1fr; height: 1fr; scrollbar-size: 0 0; overflow-x: hidden; overflow-y: auto; }
    Canvas.auto { height: auto; }
    """

    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        """Line `y` and the ink of its empty rest."""
        raise NotImplementedError

    @property
    def text_width(self) -> int:
        """Cells a line may fill: the last column is kept for the marks of more above and below."""
        return max(self.size.width - 1, 1)

    def relayout(self) -> None:
        """Tell the layout how many lines there are now, and paint."""
        self.virtual_size = Size(self.size.width, self.count())
        self.refresh()

    async def _dispatch_message(self, message: Message) -> None:
        """A refusal raised while a key is handled (a look-up that reads the record) is said by the room."""
        try:
            await super()._dispatch_message(message)
        except CesError as error:
            say = getattr(self.app, "say_error", None)
            if say is None or not say(error):
                raise

    def on_mount(self) -> None:
        self.relayout()

    def on_resize(self) -> None:
        self.relayout()

    def reveal(self, first: int, last: int | None = None) -> None:
        """Scroll, here and in the containers around, so that these lines are seen."""
        last = first if last is None else last
        height = max(self.size.height, 1)
        top = self.scroll_offset.y
        if last >= top + height:
            top = last - height + 1
        top = min(top, first)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        parent = self.parent
        if isinstance(parent, Widget) and parent.is_scrollable and parent.max_scroll_y > 0:
            region = self.virtual_region
            wanted = region.y + first - top
            below = region.y + last - top
            view = parent.scrollable_content_region.height
            now = parent.scroll_offset.y
            if wanted < now:
                parent.scroll_to(y=wanted, animate=False, immediate=True)
            elif below >= now + view:
                parent.scroll_to(y=below - view + 1, animate=False, immediate=True)

    def show_cursor(self) -> None:
        """Bring the line with the cursor into sight; a sheet without one shows its first line."""
        if self.is_attached:
            self.reveal(self.scroll_offset.y)

    def place_cursor(self, x: int, y: int) -> None:
        """Put the terminal's own cursor on this cell of the sheet: screen readers follow it."""
        if self.has_focus:
            region = self.content_region
            self.app.cursor_position = Offset(region.x + x, region.y + y - self.scroll_offset.y)

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        at = y + self.scroll_offset.y
        total = self.count()
        line, ink = self.draw(at, self.text_width) if at < total else ((), "text")
        strip = self.strip(line, self.text_width, ink)
        mark = " "
        if y == 0 and self.scroll_offset.y > 0:
            mark = "▲"
        elif y == height - 1 and at < total - 1:
            mark = "▼"
        return Strip.join([strip, self.strip([(mark, "dim")], width - self.text_width)])

    def lines(self) -> Iterable[str]:
        """All the text drawn, for tests."""
        return (plain(self.draw(y, self.text_width)[0]).rstrip() for y in range(self.count()))
