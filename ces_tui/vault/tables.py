"""TinyDB on drawers: `vault.hot`, `vault.chart(patient)` and `vault.free` are TinyDB databases whose writes touch only what changed.

TinyDB's extension points are used as published: string ids, `_read_table`, `_update_table`. Documents carry the
revision they were read at (`Doc.rev`), so that a service can present it when it writes.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, MutableMapping, ValuesView
from typing import TYPE_CHECKING, Any, cast

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from ces_tui.base.errors import CesError
from ces_tui.base.ids import is_id

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

Body = dict[str, Any]


class RevBody(dict[str, Any]):
    """A decoded body that remembers its revision."""

    rev: str = ""


class Doc(Document):
    """A TinyDB document with the revision it was read at."""

    def __init__(self, value: Mapping[str, Any], doc_id: str) -> None:
        super().__init__(value, cast(int, doc_id))
        self.rev: str = getattr(value, "rev", "")


class Place:
    """Where a family of tables lies: reads and writes one document type at a time."""

    def __init__(self, vault: Vault, patient: str | None = None) -> None:
        self.vault = vault
        self.patient = patient

    def ids(self, type_name: str) -> list[str]:
        return self.vault.doc_ids(type_name, self.patient)

    def body(self, type_name: str, doc_id: str) -> RevBody | None:
        return self.vault.doc_body(type_name, doc_id, self.patient)


class PlaceStorage(Storage):
    """What TinyDB itself asks of a storage: whole-database reads and writes, built from the tables."""

    def __init__(self, place: Place, names: tuple[str, ...]) -> None:
        self.place = place
        self._names = names

    def read(self) -> dict[str, dict[str, Any]] | None:
        found: dict[str, dict[str, Any]] = {}
        for name in self._names:
            if ids := self.place.ids(name):
                found[name] = {i: self.place.body(name, i) or {} for i in ids}
        return found or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Dropping tables: every document that `data` no longer names gets a removal (signed types refuse)."""
        with self.place.vault.transaction() as tx:
            for name in self._names:
                keep = data.get(name, {})
                for doc_id in self.place.ids(name):
                    if doc_id not in keep:
                        tx.put(name, doc_id, None, patient=self.place.patient)

    def close(self) -> None:
        """The vault closes the store, not a table."""


class LazyBodies(Mapping[str, Any]):
    """A table's documents, each decoded only when looked at, anew each time."""

    def __init__(self, place: Place, type_name: str) -> None:
        self._place = place
        self._type = type_name
        self._ids: list[str] | None = None

    def __getitem__(self, doc_id: str) -> RevBody:
        body = self._place.body(self._type, doc_id)
        if body is None:
            raise KeyError(doc_id)
        return body

    def __iter__(self) -> Iterator[str]:
        if self._ids is None:
            self._ids = self._place.ids(self._type)
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._place.ids(self._type))


class Editing(MutableMapping[str, Any]):
    """The table as an updater sees it; remembers what was looked at, so that only real changes are written."""

    def __init__(self, place: Place, type_name: str) -> None:
        self._place = place
        self._type = type_name
        self._touched: dict[str, Body] = {}
        self._before: dict[str, bytes] = {}
        self._revs: dict[str, str] = {}
        self._removed: set[str] = set()
        self._new: dict[str, Body] = {}

    def __getitem__(self, doc_id: str) -> Body:
        if doc_id in self._new:
            return self._new[doc_id]
        if doc_id in self._removed:
            raise KeyError(doc_id)
        if doc_id not in self._touched:
            body = self._place.body(self._type, doc_id)
            if body is None:
                raise KeyError(doc_id)
            self._touched[doc_id] = dict(body)
            self._before[doc_id] = msgspec.json.encode(dict(body))
            self._revs[doc_id] = body.rev
        return self._touched[doc_id]

    def __setitem__(self, doc_id: str, body: Body) -> None:
        if not isinstance(doc_id, str) or not is_id(doc_id):
            raise ValueError(f"not a document id: {doc_id!r}")
        if doc_id in self:
            self[doc_id].clear()
            self[doc_id].update(body)
        else:
            self._new[doc_id] = dict(body)

    def __delitem__(self, doc_id: str) -> None:
        if doc_id in self._new:
            del self._new[doc_id]
            return
        if doc_id not in self:
            raise KeyError(doc_id)
        self._removed.add(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._new:
            return True
        if doc_id in self._removed or not isinstance(doc_id, str):
            return False
        return doc_id in self._touched or self._place.body(self._type, doc_id) is not None

    def __iter__(self) -> Iterator[str]:
        yield from [i for i in self._place.ids(self._type) if i not in self._removed]
        yield from list(self._new)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keys(self) -> KeysView[str]:
        return cast("KeysView[str]", list(self))

    def items(self) -> ItemsView[str, Any]:
        return cast("ItemsView[str, Any]", [(i, self[i]) for i in self])

    def values(self) -> ValuesView[Any]:
        return cast("ValuesView[Any]", [self[i] for i in self])

    def clear(self) -> None:
        self._new.clear()
        self._removed.update(self._place.ids(self._type))

    def save(self) -> None:
        """Write what changed, as one transaction."""
        vault, patient = self._place.vault, self._place.patient
        with vault.transaction() as tx:
            for doc_id in sorted(self._removed):
                tx.put(self._type, doc_id, None, patient=patient, read_rev=self._revs.get(doc_id))
            for doc_id, body in self._touched.items():
                if doc_id not in self._removed and msgspec.json.encode(body) != self._before[doc_id]:
                    tx.put(self._type, doc_id, body, patient=patient, read_rev=self._revs[doc_id])
            for doc_id, body in self._new.items():
                tx.put(self._type, doc_id, body, patient=patient)


class VaultTable(Table):
    """A TinyDB table whose documents lie sealed in drawers."""

    document_class = Doc  # type: ignore[assignment]
    document_id_class = str  # type: ignore[assignment]

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:  # noqa: ARG002
        if not isinstance(storage, PlaceStorage):
            raise CesError
        self._place = storage.place
        # a query cache would hand out the same live objects twice
        super().__init__(storage, name, cache_size=0, persist_empty=False)

    def _get_next_id(self) -> Any:
        return self._place.vault.new_id()

    def _read_table(self) -> Any:
        return LazyBodies(self._place, self.name)

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._place.vault.lock:
            editing = Editing(self._place, self.name)
            updater(cast("dict[int, Mapping[str, Any]]", editing))
            editing.save()


class VaultDB(TinyDB):
    """A TinyDB database over one place of the vault."""

    table_class = VaultTable

    def __init__(self, place: Place, names: tuple[str, ...]) -> None:
        super().__init__(place, names, storage=PlaceStorage)
        self._names = names

    def table(self, name: str, **kwargs: Any) -> VaultTable:
        """The table of one document type; CesError for a type that does not lie here."""
        if name not in self._names:
            raise CesError(f"Aquí no se guardan registros «{name}».")
        return cast(VaultTable, super().table(name, **kwargs))
