"""Blank forms for days without power, with the clinic's letterhead: consult, vitals, and the sheets of PHQ-9 and GAD-7. Pure."""

from __future__ import annotations

import msgspec

from ces_tui.paper.common import Desktop, head, signature, vitals_fields
from ces_tui.paper.receta import COLUMNS
from ces_tui.paper.records import Block, Column, Field, Line, Sheet, Table
from ces_tui.screening.instrument import Instrument

_WHO = Block(
    key="identity",
    fields=(
        Field(label="Paciente", span=3),
        Field(label="Expediente"),
        Field(label="Edad"),
        Field(label="Sexo"),
        Field(label="Nacimiento"),
        Field(label="Fecha y hora"),
        Field(label="Localidad", span=2),
        Field(label="Cómo llegó", span=2),
    ),
)
_VITALS = tuple(
    Column(title=title, width=width)
    for title, width in (
        ("Hora", 0.7), ("Nombre y expediente", 3), ("T/A", 0.9), ("FC", 0.6), ("FR", 0.6), ("Temp.", 0.7), ("SpO₂", 0.7),
        ("Peso", 0.8), ("Talla", 0.8), ("Glucosa", 0.9), ("Ayuno", 0.7),
    )
)  # fmt: skip
_LATER = "Al volver la luz, captúrela con su fecha y hora y guarde la hoja en el expediente."


def consulta(desk: Desktop) -> Sheet:
    """A page to write a consult on, receta included."""
    blocks = (
        _WHO,
        Block(
            key="allergies", heading="ALERGIAS", fields=(Field(label="Pregunte siempre", span=4),), loud=True
        ),
        Block(key="vitals", heading="Signos vitales", fields=vitals_fields(None)),
        Block(key="reason", heading="Motivo y subjetivo", ruled=4),
        Block(key="objective", heading="Objetivo", ruled=3),
        Block(key="diagnoses", heading="Diagnósticos y análisis", ruled=2),
        Block(key="medicines", heading="Tratamiento", table=Table(columns=COLUMNS, blank=4)),
        Block(key="plan", heading="Plan", ruled=1),
        Block(key="end", fields=(Field(label="Pronóstico", span=2), Field(label="Próxima cita", span=2))),
    )
    return msgspec.structs.replace(
        head(desk, "hoja", "Consulta (sin sistema)"),
        blocks=blocks,
        signatures=(signature(None),),
        remark=_LATER,
    )


def signos(desk: Desktop) -> Sheet:
    """A page of vitals, one patient a row."""
    block = Block(key="vitals", table=Table(columns=_VITALS, blank=29))
    return msgspec.structs.replace(
        head(desk, "hoja", "Signos vitales (sin sistema)"), blocks=(block,), remark=_LATER
    )


def tamizaje(desk: Desktop, instrument: Instrument) -> Sheet:
    """The sheet of an instrument in its validated wording; the sum is for a person to make and the program to check."""
    options = instrument.options[0]
    columns = (
        Column(title="", width=0.35, align="right"),
        Column(title=instrument.lead or "Pregunta", width=4.4),
        *(Column(title=f"{o.text} ({o.value})", width=1.1, align="center") for o in options),
    )
    lines = tuple(Line(cells=(str(i.n), i.text, *(str(o.value) for o in options))) for i in instrument.items)
    blocks = [
        _WHO,
        Block(key="preamble", paragraphs=(instrument.preamble,)),
        Block(key="items", table=Table(columns=columns, lines=lines)),
        Block(
            key="total",
            fields=(Field(label="Total (sólo si contestó todo)", span=2), Field(label="Aplicó", span=2)),
        ),
    ]
    if instrument.difficulty:
        choices = "     ".join(f"(  ) {o.text}" for o in instrument.difficulty.options)
        blocks.append(Block(key="difficulty", paragraphs=(instrument.difficulty.text, choices)))
    blocks += [
        Block(
            key=f"safety{s.index}",
            heading=f"Pregunta {instrument.items[s.index].n}",
            paragraphs=(s.rule.action,),
            loud=True,
        )
        for s in instrument.safety
    ]
    source = instrument.text
    unsure = "" if instrument.confirmed_text else " (por confirmar)"
    return msgspec.structs.replace(
        head(desk, "hoja", f"{instrument.title} (sin sistema)"),
        blocks=tuple(blocks),
        remark=f"{_LATER} Texto: {source.name}{unsure}.",
    )
