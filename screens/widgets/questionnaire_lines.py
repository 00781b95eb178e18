"""The lines of one question. Large text is spaced letters and blank lines: as much of it as the window has room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from screens.widgets.fields import Option
from screens.widgets.ink import Line, wrap


@dataclass(frozen=True)
class Spread:
    """How generously a question is set: letters apart, a blank line between its lines, and between the options."""

    letters: bool = False
    lines: bool = False
    options: bool = False


NORMAL = Spread()
LARGE = (
    Spread(letters=True, lines=True, options=True),
    Spread(letters=True, lines=True),
    Spread(letters=True, options=True),
    Spread(letters=True),
    Spread(options=True),
    NORMAL,
)
"""From the largest down: the first one that fits the window is taken."""


@dataclass(frozen=True)
class Laid:
    """The lines drawn, and on which of them each option begins."""

    rows: Sequence[Line]
    tops: Sequence[int]

    def option_at(self, row: int) -> int | None:
        """Which option a row belongs to; None above the first."""
        return next((i for i in reversed(range(len(self.tops))) if row >= self.tops[i]), None)


@dataclass(frozen=True)
class Asked:
    """What has to be set: the question and the state of its options."""

    progress: Line
    intros: Sequence[str]
    text: str
    options: Sequence[Option]
    mark: Callable[[int], tuple[str, str, str]]
    """Of an option: the pointer, the box, its ink."""
    refused: bool


def lay(asked: Asked, width: int, height: int, *, large: bool) -> Laid:
    """The question in the largest setting whose lines all fit `height`; in the smallest one where none does."""
    for spread in LARGE if large else (NORMAL,):
        laid = _set(asked, width, spread)
        if len(laid.rows) <= height:
            break
    return laid


def apart(text: str, spread: Spread, width: int) -> list[str]:
    """Wrapped lines, their letters apart where the setting says so: 'd o s   l i n e a s'."""
    if not spread.letters:
        return wrap(text, width)
    return [" ".join(row) for row in wrap(text, max((width + 1) // 2, 1))]


def _set(asked: Asked, width: int, spread: Spread) -> Laid:
    rows: list[Line] = [asked.progress, []]
    for intro in asked.intros:
        rows += [[(f"  {part}", "text")] for part in wrap(intro, width - 4)] + [[]]
    for part in apart(asked.text, spread, width - 4):
        rows += [[(f"  {part}", "title")], *([[]] if spread.lines else [])]
    if not spread.lines:
        rows.append([])
    tops = []
    for i, option in enumerate(asked.options):
        pointer, box, ink = asked.mark(i)
        lead = f"{option.key}  {box} "
        if i and spread.options:
            rows.append([])
        tops.append(len(rows))
        parts = apart(option.text, spread, width - 4 - len(lead))
        rows.append([(pointer, "key"), (lead + parts[0], ink)])
        rows += [[("  ", "key"), (" " * len(lead) + part, ink)] for part in parts[1:]]
    if asked.refused:
        rows += [[], [("  Prefirió no contestar.", "warn")]]
    return Laid(rows, tops)
