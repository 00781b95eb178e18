"""What saves left for later. A save writes its log row and nothing else: documents, lists and tags follow in a quiet moment.

The log is the record and everything else is worked out from it, so a cut loses nothing: what the tables do not hold yet
is worked out again from the log rows after `LogState.applied`. A save's effects are worked out when somebody first asks
for a document or a list (`catch_up`); until they are written they lie here, over the tables, and whoever reads finds
both together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ces_tui.base.errors import StoreDamaged
from ces_tui.vault.container import Container
from ces_tui.vault.entry import Entry
from ces_tui.vault.packing import Held, pack_doc
from ces_tui.vault.seal import DRAWER_ROWS, DrawerNumbers, RowSealer

if TYPE_CHECKING:
    from ces_tui.vault.apply import Applier
    from ces_tui.vault.core import StoreCore

MOST = 256
"""Saves that may wait; the next one writes them all."""

Lists = dict[int, bytes | None]
"""Row of `proj` -> its plain bytes, None where it goes."""


class Saved(NamedTuple):
    """A log row just written: the entry, its packed bodies, and which of its documents are known to be new."""

    entry: Entry
    n: int
    packed: list[bytes] | None = None
    fresh: frozenset[str] = frozenset()


class Late:
    """What the newest log rows give and the tables do not hold; nothing when `LogState.applied` is None."""

    def __init__(self) -> None:
        self._docs: dict[int, dict[int, Held]] = {}
        self._lists: dict[int, Lists] = {}
        self._seen: dict[bytes, int] = {}
        self.queue: list[Saved] = []
        """Those whose effects nobody has asked for yet."""
        self.saves = 0
        """Log rows that wait."""
        self.lost: list[int] = []
        """Log rows of these that could not be worked out: then nothing is written before `verify --rebuild`."""

    def docs(self, base: int) -> dict[int, Held]:
        """Row -> document, of the drawer that begins at row `base`."""
        return self._docs.get(base, {})

    def lists(self, base: int) -> Lists:
        """The same of its list rows."""
        return self._lists.get(base, {})

    def every_doc(self) -> Iterator[tuple[int, Held]]:
        for drawer in self._docs.values():
            yield from drawer.items()

    def every_list(self) -> Iterator[tuple[int, bytes | None]]:
        for drawer in self._lists.values():
            yield from drawer.items()

    def row_of(self, entry_hash: bytes) -> int | None:
        """The log row of an entry that waits."""
        return self._seen.get(entry_hash)

    def add(self, saved: Saved) -> None:
        """After COMMIT of a log row."""
        self._seen[saved.entry.hash] = saved.n
        self.queue.append(saved)
        self.saves += 1

    def take(self, docs: Iterable[tuple[int, Held]], lists: Lists) -> None:
        """What a log row gives."""
        for k, held in docs:
            self._docs.setdefault(k - k % DRAWER_ROWS, {})[k] = held
        for k, plain in lists.items():
            self._lists.setdefault(k - k % DRAWER_ROWS, {})[k] = plain

    def write(self, container: Container, sealer: RowSealer, numbers: DrawerNumbers) -> None:
        """Inside a commit: everything into its table."""
        docs = sorted((k, pack_doc(held)) for k, held in self.every_doc())
        container.put_all("doc", sealer.seal_all("doc", docs))
        for k in sorted(k for k, plain in self.every_list() if plain is None):
            container.delete("proj", k)
        rows = sorted((k, plain) for k, plain in self.every_list() if plain is not None)
        container.put_all("proj", sealer.seal_all("proj", rows))
        for digest, n in self._seen.items():
            container.put_seen(numbers.seen(digest), n)

    def forget(self) -> None:
        """Written, or not to be believed any more."""
        self._docs.clear()
        self._lists.clear()
        self._seen.clear()
        self.queue.clear()
        self.saves = 0


def take_up(store: StoreCore) -> None:
    """At opening: the log rows that the tables do not know of wait again; one that does not open is lost to them."""
    state, late = store.state, store.late
    for n in range(state.known + 1, state.n + 1):
        try:
            late.add(Saved(store.entry_at(n), n))
        except StoreDamaged:
            late.lost.append(n)


def catch_up(late: Late, applier: Callable[[], Applier]) -> None:
    """Work out what the saves in the queue give.

    Whatever goes wrong with one (a list row that it adds to is damaged) does not keep the others, or the store, from
    being read: its number goes to `lost`, and its documents are shown without its lists where that can be.
    """
    while (
        late.queue
    ):  # emptied as it goes: who looks meanwhile sees that something waits, and waits for the lock
        saved = late.queue[0]
        if not _worked_out(late, applier(), saved, lists=True):
            late.lost.append(saved.n)
            _worked_out(late, applier(), saved, lists=False)
        late.queue.pop(0)


def _worked_out(late: Late, applier: Applier, saved: Saved, *, lists: bool) -> bool:
    try:
        applier.entry(saved.entry, saved.n, saved.packed, saved.fresh, lists=lists)
        applier.settle(late)
    except Exception:  # noqa: BLE001 - the record is saved: a fault in what follows must not close the store
        return False
    return True
