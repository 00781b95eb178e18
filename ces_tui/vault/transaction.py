"""A transaction: everything written inside one `with vault.transaction()` is one entry and one commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from ces_tui.base.errors import CesError, Conflict, Refused
from ces_tui.base.ids import is_id
from ces_tui.base.record import Record
from ces_tui.base.text import encoded_clean
from ces_tui.vault.entry import MOST_BODY
from ces_tui.vault.tables import RevBody
from ces_tui.vault.types import DocType, doc_type, drawer_of

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault


@dataclass(slots=True)
class Pending:
    """One document as the open transaction will leave it."""

    kind: DocType
    doc: str
    rev: str
    patient: str | None
    day: str | None
    parents: tuple[str, ...]
    body: bytes
    fresh: bool

    def decoded(self) -> RevBody | None:
        value = msgspec.json.decode(self.body)
        if not isinstance(value, dict):
            return None
        body = RevBody(value)
        body.rev = self.rev
        return body


class Transaction:
    """Gathers changes; nothing reaches the disk before the outermost `with` ends without an error."""

    def __init__(self, vault: Vault, day: date | None) -> None:
        self._vault = vault
        self._day = day
        self.pending: dict[tuple[str, str], Pending] = {}
        self.dropped_drafts: list[str] = []
        self._touched = False

    def touch(self) -> None:
        """Commit even when only reads wait to be written."""
        self._touched = True

    def put(
        self,
        type_name: str,
        doc_id: str,
        body: dict[str, Any] | Record | None,
        *,
        patient: str | None = None,
        day: date | None = None,
        read_rev: str | None = None,
        new: bool = False,
    ) -> str:
        """Write a document's next revision (None removes it); its revision id.

        Conflict when `read_rev` is no longer the document's revision; Refused for a second revision of a signed type.
        """
        kind = doc_type(type_name)
        if not is_id(doc_id):
            raise CesError("El identificador del registro no es válido.")
        key = (drawer_of(kind, doc_id, patient), doc_id)
        already = self.pending.get(key)
        revs = () if new and already is None else self._vault.head_revs(key[0], doc_id)
        if kind.signed and (revs or already is not None):
            raise Refused(
                "Lo que ya se firmó no se cambia. Agregue una adenda o márquelo como registrado por error."
            )
        current = already.rev if already else (revs[-1] if revs else None)
        if read_rev is not None and current != read_rev:
            raise Conflict
        raw = encoded_clean(body)
        if len(raw) > MOST_BODY:
            raise Refused("El texto es demasiado largo para un solo registro. Divídalo en dos notas.")
        shown = day or self._day
        self.pending[key] = Pending(
            kind,
            doc_id,
            already.rev if already else self._vault.new_id(),
            patient,
            shown.isoformat() if shown else (already.day if already else None),
            already.parents if already else revs,
            raw,
            fresh=not revs,
        )
        return self.pending[key].rev

    def drop_draft(self, draft_id: str) -> None:
        """The draft goes in the same commit that makes the record."""
        self.dropped_drafts.append(draft_id)

    @property
    def empty(self) -> bool:
        return not (self.pending or self.dropped_drafts or self._touched)
