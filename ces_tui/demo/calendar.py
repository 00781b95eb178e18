"""Working days of the demo clinic, its monthly course, and who is due when: chains of appointments that end around today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

COURSE_DAYS = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days between `first` and `today`; today the clinic is open, whatever weekday it is."""

    first: date
    today: date

    def course(self, month: date) -> date:
        """First day of the course in the month of `month`: its last Wednesday, a week earlier where that would be today."""
        last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY
        start = last - timedelta(days=(last.weekday() - 2) % 7)
        if start + timedelta(days=COURSE_DAYS - 1) > last:
            start -= timedelta(days=7)
        return (
            start - timedelta(days=7) if start <= self.today < start + timedelta(days=COURSE_DAYS) else start
        )

    def is_open(self, day: date) -> bool:
        """Whether patients are seen: Monday to Friday without the course; always today."""
        if day == self.today:
            return True
        start = self.course(day)
        return day.weekday() < 5 and not start <= day < start + timedelta(days=COURSE_DAYS)

    def snap(self, day: date) -> date:
        """`day`, or the next day on which the clinic is open."""
        while not self.is_open(day):
            day += _DAY
        return day

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.today:
            yield day
            day += _DAY

    def delivery(self, month: date) -> date:
        """The first open day after the course: what was handed out there is put on the shelf."""
        return self.snap(self.course(month) + timedelta(days=COURSE_DAYS))


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment of a chain and the day on which the person came for it (None: not yet, or never)."""

    due: date
    came: date | None


def chain(
    rng: Random,
    calendar: Calendar,
    since: date,
    every: Callable[[date], int],
    *,
    ahead: int | None = None,
    faithful: bool = False,
    until: date | None = None,
) -> list[Due]:
    """Appointments from `since` to the first one after today, worked out backwards from it.

    `every` gives the days between visits at a date, `ahead` the days from today to the next appointment (drawn when
    None, 0 = due today). One in nine comes late, one in twelve misses it, unless `faithful`. After `until` nobody comes.
    """
    if since >= calendar.today:
        return []
    interval = every(calendar.today)
    due = calendar.today + timedelta(days=rng.randrange(1, interval) if ahead is None else ahead)
    dues: list[date] = []
    while due > since + timedelta(days=every(due) // 2):
        dues.append(calendar.snap(due))
        due -= timedelta(days=every(due) + rng.randint(-1, 1))
    found: list[Due] = []
    for planned in reversed(dues):
        found.append(Due(planned, _came(rng, calendar, planned, faithful, until)))
    return found


def _came(rng: Random, calendar: Calendar, due: date, faithful: bool, until: date | None) -> date | None:
    luck = rng.random()
    if due > calendar.today or (until and due > until):
        return None
    if faithful or due == calendar.today or luck > 0.20:
        return due
    if luck < 0.085:
        return None
    late = calendar.snap(due + timedelta(days=rng.randint(2, 12)))
    return late if late <= calendar.today else None
