"""Projections: lists and balances worked out from documents, never written by hand.

A room says what each of its documents contributes (`Contributor`); the vault works the rows out from what was saved,
and a rebuild from the log must give the same set. Rows belong to their document and vanish with it; sums are
integers added up by key, so that the order of arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from ces_tui.base.errors import CesError
from ces_tui.vault.container import Container
from ces_tui.vault.late import Late, Lists
from ces_tui.vault.packing import pack_proj, unpack_proj
from ces_tui.vault.seal import DRAWER_ROWS, DrawerNumbers, RowSealer

Row = dict[str, Any]

Sums = dict[bytes, tuple[int, dict[str, int]]]
"""Sum rows of one drawer: encoded key -> (row number, totals)."""

_MOST_DRAWERS = 4096
_SUMS = "+"
"""The member of a sum row that holds its totals; the others are its key."""


class Fact(Struct, frozen=True):
    """One document as a projection sees it: its current body (None when removed) and the void that struck it, if any."""

    type: str
    id: str
    patient: str | None
    body: Mapping[str, Any] | None
    day: str | None
    void: Mapping[str, Any] | None = None


class Contribution(Struct, frozen=True):
    """What one document adds: rows (drawer, row) and sums (drawer, key, {name: integer})."""

    rows: list[tuple[str, Row]] = []
    sums: list[tuple[str, Row, dict[str, int]]] = []


Contributor = Callable[[Fact], Contribution]
NOTHING = Contribution()


class Projector:
    """All rooms' contributors, by document type."""

    def __init__(self, *tables: Mapping[str, Contributor]) -> None:
        self._by_type: dict[str, list[Contributor]] = {}
        for table in tables:
            for name, contributor in table.items():
                self._by_type.setdefault(name, []).append(contributor)

    def contribution(self, fact: Fact) -> Contribution:
        """What the document adds now: nothing of its own when removed."""
        if fact.body is None:
            return NOTHING
        rows: list[tuple[str, Row]] = []
        sums: list[tuple[str, Row, dict[str, int]]] = []
        for contributor in self._by_type.get(fact.type, ()):
            try:
                part = contributor(fact)
            except (LookupError, TypeError, ValueError, AttributeError, CesError):
                continue  # a body of another shape (a faulty or foreign writer) is kept, and contributes nothing
            rows += part.rows
            sums += part.sums
        if fact.type == "void" and "target" in fact.body:
            rows.append((void_drawer(str(fact.body["target"])), {"v": fact.id, "p": fact.patient or ""}))
        return Contribution(rows, sums)


def void_drawer(target: str) -> str:
    """The drawer that says by which void document a target was struck."""
    return f"void/{target}"


class ProjectionReader:
    """Reads drawers of the `proj` table, with what saves left for later over it."""

    def __init__(self, container: Container, sealer: RowSealer, numbers: DrawerNumbers, late: Late) -> None:
        self._container = container
        self._sealer = sealer
        self._numbers = numbers
        self._late = late
        self._sums: dict[str, Sums] = {}
        self._next: dict[int, int] = {}
        self._bases: dict[str, int] = {}

    def base(self, drawer: str) -> int:
        """First row number of a drawer; those of the lists that every save adds to are kept."""
        if drawer not in self._bases:
            if len(self._bases) >= _MOST_DRAWERS:
                self._bases.clear()
            self._bases[drawer] = self._numbers.base(drawer)
        return self._bases[drawer]

    def numbered(self, drawer: str) -> Iterator[tuple[int, Row]]:
        """(row number, row) of a drawer, in order of writing."""
        base = self.base(drawer)
        stored = self._container.rows("proj", base, base + DRAWER_ROWS)
        for k, plain in self._together(stored, self._late.lists(base)):
            name, row = unpack_proj(plain)
            if name == drawer:  # two drawers may share a number, about once in 100,000
                yield k, msgspec.json.decode(row)

    def everything(self) -> Iterator[tuple[int, bytes]]:
        """(row number, plain row) of every drawer."""
        return self._together(self._container.all_rows("proj"), dict(self._late.every_list()))

    def _together(self, stored: Iterable[tuple[int, bytes]], late: Lists) -> Iterator[tuple[int, bytes]]:
        if not late:
            yield from ((k, self._sealer.open("proj", k, body)) for k, body in stored)
            return
        sealed = dict(stored)
        for k in sorted(sealed.keys() | late.keys()):
            plain = late[k] if k in late else self._sealer.open("proj", k, sealed[k])
            if plain is not None:
                yield k, plain

    def rows(self, drawer: str) -> list[Row]:
        """The rows of a drawer; a sum row is its key and its totals together."""
        return [_flat(row) for _, row in self.numbered(drawer)]

    def next_number(self, base: int) -> int:
        """A row number above every one that the drawer at `base` has had since this store was opened."""
        if base in self._next:
            return self._next[base]
        last = self._container.last("proj", base, base + DRAWER_ROWS)
        return max([base - 1 if last is None else last, *self._late.lists(base)]) + 1

    def sums(self, drawer: str) -> Sums:
        """The sum rows of a drawer by key, kept decoded: every save adds to a few of them."""
        if drawer not in self._sums:
            found: Sums = {}
            for k, row in self.numbered(drawer):
                if _SUMS in row:
                    totals = row.pop(_SUMS)
                    found[msgspec.json.encode(row)] = (k, totals)
            self._sums[drawer] = found
        return self._sums[drawer]

    def forget(self) -> None:
        """Drop what is kept decoded (the table was emptied for a rebuild)."""
        self._sums.clear()
        self._next.clear()

    def settle(self, sums: Mapping[str, Sums], following: Mapping[int, int]) -> None:
        """After COMMIT: what a commit left."""
        if len(self._sums) > _MOST_DRAWERS or len(self._next) > _MOST_DRAWERS:
            self._sums.clear()
            self._next.clear()
        self._sums.update(sums)
        self._next.update(following)


class ProjectionChanges:
    """The projection writes of one commit, gathered before anything is written."""

    def __init__(self, reader: ProjectionReader) -> None:
        self._reader = reader
        self._next: dict[int, int] = {}
        self._sums: dict[str, Sums] = {}
        self._dirty: set[tuple[str, bytes]] = set()
        self.puts: dict[int, bytes] = {}
        self.deletes: set[int] = set()

    def remove(self, numbers: Iterable[int]) -> None:
        """Take away a document's own rows."""
        for k in numbers:
            if k in self.puts:
                del self.puts[k]
            else:
                self.deletes.add(k)

    def add(self, rows: Iterable[tuple[str, Row]]) -> tuple[int, ...]:
        """Write a document's own rows; their numbers."""
        return tuple(self._append(drawer, msgspec.json.encode(row)) for drawer, row in rows)

    def bump(self, sums: Iterable[tuple[str, Row, dict[str, int]]], sign: int) -> None:
        """Add (sign 1) or take back (sign -1) sums."""
        for drawer, key, amounts in sums:
            known = self._load(drawer)
            name = msgspec.json.encode(key)
            k, totals = known.get(name, (-1, {}))
            totals = dict(totals)
            for what, amount in amounts.items():
                totals[what] = totals.get(what, 0) + sign * amount
            known[name] = (k, totals)
            self._dirty.add((drawer, name))

    def finish(self) -> None:
        """Turn the sums that changed into rows; a sum whose totals are all zero leaves no row."""
        for drawer, name in sorted(self._dirty):
            k, totals = self._sums[drawer][name]
            if not any(totals.values()):
                self.remove([k] if k >= 0 else [])
                del self._sums[drawer][name]
                continue
            row = msgspec.json.encode({**msgspec.json.decode(name), _SUMS: totals})
            if k < 0:
                self._sums[drawer][name] = (self._append(drawer, row), totals)
            else:
                self.puts[k] = pack_proj(drawer, row)
        self._dirty.clear()  # a full disk makes the same commit be written a second time

    def lists(self) -> Lists:
        """Every row that changed, None where it goes; the sums are turned into rows first."""
        self.finish()
        return {**dict.fromkeys(self.deletes), **self.puts}

    def settle(self) -> None:
        """After COMMIT: the reader knows what is on the disk now."""
        self._reader.settle(self._sums, self._next)

    def _append(self, drawer: str, row: bytes) -> int:
        base = self._reader.base(drawer)
        k = self._next.get(base)
        if k is None:
            k = self._reader.next_number(base)
        self._next[base] = k + 1
        self.puts[k] = pack_proj(drawer, row)
        self.deletes.discard(k)
        return k

    def _load(self, drawer: str) -> Sums:
        if drawer not in self._sums:
            self._sums[drawer] = dict(self._reader.sums(drawer))
        return self._sums[drawer]


def _flat(row: Row) -> Row:
    totals = row.pop(_SUMS, None)
    return {**row, **totals} if totals else row
