"""Unsigned work: one sealed row a draft, overwritten in place, in no log, bundle or export.

A sealed list of the drafts (id and version) lies in kv, so that a draft row taken away or put back is noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ces_tui.base.errors import NotFound
from ces_tui.base.record import Record

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault


class Draft(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Something someone has begun and not signed. `version` counts its saves."""

    id: str
    author: str
    place: str
    saved: int
    version: int = 1
    patient: str | None = None
    title: str = ""
    data: dict[str, Any] = {}


class Drafts:
    """The drafts of one open store. Others see only that one exists (author, place, time)."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, Draft] | None = None

    def save(
        self,
        draft_id: str,
        *,
        place: str,
        data: dict[str, Any],
        patient: str | None = None,
        title: str = "",
    ) -> Draft:
        """Seal the draft to disk (one commit, one fsync); returns it as stored."""
        vault = self._vault
        with vault.lock:
            known = self._all()
            before = known.get(draft_id)
            draft = Draft(
                id=draft_id,
                author=before.author if before else vault.author_id,
                place=place,
                saved=vault.clock.now_ms(),
                version=before.version + 1 if before else 1,
                patient=patient,
                title=title,
                data=data,
            )
            k = vault.numbers.draft(draft_id)
            row = vault.sealer.seal("draft", k, msgspec.json.encode(draft))
            index = {i: d.version for i, d in known.items()} | {draft_id: draft.version}
            with vault.container.commit():
                vault.container.put("draft", k, row)
                vault.put_secret("drafts", msgspec.json.encode(index))
            known[draft_id] = draft
            return draft

    def get(self, draft_id: str) -> Draft:
        """The draft; NotFound when there is none (or it is another person's)."""
        with self._vault.lock:
            draft = self._all().get(draft_id)
        if draft is None or draft.author != self._vault.author_id:
            raise NotFound("Ese borrador ya no existe.")
        return draft

    def open_drafts(self) -> list[Draft]:
        """The drafts of the person at the desk, newest first."""
        with self._vault.lock:
            mine = [d for d in self._all().values() if d.author == self._vault.author_id]
        return sorted(mine, key=lambda d: d.saved, reverse=True)

    def others(self) -> list[Draft]:
        """That other people's drafts exist: author, place and time, nothing inside."""
        with self._vault.lock:
            return [
                Draft(id=d.id, author=d.author, place=d.place, saved=d.saved, version=d.version)
                for d in self._all().values()
                if d.author != self._vault.author_id
            ]

    def drop(self, draft_id: str) -> None:
        """Delete a draft: with the open transaction's commit, or at once."""
        vault = self._vault
        with vault.lock:
            if vault.open_transaction is not None:
                vault.open_transaction.drop_draft(draft_id)
                return
            with vault.container.commit():
                self.delete_rows([draft_id])
            self.settle([draft_id])

    def delete_rows(self, draft_ids: list[str]) -> None:
        """Inside a commit: the rows and the list without them."""
        known = self._all()
        for draft_id in draft_ids:
            self._vault.container.delete("draft", self._vault.numbers.draft(draft_id))
        index = {i: d.version for i, d in known.items() if i not in draft_ids}
        self._vault.put_secret("drafts", msgspec.json.encode(index))

    def settle(self, draft_ids: list[str]) -> None:
        """After COMMIT."""
        for draft_id in draft_ids:
            self._all().pop(draft_id, None)

    def forget(self) -> None:
        self._known = None

    def _all(self) -> dict[str, Draft]:
        if self._known is None:
            found = {}
            for k, body in self._vault.container.all_rows("draft"):
                draft = msgspec.json.decode(self._vault.sealer.open("draft", k, body), type=Draft)
                found[draft.id] = draft
            self._known = found
        return self._known
