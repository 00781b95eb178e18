"""What a note must hold, what a typed date means, which problems a diagnosis opens. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from ces_tui.base.dates import parse_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line, clean_text
from ces_tui.consult.diagnoses import same_diagnosis
from ces_tui.consult.records import Diagnosis, Draft

USUAL_RETURN = 28
"""Days to the next control that one key proposes: four weeks, so it falls on the same weekday."""
FARTHEST_RETURN = 730
"""No appointment is set further ahead than two years (days)."""
MOST_DIAGNOSES = 15

_AHEAD = re.compile(r"\+?\s*(\d{1,3})\s*(d|dias?|s|sem|semanas?|m|mes|meses)?\Z")
_TEXTS = ("subjective", "objective", "analysis", "plan")


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stops the signature: where it is on the page, and the sentence that says it."""

    field: str
    sentence: str


def parse_next(text: str, today: date, *, field: str = "next_text") -> date | None:
    """The day meant by '30' (days), '4s', '1m' or a date; None for nothing; BadInput when it is not ahead."""
    typed = text.strip().casefold().replace("í", "i")
    if not typed:
        return None
    match = _AHEAD.match(typed)
    day = _ahead(int(match[1]), match[2] or "d", today) if match else parse_date(typed, today, field=field)
    if day <= today:
        raise BadInput("La próxima cita tiene que ser después de hoy.", field=field)
    if (day - today).days > FARTHEST_RETURN:
        raise BadInput("La próxima cita queda a más de dos años. Revise la fecha.", field=field)
    return day


def missing(draft: Draft, *, vitals: bool, minimum: Iterable[Mapping[str, Any]]) -> list[Missing]:
    """What the note still lacks of `minimum` (catalogues/nom004_evolution.yaml), in the order of the page."""
    held = {name: bool(getattr(draft, name).strip()) for name in (*_TEXTS, "prognosis")}
    held |= {"vitals": vitals, "diagnoses": bool(draft.diagnoses), "prescription": bool(draft.prescription)}
    return [
        Missing(str(rule["field"]), str(rule["sentence"]))
        for rule in minimum
        if not any(held[name] for name in rule["any_of"])
    ]


def cleaned(draft: Draft) -> Draft:
    """The draft as it may be stored: texts clean, one primary diagnosis, none twice; BadInput names the field."""
    texts = {name: clean_text(getattr(draft, name), field=name) for name in _TEXTS}
    texts["reason"] = clean_line(draft.reason, field="reason", limit=400)
    texts["next_reason"] = clean_line(draft.next_reason, field="next_reason")
    return msgspec.structs.replace(draft, **texts, diagnoses=cleaned_diagnoses(draft.diagnoses))


def cleaned_diagnoses(given: tuple[Diagnosis, ...]) -> tuple[Diagnosis, ...]:
    """Each diagnosis once, with text, exactly the first marked one primary (or the first); BadInput otherwise."""
    if len(given) > MOST_DIAGNOSES:
        raise BadInput(f"Son demasiados diagnósticos (máximo {MOST_DIAGNOSES}).", field="diagnosis")
    primary = next((i for i, d in enumerate(given) if d.primary), 0)
    seen: set[str] = set()
    kept = []
    for i, diagnosis in enumerate(given):
        text = clean_line(diagnosis.text, field="diagnosis")
        if not text:
            raise BadInput("Un diagnóstico no tiene texto.", field="diagnosis")
        key = same_diagnosis(diagnosis.code, text)
        if key in seen:
            raise BadInput(f"El diagnóstico «{text}» está dos veces.", field="diagnosis")
        seen.add(key)
        kept.append(msgspec.structs.replace(diagnosis, text=text, primary=i == primary))
    return tuple(kept)


def _ahead(count: int, unit: str, today: date) -> date:
    if unit.startswith("m"):
        return _add_months(today, count)
    return today + timedelta(days=count * (7 if unit.startswith("s") else 1))


def _add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
