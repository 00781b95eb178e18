"""Typed access to one document type: what services use. `Stored` is a record with its id and the revision read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic

from ces_tui.base.errors import NotFound
from ces_tui.base.record import R, read

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Stored(Generic[R]):
    """A record as it lies in the store."""

    id: str
    rev: str
    record: R


class Shelf(Generic[R]):
    """All documents of one type in one place (`patient` for a chart's)."""

    def __init__(self, vault: Vault, type_name: str, kind: type[R], patient: str | None = None) -> None:
        self._vault = vault
        self._type = type_name
        self._kind = kind
        self._patient = patient

    def add(self, record: R, *, id: str | None = None, day: date | None = None) -> Stored[R]:  # noqa: A002
        """Store a new record; its clinical day is `day`, else the record's own field `day`."""
        doc_id = id or self._vault.new_id()
        with self._vault.transaction() as tx:
            rev = tx.put(
                self._type, doc_id, record, patient=self._patient, day=day or _day_of(record), new=True
            )
        return Stored(doc_id, rev, record)

    def find(self, doc_id: str) -> Stored[R] | None:
        body = self._vault.doc_body(self._type, doc_id, self._patient)
        return None if body is None else Stored(doc_id, body.rev, read(self._kind, body))

    def get(self, doc_id: str) -> Stored[R]:
        """The record; NotFound when there is none."""
        found = self.find(doc_id)
        if found is None:
            raise NotFound
        return found

    def all(self) -> list[Stored[R]]:
        """Every live record, in order of id (that is, of time)."""
        return [s for i in self._vault.doc_ids(self._type, self._patient) if (s := self.find(i)) is not None]

    def replace(self, old: Stored[R], new: R, *, day: date | None = None) -> Stored[R]:
        """Write a new revision; Conflict when someone changed the record since `old` was read."""
        with self._vault.transaction() as tx:
            rev = tx.put(
                self._type,
                old.id,
                new,
                patient=self._patient,
                day=day or _day_of(new),
                read_rev=old.rev,
            )
        return Stored(old.id, rev, new)

    def remove(self, old: Stored[R]) -> None:
        """Remove the record (a change with no body; signed types refuse)."""
        with self._vault.transaction() as tx:
            tx.put(self._type, old.id, None, patient=self._patient, read_rev=old.rev, day=_day_of(old.record))


def _day_of(record: Any) -> date | None:
    value = getattr(record, "day", None)
    return value if isinstance(value, date) else None
