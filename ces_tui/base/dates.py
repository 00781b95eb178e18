"""Dates, ages and numbers as they are written in Chiapas: dd/mm/aaaa, comma or point."""

from __future__ import annotations

import re
from datetime import date

from ces_tui.base.errors import BadInput

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")

_DATE = re.compile(r"(\d{1,2})[/\-. ](\d{1,2}|[a-zñ]{3,10})[/\-. ](\d{4}|\d{2})\Z")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,6})?\Z")


def parse_date(text: str, today: date, *, field: str | None = None) -> date:
    """A date typed as 3/4/81, 03-04-1981 or 3 abr 1981; two-digit years are the last such year not after `today`+2."""
    match = _DATE.match(text.strip().casefold())
    if not match:
        raise BadInput("Escriba la fecha como día/mes/año, por ejemplo 03/04/1981.", field=field)
    day, month_text, year_text = match.groups()
    month = int(month_text) if month_text.isdigit() else _month_number(month_text, field)
    year = int(year_text)
    if len(year_text) == 2:
        year += 2000
        if year > today.year + 2:
            year -= 100
    try:
        return date(year, month, int(day))
    except ValueError:
        raise BadInput(f"La fecha {text.strip()} no existe.", field=field) from None


def show_date(day: date) -> str:
    """dd/mm/aaaa."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def show_day_long(day: date) -> str:
    """'viernes 20 de noviembre de 2026'."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def show_month(day: date) -> str:
    """'noviembre de 2026'."""
    return f"{MONTHS[day.month - 1]} de {day.year}"


def age_years(birth: date, on: date) -> int:
    """Completed years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def age_months(birth: date, on: date) -> int:
    """Completed months."""
    return (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)


def show_age(birth: date, on: date) -> str:
    """'45 a', '3 a 2 m', '7 m', '12 d': years from five on, years and months before, months, then days."""
    months = age_months(birth, on)
    if months >= 60:
        return f"{months // 12} a"
    if months >= 12:
        return f"{months // 12} a {months % 12} m" if months % 12 else f"{months // 12} a"
    if months >= 1:
        return f"{months} m"
    return f"{(on - birth).days} d"


def parse_number(text: str, *, field: str | None = None) -> float:
    """A decimal with comma or point ('78,5' or '78.5'); BadInput for anything else."""
    cleaned = text.strip()
    if not _NUMBER.match(cleaned):
        raise BadInput(f"«{cleaned[:20]}» no es un número. Use coma o punto para los decimales.", field=field)
    return float(cleaned.replace(",", "."))


def show_number(value: float, digits: int = 1) -> str:
    """At most `digits` decimals, no trailing zero, decimal point (clinical rule: 5, not 5.0; 0.5, not .5)."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _month_number(text: str, field: str | None) -> int:
    found = [i for i, name in enumerate(MONTHS, 1) if name.startswith(text) or text.startswith(name[:3])]
    if len(found) != 1:
        raise BadInput(f"No conozco el mes «{text}».", field=field)
    return found[0]
