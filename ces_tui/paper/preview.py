"""A sheet as lines of text, for the terminal: the same data that the printer gets, in the same order. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ces_tui.base.text import for_screen
from ces_tui.paper.records import BY_MISTAKE, DEMO, Block, Field, Sheet, Table

Kind = Literal["title", "heading", "text", "loud", "dim", "struck"]
_BLANK = "________"


@dataclass(frozen=True, slots=True)
class Shown:
    """One paragraph of the preview; `struck` stands for what is printed struck through."""

    text: str
    kind: Kind = "text"
    indent: int = 0


def preview(sheet: Sheet) -> list[Shown]:
    """Everything that the paper says, without its looks."""
    return [Shown(for_screen(s.text), s.kind, s.indent) for s in _sheet(sheet)]


def as_text(sheet: Sheet) -> str:
    """The preview as plain text, for the command line."""
    return "\n".join(" " * s.indent + s.text for s in preview(sheet))


def _sheet(sheet: Sheet) -> Iterator[Shown]:
    if sheet.demo:
        yield Shown(DEMO, "loud")
    yield Shown(sheet.title, "title")
    yield Shown(" · ".join(p for p in (sheet.institution, sheet.unit, sheet.place) if p))
    if sheet.void:
        yield Shown(f"{BY_MISTAKE} · {sheet.void}", "loud")
    for block in sheet.blocks:
        yield from _block(block, "struck" if sheet.void else "text")
    for sign in sheet.signatures:
        yield Shown(sign.caption, "heading")
        yield Shown(" · ".join(p for p in (sign.name or _BLANK, *sign.lines) if p), indent=2)
    if sheet.remark:
        yield Shown(sheet.remark, "dim")
    if sheet.printed:
        yield Shown(sheet.printed, "dim")


def _block(block: Block, kind: Kind) -> Iterator[Shown]:
    if block.heading:
        yield Shown(block.heading, "loud" if block.loud else "heading")
    inside: Kind = "loud" if block.loud and kind != "struck" else kind
    indent = 2 if block.heading else 0
    yield from (Shown(p, inside, indent) for p in block.paragraphs)
    if block.fields:
        yield Shown(" · ".join(_field(f) for f in block.fields), inside, indent)
    if block.table is not None:
        yield from _table(block.table, kind)
    if block.ruled:
        yield Shown(f"({block.ruled} renglones para escribir)", "dim", 2)


def _field(field: Field) -> str:
    return f"{field.label}: {field.value or _BLANK}"


def _table(table: Table, kind: Kind) -> Iterator[Shown]:
    """One paragraph a row; the cells carry their column's name, so that a narrow screen loses nothing."""
    for line in table.lines:
        loud = line.loud and kind != "struck"
        first, *rest = line.cells
        named = [
            f"{column.title} {cell}".strip()
            for column, cell in zip(table.columns[1:], rest, strict=True)
            if cell not in {"", "—"}
        ]
        yield Shown(" · ".join([first, *named]), "loud" if loud else kind, 2)
        if line.below:
            yield Shown(line.below, "loud" if loud else kind, 6)
    if table.blank:
        yield Shown(f"({table.blank} renglones en blanco)", "dim", 2)
