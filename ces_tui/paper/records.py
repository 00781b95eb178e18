"""A sheet as data: what a template sets and what the preview shows. No layout, no store, no clock.

Every member is always present in the JSON that a template reads, so these are no `Record`s, which leave defaults out.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ces_tui.base.record import Record

Align = Literal["left", "center", "right"]
Layout = Literal["imss_bienestar", "juris_x", "juris_iv"]
LAYOUTS: tuple[Layout, ...] = ("imss_bienestar", "juris_x", "juris_iv")
"""The three notes of ces.md 2.5: the same data, three templates."""
DEMO = "DATOS INVENTADOS"
BY_MISTAKE = "REGISTRADO POR ERROR"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every part of a sheet."""


class Field(Part, frozen=True, kw_only=True):
    """A label and its value; an empty value prints as a line to fill by hand."""

    label: str
    value: str = ""
    span: int = 1
    """Of the twelve columns of a row of fields, how many quarters: 1 to 4."""
    loud: bool = False


class Column(Part, frozen=True, kw_only=True):
    title: str
    width: float = 1.0
    """Share of what is left after the fixed columns."""
    align: Align = "left"


class Line(Part, frozen=True, kw_only=True):
    """One row of a table; `below` is written under its cells over the whole width."""

    cells: tuple[str, ...]
    below: str = ""
    loud: bool = False
    """Bold, with its mark in words: never by colour alone."""


class Table(Part, frozen=True, kw_only=True):
    columns: tuple[Column, ...]
    lines: tuple[Line, ...] = ()
    blank: int = 0
    """Empty rows to be filled by hand."""


class Block(Part, frozen=True, kw_only=True):
    """A part of a sheet under a heading. `key` is its stable name, by which a template may place it."""

    key: str
    heading: str = ""
    fields: tuple[Field, ...] = ()
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    ruled: int = 0
    """Empty ruled lines to be written on."""
    loud: bool = False


class Signature(Part, frozen=True, kw_only=True):
    """Who signs by hand: the name, and what stands below the line ('Constancia de servicio social: …')."""

    name: str = ""
    lines: tuple[str, ...] = ()
    caption: str = "Nombre y firma"


class Sheet(Part, frozen=True, kw_only=True):
    """One paper, ready to be set or previewed."""

    template: str
    """File in `protocols/paper/`, without its suffix."""
    title: str
    institution: str = ""
    unit: str
    place: str = ""
    who: str = ""
    """Name and number of the patient, on every page; empty on a list or a blank form."""
    printed: str = ""
    """When and by whom it was printed."""
    demo: bool = False
    void: str = ""
    """Who marked it as recorded by mistake, when and why; then everything is struck."""
    blocks: tuple[Block, ...] = ()
    signatures: tuple[Signature, ...] = ()
    remark: str = ""
    """Small print at the end."""

    def block(self, key: str) -> Block | None:
        return next((b for b in self.blocks if b.key == key), None)


class Ready(Part, frozen=True, kw_only=True):
    """A sheet with whose record it shows: every way out is written in their log as `part`."""

    sheet: Sheet
    part: str
    patients: tuple[str, ...] = ()
    chart: bool = True
    """Whether it is one patient's chart, which may be restricted; a list of the day is not."""


class Unit(Record, frozen=True, kw_only=True):
    """The clinic as it heads a paper; an empty member is left out or is a line to fill."""

    unit: str = ""
    """Official name of the unit."""
    clues: str = ""
    municipality: str = ""
    locality: str = ""
    address: str = ""
    layout: Layout = "imss_bienestar"
    """The note that is offered first."""


LicenceKind = Literal["", "cedula", "constancia"]
LICENCE_WORDS: dict[str, str] = {
    "cedula": "Cédula profesional",
    "constancia": "Constancia de servicio social",
}


class Licence(Record, frozen=True, kw_only=True):
    """What a person signs with (clinical.md 5: RIS 29-30; a pasante has no cédula yet). Nothing here is ever made up."""

    kind: LicenceKind = ""
    number: str = ""
    school: str = ""
    """Institution that issued the title or the constancia."""
    supervisor: str = ""
    supervisor_cedula: str = ""
    """Of the supervising physician, where CES wants it on the receta (U: ask CES)."""


class Referral(Part, frozen=True, kw_only=True):
    """What only the referring clinician knows; empty members are lines to fill by hand."""

    to: str = ""
    service: str = ""
    reason: str = ""
    urgency: str = ""
    companion: str = ""
