"""A signed note in words, part by part, for the screen, the paper and the plain road. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_date
from ces_tui.care.records import CAME_WORDS, OUTCOME_WORDS, PROGRAMME_WORDS
from ces_tui.consult import programmes
from ces_tui.consult.chart import Note
from ces_tui.consult.events import Follow, vitals_line
from ces_tui.consult.records import PROGNOSIS_WORDS, Consult, Diagnosis, ProtocolResult
from ces_tui.pharmacy.rules import describe


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its lines; `struck` when the note was recorded by mistake, `loud` for what must be seen first."""

    heading: str
    lines: tuple[str, ...]
    struck: bool = False
    loud: bool = False


def parts(note: Note) -> list[Part]:
    """The whole note in the order of the page: mark of error, sections, what was dispensed, signature, addenda."""
    consult, struck = note.stored.record, note.void is not None
    found = []
    if note.void is not None:
        found.append(Part("REGISTRADO POR ERROR", (followed(note.void), note.void.reason), loud=True))
    body = [("Cómo llegó", (CAME_WORDS[consult.came],)), *_sections(note)]
    found += [Part(heading, lines, struck=struck) for heading, lines in body if any(lines)]
    found.append(Part("Firma", (f"{note.author}, {moment(consult.day, consult.at)}",), struck=struck))
    found += [
        Part(f"{a.title} · {followed(a)}", tuple(t for t in (_because(a), a.text) if t)) for a in note.addenda
    ]
    return found


def moment(day: date, at: int) -> str:
    """'20/11/2026 10:42', in the clinic's time."""
    when = clinic_time(at)
    return f"{show_date(when.date())} {when:%H:%M}" if at else show_date(day)


def followed(follow: Follow) -> str:
    """Who wrote it and when."""
    return f"{follow.author}, {moment(follow.day, follow.at)}"


def diagnosis_line(diagnosis: Diagnosis) -> str:
    """'I10  Hipertensión arterial · 1a vez'; free text says that it has no code."""
    line = f"{diagnosis.code or 'sin código'}  {diagnosis.text}"
    return line + " · 1a vez" if diagnosis.first_time else line


def _sections(note: Note) -> list[tuple[str, tuple[str, ...]]]:
    consult = note.stored.record
    texts = consult.texts()
    return [
        ("Motivo", _text(texts, "Motivo")),
        ("Subjetivo", _text(texts, "Subjetivo")),
        ("Signos vitales", (vitals_line(note.vitals),) if note.vitals else ()),
        ("Objetivo", _text(texts, "Objetivo")),
        (
            "Diagnósticos",
            tuple(diagnosis_line(d) for d in sorted(consult.diagnoses, key=lambda d: not d.primary)),
        ),
        ("Análisis", _text(texts, "Análisis")),
        ("Secciones", tuple(programmes.lines((*consult.findings, *note.measured)))),
        ("Protocolos", tuple(line for p in consult.protocols for line in _protocol(p))),
        ("Receta", tuple(f"{line.name}: {describe(line)}" for line in consult.prescription)),
        ("Entregado", _given(note)),
        ("Plan", _text(texts, "Plan")),
        ("Pronóstico", (PROGNOSIS_WORDS.get(consult.prognosis, ""),)),
        ("Programas", tuple(_programmes(consult))),
        ("Defunción", _death(consult)),
        ("Próxima cita", _next(consult)),
    ]


def _text(texts: dict[str, str], heading: str) -> tuple[str, ...]:
    return tuple(texts[heading].split("\n")) if heading in texts else ()


def _protocol(result: ProtocolResult) -> list[str]:
    head = f"{result.classification} ({result.protocol}, versión {result.version})"
    return result.text.split("\n") if result.text else [head]


def _given(note: Note) -> tuple[str, ...]:
    lines = []
    for dispense in note.dispenses:
        for item in dispense.record.lines:
            short = f" (de {item.asked}: {item.short_reason})" if item.total < item.asked else ""
            lines.append(f"{item.name} × {item.total}{short}")
    return tuple(lines)


def _programmes(consult: Consult) -> list[str]:
    return [
        f"{PROGRAMME_WORDS[p.kind]}: " + (f"sale, {OUTCOME_WORDS[p.outcome]}" if p.outcome else "entra")
        for p in consult.programmes
    ]


def _death(consult: Consult) -> tuple[str, ...]:
    return (f"{show_date(consult.died)}, {consult.death_cause}",) if consult.died else ()


def _next(consult: Consult) -> tuple[str, ...]:
    if consult.next_day is None:
        return ()
    return (f"{show_date(consult.next_day)} {consult.next_reason}".strip(),)


def _because(follow: Follow) -> str:
    return f"Motivo: {follow.reason}" if follow.reason else ""
