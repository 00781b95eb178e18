"""What one or more entries change in `doc` and `proj`, worked out in memory before a single row is written.

The same code serves a save, an import and a rebuild, so that all three end in the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from ces_tui.base.errors import CesError
from ces_tui.base.ids import is_id
from ces_tui.vault.container import Container
from ces_tui.vault.dictionary import deflate, same_plain
from ces_tui.vault.drawers import Drawers, body_of
from ces_tui.vault.entry import Change, Entry
from ces_tui.vault.late import Late
from ces_tui.vault.packing import LIVE, REMOVED, WITHHELD, Head, Held, pack_doc, unpack_log
from ces_tui.vault.projections import (
    Contribution,
    Fact,
    ProjectionChanges,
    ProjectionReader,
    Projector,
    void_drawer,
)
from ces_tui.vault.seal import RowDoesNotOpen, RowSealer
from ces_tui.vault.types import BY_CODE, BY_NAME, DocType, drawer_of

NULL = b"null"
_PACKED_NULL = deflate(NULL)
_MOST_PACKED_NULL = 16


def _is_null(packed: bytes) -> bool:
    return packed == _PACKED_NULL or (
        0 < len(packed) <= _MOST_PACKED_NULL and same_plain(packed, _PACKED_NULL)
    )


def state_of(heads: Sequence[Head]) -> int:
    """What the head that is shown says; without any (revisions that name each other) there is nothing to show."""
    if not heads or _is_null(heads[-1].packed):
        return REMOVED
    return LIVE if heads[-1].packed else WITHHELD


def _targets(held: Held | None) -> set[tuple[str, str]]:
    """What a void strikes: (type, document), or nothing when it was taken back or is not of that shape."""
    body = body_of(held) if held is not None else None
    if body is None:
        return set()
    target = body.get("target")
    if not isinstance(target, str) or not is_id(target):
        return set()
    return {(str(body.get("target_type", "")), target)}


def writer_order(entry: Entry) -> tuple[Any, ...]:
    """Order of revisions that do not name each other: hybrid clock, device, incarnation, sequence."""
    header = entry.header
    return (tuple(header.hlc), header.dev, header.inc, header.seq)


class Applier:
    """Gathers the effects of entries; `write` puts them into the container, `settle` into the caches after COMMIT."""

    def __init__(
        self,
        container: Container,
        sealer: RowSealer,
        drawers: Drawers,
        reader: ProjectionReader,
        projector: Projector,
    ) -> None:
        self._container = container
        self._sealer = sealer
        self._drawers = drawers
        self._reader = reader
        self._projector = projector
        self._proj = ProjectionChanges(reader)
        self._docs: dict[tuple[str, str], tuple[Held, int]] = {}
        self._next: dict[str, int] = {}
        self._struck: dict[str, set[tuple[str, str | None]]] = {}
        """Target -> voids (id, patient) among the entries being applied."""
        self._order_of: dict[int, tuple[Any, ...]] = {}
        self._lists = True
        self.unknown = 0
        self.clash = False
        """Whether an entry gave a revision the name of another that is shown: nobody honest does."""

    def entry(
        self,
        entry: Entry,
        n: int,
        packed: list[bytes] | None = None,
        fresh: frozenset[str] = frozenset(),
        *,
        lists: bool = True,
    ) -> None:
        """Apply the entry that lies in log row `n`; `fresh` names documents known to be new.

        Without `lists` only documents change: for a store whose lists are damaged.
        """
        if lists:
            self._count_months(entry)
        else:
            self._projector = Projector()
        self._lists = lists
        self._order_of[n] = writer_order(entry)
        for i, change in enumerate(entry.header.ch):
            kind = BY_NAME.get(change.t)
            if kind is None or change.tv > kind.version:
                self.unknown += 1
                continue
            body = entry.bodies[i]
            squeezed = packed[i] if packed else (b"" if body is None else deflate(body))
            if change.doc in fresh and kind.name != "void":
                self._fresh(kind, change, squeezed, body, n)
            else:
                self._change(kind, change, squeezed, n, new=change.doc in fresh)

    def _fresh(self, kind: DocType, change: Change, packed: bytes, body: bytes | None, n: int) -> None:
        """A document that nothing is held of yet, by far the most of a save: no head to join, no row to take back."""
        drawer = drawer_of(kind, change.doc, change.pat)
        heads = (Head(change.rev, n, packed),)
        state = state_of(heads)
        value = None if body is None else msgspec.json.decode(body)
        shown = value if isinstance(value, dict) else None
        now = self._projector.contribution(Fact(kind.name, change.doc, change.pat, shown, change.day, None))
        self._proj.bump(now.sums, 1)
        own = self._proj.add(now.rows)
        held = Held(kind.code, change.doc, change.pat, state, heads, tuple(change.par), own)
        self._docs[drawer, change.doc] = (held, self._number(drawer))

    def _change(self, kind: DocType, change: Change, packed: bytes, n: int, *, new: bool) -> None:
        drawer = drawer_of(kind, change.doc, change.pat)
        old, k = (None, -1) if new else self._held(drawer, change.doc)
        head = Head(change.rev, n, packed)
        if old is None:
            held = Held(kind.code, change.doc, change.pat, LIVE, (head,), tuple(change.par))
            k = self._number(drawer)
        else:
            held = self._joined(old, head, change)
        held = replace(held, state=state_of(held.heads))
        targets = _targets(old) | _targets(held) if kind.name == "void" else set()
        before = {target: self._void_of(target[1]) for target in targets}
        void = None if new else self._void_of(held.doc)
        self._project(drawer, old, held, k, void, day=change.day)
        for target, already in before.items():
            self._struck.setdefault(target[1], set()).add((held.doc, held.patient))
            self._strike(*target, change.pat, already)

    def _joined(self, old: Held, head: Head, change: Change) -> Held:
        """Heads after one more revision: a function of the set held, whatever the order of arrival."""
        known = {h.rev for h in old.heads}
        self.clash = self.clash or head.rev in known
        heads = [h for h in old.heads if h.rev not in change.par]
        if head.rev in old.missing:  # a newer revision that names it came first
            old = replace(old, missing=tuple(r for r in old.missing if r != head.rev))
        else:
            heads.append(head)
        if len(heads) > 1:
            heads.sort(key=lambda h: (self._order(h), h.rev))
        missing = set(old.missing) | {p for p in change.par if p not in known}
        return replace(old, heads=tuple(heads), missing=tuple(sorted(missing)))

    def _order(self, head: Head) -> tuple[Any, ...]:
        if head.log not in self._order_of:
            body = self._container.row("log", head.log)
            if body is None:
                raise RowDoesNotOpen("log", head.log)
            self._order_of[head.log] = writer_order(unpack_log(self._sealer.open("log", head.log, body)))
        return self._order_of[head.log]

    def _held(self, drawer: str, doc: str) -> tuple[Held | None, int]:
        if (drawer, doc) in self._docs:
            return self._docs[drawer, doc]
        loaded = self._drawers.drawer(drawer)
        held = loaded.docs.get(doc)
        return (held, loaded.rows[doc]) if held else (None, -1)

    def _number(self, drawer: str) -> int:
        k = self._next.get(drawer)
        if k is None:
            k = self._drawers.next_row(drawer)
        self._next[drawer] = k + 1
        return k

    # -- projections ---------------------------------------------------------------------------------------

    def _project(
        self,
        drawer: str,
        old: Held | None,
        held: Held,
        k: int,
        void: Mapping[str, Any] | None,
        *,
        day: str | None,
    ) -> None:
        if old is not None:
            self._proj.remove(old.proj)
            self._proj.bump(self._contribution(old, void, day).sums, -1)
        now = self._contribution(held, void, day)
        self._proj.bump(now.sums, 1)
        self._docs[drawer, held.doc] = (replace(held, proj=self._proj.add(now.rows)), k)

    def _strike(
        self, type_name: str, target: str, patient: str | None, already: Mapping[str, Any] | None
    ) -> None:
        """A void arrived or changed: its target contributes what a struck document contributes."""
        kind, void = BY_NAME.get(type_name), self._void_of(target)
        if kind is None or void == already:
            return
        try:
            drawer = drawer_of(kind, target, patient)
        except CesError:
            return  # it names no document that could be: it is kept, and strikes nothing
        held, k = self._held(drawer, target)
        if held is None:
            return
        self._proj.remove(held.proj)
        self._proj.bump(self._contribution(held, already, None).sums, -1)
        now = self._contribution(held, void, None)
        self._proj.bump(now.sums, 1)
        self._docs[drawer, target] = (replace(held, proj=self._proj.add(now.rows)), k)

    def _void_of(self, doc: str) -> Mapping[str, Any] | None:
        """The void that strikes a document: of several the one with the lowest id, whatever came first."""
        voids = set(self._struck.get(doc, ()))
        voids |= {(row["v"], row["p"] or None) for row in self._reader.rows(void_drawer(doc))}
        kind = BY_NAME["void"]
        for void, patient in sorted(voids, key=lambda v: v[0]):
            held, _ = self._held(drawer_of(kind, void, patient), void)
            if held is not None and doc in {t for _, t in _targets(held)}:
                return body_of(held)
        return None

    def _contribution(self, held: Held, void: Mapping[str, Any] | None, day: str | None) -> Contribution:
        kind = BY_CODE[held.type]
        return self._projector.contribution(Fact(kind.name, held.doc, held.patient, body_of(held), day, void))

    def _count_months(self, entry: Entry) -> None:
        """How many signed and clinical changes of each month of care each device has written ("412 of 412")."""
        header = entry.header
        months: dict[str, int] = {}
        for change in header.ch:
            kind = BY_NAME.get(change.t)
            if kind is not None and kind.clinical and change.day:
                months[change.day[:7]] = months.get(change.day[:7], 0) + 1
        for month, n in months.items():
            self._proj.bump([("devices", {"d": header.dev, "i": header.inc, "m": month}, {"n": n})], 1)

    # -- writing -------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Put every changed row into the container (inside its transaction)."""
        self._proj.finish()
        docs = sorted((k, pack_doc(held)) for held, k in self._docs.values())
        self._container.put_all("doc", self._sealer.seal_all("doc", docs))
        for k in sorted(self._proj.deletes):
            self._container.delete("proj", k)
        self._container.put_all("proj", self._sealer.seal_all("proj", sorted(self._proj.puts.items())))

    def settle(self, late: Late | None = None) -> None:
        """After COMMIT: the caches hold what the disk holds; `late` takes what `write` was not asked to write."""
        lists = self._proj.lists() if self._lists and late is not None else {}
        for (drawer, _), (held, k) in self._docs.items():
            self._drawers.hold(drawer, held, k)
        if late is not None:
            late.take(((k, held) for held, k in self._docs.values()), lists)
        if self._lists:
            self._proj.settle()
