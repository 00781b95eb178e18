"""The receta of one consult. Pure.

Source of its members: RIS 29-30 (clinical.md 5, V) and ces.md 2.5; of the wording of doses, clinical.md "Safety rules" 7.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ces_tui.base.dates import show_date, show_number
from ces_tui.consult.chart import Note
from ces_tui.consult.reading import followed, moment
from ces_tui.paper.common import Author, Desktop, head, identity, signature
from ces_tui.paper.records import Block, Column, Field, Line, Sheet, Table
from ces_tui.paper.wording import safe_dose
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import WEEKDAY_WORDS, parts, plural, show_amount

COLUMNS = (
    Column(title="Medicamento", width=3.4),
    Column(title="Mañana", align="center"),
    Column(title="Medio día", align="center"),
    Column(title="Tarde", align="center"),
    Column(title="Noche", align="center"),
    Column(title="Duración", width=1.1, align="center"),
    Column(title="Cantidad", width=1.3, align="center"),
)


def receta(desk: Desktop, patient: Patient, note: Note, allergies: Block, author: Author) -> Sheet:
    """The receta as it was signed; struck when its consult was recorded by mistake."""
    consult = note.stored.record
    weight = note.vitals.weight_kg if note.vitals else None
    who = identity(patient, consult.day, moment(consult.day, consult.at))
    extra = (Field(label="Peso", value=f"{show_number(weight)} kg"),) if weight else ()
    blocks = (
        msgspec.structs.replace(who, fields=(*who.fields, *extra)),
        allergies,
        Block(key="diagnoses", heading="Diagnósticos", paragraphs=tuple(diagnoses(note))),
        Block(key="medicines", heading="Tratamiento", table=medicines(consult.prescription)),
        *plan(note),
    )
    return msgspec.structs.replace(
        head(desk, "receta", "Receta médica", patient=patient),
        void=f"{followed(note.void)}: {note.void.reason}" if note.void else "",
        blocks=blocks,
        signatures=(signature(author, caption="Nombre y firma de quien receta"),),
    )


def diagnoses(note: Note) -> list[str]:
    """'I10 Hipertensión arterial · 1a vez', the primary one first; free text says that it has no code."""
    ordered = sorted(note.stored.record.diagnoses, key=lambda d: not d.primary)
    return [f"{d.code or 'Sin código'}  {d.text}" + (" · 1a vez" if d.first_time else "") for d in ordered]


def medicines(lines: tuple[PrescriptionLine, ...]) -> Table:
    """The medicines with their four parts of the day."""
    return Table(columns=COLUMNS, lines=tuple(medicine(line) for line in lines))


def medicine(line: PrescriptionLine) -> Line:
    """One medicine; what is unusual about it (weekly, only if needed, to be stopped) stands below it in words."""
    name = safe_dose(line.name)
    if line.stopped:
        return Line(cells=(name, *("—",) * 6), below="SUSPENDER: ya no lo tome.", loud=True)
    doses = [f"{show_amount(v)} {safe_dose(plural(line.unit, v))}" if v else "—" for v in parts(line)]
    count = (
        f"{line.quantity} {plural(line.item_unit, Decimal(line.quantity))}"
        if line.quantity
        else "no se surte"
    )
    below = []
    if line.weekday is not None:
        day = WEEKDAY_WORDS[line.weekday].upper()
        below.append(f"UNA SOLA VEZ POR SEMANA, EL {day}. No lo tome los demás días.")
    if line.prn:
        below.append("SÓLO SI LO NECESITA.")
    below += [f"Vía {line.route}."] if line.route else []
    below += [safe_dose(line.instructions)] if line.instructions else []
    return Line(
        cells=(name, *doses, duration(line), count), below=" ".join(below), loud=line.weekday is not None
    )


def duration(line: PrescriptionLine) -> str:
    """'30 días', 'dosis única'."""
    if line.days is None:
        return "dosis única"
    return "1 día" if line.days == 1 else f"{line.days} días"


def in_words(line: PrescriptionLine) -> str:
    """One medicine in one line, for a note: 'Losartán …: 1 tableta mañana, … · 30 días'."""
    told = medicine(line)
    named = zip(("mañana", "medio día", "tarde", "noche"), told.cells[1:5], strict=True)
    dose = ", ".join(f"{amount} {part}" for part, amount in named if amount != "—")
    return f"{told.cells[0]}: " + " · ".join(
        p for p in (dose, "" if line.stopped else told.cells[5], told.below) if p
    )


def plan(note: Note) -> list[Block]:
    """The next appointment, which the patient takes home."""
    consult = note.stored.record
    if consult.next_day is None:
        return []
    return [
        Block(key="next", fields=(Field(label="Próxima cita", value=show_date(consult.next_day), span=2),))
    ]
