"""How the register words its lines, and one case as a sheet: what is urgent first, numbers before words."""

from __future__ import annotations

from collections.abc import Sequence

from ces_tui.base.dates import show_date
from ces_tui.screening.course import course
from ces_tui.screening.indicators import Indicator
from ces_tui.screening.programme import Entry
from ces_tui.screening.programme_content import ProgrammeFile
from ces_tui.screening.programme_records import Setting
from ces_tui.screening.programme_rules import LEVELS, CaseFacts, Scored, watched, weeks_since
from ces_tui.screening.report import course_said
from ces_tui.screening.review import ReviewLine
from screens.widgets.ink import Span
from screens.widgets.lines import Heading, Row
from screens.widgets.paper import Para
from screens.widgets.plot import Level

_HEADINGS = {
    0: "Riesgo abierto",
    1: "Empeora o no mejora",
    2: "No viene",
    3: "Falta medir o subir la dosis",
    4: "Vigilancia pendiente",
}
EPILEPSY = "epilepsia"
"""Id of the condition whose measure is a count of seizures, not a score."""
_CALM = "Sin avisos"
_INK = {0: "bad", 1: "warn", 2: "warn"}
_MARK = 13


def rows_of(entries: Sequence[Entry], rules: ProgrammeFile) -> list[Row | Heading]:
    """The register in its order, a heading for each group, people by clinic number."""
    rows: list[Row | Heading] = []
    here = -1
    for entry in entries:
        level = min((LEVELS[f.id] for f in entry.sure), default=len(_HEADINGS))
        if level != here:
            here = level
            rows.append(Heading(_HEADINGS.get(level, _CALM)))
        rows.append(_row(entry, rules, level))
    return rows


def month_line(indicators: Sequence[Indicator], width: int) -> list[Span]:
    """'Mes: tamizados 4/61 · …', the danger first; what does not fit is left for the list of indicators."""
    short = {
        "riesgo_mismo_dia": "riesgo atendido el día",
        "tamizados": "tamizados",
        "positivos": "positivos",
        "respuesta": "respuesta",
        "remision": "remisión",
    }
    by_id = {i.definition.id: i for i in indicators}
    line = " Mes:"
    for name, word in short.items():
        if found := by_id.get(name):
            more = f"{' ·' if line != ' Mes:' else ''} {word} {found.numerator}/{found.denominator}"
            line += more if len(line) + len(more) < width else ""
    return [(line, "dim")]


def reviews_said(lines: Sequence[ReviewLine], me: str) -> str:
    """' Revisión (r): 2 esperan respuesta, 1 sin leer', the latter of one's own; empty when nothing waits."""
    asked = sum(not line.answer for line in lines)
    unread = sum(bool(line.answer) and not line.read and line.asked_by == me for line in lines)
    told = []
    if asked:
        told.append("1 espera respuesta" if asked == 1 else f"{asked} esperan respuesta")
    if unread:
        told.append(f"{unread} sin leer")
    return f" Revisión de casos (r): {', '.join(told)}" if told else ""


def indicator_paras(indicators: Sequence[Indicator]) -> list[Para]:
    """Each indicator with its definition and source."""
    lines: list[Para] = []
    for found in indicators:
        known = found.definition
        doubt = " (POR CONFIRMAR)" if known.certainty == "U" else ""
        goal = f", meta {known.goal} %" if known.goal else ""
        lines += [
            Para(f"{known.name}: {found.words}{goal}{doubt}", "strong"),
            Para(f"De {known.den}: {known.num}.", indent=2),
            Para(f"Fuente: {known.source} ({known.certainty}).", "dim", indent=2),
            Para(),
        ]
    return lines


def case_paras(entry: Entry, rules: ProgrammeFile, setting: Setting | None) -> list[Para]:
    """One case: why it stands where it stands, scores, medicines, watching, sessions, visits."""
    case = entry.case
    lines = [
        Para(f.words, "dim" if f.doubtful else _INK.get(LEVELS[f.id], "text"), mark="Aviso".ljust(_MARK))
        for f in entry.flags
    ]
    about = ", ".join(rules.condition_named(c) for c in case.conditions) or "sin diagnóstico anotado"
    since = f", en el programa desde el {show_date(case.since)}" if case.since else ", sin programa abierto"
    lines.append(_line("En cuidado por", about + since))
    lines += _scores(case)
    lines += _medicines(case)
    lines += _watching(case, rules, setting)
    lines += _company(case, rules)
    return lines


def bands(scored: Scored) -> list[Level]:
    """Where each band above the lowest begins."""
    return [Level(b.min, b.name) for b in scored.instrument.bands if b.min > 0]


def _row(entry: Entry, rules: ProgrammeFile, level: int) -> Row:
    case = entry.case
    weeks = weeks_since(case.last_contact, case.today)
    why = "; ".join(f.words for f in (entry.sure or entry.flags))
    cells = [
        entry.number,
        ", ".join(rules.condition_named(c) for c in case.conditions),
        _cell(case),
        "nunca" if weeks is None else f"{weeks} sem",
        "; ".join(t.words for t in case.taken),
        why,
    ]
    return Row(case.patient, cells, _INK.get(level, "text"), entry)


def seizures_first(case: CaseFacts) -> bool:
    """Whether a person is followed by seizures before any score."""
    return not case.scores or set(case.conditions) == {EPILEPSY}


def _cell(case: CaseFacts) -> str:
    """What the person is followed by: the first score, or the seizures of whoever is here for epilepsy alone."""
    if case.seizures and seizures_first(case):
        return case.seizures.words
    return case.scores[0].words if case.scores else ""


def _scores(case: CaseFacts) -> list[Para]:
    lines = []
    if case.seizures is not None:
        lines.append(_line("Crisis", case.seizures.said))
    elif EPILEPSY in case.conditions:
        lines.append(_line("Crisis", "sin anotar; se escriben en la nota, sección Epilepsia"))
    for scored in case.scores:
        last = scored.points[-1]
        band = scored.instrument.band_of[last.total].name
        text = f"{scored.instrument.title} {last.total} ({band}), {show_date(last.day)}"
        lines.append(_line("Puntaje", text))
        found = course(scored.instrument, scored.points)
        if found is not None:
            lines += [Para(said, indent=_MARK) for said in course_said(scored.instrument, found)]
    if not case.scores and set(case.conditions) != {EPILEPSY}:
        lines.append(_line("Puntaje", "todavía sin PHQ-9 ni GAD-7 completos"))
    return lines


def _medicines(case: CaseFacts) -> list[Para]:
    if not case.taken:
        return [_line("Medicamento", "ninguno recetado aquí")]
    lines = []
    for n, taken in enumerate(case.taken):
        over = "" if taken.covers(case.today) else f"; se terminó el {show_date(taken.ends or case.today)}"
        text = f"{taken.words}, desde el {show_date(taken.dose_since)}{over}"
        lines.append(Para(text, "warn" if over else "text", mark=("" if n else "Medicamento").ljust(_MARK)))
    return lines


def _watching(case: CaseFacts, rules: ProgrammeFile, setting: Setting | None) -> list[Para]:
    lines = []
    for n, found in enumerate(watched(case, rules, setting)):
        last = f"última {show_date(found.last)}" if found.last else "nunca anotada"
        state = "TOCA HOY" if found.due else "al día" if found.confirmed else "intervalo por confirmar"
        mark = ("" if n else "Vigilancia").ljust(_MARK)
        lines.append(
            Para(f"{found.monitor.name}: {last}; {state}", "warn" if found.due else "text", mark=mark)
        )
    return lines


def _company(case: CaseFacts, rules: ProgrammeFile) -> list[Para]:
    held = {s.number: s for s in case.sessions}
    count, name = rules.sessions.count, rules.sessions.name
    done = " ".join(f"[{n} {held[n].day:%d/%m}]" if n in held else f"[{n} ---]" for n in range(1, count + 1))
    lines = [_line(f"{name} {len(held)}/{count}", done)]
    last = f"{show_date(case.last_contact)}" if case.last_contact else "ninguno"
    weeks = weeks_since(case.last_contact, case.today)
    ago = f" (hace {weeks} {'semana' if weeks == 1 else 'semanas'})" if weeks else ""
    lines.append(_line("Contacto", f"último {last}{ago}"))
    if case.home_visits:
        lines.append(
            _line("En casa", f"{len(case.home_visits)} visitas, última {show_date(case.home_visits[-1])}")
        )
    return lines


def _line(mark: str, text: str) -> Para:
    return Para(text, mark=mark.ljust(_MARK + 2 if len(mark) >= _MARK else _MARK))
