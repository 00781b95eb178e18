"""Who comes on which day and why: long illnesses, pregnancies, children, contraception, and what the season brings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ces_tui.base.dates import age_months
from ces_tui.demo.calendar import Calendar, Due, chain
from ces_tui.demo.illness import ILLNESSES, Illness, Season
from ces_tui.demo.population import GESTATION, Villager

DUE_TODAY = frozenset({"hipertenso", "diabetica", "embarazo", "asma"})
MISSED = frozenset({"epilepsia"})
RECENT = frozenset({"recaida"})
"""Was here yesterday or so."""
ACUTE_TODAY = {"tos": "J18.9", "alergia": "J00"}
"""Parts of the cast -> what brings them today."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A day on which somebody comes. `due` is the appointment they come for, `then` the next one of its kind."""

    day: date
    kind: str
    """'cronica', 'prenatal', 'puerperio', 'nino_sano', 'planificacion', 'aguda' or 'regreso'."""
    due: date | None = None
    then: date | None = None
    illness: Illness | None = None
    lmp: date | None = None


def plan_visits(villager: Villager, calendar: Calendar, season: Season, rng: Random) -> list[Planned]:
    """Every visit of one person between registration and today, by day, at most one a day."""
    since = calendar.snap(villager.since)
    regular = _regular(villager)
    found: dict[date, Planned] = {}
    for lmp in villager.pregnancies:
        for planned in _pregnancy(villager, calendar, since, lmp, rng):
            found.setdefault(planned.day, planned)
    if regular:
        for planned in _chain_visits(villager, calendar, since, regular, rng):
            found.setdefault(planned.day, planned)
    for planned in _acute(villager, calendar, season, since, rng, first=since not in found):
        found.setdefault(planned.day, planned)
    for planned in _cast_today(villager, calendar, since):
        found[planned.day] = planned
    return [found[day] for day in sorted(found)]


def _cast_today(villager: Villager, calendar: Calendar, since: date) -> Iterator[Planned]:
    if code := ACUTE_TODAY.get(villager.role):
        illness = next(i for i in ILLNESSES if i.code == code)
        yield Planned(calendar.today, "aguda", illness=illness)
    if villager.role == "recien_nacido" and since < calendar.today:
        yield Planned(since, "nino_sano", then=calendar.today)
        yield Planned(calendar.today, "nino_sano", due=calendar.today)


def walk_in(villager: Villager, calendar: Calendar, season: Season, rng: Random) -> Planned:
    """Someone who comes today with what the season brings."""
    illness = season.any(rng, villager.age(calendar.today), villager.sex, calendar.today)
    return next(_ill(villager, calendar, calendar.today, illness, rng))


def _regular(villager: Villager) -> str:
    if villager.conditions:
        return "cronica"
    if villager.role == "recien_nacido" or age_months(villager.birth, villager.since) < 48:
        return "nino_sano"
    adult = villager.sex == "F" and 18 <= villager.age(villager.since) <= 38
    if adult and not villager.pregnancies and villager.index % 5 == 0:
        return "planificacion"
    return ""


def _pregnancy(
    villager: Villager, calendar: Calendar, since: date, lmp: date, rng: Random
) -> Iterator[Planned]:
    """Prenatal visits from the ninth week on, every four weeks and every two at the end, then one after the birth."""
    day = calendar.snap(max(since, lmp + timedelta(days=rng.randint(56, 90))))
    birth = lmp + timedelta(days=GESTATION)
    due: date | None = None
    if villager.role in DUE_TODAY:
        day = max(
            since,
            calendar.snap(calendar.today - timedelta(days=28 * ((calendar.today - lmp).days // 28 - 2))),
        )
    while day < birth and day <= calendar.today:
        then = calendar.snap(day + timedelta(days=28 if (day - lmp).days < 224 else 14))
        if villager.role in DUE_TODAY and day < calendar.today < then + timedelta(days=14):
            then = calendar.today
        if then >= birth:
            then = calendar.snap(birth + timedelta(days=9))
        yield Planned(day, "prenatal", due=due, then=then, lmp=lmp)
        due, day = then, then
    if birth < day <= calendar.today and due == day:
        yield Planned(day, "puerperio", due=due, lmp=lmp)


def _every(villager: Villager, kind: str, day: date) -> int:
    if kind == "nino_sano":
        months = age_months(villager.birth, day)
        return 60 if months < 12 else 120 if months < 24 else 180
    return 90 if kind == "planificacion" else 28


def _chain_visits(
    villager: Villager, calendar: Calendar, since: date, kind: str, rng: Random
) -> Iterator[Planned]:
    today = calendar.today
    ahead, until = None, villager.leaves
    if villager.role in DUE_TODAY or (kind == "cronica" and villager.index % 23 == 12 and not until):
        ahead = 0
    elif villager.role in RECENT:
        ahead = 27
    elif villager.role in MISSED:
        ahead, until = 21, today - timedelta(days=15)
    dues = chain(
        rng, calendar, since, lambda day: _every(villager, kind, day),
        ahead=ahead, until=until, faithful=bool(villager.role),
    )  # fmt: skip
    if kind == "nino_sano":
        dues = [d for d in dues if age_months(villager.birth, d.due) < 60]
    yield Planned(since, kind, then=_after(dues, since))
    for due in dues:
        if due.came and due.came > since:
            yield Planned(
                due.came, kind, due=due.due if due.came == due.due else None, then=_after(dues, due.came)
            )


def _after(dues: list[Due], day: date) -> date | None:
    return next((d.due for d in dues if d.due > day + timedelta(days=5)), None)


def _acute(
    villager: Villager, calendar: Calendar, season: Season, since: date, rng: Random, *, first: bool
) -> Iterator[Planned]:
    if first:
        yield from _ill(
            villager, calendar, since, season.any(rng, max(0, villager.age(since)), villager.sex, since), rng
        )
    month, last = since.replace(day=1), villager.leaves or calendar.today
    while month <= last:
        illness = season.draw(rng, max(0, villager.age(month)), villager.sex, month)
        day = calendar.snap(month + timedelta(days=rng.randrange(28)))
        if illness and since < day < last:
            yield from _ill(villager, calendar, day, illness, rng)
        month = (month + timedelta(days=32)).replace(day=1)


def _ill(
    villager: Villager, calendar: Calendar, day: date, illness: Illness, rng: Random
) -> Iterator[Planned]:
    if villager.pregnant_since(day) or (illness.code == "B82.9" and age_months(villager.birth, day) < 12):
        illness = ILLNESSES[0]
    back = calendar.snap(day + timedelta(days=illness.back_in)) if illness.back_in else None
    yield Planned(day, "aguda", then=back, illness=illness)
    if back and back < calendar.today and rng.random() < 0.7:
        yield Planned(back, "regreso", due=back, illness=illness)
