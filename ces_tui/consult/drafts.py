"""Consults being written: sealed, one row each, of the person who writes them; several may be open."""

from __future__ import annotations

from dataclasses import dataclass

from ces_tui.base.errors import BadInput
from ces_tui.base.record import read
from ces_tui.consult.records import Draft
from ces_tui.people.desk import Desk
from ces_tui.vault.drafts import Draft as Sealed

PLACE = "consulta"


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with what the store knows of it."""

    id: str
    patient: str
    saved: int
    """Instant of the last save, ms."""
    draft: Draft


class Drafts:
    """The consult drafts of whoever sits at the desk. A draft's id becomes the id of the note that is signed from it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, patient: str) -> OpenDraft:
        """My newest draft for this patient, or an empty one that is not stored before its first save."""
        self._desk.require("consulta")
        mine = [d for d in self.mine() if d.patient == patient]
        return mine[0] if mine else OpenDraft(self._desk.vault.new_id(), patient, 0, Draft())

    def get(self, draft_id: str) -> OpenDraft:
        """One of my drafts; NotFound when it is gone or another person's."""
        return _opened(self._desk.vault.drafts.get(draft_id))

    def mine(self) -> list[OpenDraft]:
        """My drafts, newest first."""
        return [_opened(d) for d in self._desk.vault.drafts.open_drafts() if d.place == PLACE]

    def save(self, draft_id: str, patient: str, draft: Draft) -> int:
        """Seal it to the disk (one fsync); the instant of the save, ms."""
        self._desk.require("consulta")
        sealed = self._desk.vault.drafts.save(draft_id, place=PLACE, patient=patient, data=draft.body())
        return sealed.saved

    def drop(self, draft_id: str) -> None:
        """Throw it away: what was typed is gone for ever, and no record of it remains."""
        self._desk.require("consulta")
        self.get(draft_id)
        self._desk.vault.drafts.drop(draft_id)


def _opened(sealed: Sealed) -> OpenDraft:
    if sealed.place != PLACE or sealed.patient is None:
        raise BadInput("Ese borrador no es de una consulta.")
    return OpenDraft(sealed.id, sealed.patient, sealed.saved, read(Draft, sealed.data))
