"""Birth dates as people tell them: a date, a year, 'unos 45 años', '8 meses'."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ces_tui.base.dates import age_years, parse_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold

OLDEST = 120
"""Years; older is a slip of the pen."""

_AGE = re.compile(
    r"(?:como |unos |unas |aprox(?:imadamente)?\.? |alrededor de |~ ?)*(\d{1,3}) ?(a|anos?|m|mes(?:es)?|d|dias?|sem(?:anas?)?)?\Z"
)
_YEAR = re.compile(r"(?:como |en |~ ?)*((?:19|20)\d{2})\Z")


def parse_birth(text: str, today: date, *, field: str | None = "birth") -> tuple[date, bool]:
    """The birth date typed and whether it is an estimate: '3/4/81' is not, '1981', '45 años' and '8 meses' are.

    An estimate from an age lies half a unit back, so that the age of today is the one told.
    """
    plain = fold(text)
    if match := _YEAR.match(plain):
        return _plausible(date(int(match.group(1)), 7, 1), today, field, year_only=True), True
    if match := _AGE.match(plain):
        return _from_age(int(match.group(1)), (match.group(2) or "a")[0], today, field), True
    day = parse_date(text, today, field=field)
    if day > today and re.search(r"\D\d{2}\Z", text.strip()):
        day = day.replace(year=day.year - 100)
    return _plausible(day, today, field), False


def _from_age(count: int, unit: str, today: date, field: str | None) -> date:
    if unit == "d":
        return today - timedelta(days=count)
    if unit == "s":
        return today - timedelta(days=count * 7 + 3)
    if unit == "m":
        return _months_back(today, count) - timedelta(days=15)
    if count > OLDEST:
        raise BadInput(f"Una edad de {count} años no es posible.", field=field)
    return _months_back(today, count * 12 + 6).replace(day=1)


def _months_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, min(day.day, 28))


def _plausible(day: date, today: date, field: str | None, *, year_only: bool = False) -> date:
    if year_only and day > today >= day.replace(month=1, day=1):
        return day.replace(month=1)
    if day > today:
        raise BadInput("La fecha de nacimiento está en el futuro.", field=field)
    if age_years(day, today) > OLDEST:
        raise BadInput(f"Con esa fecha tendría más de {OLDEST} años; revise el año.", field=field)
    return day
