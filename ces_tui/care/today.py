"""Everything of the first screen in one call: who waits, what is dangerous, who is due, what runs out, what is unfinished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.base.clock import clinical_day
from ces_tui.care.agenda import Agenda, AppointmentLine
from ces_tui.care.alerts import AlertLine, Alerts
from ces_tui.care.courses import Courses
from ces_tui.care.naming import RESERVED, listed_name
from ces_tui.care.waiting import OVER, WaitingLine, WaitingRoom
from ces_tui.people.desk import Desk
from ces_tui.vault.drafts import Draft

_RESERVED_PLACES = frozenset({"plan", "revision_casos", "tamizaje"})
OLD_COPY = 3
"""Days: what was written since lies only here."""


@dataclass(frozen=True)
class DraftLine:
    """Something of one's own that is not signed yet."""

    id: str
    place: str
    """Room that opens it."""
    what: str
    """What a list may say of it."""
    title: str
    patient: str
    who: str
    saved: int


@dataclass(frozen=True)
class TodayView:
    """What Hoy shows."""

    day: date
    waiting: list[WaitingLine]
    alerts: list[AlertLine]
    due: list[AppointmentLine]
    missed: list[AppointmentLine]
    stock: list[str]
    drafts: list[DraftLine]
    course: date | None
    copied: date | None
    """Day of the last copy outside this laptop; None when there never was one."""

    @property
    def course_days(self) -> int | None:
        return (self.course - self.day).days if self.course else None

    @property
    def copy_days(self) -> int | None:
        return (self.day - self.copied).days if self.copied else None

    @property
    def copy_is_old(self) -> bool:
        """Whether what was written lately exists only here."""
        return self.copy_days is None or self.copy_days > OLD_COPY


class Today:
    """Gathers Hoy. Pharmacy and exchange stand below this room: `clinic.py` hands them in as callables."""

    def __init__(
        self,
        desk: Desk,
        *,
        stock: Callable[[], Sequence[str]] = tuple,
        last_copy: Callable[[], int | None] = lambda: None,
    ) -> None:
        self.desk = desk
        self._stock = stock
        self._last_copy = last_copy
        self.courses = Courses(desk)

    def view(self) -> TodayView:
        """The whole first screen, read anew."""
        self.desk.require("ver_expediente")
        agenda = Agenda(self.desk)
        waiting = WaitingRoom(self.desk).today()
        here = {line.patient for line in waiting}
        course = self.courses.next()
        copied = self._last_copy()
        return TodayView(
            day=self.desk.today(),
            waiting=waiting,
            alerts=Alerts(self.desk).lines(),
            due=[line for line in agenda.due_on(self.desk.today()) if line.patient not in here],
            missed=agenda.missed(),
            stock=list(self._stock()),
            drafts=self.drafts(),
            course=course.record.starts if course else None,
            copied=clinical_day(copied) if copied is not None else None,
        )

    def drafts(self) -> list[DraftLine]:
        """The open drafts of the person at the desk, newest first."""
        return [self._draft(draft) for draft in self.desk.vault.drafts.open_drafts()]

    def _draft(self, draft: Draft) -> DraftLine:
        """A draft as a list may show it: one of a reserved matter by clinic number, without its place."""
        reserved = draft.place in _RESERVED_PLACES
        who = listed_name(self.desk, draft.patient, reserved=reserved) if draft.patient else ""
        shown = (RESERVED, "") if reserved else (draft.place, draft.title)
        return DraftLine(draft.id, draft.place, *shown, draft.patient or "", who, draft.saved)

    def expected(self) -> dict[str, int]:
        """Patient id -> rank of those expected today: who waits in order of arrival, then who has an appointment.

        A reserved appointment makes nobody stand on this list: beside Hoy it would put a name to the number.
        """
        self.desk.require("ver_expediente")
        today = self.desk.today()
        here = self.desk.vault.projection(f"day/{today.isoformat()}")
        ids = [str(row["p"]) for row in sorted(here, key=lambda row: row["t"]) if row["s"] not in OVER]
        ids += [str(row["p"]) for row in Agenda(self.desk).rows(today, today) if not row.get("s")]
        return {patient: rank for rank, patient in enumerate(dict.fromkeys(ids))}
