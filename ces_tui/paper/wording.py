"""Words as they stand on paper: ages in full, and the high-alert rules for doses. Pure.

Rules (clinical.md, "Safety rules" 7): «unidades» in full, no trailing zero, a leading zero, mcg and never µg, the day
of the week of a weekly dose. They are applied to the lines of a receta, never to the words of a signed note.
"""

from __future__ import annotations

import re
from datetime import date

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import age_months, show_date
from ces_tui.people.records import Patient

_UNITS = re.compile(r"(?<=\d)\s*(?:U\.?\s?I\.?|I\.?U\.?|U)(?![^\W\d_])\.?")
_UNITS_ALONE = re.compile(r"\b(?:UI|U\.I\.)(?![^\W\d_])")
_MICRO = re.compile("[µμ]\\s?g(?![^\\W\\d_])")  # the micro sign and the Greek letter
_TRAILING = re.compile(r"(?<![\d.,])(\d+)[.,]0{1,2}(?!\d)")
_MEASURE = re.compile(r"(?<=\d) (?=(?:mg|mcg|g|mL|L|UI|mEq|%|unidades)\b)")
_LEADING = re.compile(r"(?<![\d\w.,])[.,](?=\d)")


def safe_dose(text: str) -> str:
    """'10 U' -> '10 unidades', '5.0 mg' -> '5 mg', '.5' -> '0.5', '50 µg' -> '50 mcg'; a number keeps to its unit."""
    text = _MICRO.sub("mcg", text)
    text = _UNITS.sub(" unidades", text)
    text = _UNITS_ALONE.sub("unidades", text)
    text = _LEADING.sub("0.", text)
    text = _TRAILING.sub(r"\1", text)
    return _MEASURE.sub("\N{NO-BREAK SPACE}", text)


def age_on_paper(patient: Patient, on: date) -> str:
    """'60 años', '3 años 2 meses', '5 meses 12 días', '12 días'; with 'aprox.' where the birth is an estimate."""
    about = "aprox. " if patient.birth_estimated else ""
    months = age_months(patient.birth, on)
    if months < 0:
        return ""
    years, rest = divmod(months, 12)
    if years >= 18:
        return f"{about}{_many(years, 'año')}"
    if years:
        return about + " ".join(
            p for p in (_many(years, "año"), _many(rest, "mes", "meses") if rest else "") if p
        )
    days = _days_after(patient.birth, months, on)
    return about + " ".join(
        p
        for p in (
            _many(months, "mes", "meses") if months else "",
            _many(days, "día") if days or not months else "",
        )
        if p
    )


def moment(at: int) -> str:
    """'20/11/2026 09:00' in the clinic's time."""
    when = clinic_time(at)
    return f"{show_date(when.date())} {when:%H:%M}"


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a written text; blank lines between them stay, those at the ends don't."""
    return tuple(line.rstrip() for line in text.strip("\n").split("\n")) if text.strip() else ()


def _days_after(birth: date, months: int, on: date) -> int:
    """Days since the last completed month of age."""
    year, month = divmod(birth.year * 12 + birth.month - 1 + months, 12)
    for day in range(birth.day, 27, -1):
        try:
            return (on - date(year, month + 1, day)).days
        except ValueError:  # a birth on the 31st, a month of 30 days
            continue
    return (on - date(year, month + 1, min(birth.day, 27))).days


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"
