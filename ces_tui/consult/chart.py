"""The chart as it is read: the timeline, one note with what followed it, and series to draw. Every reading is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

from ces_tui.base.ids import id_ms
from ces_tui.care.labs import Lab, LabKind
from ces_tui.care.records import Vitals
from ces_tui.consult.diagnoses import Diagnoses
from ces_tui.consult.events import RESERVED, URGENT_TITLE, Event, Follow, Said, of_consult
from ces_tui.consult.events_more import READERS
from ces_tui.consult.measured import Measured
from ces_tui.consult.questions import question
from ces_tui.consult.records import Addendum, Consult, Finding, Void
from ces_tui.consult.summary import Summary, summarise
from ces_tui.consult.trends import Point, Trend, by_measure, drawn
from ces_tui.people.desk import Desk
from ces_tui.people.naming import name_of
from ces_tui.pharmacy.records import Dispense
from ces_tui.screening.records import Screening
from ces_tui.vault.shelf import Stored

QUIET_APPOINTMENTS = frozenset({"pendiente", "cumplida"})
"""Appointments that the timeline leaves out: their notes say them."""


@dataclass(frozen=True, slots=True)
class Note:
    """A signed consult with everything that belongs to it, to be read."""

    stored: Stored[Consult]
    author: str
    vitals: Vitals | None
    dispenses: tuple[Stored[Dispense], ...]
    addenda: tuple[Follow, ...]
    void: Follow | None
    measured: tuple[Finding, ...] = ()
    """Laboratory results and fetal measures that were typed in it and are kept in their own place."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What follows the documents of one chart, by target."""

    voids: dict[str, Follow]
    addenda: dict[str, tuple[Follow, ...]]


class Chart:
    """Reads one patient's chart for the roles that may."""

    def __init__(self, desk: Desk, diagnoses: Diagnoses | None = None) -> None:
        self._desk = desk
        self._diagnoses = diagnoses or Diagnoses()

    def summary(self, patient: str) -> Summary:
        """One look: what is open in this chart, for this role; ChartRestricted while it is closed to it."""
        self._desk.require_chart(patient)
        self._desk.vault.note_read(patient, "expediente")
        return summarise(self._desk, patient)

    def timeline(self, patient: str) -> list[Event]:
        """Everything, newest first; what was recorded by mistake stays, marked; sensitive matters only for who may know."""
        self._desk.require_chart(patient)
        self._desk.vault.note_read(patient, "expediente")
        followed, knows = self.followed(patient), self._desk.knows(patient)
        events = [
            self._event(
                doc.id, "consult", of_consult(doc.record, self._diagnoses.reserved), followed, knows=knows
            )
            for doc in self._desk.vault.shelf("consult", Consult, patient=patient).all()
        ]
        for kind, (record, reader) in READERS.items():
            for doc in self._desk.vault.shelf(kind, record, patient=patient).all():
                if _own_line(kind, doc.record):
                    events.append(self._event(doc.id, kind, reader(doc.record), followed, knows=knows))
        events += [
            Event(f"{patient}:{n}", "urgent", u.day, u.at, u.author, URGENT_TITLE, " ".join(u.text.split()))
            for n, u in enumerate(followed.addenda.get(patient, ()))
        ]
        return sorted(events, key=lambda e: (e.day, e.at or id_ms(e.id), e.type, e.id), reverse=True)

    def note(self, patient: str, consult: str) -> Note:
        """One note, to read; NotFound, or NotAllowed when it holds a sensitive matter that the role may not know."""
        self._desk.require_chart(patient)
        stored = self._desk.vault.shelf("consult", Consult, patient=patient).get(consult)
        if of_consult(stored.record, self._diagnoses.reserved).sensitive:
            self._desk.require_known(patient)
        self._desk.vault.note_read(patient, "nota")
        followed = self.followed(patient)
        vitals = self._desk.vault.shelf("vitals", Vitals, patient=patient).find(
            stored.record.vitals or consult
        )
        dispenses = self._desk.vault.shelf("dispense", Dispense, patient=patient).all()
        return Note(
            stored,
            self.name(stored.record.author),
            vitals.record if vitals else None,
            tuple(d for d in dispenses if d.record.consult == consult),
            followed.addenda.get(consult, ()),
            followed.voids.get(consult),
            tuple(Measured(self._desk).of_note(patient, stored.record)),
        )

    def followed(self, patient: str) -> Followed:
        """The voids and addenda of a chart, by what they follow."""
        self._desk.require_chart(patient)
        vault = self._desk.vault
        voids = {
            v.record.target: Follow(
                v.record.day, v.record.at, self.name(v.record.author), "", v.record.reason
            )
            for v in vault.shelf("void", Void, patient=patient).all()
        }
        addenda: dict[str, list[Follow]] = defaultdict(list)
        for a in vault.shelf("addendum", Addendum, patient=patient).all():
            said, void = a.record, voids.get(a.id)
            text = f"REGISTRADO POR ERROR ({void.reason}): {said.text}" if void else said.text
            addenda[said.target].append(
                Follow(said.day, said.at, self.name(said.author), text, said.reason, said.kind)
            )
        return Followed(voids, {target: tuple(found) for target, found in addenda.items()})

    def series(self, patient: str, what: str) -> list[Point]:
        """The values of one measure, oldest first; void ones left out.

        A field of Vitals, 'bmi', 'glucose_fasting' and 'glucose_other', a laboratory kind ('hba1c'), a number of the note's sections ('epi_cuatro'), or an
        instrument ('phq9').
        """
        self._desk.require_chart(patient)
        self._desk.vault.note_read(patient, "tendencias")
        return self._series(patient, what, self.followed(patient).voids)

    def trends(self, patient: str) -> list[Trend]:
        """Every drawing with a point that the person at the desk may see: goals with their source, treatment changes."""
        self._desk.require_chart(patient)
        self._desk.vault.note_read(patient, "tendencias")
        voids = self.followed(patient).voids
        return drawn(self._desk, patient, by_measure(lambda what: self._series(patient, what, voids)))

    def _series(self, patient: str, what: str, void: Mapping[str, Follow]) -> list[Point]:
        points: list[tuple[str, date, float | None]]
        if what in LAB_KINDS:
            results = self._desk.vault.shelf("lab", Lab, patient=patient).all()
            points = [(r.id, r.record.day, r.record.value) for r in results if r.record.kind == what]
            points += self._in_notes(patient, what)
        elif question(what) is not None:
            points = self._in_notes(patient, what)
        elif what in _GLUCOSE:
            found = self._desk.vault.shelf("vitals", Vitals, patient=patient).all()
            mine = [v for v in found if (v.record.fasting is True) == (what == "glucose_fasting")]
            points = [(v.id, v.record.day, v.record.glucose_mgdl) for v in mine]
        elif what in _VITALS:
            found = self._desk.vault.shelf("vitals", Vitals, patient=patient).all()
            points = [(v.id, v.record.day, getattr(v.record, what)) for v in found]
        else:
            self._desk.require_known(patient)
            scored = self._desk.vault.shelf("screening", Screening, patient=patient).all()
            points = [(s.id, s.record.day, s.record.total) for s in scored if s.record.instrument == what]
        values = [Point(day, float(v)) for i, day, v in points if v is not None and i not in void]
        return sorted(values, key=lambda p: p.day)

    def _in_notes(self, patient: str, what: str) -> list[tuple[str, date, float | None]]:
        """The numbers that notes hold for a question, or (earlier versions wrote them there) for a laboratory kind."""
        notes = self._desk.vault.shelf("consult", Consult, patient=patient).all()
        return [
            (note.id, note.record.day, finding.value)
            for note in notes
            for finding in note.record.findings
            if isinstance(finding.value, float) and what in {finding.name, _lab_of(finding)}
        ]

    def name(self, person_id: str) -> str:
        """The name of an author."""
        return name_of(self._desk.vault, person_id)

    def _event(self, doc: str, kind: str, said: Said, followed: Followed, *, knows: bool) -> Event:
        hidden = said.sensitive and not knows
        return Event(
            id=doc,
            type=kind,
            day=said.day,
            at=said.at,
            author=self.name(said.author),
            title=_hidden_title(kind) if hidden else said.title,
            line=RESERVED if hidden else said.line,
            reserved=hidden,
            void=_silent(void) if hidden and (void := followed.voids.get(doc)) else followed.voids.get(doc),
            addenda=() if hidden else followed.addenda.get(doc, ()),
        )


LAB_KINDS: frozenset[str] = frozenset(get_args(LabKind))
_GLUCOSE = frozenset({"glucose_fasting", "glucose_other"})
_VITALS: frozenset[str] = frozenset({*Vitals.__struct_fields__, "bmi"})


def _lab_of(finding: Finding) -> str:
    asked = question(finding.name)
    return asked.lab if asked is not None else ""


def _own_line(kind: str, record: Any) -> bool:
    """Whether a document has its own line; what a note already says has none."""
    if kind == "appointment":
        return record.status not in QUIET_APPOINTMENTS
    if kind in {"lab", "prenatal"}:
        return not record.source
    return not (kind == "dispense" and record.consult)


def _silent(follow: Follow) -> Follow:
    """The mark without its words, which may say what is reserved."""
    return replace(follow, text="", reason="")


def _hidden_title(kind: str) -> str:
    return "Consulta" if kind == "consult" else "Registro"
