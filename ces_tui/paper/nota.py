"""The clinical note of one consult: one set of blocks for the three layouts of ces.md 2.5. Pure.

What a note must hold: NOM-004-SSA3-2012, 6.2 (nom004_notas.yaml, K). The words of the note are printed as they were signed.
"""

from __future__ import annotations

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.care.records import CAME_WORDS
from ces_tui.consult.chart import Note
from ces_tui.consult.reading import followed, moment, parts
from ces_tui.consult.records import PROGNOSIS_WORDS
from ces_tui.paper.common import Author, Desktop, head, identity, signature, vitals_fields
from ces_tui.paper.receta import in_words
from ces_tui.paper.records import Block, Column, Field, Layout, Line, Sheet, Table
from ces_tui.paper.wording import paragraphs
from ces_tui.people.records import Patient

_DX = (
    Column(title="CIE-10", width=0.8),
    Column(title="Diagnóstico", width=5),
    Column(title="1a vez", width=0.8, align="center"),
)


def nota(
    desk: Desktop, patient: Patient, note: Note, allergies: Block, author: Author, layout: Layout, words: dict[str, str]
) -> Sheet:  # fmt: skip
    """The note in one of the layouts; `words` are its institution and title. Addenda follow; a void one is struck."""
    consult = note.stored.record
    who = identity(patient, consult.day, moment(consult.day, consult.at))
    more = (
        Field(label="CURP", value=patient.curp, span=2),
        Field(label="Cómo llegó", value=CAME_WORDS.get(consult.came, "")),
    )
    sheet = head(desk, f"nota_{layout}", words["title"], patient=patient)
    return msgspec.structs.replace(
        sheet,
        institution=words["institution"],
        void=f"{followed(note.void)}: {note.void.reason}" if note.void else "",
        blocks=(
            msgspec.structs.replace(who, fields=(*who.fields, *more)),
            allergies,
            Block(key="vitals", heading="Signos vitales y somatometría", fields=vitals_fields(note.vitals)),
            *_soap(note),
            *_treatment(note),
            *_addenda(note),
        ),
        signatures=(signature(author, caption="Nombre y firma de quien elabora"),),
    )


def _soap(note: Note) -> list[Block]:
    """The written sections; an empty one stays in its place, so that nobody takes it for lost."""
    consult = note.stored.record
    written = (
        ("reason", "Motivo de consulta", consult.reason),
        ("subjective", "Subjetivo", consult.subjective),
        ("objective", "Objetivo", consult.objective),
        ("analysis", "Análisis", consult.analysis),
    )
    blocks = [
        Block(key=key, heading=heading, paragraphs=paragraphs(text) or ("—",))
        for key, heading, text in written
    ]
    results = tuple(line for p in consult.protocols for line in (p.text or p.classification).split("\n"))
    if results:
        blocks.append(Block(key="protocols", heading="Protocolos", paragraphs=results))
    blocks += _read(note, "findings", "Secciones") + _read(note, "programmes", "Programas")
    blocks += _read(note, "death", "Defunción")
    rows = sorted(consult.diagnoses, key=lambda d: not d.primary)
    lines = tuple(Line(cells=(d.code or "—", d.text, "sí" if d.first_time else "no")) for d in rows)
    blocks.append(Block(key="diagnoses", heading="Diagnósticos", table=Table(columns=_DX, lines=lines)))
    return blocks


def _read(note: Note, key: str, heading: str) -> list[Block]:
    """A section in the words in which the note is read on the screen; none where it is empty."""
    found = [part.lines for part in parts(note) if part.heading == heading]
    return [Block(key=key, heading=heading, paragraphs=lines) for lines in found if any(lines)]


def _treatment(note: Note) -> list[Block]:
    """Medicines, measures, prognosis and return; rapid tests and ultrasound have a line, also when none was done."""
    consult = note.stored.record
    given = tuple(in_words(line) for line in consult.prescription)
    due = f"{show_date(consult.next_day)} {consult.next_reason}".strip() if consult.next_day else ""
    seen = " ".join(
        line for block in _read(note, "findings", "Secciones") for line in block.paragraphs
    ).casefold()
    by_hand = tuple(
        Field(label=label, span=2)
        for label, word in (("Pruebas rápidas", "rápida"), ("Ultrasonido", "ultrasonido"))
        if word not in seen
    )
    return [
        Block(key="treatment", heading="Tratamiento", paragraphs=given or ("Sin medicamentos.",)),
        Block(key="plan", heading="Plan", paragraphs=paragraphs(consult.plan) or ("—",)),
        Block(
            key="end",
            fields=(
                *by_hand,
                Field(label="Pronóstico", value=PROGNOSIS_WORDS.get(consult.prognosis, ""), span=2),
                Field(label="Próxima cita", value=due, span=2),
            ),
        ),
    ]


def _addenda(note: Note) -> list[Block]:
    found = []
    for n, added in enumerate(note.addenda, 1):
        because = (f"Motivo: {added.reason}",) if added.reason else ()
        found.append(
            Block(
                key=f"addendum{n}",
                heading=f"Adenda {n} · {followed(added)}",
                paragraphs=(*because, *paragraphs(added.text)),
            )
        )
    return found
