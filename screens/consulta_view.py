"""What the consult page shows of the chart, as lines: read once in a thread, drawn from memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from ces_tui.base.dates import age_years, show_date
from ces_tui.care.records import OUTCOME_WORDS, PROGRAMME_WORDS, Vitals
from ces_tui.clinic import Clinic
from ces_tui.consult.chart import Note
from ces_tui.consult.diagnoses import Entry
from ces_tui.consult.events import vitals_line
from ces_tui.consult.proposals import full_instruments
from ces_tui.consult.reading import parts
from ces_tui.consult.records import TEACHING, Consult, Diagnosis, Draft
from ces_tui.consult.rules import parse_next
from ces_tui.consult.sections import Last, Section, last_answers, sections, told
from ces_tui.people.records import SEX_WORDS, Patient
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.vault.shelf import Stored
from screens.widgets.fields import Suggestion
from screens.widgets.ink import Line, Span
from screens.widgets.paper import Para

INSTRUMENT_WORDS = {"phq9": "PHQ-9", "gad7": "GAD-7", "phq_a": "PHQ-A"}


@dataclass(frozen=True)
class Known:
    """What the page wants to know of the chart."""

    vitals: Vitals | None
    """Of this visit."""
    before: Vitals | None
    """The newest ones of an earlier day."""
    last: Stored[Consult] | None
    note: Note | None
    """The same with what belongs to it, to be read beside the page."""
    sections: tuple[Section, ...]
    allergies: str
    allergic: bool
    came: str
    """How the patient came, as their arrival says."""
    inside: frozenset[str]
    """Programmes that hold."""
    told: Mapping[str, str]
    """What a section says at its heading."""
    lasts: Mapping[str, Last]
    """Question of a section -> its newest answer."""
    asked: Sequence[tuple[str, str]]
    """Today's short screens that were positive, with the full instrument that each asks for."""
    risk: bool
    """An open risk of suicide without plan: the note can't be signed yet."""


def read(clinic: Clinic, patient: str) -> Known:
    """Read it; in a worker thread. The medicines and the diagnoses are warmed for the first search."""
    clinic.diagnoses.search("a")
    today = clinic.desk.today()
    taken = clinic.vitals.today(patient)
    before = next((v for v in clinic.vitals.before(patient) if v.day < today), None)
    allergies = clinic.allergies.state(patient)
    last = clinic.consults.last(patient)
    return Known(
        taken.record if taken else None,
        before,
        last,
        clinic.chart.note(patient, last.id) if last is not None else None,
        tuple(sections(clinic.desk, patient)),
        allergies.sentence,
        bool(allergies.known),
        clinic.consults.came(patient),
        frozenset(clinic.programmes.open_kinds(patient)),
        told(clinic.desk, patient),
        last_answers(clinic.desk, patient),
        full_instruments(clinic.desk, patient),
        bool(clinic.safety.pending(patient)),
    )


def header(known: Known, saved: str, width: int) -> Line:
    """The line that stays: allergies, an open risk, and since when the draft is on the disk."""
    word = "ALERGIA: " if known.allergic else ""
    left: list[Span] = [(f" {word}{known.allergies}", "bad" if known.allergic else "text")]
    if known.risk:
        left.append(("  FALTA PLAN DE SEGURIDAD (F8)", "bad"))
    used = sum(len(text) for text, _ in left)
    if used + len(saved) + 2 > width:
        cut = max(width - len(saved) - 4, 10)
        left = [(left[0][0][:cut] + "…", left[0][1])]
        used = cut + 1
    return [*left, (" " * max(width - used - len(saved) - 1, 1), "text"), (saved, "dim")]


def vitals_lines(known: Known) -> list[Para]:
    """Today's vitals, the earlier ones dimmed with their date, and a line for each programme."""
    lines = []
    if known.vitals is not None:
        lines.append(Para(vitals_line(known.vitals), "strong", mark="Hoy  "))
        if known.vitals.complaint:
            lines.append(Para(known.vitals.complaint, mark="     "))
    else:
        lines.append(Para("Sin signos vitales de hoy: F2 los toma.", "warn"))
    if known.before is not None:
        lines.append(Para(vitals_line(known.before), "dim", mark=f"{short(known.before.day)}  "))
    lines += [
        Para(
            f"{short} de hoy positivo: F6 aplica el {INSTRUMENT_WORDS.get(full, full.upper())} completo.",
            "warn",
        )
        for short, full in known.asked
    ]
    lines += [Para(s.line, mark=f"{s.word.capitalize()}: ") for s in known.sections]
    lines += teaching(known)
    return lines


def beside(known: Known) -> list[Para]:
    """The last visit, whole, with its addenda."""
    if known.note is None:
        return []
    lines = [Para(f"Última visita, {show_date(known.note.stored.record.day)}", "title"), Para()]
    for part in parts(known.note):
        lines.append(Para(part.heading, "title"))
        lines += [Para(text, indent=2) for text in part.lines if text]
    return lines


def teaching(known: Known) -> list[Para]:
    """What a visiting clinician wrote on the last note."""
    if known.note is None:
        return []
    return [
        Para(" ".join(a.text.split()), "strong", mark=f"Docencia ({a.author}, {show_date(a.day)}): ")
        for a in known.note.addenda
        if a.kind == TEACHING
    ]


def warnings(draft: Draft) -> list[Para]:
    """What has to be known of the draft itself before anything else."""
    if not draft.copied_from:
        return []
    text = "Copiada de una nota registrada por error en otro expediente: revise todo antes de firmar."
    return [Para(text, "warn")]


def results(draft: Draft, proposed: Sequence[str] = ()) -> list[Para]:
    """Protocols run and programmes changed at this visit, and the programmes that its diagnoses propose."""
    lines = []
    if proposed:
        words = ", ".join(PROGRAMME_WORDS[kind] for kind in proposed)
        lines.append(Para(f"Ctrl+E lo inscribe en: {words}.", "warn"))
    for result in draft.protocols:
        lines.append(Para("Protocolo", "title"))
        lines += [Para(line, indent=2) for line in result.text.split("\n")]
    for change in draft.programmes:
        words = f"sale, {OUTCOME_WORDS[change.outcome]}" if change.outcome else "entra"
        lines.append(Para(f"Programa de {PROGRAMME_WORDS[change.kind]}: {words}"))
    if draft.died is not None:
        lines.append(Para(f"Falleció el {show_date(draft.died)}: {draft.death_cause}", "bad"))
    return lines


def merged(
    draft: Draft,
    values: Mapping[str, Any],
    *,
    diagnoses: tuple[Diagnosis, ...],
    prescription: tuple[PrescriptionLine, ...],
    sections: dict[str, str],
    typing: dict[str, str],
) -> Draft:
    """The draft with what stands in the widgets."""
    return msgspec.structs.replace(
        draft,
        **values,
        diagnoses=diagnoses,
        prescription=prescription,
        sections={k: v for k, v in sections.items() if v},
        typing=typing,
    )


def suggestion(entry: Entry) -> Suggestion:
    """A diagnosis as a line below the field."""
    detail = entry.code + ("  notificación inmediata" if entry.immediate else "")
    return Suggestion(entry.code, entry.name, detail, entry.immediate)


def confirmation(clinic: Clinic, stored: Stored[Patient], draft: Draft) -> Sequence[str]:
    """What is shown before signing: whose note it is, and what signing will do."""
    patient, patient_id, today = stored.record, stored.id, clinic.desk.today()
    years = age_years(patient.birth, today)
    lines = [
        f"{patient.name}, {years} años, {SEX_WORDS[patient.sex]}, {patient.clinic_number}",
        "Diagnósticos: " + ", ".join(d.text + (" (1a vez)" if d.first_time else "") for d in draft.diagnoses),
    ]
    if draft.prescription:
        names = ", ".join(line.name for line in draft.prescription)
        lines.append(f"Receta{' y entrega' if draft.dispense else ', sin entrega'}: {names}")
    day = parse_next(draft.next_text, today)
    if draft.died is not None:
        lines.append(f"Se anota su defunción, el {show_date(draft.died)}: {draft.death_cause}")
    lines.append(f"Próxima cita: {show_date(day)}" if day else "Sin próxima cita.")
    lines += clinic.consults.doubts(draft, patient_id)
    lines.append("Lo firmado ya no cambia; puede agregarle una adenda.")
    return lines


def short(day: date) -> str:
    """dd/mm/aaaa."""
    return show_date(day)
