"""The referral letter, with the answer's half for the receiving unit. Pure.

Source of its members: NOM-004-SSA3-2012, 6.4 (nom004_notas.yaml, K).
"""

from __future__ import annotations

import msgspec

from ces_tui.consult.chart import Note
from ces_tui.consult.reading import parts
from ces_tui.paper.common import Author, Desktop, head, identity, signature, vitals_fields, whereabouts
from ces_tui.paper.historia import Known
from ces_tui.paper.receta import diagnoses, in_words
from ces_tui.paper.records import Block, Field, Referral, Sheet, Signature
from ces_tui.paper.wording import paragraphs


def referencia(desk: Desktop, known: Known, note: Note | None, referral: Referral, author: Author) -> Sheet:
    """What the receiving unit needs to know; `note` is the consult that it rests on, None for a letter without one."""
    patient = known.patient
    who = identity(patient, known.on, known.moment)
    consult = note.stored.record if note else None
    vitals = note.vitals if note and note.vitals else known.vitals
    summary = [
        Block(key="reason", heading="Motivo de la referencia", paragraphs=paragraphs(referral.reason), ruled=0 if referral.reason else 3),
        _section("subjective", "Resumen del padecimiento", consult.subjective if consult else ""),
        _section("objective", "Exploración", consult.objective if consult else ""),
    ]  # fmt: skip
    said = tuple(diagnoses(note)) if note else ()
    treatment = tuple(in_words(line) for line in consult.prescription) if consult else ()
    return msgspec.structs.replace(
        head(desk, "hoja", "Hoja de referencia", patient=patient),
        blocks=(
            Block(
                key="units",
                fields=(
                    Field(label="Unidad que envía", value=desk.unit.unit or desk.clinic, span=2),
                    Field(label="Unidad que recibe", value=referral.to, span=2),
                    Field(label="Servicio", value=referral.service, span=2),
                    Field(label="Urgencia", value=referral.urgency),
                    Field(label="Acompañado por", value=referral.companion),
                ),
            ),
            msgspec.structs.replace(who, fields=(*who.fields, *whereabouts(patient)[2:6])),
            known.allergies,
            *summary,
            Block(key="vitals", heading="Signos vitales", fields=vitals_fields(vitals)),
            *_results(note),
            Block(key="diagnoses", heading="Impresión diagnóstica", paragraphs=said, ruled=0 if said else 2),
            Block(
                key="treatment",
                heading="Tratamiento empleado",
                paragraphs=treatment,
                ruled=0 if treatment else 2,
            ),
            Block(
                key="medicines",
                heading="Toma ahora",
                paragraphs=tuple(in_words(m) for m in known.medicines) or ("Nada recetado aquí.",),
            ),
            Block(key="answer", heading="Contrarreferencia (la llena la unidad que recibe)", ruled=8),
        ),
        signatures=(
            signature(author, caption="Nombre y firma de quien refiere"),
            Signature(caption="Nombre, cédula y firma de quien contesta"),
        ),
    )


def _results(note: Note | None) -> list[Block]:
    """Laboratory, rapid tests, ultrasound and the programmes' answers of the visit; none when nothing was noted."""
    found = [part.lines for part in parts(note) if part.heading == "Secciones"] if note else []
    return [Block(key="results", heading="Resultados", paragraphs=lines) for lines in found]


def _section(key: str, heading: str, text: str) -> Block:
    return Block(key=key, heading=heading, paragraphs=paragraphs(text), ruled=0 if text.strip() else 3)
