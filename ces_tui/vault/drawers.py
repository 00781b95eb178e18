"""Documents in their drawers: loaded on demand, decoded from cached bytes on each read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import msgspec

from ces_tui.base.errors import StoreDamaged
from ces_tui.vault.container import Container
from ces_tui.vault.dictionary import inflate
from ces_tui.vault.late import Late
from ces_tui.vault.packing import LIVE, Held, unpack_doc
from ces_tui.vault.seal import DRAWER_ROWS, DrawerNumbers, RowSealer

_MOST_CHARTS = 32
_MOST_NUMBERS = 4096


class Drawer:
    """One drawer: its documents by id, each with its row number. A missing row number is damage."""

    __slots__ = ("base", "by_type", "count", "docs", "name", "rows")

    def __init__(self, name: str, base: int) -> None:
        self.name = name
        self.base = base
        self.count = 0
        """Rows at this number, those of another drawer that shares it included."""
        self.docs: dict[str, Held] = {}
        self.rows: dict[str, int] = {}
        self.by_type: dict[int, dict[str, Held]] = {}

    def hold(self, held: Held, k: int) -> None:
        self.docs[held.doc] = held
        self.rows[held.doc] = k
        self.count = max(self.count, k - self.base + 1)
        same = self.by_type.setdefault(held.type, {})
        if held.state == LIVE:
            same[held.doc] = held
        else:
            same.pop(held.doc, None)


class Drawers:
    """The `doc` table as drawers, what saves left for later over it, with the charts used last kept open."""

    def __init__(self, container: Container, sealer: RowSealer, numbers: DrawerNumbers, late: Late) -> None:
        self._container = container
        self._sealer = sealer
        self._numbers = numbers
        self._late = late
        self._open: dict[str, Drawer] = {}
        self._charts: OrderedDict[str, Drawer] = OrderedDict()
        self._next: dict[str, int] = {}
        """Row numbers for new documents of drawers that only grow and are never read whole (who read what)."""

    def drawer(self, name: str) -> Drawer:
        """The drawer, loaded. StoreDamaged when a row is missing or does not open."""
        if name.startswith("chart/"):
            if name in self._charts:
                self._charts.move_to_end(name)
                return self._charts[name]
            loaded = self._charts[name] = self._load(name)
            while len(self._charts) > _MOST_CHARTS:
                self._charts.popitem(last=False)
            return loaded
        if name not in self._open:
            self._open[name] = self._load(name)
        return self._open[name]

    def _load(self, name: str) -> Drawer:
        base = self._numbers.base(name)
        drawer = Drawer(name, base)
        for count, (k, held) in enumerate(self._together(base)):
            if k != base + count:
                raise StoreDamaged(
                    "Falta un registro en este expediente; use «verify» para ver cuál. Lo demás está a salvo."
                )
            drawer.count = count + 1
            if belongs(held, name):
                drawer.hold(held, k)
        return drawer

    def _together(self, base: int) -> Iterator[tuple[int, Held]]:
        """(row, document) of the drawer that begins at row `base`."""
        late, last = self._late.docs(base), base - 1
        for last, body in self._container.rows("doc", base, base + DRAWER_ROWS):
            yield last, late[last] if last in late else unpack_doc(self._sealer.open("doc", last, body))
        yield from sorted((k, held) for k, held in late.items() if k > last)

    def everything(self) -> Iterator[Held]:
        """Every document of the store."""
        late = dict(self._late.every_doc())
        for k, body in self._container.all_rows("doc"):
            yield late.pop(k) if k in late else unpack_doc(self._sealer.open("doc", k, body))
        yield from late.values()

    def next_row(self, name: str) -> int:
        """The row number for a new document of a drawer, without loading it."""
        loaded = self._charts.get(name) or self._open.get(name)
        if loaded is not None:
            return loaded.base + loaded.count
        if name not in self._next:
            if len(self._next) >= _MOST_NUMBERS:
                self._next.clear()
            base = self._numbers.base(name)
            last = self._container.last("doc", base, base + DRAWER_ROWS)
            self._next[name] = max([base - 1 if last is None else last, *self._late.docs(base)]) + 1
        return self._next[name]

    def hold(self, name: str, held: Held, k: int) -> None:
        """After a commit: the drawer, if loaded, holds the new state."""
        drawer = self._charts.get(name) or self._open.get(name)
        if drawer is not None:
            drawer.hold(held, k)
        if name in self._next:
            self._next[name] = max(self._next[name], k + 1)

    def forget(self) -> None:
        """Drop every decrypted document (lock, doubt after an error)."""
        self._open.clear()
        self._charts.clear()
        self._next.clear()


def belongs(held: Held, drawer: str) -> bool:
    """Whether a document lies in the drawer that its own sealed fields name (two drawers may share a number)."""
    from ces_tui.vault.types import BY_CODE, drawer_of

    kind = BY_CODE.get(held.type)
    if kind is None:
        return drawer == (f"chart/{held.patient}" if held.patient else drawer)
    return drawer_of(kind, held.doc, held.patient) == drawer


def body_of(held: Held) -> dict[str, Any] | None:
    """The body to show: of the only head, else of the head the writer order puts last (None when removed)."""
    if held.state != LIVE or not held.heads:
        return None
    value = msgspec.json.decode(inflate(held.heads[-1].packed))
    return value if isinstance(value, dict) else None
