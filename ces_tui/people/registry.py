"""The registry of patients: register, correct, find, and look for doubles before making one."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.people import duplicates, notice, rules
from ces_tui.people.desk import Desk
from ces_tui.people.index import PatientIndex
from ces_tui.people.places import count_localities
from ces_tui.people.query import Candidate, Query, parse_query
from ces_tui.people.records import Patient
from ces_tui.people.sound import words
from ces_tui.vault.shelf import Stored

_LAST_NUMBER = 999_999


@dataclass(frozen=True)
class Match:
    """A person found: `expected` when they are in the waiting room or have an appointment today."""

    stored: Stored[Patient]
    score: float
    expected: bool

    @property
    def id(self) -> str:
        return self.stored.id

    @property
    def patient(self) -> Patient:
        return self.stored.record


class Likely(NamedTuple):
    """A registration that may be the same person, 0 to 100, and why."""

    stored: Stored[Patient]
    score: float
    reasons: tuple[str, ...]


class Registry:
    """All patients of the open store. The index of names lives in memory and goes with this object."""

    def __init__(self, desk: Desk, expected: Callable[[], Mapping[str, int]] = dict) -> None:
        self.desk = desk
        self.expected = expected
        """Patient id -> rank for those expected today; `clinic.py` gives the waiting room and the agenda."""
        self._shelf = desk.vault.shelf("patient", Patient)
        self._lock = desk.vault.lock
        """The vault's own: two locks taken in two orders by two threads would wait for each other."""
        self._index: PatientIndex | None = None
        self._warming: threading.Thread | None = None
        self._last = -1
        self._places: Counter[str] = Counter()

    # -- keeping

    def register(self, patient: Patient, *, draft: str = "") -> Stored[Patient]:
        """Store a new person with the clinic's next number; BadInput names the field that can't be. `draft` goes with it."""
        me = self.desk.require("registrar_paciente")
        today = self.desk.today()
        tidy = rules.tidy(patient, today)
        with self._lock, self.desk.vault.transaction(day=today):
            new = msgspec.structs.replace(
                notice.noted(tidy, None, me.id, today),
                clinic_number=self._next_number(),
                day=today,
                registered=today,
                registered_by=me.id,
                restricted="",
            )
            stored = self._shelf.add(new)
            if draft:
                self.desk.vault.drafts.drop(draft)
            self._last += 1
        self._learn(stored)
        return stored

    def update(self, stored: Stored[Patient], patient: Patient, *, draft: str = "") -> Stored[Patient]:
        """Correct a registration; number and registration day stay. Conflict when someone changed it meanwhile."""
        me = self.desk.require("editar_paciente")
        old, today = stored.record, self.desk.today()
        tidy = msgspec.structs.replace(
            notice.noted(rules.tidy(patient, today), old, me.id, today),
            clinic_number=old.clinic_number,
            registered=old.registered,
            registered_by=old.registered_by,
            restricted=old.restricted,
            day=today,
        )
        with self.desk.vault.transaction(day=today):
            new = self._shelf.replace(stored, tidy)
            if draft:
                self.desk.vault.drafts.drop(draft)
        self._learn(new)
        return new

    def get(self, patient_id: str) -> Stored[Patient]:
        """The registration; NotFound when there is none, NotAllowed for a visitor outside what a pasante opened."""
        self.desk.require_part(patient_id)
        return self._shelf.get(patient_id)

    def by_number(self, number: str) -> Stored[Patient]:
        """The person with this clinic number (or id); NotFound when there is none (or none that one may see)."""
        self.desk.require("ver_expediente")
        wanted = number.strip()
        if (found := self._shelf.find(wanted.lower())) is not None and self.desk.in_scope(found.id):
            return found
        for match in self.find(wanted, limit=5):
            if match.patient.clinic_number == wanted.upper():
                return match.stored
        raise NotFound("No hay paciente con ese número.")

    def count(self) -> int:
        """People registered."""
        self.desk.require("ver_expediente")
        return len(self._ready())

    def localities(self) -> Counter[str]:
        """Localities of the people registered, with how many live in each."""
        self.desk.require("ver_expediente")
        self._ready()
        with self._lock:
            return count_localities(self._places.elements())

    # -- finding

    def find(self, text: str, limit: int = 20, *, expected: Mapping[str, int] | None = None) -> list[Match]:
        """The people meant by a typed search, best first, those expected today before all; nothing typed: those expected.

        A screen that searches at each key gives `expected` (id -> rank), so that the agenda is read once.
        """
        self.desk.require("ver_expediente")
        expected = self.expected() if expected is None else expected
        query = parse_query(text, self.desk.today())
        if query.empty:
            return self._expected(expected, limit)
        index = self._ready()
        with self._lock:
            hits = index.search(query, limit=limit, expected=expected, today_year=self.desk.today().year)
        floor = 0.55 * max((hit.fit for hit in hits), default=0.0)
        return [
            Match(stored, hit.score, hit.id in expected)
            for hit in hits
            if hit.fit >= floor
            and self.desk.in_scope(hit.id)
            and (stored := self._shelf.find(hit.id)) is not None
        ]

    def likely_duplicates(self, candidate: Candidate | Patient, *, but: str = "") -> list[Likely]:
        """Registrations that may be `candidate` already, best first; `but` is the id of the person being edited."""
        self.desk.require("registrar_paciente")
        one = candidate if isinstance(candidate, Candidate) else duplicates.candidate_of(candidate)
        found = []
        for patient_id in self._alike(one):
            stored = self._shelf.find(patient_id) if patient_id != but else None
            if stored is not None:
                told = duplicates.compare(one, stored.record)
                if told.likely:
                    found.append(Likely(stored, told.score, told.reasons))
        return sorted(found, key=lambda likely: (-likely.score, likely.stored.id))

    def doubts(self, patient: Patient) -> list[str]:
        """What to look at again before saving; warns, never blocks."""
        return rules.doubts(patient)

    def warm(self) -> None:
        """Build the index of names in a background thread, if it is not there yet."""
        with self._lock:
            if self._index is None and self._warming is None:
                self._warming = threading.Thread(target=self._warm_up, name="index of names", daemon=True)
                self._warming.start()

    def forget(self) -> None:
        """Drop the index (the store closes, or an import brought other people); the next search builds it anew."""
        with self._lock:
            self._index = None
            self._warming = None
            self._last = -1

    # -- inside

    def _expected(self, expected: Mapping[str, int], limit: int) -> list[Match]:
        order = [i for i in sorted(expected, key=lambda i: expected[i]) if self.desk.in_scope(i)][:limit]
        return [Match(stored, 1.0, True) for i in order if (stored := self._shelf.find(i)) is not None]

    def _alike(self, one: Candidate) -> set[str]:
        """Ids worth comparing: alike in name, in name and birth, in phone or CURP."""
        names = tuple(words(f"{one.given} {one.surname1} {one.surname2}"))
        numbers = [n for n in (re.sub(r"\D", "", one.phone)[-7:], one.curp.strip().upper()) if len(n) >= 7]
        asked = [Query(names=names)] if names else []
        if one.birth and names:
            asked.append(Query(names=names, birth=one.birth))
        asked += [Query(numbers=(number,)) for number in numbers]
        year = self.desk.today().year
        index = self._ready()
        with self._lock:
            return {
                hit.id
                for query in asked
                for hit in index.search(query, limit=40, expected={}, today_year=year)
            }

    def _ready(self) -> PatientIndex:
        """The index, built now if the background has not finished it."""
        if self._index is None:
            self._build()
        assert self._index is not None
        return self._index

    def _warm_up(self) -> None:
        with contextlib.suppress(
            Exception
        ):  # the store may close meanwhile; the next search builds or says why not
            self._build()

    def _build(self) -> None:
        index, places = PatientIndex(), Counter[str]()
        known = self.desk.vault.doc_ids("patient")
        index.build(self._read(known, places))
        with self._lock:
            fresh = set(self.desk.vault.doc_ids("patient")).difference(known)
            for patient_id, patient in self._read(sorted(fresh), places):
                index.put(patient_id, patient)  # registered while the index was being built
            self._places = places
            self._index = index

    def _read(self, ids: list[str], places: Counter[str]) -> Iterator[tuple[str, Patient]]:
        """People one at a time (a list of all would weigh more than the index)."""
        for patient_id in ids:
            if (stored := self._shelf.find(patient_id)) is not None:
                places[stored.record.locality] += 1
                yield stored.id, stored.record

    def _learn(self, stored: Stored[Patient]) -> None:
        with self._lock:
            if self._index is not None:
                self._index.put(stored.id, stored.record)
                self._places[stored.record.locality] += 1

    def _next_number(self) -> str:
        """Three letters of the clinic, the device's digit, six more digits; one above the highest ever stored."""
        code, digit = self.desk.vault.clinic_code, self.desk.vault.device_digit
        start = f"{code}{digit}"
        if self._last < 0:
            mine = re.compile(rf"{re.escape(start)}(\d{{6}})\Z")
            numbers = (n for s in self._shelf.all() for n in (s.record.clinic_number, *s.record.old_numbers))
            self._last = max((int(m.group(1)) for n in numbers if (m := mine.match(n))), default=0)
        if self._last >= _LAST_NUMBER:
            raise BadInput(
                "Se terminaron los números de esta computadora; pida otro dígito a la coordinación."
            )
        return f"{start}{self._last + 1:06d}"
