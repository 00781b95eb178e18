"""The monthly course: when the next one is, so that the order and the stick are ready in time."""

from __future__ import annotations

from datetime import date

import msgspec

from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line
from ces_tui.care.records import Course
from ces_tui.people.desk import Desk
from ces_tui.vault.shelf import Stored


class Courses:
    """Set and read the date of the next course."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._shelf = desk.vault.shelf("course", Course)

    def next(self) -> Stored[Course] | None:
        """The first course from today on."""
        ahead = [c for c in self._shelf.all() if c.record.starts >= self.desk.today()]
        return min(ahead, key=lambda c: (c.record.starts, c.id), default=None)

    def set(self, starts: date, *, place: str = "") -> Stored[Course]:
        """The next course is on that day; a course already set for later is moved. BadInput for a day that has passed."""
        self.desk.require("citas")
        today = self.desk.today()
        if starts < today:
            raise BadInput("El curso tiene que ser de hoy en adelante.", field="starts")
        if (starts - today).days > 366:
            raise BadInput("El curso queda a más de un año; revise el año.", field="starts")
        where = clean_line(place, field="place")
        old = self.next()
        if old is None:
            return self._shelf.add(Course(day=today, starts=starts, place=where))
        return self._shelf.replace(
            old,
            msgspec.structs.replace(old.record, day=today, starts=starts, place=where or old.record.place),
        )
