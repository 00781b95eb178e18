"""The clinic's catalogue of localities: imported from INEGI's file after a look, searched forgivingly while registering.

It lies in the sealed settings of the store: it is nobody's record, and each computer imports the same public file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from ces_tui.base import content
from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.people.desk import Desk
from ces_tui.people.inegi import Locality, read_catalogue

SETTING = "localities"
MOST = 40_000
"""Localities that may be held: a whole state has up to 25,000."""
_SLIPS = ((8, 2), (4, 1))
"""(letters typed from, slips forgiven)."""


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What is held: rows of key, name and municipality, in the order of the keys."""

    v: int = 1
    day: date
    by: str
    rows: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, before it does it: by municipality, and names that repeat inside one."""

    rows: tuple[Locality, ...]
    counts: Mapping[str, int]
    """'La Concordia (07020)' -> localities."""
    new: int
    gone: int
    renamed: int
    repeated: int
    """Names that more than one locality of a municipality has: they are told apart by their key."""
    left_out: int
    """Rows of municipalities that were not asked for."""

    @property
    def changes(self) -> bool:
        return bool(self.new or self.gone or self.renamed)


@dataclass(frozen=True, slots=True)
class Place:
    """One suggestion: how many patients live there, and its key when the catalogue knows it."""

    name: str
    municipality: str = ""
    key: str = ""
    people: int = 0


class Localities:
    """The catalogue of this store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._held: tuple[Locality, ...] | None = None
        self._index: Indexed = ()

    def all(self) -> tuple[Locality, ...]:
        """Every locality held, by key; none before the first import."""
        if self._held is None:
            held = self._read()
            self._held = tuple(Locality(*row) for row in held.rows) if held else ()
            self._index = indexed(self._held)
        return self._held

    def state(self) -> str:
        """'1044 localidades, importadas el 20/11/2026', or that there is no catalogue."""
        held = self._read()
        if held is None:
            return "sin catálogo de localidades"
        return f"{len(held.rows)} localidades, importadas el {show_date(held.day)}"

    def plan(self, raw: bytes, *, municipalities: Collection[str] | None = None) -> Plan:
        """What a file would bring; BadInput with a sentence for one that is not whole. Nothing is written.

        `municipalities` are keys of five digits; none given: those of the clinics. An empty collection takes all.
        """
        self._desk.require("importar")
        read = read_catalogue(raw)
        wanted = clinics() if municipalities is None else frozenset(municipalities)
        rows = sorted((r for r in read if not wanted or r.municipality_key in wanted), key=lambda r: r.key)
        if not rows:
            raise BadInput("El archivo no trae ninguna localidad de los municipios que se pidieron.")
        if len(rows) > MOST:
            raise BadInput(
                f"Son {len(rows)} localidades, más de {MOST}: importe sólo los municipios de la zona."
            )
        touched = {r.municipality_key for r in rows}
        before = {r.key: r for r in self.all() if r.municipality_key in touched}
        after = {r.key: r for r in rows}
        named = Counter((r.municipality_key, fold(r.name)) for r in rows)
        return Plan(
            rows=tuple(rows),
            counts=Counter(f"{r.municipality} ({r.municipality_key})" for r in rows),
            new=len(after.keys() - before.keys()),
            gone=len(before.keys() - after.keys()),
            renamed=sum(before[key].name != one.name for key, one in after.items() if key in before),
            repeated=sum(count > 1 for count in named.values()),
            left_out=len(read) - len(rows),
        )

    def take(self, plan: Plan) -> int:
        """Hold what was planned, in one save: the municipalities of the plan anew, the others as they were; how many are held."""
        me = self._desk.require("importar")
        touched = {r.municipality_key for r in plan.rows}
        rows = [*(r for r in self.all() if r.municipality_key not in touched), *plan.rows]
        if len(rows) > MOST:
            raise BadInput(f"Con éstas serían {len(rows)} localidades, más de {MOST}.")
        rows.sort(key=lambda r: r.key)
        held = Catalogue(
            day=self._desk.today(), by=me.id, rows=[(r.key, r.name, r.municipality) for r in rows]
        )
        self._desk.vault.set_setting(SETTING, msgspec.to_builtins(held))
        self._held, self._index = tuple(rows), indexed(rows)
        return len(rows)

    def search(self, text: str, used: Mapping[str, int], limit: int = 6) -> list[Place]:
        """Places that are meant, best first: those where patients live, then the catalogue; accents and slips are forgiven."""
        self.all()
        return found(text, self._index, used, limit)

    def _read(self) -> Catalogue | None:
        held = self._desk.vault.setting(SETTING)
        return None if held is None else msgspec.convert(held, Catalogue)


def clinics() -> frozenset[str]:
    """Keys of the clinics' municipalities."""
    return frozenset(str(m["key"]) for m in content.load("catalogues/localities.yaml")["municipalities"])


Indexed = Sequence[tuple[str, Locality]]
"""Localities with their folded names."""


def indexed(held: Sequence[Locality]) -> Indexed:
    """Names folded once: it is the slow part of a search."""
    return [(fold(one.name), one) for one in held]


def found(text: str, index: Indexed, used: Mapping[str, int], limit: int = 6) -> list[Place]:
    """The search itself: begins with it, a word begins with it, contains it, and only then what is a slip away. Pure."""
    wanted = fold(text)
    if not wanted:
        return []
    people = {fold(name): (name, count) for name, count in used.items() if name}
    known = {name for name, _ in index}
    own = [(name, Locality("", told, "")) for name, (told, _) in people.items() if name not in known]
    names = [*own, *index]
    ranked = [(rank, at) for at, (name, _) in enumerate(names) if (rank := _rank(wanted, name)) is not None]
    slips = next((n for least, n in _SLIPS if len(wanted) >= least), 0)
    if len(ranked) < limit and slips:
        there = {at for _, at in ranked}
        ranked += [
            (3 + away, at)
            for at, (name, _) in enumerate(names)
            if at not in there and (away := _away(wanted, name, slips)) is not None
        ]
    places = [
        (rank, -count, one.name, one.key, Place(one.name, one.municipality, one.key, count))
        for rank, at in ranked
        for name, one in (names[at],)
        for count in (people.get(name, ("", 0))[1],)
    ]
    return [place for *_, place in sorted(places, key=lambda p: p[:4])[:limit]]


def _rank(wanted: str, name: str) -> int | None:
    if name.startswith(wanted):
        return 0
    if f" {wanted}" in name:
        return 1
    return 2 if wanted in name else None


def _away(wanted: str, name: str, most: int) -> int | None:
    """Slips between what was typed and the beginning of the name, or of one of its words; None beyond `most`."""
    from rapidfuzz.distance import OSA

    best = most + 1
    words = name.split(" ")
    for at in range(len(words)):
        rest = " ".join(words[at:])
        best = min(
            best,
            *(OSA.distance(wanted, rest[: len(wanted) + more], score_cutoff=most) for more in (-1, 0, 1)),
        )
    return best if best <= most else None
