"""The story of the demo clinic: a stream of days that ends today, the same for the same seed, size, length and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from ces_tui.base.clock import CLINIC_OFFSET
from ces_tui.demo.body import Body
from ces_tui.demo.calendar import Calendar
from ces_tui.demo.chronic import Course
from ces_tui.demo.events import Day, Delivery, Given, Stage, Visit, WriteOff
from ces_tui.demo.illness import Season
from ces_tui.demo.mind import mood_of
from ces_tui.demo.pages import Patient, write_visit
from ces_tui.demo.population import Villager, populate
from ces_tui.demo.shelf import Shelf
from ces_tui.demo.visits import Planned, plan_visits, walk_in

VERSION = 2
"""Goes up when the same seed tells another story: built stores are cached by it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What fixes a story."""

    today: date
    seed: int = 1
    patients: int = 300
    years: float = 1

    @property
    def first(self) -> date:
        """The first day of the clinic's record."""
        return self.today - timedelta(days=round(self.years * 365.25))


class Story:
    """One telling; `days()` may be run through once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calendar = Calendar(plan.first, plan.today)
        self.people = populate(plan.seed, plan.patients, plan.first, plan.today)
        self._shelf = Shelf(self._rng("shelf"), plan.patients, plan.today)
        self._agenda: dict[date, list[tuple[Villager, Planned]]] = defaultdict(list)
        self._patients: dict[int, Patient] = {}
        self._plan_visits()

    def days(self) -> Iterator[Day]:
        """Every day on which something happens, in order."""
        for day in self.calendar.days():
            visits = self._agenda.pop(day, [])
            deliveries, write_offs = self._supply(day)
            course = self._course_announced(day)
            if not (visits or deliveries or write_offs or course):
                continue
            seen = tuple(self._visits(day, visits))
            yield Day(day, deliveries, write_offs, seen, course)

    def _rng(self, name: str) -> Random:
        return Random(f"ces-demo/{self.plan.seed}/{name}")

    def _plan_visits(self) -> None:
        season = Season()
        for villager in self.people:
            rng = self._rng(f"life/{villager.index}")
            body, course = Body.of(villager, rng), Course.of(villager, rng)
            mood = mood_of(villager, self.plan.today, rng)
            self._patients[villager.index] = Patient(villager, body, course, mood, rng)
            for planned in plan_visits(
                villager, self.calendar, season, self._rng(f"visits/{villager.index}")
            ):
                self._agenda[planned.day].append((villager, planned))

        self._fill_today(season)

    def _fill_today(self, season: Season) -> None:
        """However small the village, today somebody has been seen and somebody waits."""
        here = self._agenda[self.plan.today]
        rng = self._rng("today")
        present = {villager.index for villager, _ in here}
        others = [
            v for v in self.people
            if v.index not in present and not v.role and not v.conditions and not v.pregnancies and not v.leaves
            and v.since < self.plan.today
        ]  # fmt: skip
        wanted = min(len(others), max(0, _TODAY_AT_LEAST - len(here)))
        here += [(v, walk_in(v, self.calendar, season, rng)) for v in rng.sample(others, wanted)]

    def _visits(self, day: date, visits: list[tuple[Villager, Planned]]) -> Iterator[Visit]:
        rng = self._rng(f"day/{day}")
        today = day == self.plan.today
        rng.shuffle(visits)
        if today:
            visits = self._expected_today(visits)
        minutes = max(4, min(20, 400 // max(1, len(visits))))
        for n, (villager, planned) in enumerate(visits):
            at = instant(day, 8 * 60 + n * minutes + rng.randint(0, 3))
            stage = self._stage(villager, n, len(visits)) if today else "terminado"
            visit = write_visit(self._patients[villager.index], planned, at, stage)
            yield self._dispensed(visit) if stage == "terminado" else visit

    def _expected_today(self, visits: list[tuple[Villager, Planned]]) -> list[tuple[Villager, Planned]]:
        """Whoever is due but has not come yet stays away; the cast keeps its place in the waiting room."""
        here = [(v, p) for v, p in visits if v.role != "asma"]
        return sorted(here, key=lambda pair: _TODAY_ORDER.get(pair[0].role, 0))

    def _stage(self, villager: Villager, n: int, total: int) -> Stage:
        if fixed := _TODAY_STAGE.get(villager.role):
            return fixed
        return "terminado" if n < total * 0.6 else "espera"

    def _dispensed(self, visit: Visit) -> Visit:
        given: list[Given] = [self._shelf.give(o.medicine, o.quantity, visit.day) for o in visit.note.orders]
        return replace(visit, note=replace(visit.note, given=tuple(given)))

    def _supply(self, day: date) -> tuple[tuple[Delivery, ...], tuple[WriteOff, ...]]:
        morning = instant(day, 7 * 60 + 20)
        if day == self.plan.first:
            return self._shelf.deliveries(day, morning, months=1.6), ()
        if not self._is_delivery(day):
            return (), ()
        clearing = day < self.plan.today - timedelta(days=75)
        gone = self._shelf.write_off(day, morning - 600_000) if clearing else None
        return self._shelf.deliveries(day, morning), (gone,) if gone else ()

    def _course_announced(self, day: date) -> date | None:
        """The next course is put on the calendar on the first day of the record and after each delivery."""
        if day != self.plan.first and not self._is_delivery(day):
            return None
        start = self.calendar.course(day)
        return start if start > day else self.calendar.course(day.replace(day=28) + timedelta(days=10))

    def _is_delivery(self, day: date) -> bool:
        return day in (
            self.calendar.delivery(day.replace(day=1)),
            self.calendar.delivery(day - timedelta(days=27)),
        )


_TODAY_AT_LEAST = 11
_TODAY_STAGE: dict[str, Stage] = {
    "recaida": "terminado",
    "hipertenso": "espera",
    "recien_nacido": "espera",
    "tos": "signos",
    "embarazo": "signos",
    "diabetica": "consulta",
    "alergia": "consulta",
}
_TODAY_ORDER = {"alergia": 1, "diabetica": 2, "tos": 3, "embarazo": 4, "hipertenso": 5, "recien_nacido": 6}


def instant(day: date, minutes: int) -> int:
    """Milliseconds of a clinic time, `minutes` after midnight."""
    at = datetime.combine(day, time(), CLINIC_OFFSET) + timedelta(minutes=minutes)
    return int(at.timestamp() * 1000)
