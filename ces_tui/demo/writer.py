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
)
from ces_tui.care.safety import SafetyPlans
from ces_tui.care.safety_records import Contact, SafetyPlan
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult, Diagnosis, ProgrammeChange
from ces_tui.demo import names
from ces_tui.demo.calendar import COURSE_DAYS
from ces_tui.demo.events import Day, Delivery, Note, Visit, WriteOff
from ces_tui.demo.ids import SeededIds
from ces_tui.demo.population import Villager
from ces_tui.demo.recipes import given_lines, moved, prescription
from ces_tui.people.records import Patient, Sex
from ces_tui.pharmacy.records import Dispense, Lot, MoveLine, Source, StockMove
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.screenings import Screenings
from ces_tui.vault.shelf import Stored

_LOST_AFTER = timedelta(days=60)
_EARLY, _LATE = timedelta(days=7), timedelta(days=28)
"""A visit meets an appointment due up to a week later; one missed for over four weeks is lost (`care.agenda`)."""
_MINUTE = 60_000


@dataclass(slots=True)
class Chart:
    """What the writer remembers of one villager between visits."""

    id: str
    appointments: list[Stored[Appointment]] = field(default_factory=list)
    programmes: dict[str, Stored[Programme]] = field(default_factory=dict)


class Writer:
    """Writes days into an open clinic whose clock and ids it drives."""

    def __init__(self, clinic: Clinic, clock: FixedClock, ids: SeededIds) -> None:
        self.clinic = clinic
        self.vault = clinic.vault
        self.clock = clock
        self.ids = ids
        self.charts: dict[int, Chart] = {}
        self.lots: dict[int, Stored[Lot]] = {}
        """Lot of the story -> its document."""
        self.staff = {person.role: person.id for person in clinic.people()}
        self.documents = 0
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
                item = self.item(parcel.medicine)
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

    def item(self, medicine: str) -> str:
        from ces_tui.demo.medicines import MEDICINES

        return MEDICINES[medicine].item

    def _free_course(self, course: Course) -> None:
        self.vault.shelf("course", Course).add(course)

    # -- people --------------------------------------------------------------------------------------------

    def visit(self, visit: Visit) -> None:
        """One person from the door to the signed note, or as far as today's stage goes."""
        chart = self.arrive(visit)
        if visit.stage != "terminado":
            return
        screenings = self.screen(visit, chart.id, visit.at + 9 * _MINUTE)
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
            if visit.stage != "espera":
                self.add_vitals(visit, chart.id, nurse)
        return chart

    def add_vitals(self, visit: Visit, patient: str, nurse: str) -> None:
        from ces_tui.care.records import Vitals

        taken = msgspec.structs.replace(visit.vitals, at=self.clock.ms, author=nurse)
        self.vault.shelf("vitals", Vitals, patient=patient).add(taken)

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
        pasante = self.act("pasante", visit.at + 16 * _MINUTE)
        consult_id, dispense_id = self.vault.new_id(), self.vault.new_id() if note.orders else ""
        with self.vault.transaction(day=visit.day):
            self.vault.shelf("consult", Consult, patient=chart.id).add(
                consult_of(visit, self.clock.ms, pasante, screenings, dispense_id), id=consult_id
            )
            if note.orders:
                lines = given_lines(note.orders, note.given, self.lots)
                self.vault.shelf("dispense", Dispense, patient=chart.id).add(
                    Dispense(
                        lines=lines, author=pasante, at=self.clock.ms, day=visit.day, consult=consult_id
                    ),
                    id=dispense_id,
                )
            self._follow_up(visit, chart, note, consult_id)

    def _follow_up(self, visit: Visit, chart: Chart, note: Note, consult_id: str) -> None:
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
        for pending in [a for a in chart.appointments if a.record.due <= visit.day + _EARLY]:
            self._settle(
                chart, pending, visit, "perdida" if pending.record.due < visit.day - _LATE else "cumplida"
            )
        if note.next_due:
            appointment = Appointment(
                day=visit.day, due=note.next_due, reason=note.next_reason, programme=note.programme,
                sensitive=note.programme == "salud_mental", source=consult_id,
            )  # fmt: skip
            chart.appointments.append(
                self.vault.shelf("appointment", Appointment, patient=chart.id).add(appointment)
            )

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
    from ces_tui.demo.story import instant

    return instant(day.day, 7 * 60 + 30)


def patient_of(villager: Villager, visit: Visit, number: str, nurse: str) -> Patient:
    """A villager as registered at their first visit."""
    return Patient(
        clinic_number=number,
        given=villager.given,
        surname1=villager.surname1,
        surname2=villager.surname2,
        sex=cast("Sex", villager.sex),
        birth=villager.birth,
        birth_estimated=villager.birth_estimated,
        mother_name=villager.mother_name,
        phone=villager.phone,
        municipality=names.MUNICIPALITY,
        locality=villager.locality,
        acompanante=villager.acompanante,
        insurance="imss_bienestar" if villager.index % 3 else "ninguno",
        reads=villager.age(visit.day) < 55 if villager.age(visit.day) >= 12 else None,
        case_finding=villager.index % 29 == 4,
        privacy_notice=visit.day,
        consent="verbal",
        day=visit.day,
        registered=visit.day,
        registered_by=nurse,
    )


def consult_of(visit: Visit, at: int, author: str, screenings: tuple[str, ...], dispense: str) -> Consult:
    """The signed note."""
    note = visit.note
    return Consult(
        day=visit.day,
        at=at,
        author=author,
        came=cast("Came", visit.came),
        reason=note.reason,
        subjective=note.subjective,
        objective=note.objective,
        analysis=note.analysis,
        plan=note.plan,
        prognosis="bueno",
        diagnoses=diagnoses_of(note),
        prescription=tuple(prescription(order) for order in note.orders),
        dispense=dispense,
        screenings=screenings,
        programmes=tuple(
            [ProgrammeChange(kind=cast("ProgrammeKind", kind)) for kind in note.enters]
            + [
                ProgrammeChange(kind=cast("ProgrammeKind", kind), outcome="tratamiento_completo")
                for kind in note.leaves
            ]
        ),
        next_day=note.next_due,
        next_reason=note.next_reason,
    )


def diagnoses_of(note: Note) -> tuple[Diagnosis, ...]:
    """The note's diagnoses, the first one primary."""
    return tuple(
        Diagnosis(text=f.text, code=f.code, first_time=f.first_time, primary=n == 0)
        for n, f in enumerate(note.findings)
    )


def safety_plan(visit: Visit, owner: str) -> SafetyPlan:
    """A filled safety plan, as it would be made with the person."""
    return SafetyPlan(
        day=visit.day,
        at=0,
        author="",
        owner=owner,
        warning_signs="Se encierra, deja de comer y no contesta.",
        coping="Rezar, salir al patio, escuchar música.",
        people=[
            Contact(name="Hermana mayor", phone=f"992{visit.villager.index + 1_000_000}", relation="hermana")
        ],
        professionals=[
            Contact(name="Acompañante de salud mental", phone="9921000001", relation="acompañante")
        ],
        means_asked=True,
        means="Herbicida en el cuarto de herramientas.",
        means_done="La hermana se lo llevó a su casa bajo llave.",
        stays_tonight="La hermana mayor",
        next_contact=visit.day + timedelta(days=3),
        has_plan=False,
        has_means=True,
    )
