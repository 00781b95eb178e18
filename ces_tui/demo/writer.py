"""From the story's plain events to records in a real vault: ids, authors and links are put in here.

History is written record by record, a few entries a visit, as the services would leave it; screenings and safety
plans, which have consequences, go through their services. The last days go through all of them (`live.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, cast

import msgspec

from ces_tui.base.clock import FixedClock
from ces_tui.care.records import (
    Allergy,
    Appointment,
    AppointmentStatus,
    Arrival,
    Came,
    Course,
    Problem,
    Programme,
    ProgrammeKind,
    Severity,
    Vitals,
)
from ces_tui.care.safety import SafetyPlans
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult
from ces_tui.demo.calendar import COURSE_DAYS
from ces_tui.demo.events import Day, Delivery, Note, Visit, WriteOff
from ces_tui.demo.ids import SeededIds
from ces_tui.demo.medicines import MEDICINES
from ces_tui.demo.recipes import given_lines, moved
from ces_tui.demo.records import consult_of, patient_of, safety_plan
from ces_tui.demo.story import instant
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import Dispense, Lot, MoveLine, Source, StockMove
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.screenings import Screenings
from ces_tui.vault.shelf import Stored

_LOST_AFTER = timedelta(days=60)
_EARLY, _LATE = timedelta(days=7), timedelta(days=28)
"""A visit meets an appointment due up to a week later; one missed for over four weeks is lost (`care.agenda`)."""
MINUTE = 60_000


@dataclass(slots=True)
class Chart:
    """What the writer remembers of one villager between visits."""

    id: str
    appointments: list[Stored[Appointment]] = field(default_factory=list)
    programmes: dict[str, Stored[Programme]] = field(default_factory=dict)
    vitals: str = ""
    """Id of this visit's measurements."""


class Writer:
    """Writes days into an open clinic whose clock and ids it drives."""

    def __init__(
        self, clinic: Clinic, clock: FixedClock, ids: SeededIds, *, before: Writer | None = None
    ) -> None:
        """`before` is the writer whose charts and lots this one takes over."""
        self.clinic = clinic
        self.vault = clinic.vault
        self.clock = clock
        self.ids = ids
        self.charts: dict[int, Chart] = before.charts if before else {}
        self.lots: dict[int, Stored[Lot]] = before.lots if before else {}
        """Lot of the story -> its document."""
        self.staff = {person.role: person.id for person in clinic.people()}
        instruments = Instruments()
        self._instruments = {name: instruments.get(name) for name in ("phq9", "gad7")}
        self._safety = SafetyPlans(clinic.desk)
        self._screenings = Screenings(clinic.desk, instruments, self._safety)

    # -- days ----------------------------------------------------------------------------------------------

    def write(self, day: Day) -> None:
        """Everything of one day."""
        self.act("enfermeria", day.write_offs[0].at if day.write_offs else _first_instant(day))
        for gone in day.write_offs:
            self.write_off(day, gone)
        for delivery in day.deliveries:
            self.deliver(day, delivery)
        if day.deliveries:
            self.review_missed(day)
        if day.course:
            starts = day.course
            self._free_course(
                Course(
                    day=day.day,
                    starts=starts,
                    ends=starts + timedelta(days=COURSE_DAYS - 1),
                    place="Jaltenango",
                )
            )
        for visit in day.visits:
            self.visit(visit)

    def act(self, role: str, at: int) -> str:
        """Whoever has this role does what follows, at this instant; their person id."""
        if self.vault.author_id != self.staff[role]:
            self.vault.switch(self.staff[role])
        self.clock.ms = self.ids.at(at)
        return self.staff[role]

    # -- stock ---------------------------------------------------------------------------------------------

    def deliver(self, day: Day, delivery: Delivery) -> None:
        """Lots of one source and the movement that brought them, in one entry."""
        nurse = self.act("enfermeria", delivery.at)
        with self.vault.transaction(day=day.day):
            lines = []
            for parcel in delivery.parcels:
                item = MEDICINES[parcel.medicine].item
                lot = Lot(
                    item=item,
                    number=parcel.number,
                    expiry=parcel.expiry,
                    source=cast("Source", delivery.source),
                )
                stored = self.vault.shelf("lot", Lot).add(lot, day=day.day)
                self.lots[parcel.lot] = stored
                lines.append(moved(stored, parcel.quantity))
            self._move(
                "receive", day, tuple(lines), nurse, origin="Curso de Jaltenango", document=delivery.document
            )

    def write_off(self, day: Day, gone: WriteOff) -> None:
        """Expired units leave as a loss."""
        nurse = self.act("enfermeria", gone.at)
        lines = tuple(moved(self.lots[lot], -quantity) for lot, _, quantity in gone.lots)
        self._move("loss", day, lines, nurse, reason="caducado")

    def _move(
        self,
        kind: Literal["receive", "loss"],
        day: Day,
        lines: tuple[MoveLine, ...],
        author: str,
        *,
        reason: str = "",
        origin: str = "",
        document: str = "",
    ) -> None:
        move = StockMove(
            kind=kind, lines=lines, author=author, at=self.clock.ms, day=day.day,
            reason=reason, origin=origin, document=document,
        )  # fmt: skip
        self.vault.shelf("stock", StockMove).add(move)

    def _free_course(self, course: Course) -> None:
        self.vault.shelf("course", Course).add(course)

    # -- people --------------------------------------------------------------------------------------------

    def visit(self, visit: Visit) -> None:
        """One person from the door to the signed note, or as far as today's stage goes."""
        chart = self.arrive(visit)
        if visit.stage != "terminado":
            return
        screenings = self.screen(visit, chart.id, visit.at + 9 * MINUTE)
        self.sign(visit, chart, screenings)

    def arrive(self, visit: Visit) -> Chart:
        """Registration on the first day, arrival, and measurements: the nurse's part."""
        nurse = self.act("enfermeria", visit.at)
        chart = self.charts.get(visit.villager.index)
        if chart is None:
            chart = self.charts[visit.villager.index] = Chart(self.register(visit, nurse))
        with self.vault.transaction(day=visit.day):
            here = Arrival(
                day=visit.day,
                at=self.clock.ms,
                came=cast("Came", visit.came),
                state=visit.stage,
                since=self.clock.ms,
            )
            self.vault.shelf("arrival", Arrival, patient=chart.id).add(here)
            chart.vitals = self.add_vitals(visit, chart.id, nurse) if visit.stage != "espera" else ""
        return chart

    def add_vitals(self, visit: Visit, patient: str, nurse: str) -> str:
        """The nurse's measurements; their id."""
        taken = msgspec.structs.replace(visit.vitals, at=self.clock.ms, author=nurse)
        return self.vault.shelf("vitals", Vitals, patient=patient).add(taken).id

    def register(self, visit: Visit, nurse: str) -> str:
        """The registration and what was said about allergies."""
        villager = visit.villager
        number = f"{self.vault.clinic_code}{self.vault.device_digit}{len(self.charts) + 1:06d}"
        with self.vault.transaction(day=visit.day):
            stored = self.vault.shelf("patient", Patient).add(patient_of(villager, visit, number, nurse))
            shelf = self.vault.shelf("allergy", Allergy, patient=stored.id)
            for known in villager.allergies:
                shelf.add(
                    Allergy(
                        day=visit.day, substance=known.substance, group=known.group, reaction=known.reaction,
                        severity=cast("Severity", known.severity), author=nurse,
                    )
                )  # fmt: skip
            if villager.asked_allergies and not villager.allergies:
                shelf.add(Allergy(day=visit.day, none_known=True, author=nurse))
        return stored.id

    def screen(self, visit: Visit, patient: str, at: int) -> tuple[str, ...]:
        """Screenings by their service; a positive item 9 gets its plan, a settled one is closed."""
        if not visit.screens:
            return ()
        pasante = self.act("pasante", at)
        saved = [
            self._screenings.save(
                patient, self._instruments[s.instrument], s.answers, difficulty=s.difficulty
            )
            for s in visit.screens
        ]
        if visit.safety == "abre":
            self._safety.fill(patient, safety_plan(visit, pasante))
        elif visit.safety == "cierra":
            self._safety.close(
                patient, "Dos semanas sin ideas de muerte; sigue en control y acompañada por su familia."
            )
        return tuple(s.stored.id for s in saved)

    def sign(self, visit: Visit, chart: Chart, screenings: tuple[str, ...]) -> None:
        """Note, dispense, problems, programmes and the next appointment in one entry."""
        note = visit.note
        pasante = self.act("pasante", visit.at + 16 * MINUTE)
        consult_id, dispense_id = self.vault.new_id(), self.vault.new_id() if note.orders else ""
        with self.vault.transaction(day=visit.day):
            kept = self._follow_up(visit, chart, note, consult_id)
            self.vault.shelf("consult", Consult, patient=chart.id).add(
                msgspec.structs.replace(
                    consult_of(visit, self.clock.ms, pasante), vitals=chart.vitals, screenings=screenings,
                    dispense=dispense_id, kept=kept,
                ),
                id=consult_id,
            )  # fmt: skip
            if note.orders:
                lines = given_lines(note.orders, note.given, self.lots)
                self.vault.shelf("dispense", Dispense, patient=chart.id).add(
                    Dispense(
                        lines=lines, author=pasante, at=self.clock.ms, day=visit.day, consult=consult_id
                    ),
                    id=dispense_id,
                )

    def _follow_up(self, visit: Visit, chart: Chart, note: Note, consult_id: str) -> tuple[str, ...]:
        """Problems, programmes and appointments; ids of the appointments that the visit met."""
        for finding in note.findings:
            if finding.lasting and finding.first_time:
                problem = Problem(
                    day=visit.day, label=finding.text, code=finding.code, since=visit.day,
                    sensitive=finding.sensitive, source=consult_id,
                )  # fmt: skip
                self.vault.shelf("problem", Problem, patient=chart.id).add(problem)
        programmes = self.vault.shelf("programme", Programme, patient=chart.id)
        for kind in note.enters:
            opened = Programme(
                day=visit.day, kind=cast("ProgrammeKind", kind), opened=visit.day, source=consult_id
            )
            chart.programmes[kind] = programmes.add(opened)
        for kind in note.leaves:
            if kind in chart.programmes:
                self._close_programme(chart, kind, visit, "tratamiento_completo")
        kept = []
        for pending in [a for a in chart.appointments if a.record.due <= visit.day + _EARLY]:
            lost = pending.record.due < visit.day - _LATE
            self._settle(chart, pending, visit, "perdida" if lost else "cumplida")
            kept += [] if lost else [pending.id]
        if note.next_due:
            appointment = Appointment(
                day=visit.day, due=note.next_due, reason=note.next_reason, programme=note.programme,
                sensitive=note.programme == "salud_mental", source=consult_id,
            )  # fmt: skip
            chart.appointments.append(
                self.vault.shelf("appointment", Appointment, patient=chart.id).add(appointment)
            )
        return tuple(kept)

    def _settle(
        self, chart: Chart, pending: Stored[Appointment], when: Visit | Day, status: AppointmentStatus
    ) -> None:
        chart.appointments.remove(pending)
        settled = msgspec.structs.replace(pending.record, status=status, day=when.day)
        self.vault.shelf("appointment", Appointment, patient=chart.id).replace(pending, settled)

    def _close_programme(
        self, chart: Chart, kind: str, when: Visit | Day, outcome: Literal["tratamiento_completo", "perdido"]
    ) -> None:
        stored = chart.programmes.pop(kind)
        closed = msgspec.structs.replace(stored.record, closed=when.day, outcome=outcome, day=when.day)
        self.vault.shelf("programme", Programme, patient=chart.id).replace(stored, closed)

    def review_missed(self, day: Day) -> None:
        """After each course: whoever missed an appointment two months ago and never came again is written down as lost."""
        for chart in self.charts.values():
            gone = [a for a in chart.appointments if a.record.due < day.day - _LOST_AFTER]
            if not gone:
                continue
            with self.vault.transaction(day=day.day):
                for pending in gone:
                    self._settle(chart, pending, day, "perdida")
                for kind in list(chart.programmes):
                    self._close_programme(chart, kind, day, "perdido")


def _first_instant(day: Day) -> int:
    if day.deliveries:
        return day.deliveries[0].at
    return instant(day.day, 7 * 60 + 30)
