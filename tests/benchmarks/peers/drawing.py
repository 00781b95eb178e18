"""Small charts as plain SVG: one line a store, the number of documents on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

Line = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT, _GAP, _LEFT, _TOP = 330, 210, 56, 62, 64
_COLOURS = ("#0b6e4f", "#b3541e", "#4a5fa5", "#777777")
_DASHES = ("", "6 3", "2 3", "8 3 2 3")


def chart(title: str, panels: Mapping[str, Mapping[str, Line]], names: Sequence[str]) -> str:
    """Panels two abreast; each line keeps its colour and its dashes (colour alone says nothing on a grey print)."""
    rows = math.ceil(len(panels) / 2)
    width, height = 2 * (_WIDTH + _GAP) + _LEFT, _TOP + rows * (_HEIGHT + _GAP + 14)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="20" y="22" font-size="15" font-weight="bold">{escape(title)}</text>',
        *_legend(names),
    ]
    for n, (name, lines) in enumerate(panels.items()):
        left = _LEFT + (n % 2) * (_WIDTH + _GAP)
        top = _TOP + 22 + (n // 2) * (_HEIGHT + _GAP + 14)
        parts += _panel(name, lines, names, left, top)
    return "\n".join([*parts, "</svg>\n"])


def _legend(names: Sequence[str]) -> list[str]:
    found = []
    for n, name in enumerate(names):
        x = 20 + 175 * n
        found.append(f'<path d="M{x} 42 h28" {_stroke(n)}/>')
        found.append(f'<text x="{x + 34}" y="46">{escape(name)}</text>')
    return found


def _panel(name: str, lines: Mapping[str, Line], names: Sequence[str], left: int, top: int) -> list[str]:
    points = [p for line in lines.values() for p in line]
    low, high = math.log10(min(x for x, _ in points)), math.log10(max(x for x, _ in points))
    most = _round_up(max(y for _, y in points))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - low) / ((high - low) or 1)
        return left + across * _WIDTH, top + _HEIGHT - y / most * _HEIGHT

    parts = [f'<text x="{left}" y="{top - 8}" font-weight="bold">{escape(name)}</text>']
    for step in range(5):
        y = top + _HEIGHT - step / 4 * _HEIGHT
        parts.append(f'<path d="M{left} {y:.1f} h{_WIDTH}" stroke="#dddddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{most * step / 4:g}</text>')
    for x in sorted({x for x, _ in points}):
        parts.append(
            f'<text x="{place(x, 0)[0]:.1f}" y="{top + _HEIGHT + 16}" text-anchor="middle">{_short(x)}</text>'
        )
    for n, store in enumerate(names):
        placed = [place(x, y) for x, y in lines.get(store, ())]
        if placed:
            parts.append(
                f'<path d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in placed)}" fill="none" {_stroke(n)}/>'
            )
            parts += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[n % 4]}"/>' for x, y in placed
            ]
    return parts


def _stroke(n: int) -> str:
    dash = _DASHES[n % 4]
    return f'stroke="{_COLOURS[n % 4]}" stroke-width="2"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(value or 1))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 6, 8, 10) if step * power >= value)


def _short(documents: float) -> str:
    return f"{documents / 1000:.0f} mil"
