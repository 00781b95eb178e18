"""What the register reads of one chart: documents that stand, gathered into `CaseFacts`. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from ces_tui.base.dates import age_years
from ces_tui.base.errors import NotFound
from ces_tui.care.records import Programme
from ces_tui.care.shelves import void_targets
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.pharmacy.formulary import Formulary
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.screening.course import Point
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.programme_content import ProgrammeFile
from ces_tui.screening.programme_medicines import Receta, treatments
from ces_tui.screening.programme_records import MOVEMENTS, SESSION
from ces_tui.screening.programme_rules import CaseFacts, Scored, Session
from ces_tui.screening.seizures import Seizures, gather, values_of

_CONTACTS = ("consult", "vitals", "dispense", "screening", "plan", "handover", "visit")
"""Documents that say that someone of the team was with the person."""
_MEASURES = {"peso": "weight_kg", "glucosa": "glucose_mgdl", "presion": "systolic"}

Body = Mapping[str, Any]


class ChartReader:
    """Gathers the facts of one person after another with the same tables."""

    def __init__(self, desk: Desk, instruments: Instruments, rules: ProgrammeFile) -> None:
        self._desk = desk
        self._instruments = instruments
        self._formulary = Formulary(desk)
        self._rules = rules

    def facts(self, patient: Patient, patient_id: str, risk_due: date | None) -> CaseFacts:
        """Everything that the register shows of one person."""
        today = self._desk.today()
        void = void_targets(self._desk, patient_id)
        docs = {name: list(self._bodies(name, patient_id, void)) for name in (*_CONTACTS, *_OTHERS)}
        kinds, since = self._enrolled(docs["programme"])
        scores = self._scores(docs["screening"])
        taken, changes = treatments(_recetas(docs["consult"]), self._formulary.get, self._rules, today)
        contacts = [_day(body) for name in _CONTACTS for body in docs[name]]
        contacts += [_day(body) for body in docs["addendum"] if body.get("kind") == SESSION]
        overdue = _missed(docs["appointment"], docs["consult"], today)
        return CaseFacts(
            patient=patient_id,
            today=today,
            years=age_years(patient.birth, today),
            conditions=self._conditions(docs["consult"], scores, kinds),
            since=since,
            scores=scores,
            seizures=self._seizures(docs["consult"]),
            taken=tuple(taken),
            changes=tuple(changes),
            last_contact=max((d for d in contacts if d <= today), default=None),
            missed=overdue,
            risk_due=risk_due,
            measured=_measured(docs["vitals"], docs["addendum"]),
            sessions=_sessions(docs["addendum"]),
            home_visits=tuple(sorted(_day(body) for body in docs["visit"])),
        )

    def _bodies(self, name: str, patient: str, void: set[str]) -> Iterator[Body]:
        for doc in self._desk.vault.doc_ids(name, patient):
            if doc not in void and (body := self._desk.vault.doc_body(name, doc, patient)) is not None:
                yield body

    def _enrolled(self, programmes: list[Body]) -> tuple[set[str], date | None]:
        """Kinds of the open enrolments of the register, and the day of the oldest."""
        records = [msgspec.convert(body, Programme) for body in programmes]
        held = [p for p in records if p.closed is None and p.kind in self._rules.programmes]
        return {p.kind for p in held}, min((p.opened for p in held), default=None)

    def _scores(self, screenings: list[Body]) -> tuple[Scored, ...]:
        """The instruments with rules of change (PHQ-9, GAD-7), in the order of their files."""
        points: dict[str, list[tuple[date, int, Point]]] = {}
        for body in screenings:
            if body.get("total") is not None:
                point = Point(_day(body), int(body["total"]))
                points.setdefault(str(body["instrument"]), []).append((point.day, int(body["at"]), point))
        found = []
        for name, told in points.items():
            try:
                instrument = self._instruments.get(name)
            except NotFound:
                continue
            if instrument.change is not None:
                ordered = sorted(told, key=lambda t: (t[0], t[1]))
                found.append(Scored(instrument, tuple(p for _, _, p in ordered)))
        return tuple(sorted(found, key=lambda s: (s.instrument.source.order, s.instrument.id)))

    def _seizures(self, consults: list[Body]) -> Seizures | None:
        asked = self._rules.seizures
        notes = ((_day(body), int(body["at"]), values_of(body.get("findings", ()))) for body in consults)
        return gather(notes, asked.base, asked.now)

    def _conditions(
        self, consults: list[Body], scores: tuple[Scored, ...], kinds: set[str]
    ) -> tuple[str, ...]:
        codes = {str(d.get("code", "")) for body in consults for d in body.get("diagnoses", ())}
        cases = {
            s.instrument.id
            for s in scores
            if (case := s.instrument.source.case) and any(p.total >= case.cut for p in s.points)
        }
        return tuple(
            c.id
            for c in self._rules.conditions
            if any(code.startswith(prefix) for code in codes for prefix in c.codes)
            or cases & set(c.instruments)
            or (c.programme and c.programme in kinds)
        )


_OTHERS = ("programme", "appointment", "addendum")


def _day(body: Body) -> date:
    return date.fromisoformat(str(body["day"]))


def _missed(appointments: list[Body], consults: list[Body], today: date) -> date | None:
    """The oldest pending appointment that has passed without a consult since."""
    seen = max((_day(body) for body in consults), default=date.min)
    due = [
        date.fromisoformat(str(a["due"])) for a in appointments if a.get("status", "pendiente") == "pendiente"
    ]
    return min((d for d in due if seen < d < today), default=None)


def _recetas(consults: list[Body]) -> Iterator[Receta]:
    for body in consults:
        if body.get("prescription"):
            lines = msgspec.convert(body["prescription"], tuple[PrescriptionLine, ...])
            yield _day(body), str(body["at"]), lines


def _measured(vitals: list[Body], addenda: list[Body]) -> dict[str, date]:
    found: dict[str, date] = {}
    for name, field in _MEASURES.items():
        days = [_day(v) for v in vitals if v.get(field) is not None]
        if days:
            found[name] = max(days)
    looked = [_day(a) for a in addenda if a.get("kind") == MOVEMENTS]
    if looked:
        found["movimientos"] = max(looked)
    return found


def _sessions(addenda: list[Body]) -> tuple[Session, ...]:
    found = [
        Session(int(a.get("session", 0)), _day(a), str(a["text"]))
        for a in addenda
        if a.get("kind") == SESSION
    ]
    return tuple(sorted(found, key=lambda s: (s.number, s.day)))
