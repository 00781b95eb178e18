"""The result in words, for screen, note and command line: what it is, what to do, what it changed, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ces_tui.base.dates import show_date
from ces_tui.screening.course import Course
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.records import Screening
from ces_tui.screening.rules import Answers, Change, Score, estimate

Kind = Literal["title", "danger", "text", "note"]


@dataclass(frozen=True)
class Said:
    """One sentence and how much it weighs."""

    text: str
    kind: Kind = "text"


def result(instrument: Instrument, score: Score, answers: Answers) -> list[Said]:
    """Danger first, then the total and its band (or why there is none), then what to do."""
    said = [*danger(instrument, score), *headline(instrument, score, answers)]
    if score.total is not None and instrument.source.case and not instrument.parent:
        case = instrument.source.case
        if score.total >= case.cut:
            said += [
                Said(f"Antes de tratar: {line}" if n == 0 else line)
                for n, line in enumerate(instrument.source.before_treating)
            ]
    return said


def danger(instrument: Instrument, score: Score) -> list[Said]:
    """What a positive or unanswered safety item asks for; each sentence once."""
    said: dict[str, None] = {}
    for item in instrument.safety:
        if item.flag in score.flags:
            said.setdefault(f"ATENCIÓN, ítem {item.rule.item}: {item.rule.action}")
        elif item.unanswered_flag in score.flags:
            said.setdefault(f"ATENCIÓN, ítem {item.rule.item}: {item.rule.again}")
    return [Said(text, "danger") for text in said]


def headline(instrument: Instrument, score: Score, answers: Answers) -> list[Said]:
    """'PHQ-9: 17 de 27, moderadamente grave', or that it is incomplete; never a total of an incomplete sheet."""
    band = instrument.band_named(score.band) if score.band else None
    if score.total is not None and band:
        top = len(instrument.band_of) - 1
        return [Said(f"{instrument.title}: {score.total} de {top}, {band.name}", "title"), Said(band.action)]
    outcome = instrument.result_named(score.band) if score.band else None
    if outcome:
        doubt = "" if outcome.certainty != "U" else " (por confirmar)"
        return [Said(f"{instrument.title}: {outcome.name}", "title"), Said(outcome.action + doubt)]
    given = sum(a is not None for a in answers)
    said = [Said(f"{instrument.title}: INCOMPLETO ({given} de {len(answers)}), sin puntaje", "title")]
    if (guess := estimate(instrument, answers)) is not None:
        said.append(Said(f"Estimación por la regla publicada: {guess}. No es un puntaje ni se compara."))
    return said


def change_said(change: Change, before: date) -> str:
    """'Antes 20 (12/09/2026): bajó 11, respuesta (al menos la mitad).'"""
    if change.points == 0:
        moved = "igual"
    else:
        moved = f"{'bajó' if change.points < 0 else 'subió'} {abs(change.points)}"
    means = []
    if change.reached:
        means.append("remisión")
    elif change.response:
        means.append("respuesta (bajó la mitad o más)")
    elif change.better:
        means.append("mejoría que cuenta")
    if change.worse:
        means.append("empeoró: revisar tratamiento y riesgo")
    tail = f"; {', '.join(means)}" if means else ""
    return f"Antes {change.before} ({show_date(before)}): {moved}{tail}."


def course_said(instrument: Instrument, found: Course, compared: date | None = None) -> list[str]:
    """Against the first score of the episode (unless `compared` says it already), and what the early look means."""
    said = []
    if (
        found.days > 0
        and found.first.day != compared
        and found.first.total >= (instrument.source.case.cut if instrument.source.case else 0)
    ):
        best = (
            f"; la mejor {found.best.total} ({show_date(found.best.day)})" if found.best != found.last else ""
        )
        reached = ", remisión" if found.remission else ", respuesta" if found.response else ""
        first = f"{found.first.total} ({show_date(found.first.day)})"
        said.append(f"Episodio desde {first}: ahora {found.last.total}{reached}{best}.")
    early = instrument.change.early if instrument.change else None
    if found.early and early:
        weeks = found.days // 7
        said.append(f"Si lleva tratamiento ({weeks} semanas): {found.early.reading}.")
    return said


def difficulty_said(instrument: Instrument, sheet: Screening) -> str:
    """The functional item in words, or nothing."""
    known = instrument.difficulty
    if known is None or sheet.difficulty is None:
        return ""
    words = next((o.text for o in known.options if o.value == sheet.difficulty), "")
    return f"Dificultad en la vida diaria: {words} (no suma)."


def follow_up_said(instrument: Instrument) -> str:
    """When to repeat it, or nothing."""
    rows = [] if instrument.parent else instrument.source.follow_up
    return "Repetir: " + "; ".join(f"{r.when}, {r.days} días" for r in rows) + "." if rows else ""


def source_said(instrument: Instrument) -> list[Said]:
    """Wording, source and review, dimmed at the foot of a result."""
    doubt = "" if instrument.confirmed_text else " TEXTO POR CONFIRMAR."
    review = "" if instrument.reviewed else " Pendiente de revisión clínica."
    return [
        Said(f"Texto: {instrument.text.name}, versión {instrument.text.version}.{doubt}{review}", "note"),
        Said(f"Fuente: {instrument.source.sources[0]}.", "note"),
    ]
