"""Hoja frontal and historia clínica: the chart on paper as far as the record holds it, the rest as lines to fill. Pure.

Sections: NOM-004-SSA3-2012, 6.1 (nom004_notas.yaml, K) and ces.md 1.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.care.records import PROGRAMME_WORDS, Problem, Programme, Vitals
from ces_tui.consult.events import Event
from ces_tui.consult.history import ClinicalHistory, Page, pages, word
from ces_tui.paper.common import Author, Desktop, head, identity, signature, vitals_fields, whereabouts
from ces_tui.paper.receta import in_words
from ces_tui.paper.records import BY_MISTAKE, Block, Column, Field, Line, Sheet, Table
from ces_tui.paper.wording import moment, paragraphs
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import PrescriptionLine


@dataclass(frozen=True, slots=True)
class Known:
    """What the record holds of one patient, as this role may see it."""

    patient: Patient
    on: date
    moment: str
    allergies: Block
    problems: Sequence[Problem]
    programmes: Sequence[Programme]
    medicines: Sequence[PrescriptionLine]
    visits: Sequence[Event]
    vitals: Vitals | None
    hidden: int
    """Reserved matters that this role does not see."""


_PROBLEMS = (
    Column(title="Desde", width=1.1),
    Column(title="CIE-10", width=0.8),
    Column(title="Problema o diagnóstico", width=5),
    Column(title="Estado", width=1.4),
)
_VISITS = (
    Column(title="Fecha", width=1.1),
    Column(title="Diagnósticos", width=5),
    Column(title="Quién atendió", width=2.2),
)


def hoja_frontal(desk: Desktop, known: Known) -> Sheet:
    """Who the patient is and all that was diagnosed, on the first sheet of the paper chart."""
    patient = known.patient
    who = identity(patient, known.on, known.moment)
    blocks = [
        msgspec.structs.replace(who, fields=(*who.fields, *whereabouts(patient))),
        known.allergies,
        Block(key="problems", heading="Problemas y diagnósticos", table=_problems(known.problems)),
        Block(key="programmes", heading="Programas", paragraphs=_programmes(known.programmes)),
        Block(key="medicines", heading="Toma ahora", paragraphs=_medicines(known.medicines)),
        Block(key="visits", heading="Consultas", table=_visits(known.visits)),
    ]
    return msgspec.structs.replace(
        head(desk, "hoja", "Hoja frontal", patient=patient),
        blocks=tuple(blocks),
        remark=_hidden(known.hidden),
    )


def historia(desk: Desktop, known: Known, author: Author, written: ClinicalHistory | None) -> Sheet:
    """The clinical history: every question of the form, with what was answered and a line to fill for what was not."""
    patient = known.patient
    who = identity(patient, known.on, known.moment)
    answers = written.answers if written else {}
    blocks = [
        msgspec.structs.replace(who, fields=(*who.fields, *whereabouts(patient))),
        known.allergies,
        Block(key="problems", heading="Problemas y diagnósticos", table=_problems(known.problems, blank=2)),
        Block(key="vitals", heading=_vitals_heading(known.vitals), fields=vitals_fields(known.vitals)),
        *(_page(page, answers) for page in pages(patient.sex)),
        Block(key="medicines", heading="Tratamiento que toma ahora", paragraphs=_medicines(known.medicines)),
    ]
    said = (
        [_signed(written)]
        if written
        else ["Sin historia firmada en el expediente: lo escrito a mano aquí falta capturarlo."]
    )
    return msgspec.structs.replace(
        head(desk, "hoja", "Historia clínica", patient=patient),
        blocks=tuple(blocks),
        signatures=(signature(author, caption="Nombre y firma de quien elabora"),),
        remark=" ".join(part for part in (*said, _hidden(known.hidden)) if part),
    )


def _page(page: Page, answers: Mapping[str, str]) -> Block:
    """One page of the form: the answers as text, then the questions that nobody answered."""
    told = [f"{q.label}: {word(q, answers[q.key])}" for q in page.questions if answers.get(q.key)]
    left = [q for q in page.questions if not answers.get(q.key)]
    return Block(
        key=page.key,
        heading=page.title,
        paragraphs=tuple(line for text in told for line in paragraphs(text)),
        fields=tuple(Field(label=q.label, span=4 if q.long else 1) for q in left),
        ruled=2 if any(q.long for q in left) else 0,
    )


def _signed(written: ClinicalHistory) -> str:
    times = len(written.signatures)
    more = f" ({times} firmas)" if times > 1 else ""
    return f"Interrogatorio del {show_date(written.day)}, firmada {moment(written.at)}{more}."


def _problems(problems: Sequence[Problem], *, blank: int = 4) -> Table:
    """Oldest first, those that stand before those that ended; some rows stay for the pen."""
    ordered = sorted(problems, key=lambda p: (not p.active, p.since or p.day))
    lines = tuple(
        Line(cells=(show_date(p.since or p.day), p.code or "—", p.label, "activo" if p.active else _ended(p)))
        for p in ordered
    )
    return Table(columns=_PROBLEMS, lines=lines, blank=blank)


def _ended(problem: Problem) -> str:
    return f"resuelto {show_date(problem.resolved)}" if problem.resolved else "resuelto"


def _programmes(programmes: Sequence[Programme]) -> tuple[str, ...]:
    told = [f"{PROGRAMME_WORDS[p.kind]} (desde {show_date(p.opened)})" for p in programmes]
    return (", ".join(told),) if told else ("Ninguno.",)


def _medicines(lines: Sequence[PrescriptionLine]) -> tuple[str, ...]:
    return tuple(in_words(line) for line in lines) or ("Nada recetado aquí.",)


def _visits(visits: Sequence[Event]) -> Table:
    lines = []
    for visit in visits:
        mark = f"{BY_MISTAKE} · " if visit.void is not None else ""
        lines.append(Line(cells=(show_date(visit.day), mark + visit.line, visit.author)))
    return Table(columns=_VISITS, lines=tuple(lines), blank=4)


def _vitals_heading(vitals: Vitals | None) -> str:
    return f"Signos vitales ({show_date(vitals.day)})" if vitals else "Signos vitales"


def _hidden(count: int) -> str:
    if not count:
        return ""
    told = (
        "1 asunto reservado que no se imprime"
        if count == 1
        else f"{count} asuntos reservados que no se imprimen"
    )
    return f"Hay además {told} con su función."
