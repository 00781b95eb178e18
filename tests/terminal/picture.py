"""A picture of a terminal's screen as SVG: plain shapes and a monospace font, nothing fetched from anywhere."""

from __future__ import annotations

from html import escape

import pyte

CELL_W, CELL_H, PAD = 9.0, 19.0, 12.0
INK, PAPER = "#d8d8d2", "#14181c"
NAMED = {
    "black": "#000000", "red": "#c03030", "green": "#3f9f4f", "brown": "#c8a000", "blue": "#3060c0",
    "magenta": "#a050a0", "cyan": "#30a0a0", "white": "#d0d0d0",
    "brightblack": "#707070", "brightred": "#ff8080", "brightgreen": "#80e080", "brightbrown": "#ffe060",
    "brightblue": "#80a0ff", "brightmagenta": "#e090e0", "brightcyan": "#80e0e0", "brightwhite": "#ffffff",
}  # fmt: skip


def svg(screen: pyte.Screen, title: str) -> str:
    """The screen as an SVG document; `title` is its accessible name."""
    width, height = screen.columns * CELL_W + 2 * PAD, screen.lines * CELL_H + 2 * PAD
    shapes: list[str] = []
    for y in range(screen.lines):
        shapes += _row(screen, y)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
        '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15" xml:space="preserve">'
        + "".join(shapes)
        + "</g></svg>\n"
    )


def _row(screen: pyte.Screen, y: int) -> list[str]:
    shapes = []
    x = 0
    while x < screen.columns:
        cell = screen.buffer[y][x]
        look = _look(cell)
        end = x + 1
        while end < screen.columns and _look(screen.buffer[y][end]) == look:
            end += 1
        text = "".join(screen.buffer[y][i].data for i in range(x, end))
        shapes += _run(text, x, y, look)
        x = end
    return shapes


def _look(cell: pyte.screens.Char) -> tuple[str, str, bool, bool, bool]:
    ink, paper = _colour(cell.fg, INK), _colour(cell.bg, PAPER)
    if cell.reverse:
        ink, paper = paper, ink
    return ink, paper, cell.bold, cell.underscore, cell.strikethrough


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return NAMED.get(name, f"#{name}")


def _run(text: str, x: int, y: int, look: tuple[str, str, bool, bool, bool]) -> list[str]:
    ink, paper, bold, under, struck = look
    left, top, wide = PAD + x * CELL_W, PAD + y * CELL_H, len(text) * CELL_W
    shapes = []
    if paper != PAPER:
        shapes.append(f'<rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{CELL_H:g}" fill="{paper}"/>')
    if text.strip():
        weight = ' font-weight="bold"' if bold else ""
        lines = " ".join(name for name, on in (("underline", under), ("line-through", struck)) if on)
        drawn = f' text-decoration="{lines}"' if lines else ""
        shapes.append(
            f'<text x="{left:g}" y="{top + 14.5:g}" textLength="{wide:g}" fill="{ink}"{weight}{drawn}>{escape(text)}</text>'
        )
    return shapes
