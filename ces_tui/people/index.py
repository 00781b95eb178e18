"""The index of people: from a typed, misspelt, unfinished query to the few it may mean, in under a millisecond.

Words are kept by sound; each distinct sound lists its one-deletion variants and those of its beginnings, so that a slip
of the pen is one dictionary look-up. Lives in memory only, and is thrown away when the store closes.
"""

from __future__ import annotations

import heapq
import math
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ces_tui.base.text import fold
from ces_tui.people.query import Query
from ces_tui.people.records import Patient
from ces_tui.people.sound import deletions, prefix_sounds, sounds, words

_SECOND = 0.55
"""Weight of a match in the mother's name or the locality."""
_STARTS = (3, 4, 5, 6)
"""Lengths of beginnings whose misspellings are found while a word is still being typed."""
_RERANKED = 60


@dataclass(frozen=True)
class Hit:
    """One person found: `score` 0 to about 1 (2 for those expected today)."""

    id: str
    score: float
    whole: bool
    """Whether every part of the query was found."""

    @property
    def fit(self) -> float:
        """How well the query fits, expected today or not."""
        return self.score - 1 if self.score > 1 else self.score


@dataclass(slots=True)
class _Entry:
    id: str
    names: tuple[str, ...]
    places: tuple[str, str, str]
    """First given name, first and second surname, without particles."""
    initials: str
    birth: tuple[int, int, int]
    numbers: str


@dataclass
class PatientIndex:
    """Add people, replace them, search them. Not thread-safe: `Registry` holds the lock."""

    entries: list[_Entry | None] = field(default_factory=list)
    _slot: dict[str, int] = field(default_factory=dict)
    _number_of: dict[str, int] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)
    _sorted: list[str] = field(default_factory=list)
    _near: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _near_start: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _first: list[list[int]] = field(default_factory=list)
    _second: list[list[int]] = field(default_factory=list)
    _births: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)
    _heard: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _shared: dict[str, str] = field(default_factory=dict)
    """Each word once: five thousand people share a few hundred names."""

    def __len__(self) -> int:
        return len(self._slot)

    def build(self, people: Iterable[tuple[str, Patient]]) -> None:
        """Index everybody at once (sorting the sounds once instead of inserting them one by one)."""
        for patient_id, patient in people:
            self._put(patient_id, patient, keep_sorted=False)
        self._sorted = sorted(self._keys)

    def put(self, patient_id: str, patient: Patient) -> None:
        """Index one person, anew when they were known."""
        self._put(patient_id, patient, keep_sorted=True)

    def _put(self, patient_id: str, patient: Patient, *, keep_sorted: bool) -> None:
        if (old := self._slot.get(patient_id)) is not None:
            self.entries[old] = None
        slot = len(self.entries)
        share = self._shared.setdefault
        names = [
            share(word, word) for word in words(f"{patient.given} {patient.surname1} {patient.surname2}")
        ]
        first_name, one, two = (share(word, word) for word in _places(patient))
        places = (first_name, one, two)
        initials = "".join(word[:1] for word in places)
        initials = share(initials, initials)
        birth = (patient.birth.year, patient.birth.month, patient.birth.day)
        numbers = [
            patient.clinic_number,
            re.sub(r"\D", "", patient.phone),
            patient.curp,
            *patient.old_numbers,
        ]
        self.entries.append(
            _Entry(patient_id, tuple(names), places, initials, birth, " ".join(numbers).upper())
        )
        self._slot[patient_id] = slot
        self._births.setdefault(birth, []).append(slot)
        first = {key for name in (*names, *_joined(patient)) for key in self._sounds(name)}
        second = {
            key for name in words(f"{patient.mother_name} {patient.locality}") for key in self._sounds(name)
        }
        for key in first:
            self._first[self._number(key, keep_sorted)].append(slot)
        for key in second - first:
            self._second[self._number(key, keep_sorted)].append(slot)

    def _sounds(self, name: str) -> tuple[str, ...]:
        if name not in self._heard:
            self._heard[name] = sounds(name)
        return self._heard[name]

    def _number(self, key: str, keep_sorted: bool) -> int:
        number = self._number_of.get(key)
        if number is None:
            number = self._number_of[key] = len(self._keys)
            self._keys.append(key)
            self._first.append([])
            self._second.append([])
            if keep_sorted:
                insort(self._sorted, key)
            for variant in deletions(key):
                self._near[variant] = (*self._near.get(variant, ()), number)
            for length in _STARTS:
                if length < len(key):
                    for variant in deletions(key[:length]):
                        known = self._near_start.get(variant, ())
                        if key[:length] not in known:
                            self._near_start[variant] = (*known, key[:length])
        return number

    # -- searching

    def search(self, query: Query, *, limit: int, expected: Mapping[str, int], today_year: int) -> list[Hit]:
        """The best `limit` people, those expected today first where the whole query fits them."""
        names = [part for name in query.names for part in self._parted(name)]
        parts = [self._people_named(name) for name in names]
        if query.birth:
            parts.append(self._people_born((query.birth.year, query.birth.month, query.birth.day)))
        if query.year or query.age is not None or query.numbers:
            parts += self._people_numbered(query, today_year)
        total: dict[int, float] = {}
        found: dict[int, int] = {}
        for part in parts:
            for slot, score in part.items():
                total[slot] = total.get(slot, 0.0) + score
                found[slot] = found.get(slot, 0) + 1
        if len(query.names) == 1 and 2 <= len(query.names[0]) <= 4:
            self._add_initials(query.names[0], total, found)
        best = heapq.nlargest(_RERANKED, ((s + found[slot], slot) for slot, s in total.items()))
        best += self._expected_among(expected, total, found)
        fits = {
            slot: 0.7 * total[slot] / max(len(parts), 1) + 0.3 * _spelling(names, entry)
            for slot in {slot for _, slot in best}
            if (entry := self.entries[slot]) is not None
        }
        enough = 0.8 * max(fits.values(), default=0.0)
        hits = []
        for slot, fit in fits.items():
            whole, patient_id = found[slot] >= len(parts), self._id(slot)
            awaited = patient_id in expected and whole and fit >= enough
            hit = Hit(patient_id, fit + awaited, whole)
            hits.append((-hit.score, expected.get(patient_id, 0), slot, hit))
        return [hit for *_, hit in sorted(hits)[:limit]]

    def _id(self, slot: int) -> str:
        entry = self.entries[slot]
        return entry.id if entry else ""

    def _expected_among(
        self, expected: Mapping[str, int], total: dict[int, float], found: dict[int, int]
    ) -> list[tuple[float, int]]:
        slots = (self._slot.get(patient_id) for patient_id in expected)
        return [(total[s] + found[s], s) for s in slots if s is not None and s in total]

    def _parted(self, name: str) -> list[str]:
        """'javierochoa' as two words, where it is no word that is known and both halves are."""
        if len(name) >= 7 and not any(key in self._number_of for key in sounds(name)):
            for at in range(3, len(name) - 2):
                halves = [name[:at], name[at:]]
                if all(any(key in self._number_of for key in sounds(half)) for half in halves):
                    return halves
        return [name]

    def _people_named(self, name: str) -> dict[int, float]:
        """Slot -> how well one of the person's words fits the typed word."""
        people: dict[int, float] = {}
        crowd = math.log(2 + len(self._slot))
        for number, fit in self._keys_like(name).items():
            first, second = self._first[number], self._second[number]
            rare = 0.85 + 0.15 * (1 - math.log(1 + len(first) + len(second)) / crowd)
            for slots, weight in ((first, fit * rare), (second, fit * rare * _SECOND)):
                for slot in slots:
                    if people.get(slot, 0.0) < weight:
                        people[slot] = weight
        return people

    def _keys_like(self, name: str) -> dict[int, float]:
        """Number of a sound -> fit: the same 1, a beginning up to 0.95, one slip 0.8, two 0.6, a slip in a beginning less."""
        like: dict[int, float] = {}
        for key in sounds(name):
            if (number := self._number_of.get(key)) is not None:
                like[number] = 1.0
            if len(key) >= 3:
                self._add_near(key, like)
        for start in prefix_sounds(name):
            self._add_starting(start, 0.70, 0.25, like)
        return like

    def _add_near(self, key: str, like: dict[int, float]) -> None:
        from rapidfuzz.distance import OSA

        for variant in deletions(key):
            for number in self._near.get(variant, ()):
                distance = OSA.distance(key, self._keys[number])
                fit = 0.8 if distance <= 1 else 0.6 if distance == 2 and len(key) >= 5 else 0.0
                if fit > like.get(number, 0.0):
                    like[number] = fit
        if len(key) >= _STARTS[0] + 1:
            head = key[: _STARTS[-1]]
            starts = {start for variant in deletions(head) for start in self._near_start.get(variant, ())}
            for start in starts:
                if OSA.distance(head, start) <= 1:
                    self._add_starting(start, 0.45, 0.2, like)

    def _add_starting(self, start: str, base: float, more: float, like: dict[int, float]) -> None:
        at = bisect_left(self._sorted, start)
        while at < len(self._sorted) and self._sorted[at].startswith(start):
            key = self._sorted[at]
            fit = base + more * len(start) / len(key)
            number = self._number_of[key]
            if fit > like.get(number, 0.0):
                like[number] = fit
            at += 1

    def _people_born(self, birth: tuple[int, int, int]) -> dict[int, float]:
        """Born that day, or with day and month exchanged, or one part of the date written differently."""
        year, month, day = birth
        people = dict.fromkeys(self._births.get((year, day, month), ()), 0.7)
        for other, slots in self._births.items():
            same = (other[0] == year) + (other[1] == month) + (other[2] == day)
            if same == 3:
                people.update(dict.fromkeys(slots, 1.0))
            elif same == 2 and abs(other[0] - year) in {0, 1, 10}:
                for slot in slots:
                    people.setdefault(slot, 0.5)
        return people

    def _people_numbered(self, query: Query, today_year: int) -> list[dict[int, float]]:
        parts = []
        years = {query.year: 0.9} if query.year else {}
        if query.age is not None:
            near = {
                today_year - query.age: 0.9,
                today_year - query.age - 1: 0.9,
                today_year - query.age - 2: 0.6,
            }
            century = {1900 + query.age: 0.7, 2000 + query.age: 0.7}
            years = century | near | {today_year - query.age + 1: 0.6}
        if years:
            parts.append(
                {slot: years[b[0]] for b, slots in self._births.items() if b[0] in years for slot in slots}
            )
        parts += [
            {slot: 1.0 for slot, entry in enumerate(self.entries) if entry and piece in entry.numbers}
            for piece in query.numbers
        ]
        return parts

    def _add_initials(self, letters: str, total: dict[int, float], found: dict[int, int]) -> None:
        for slot, entry in enumerate(self.entries):
            if entry and entry.initials.startswith(letters):
                total[slot] = max(total.get(slot, 0.0), 0.55)
                found[slot] = max(found.get(slot, 0), 1)


def _places(patient: Patient) -> tuple[str, str, str]:
    first, one, two = (
        next(iter(words(part)), "") for part in (patient.given, patient.surname1, patient.surname2)
    )
    return first, one, two


def _joined(patient: Patient) -> list[str]:
    """Names that people also write as one word: 'joseluis', 'delacruz'."""
    parts = (patient.given, patient.surname1, patient.surname2)
    return [fold(part).replace(" ", "") for part in parts if " " in part]


def _spelling(typed: list[str], entry: _Entry) -> float:
    """0 to 1: how well the typed words, each taken by another word of the name, agree letter by letter and in order."""
    if not typed:
        return 1.0
    from rapidfuzz.distance import JaroWinkler

    left = list(entry.names)
    total, last, ordered = 0.0, -1, 0
    for word in typed:
        if not left:
            break
        best = max(left, key=lambda name: (name.startswith(word), JaroWinkler.similarity(word, name)))
        total += 1.0 if best.startswith(word) else JaroWinkler.similarity(word, best)
        place = entry.names.index(best)
        ordered += place > last
        last = place
        left.remove(best)
    return (0.6 * total + 0.4 * max(ordered / 2, _arranged(typed, entry))) / len(typed)


def _arranged(typed: list[str], entry: _Entry) -> float:
    """How many typed words begin the name in the place where people put them: given name first, or surnames first."""
    first, one, two = entry.places
    ways = ([first, one, two], [one, two, first], [one, first])
    return float(
        max(sum(place.startswith(word) for word, place in zip(typed, way, strict=False)) for way in ways)
    )
