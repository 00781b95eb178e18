"""A protocol that was begun and not ended: its answers lie sealed like any draft, and it goes on where one was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.base.clock import clinical_day
from ces_tui.base.errors import BadInput
from ces_tui.guidance.pathway import Pathway
from ces_tui.people.desk import Desk
from ces_tui.vault.drafts import Draft

PLACE = "protocolos"


@dataclass(frozen=True, slots=True)
class Begun:
    """What was answered by hand, in order; what the chart knows is read anew when it goes on."""

    draft: str
    patient: str
    protocol: str
    version: str
    answers: tuple[tuple[str, object], ...]
    day: date


class Halfway:
    """The runs that the person at the desk has open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def hold(
        self, draft: str, patient: str, pathway: Pathway, asked: Sequence[str], given: Mapping[str, object]
    ) -> str:
        """Seal what was answered so far (one fsync); the draft's id. Without an answer there is nothing to hold."""
        self._desk.require("protocolos")
        answers = [[name, given[name]] for name in asked if name in given]
        if not answers:
            return draft
        draft = draft or self._desk.vault.new_id()
        data = {"protocol": pathway.id, "version": pathway.version, "answers": answers}
        self._desk.vault.drafts.save(draft, place=PLACE, patient=patient, title=pathway.title, data=data)
        return draft

    def get(self, draft: str) -> Begun:
        """One of mine; NotFound when it is gone, BadInput when it is of something else."""
        return _begun(self._desk.vault.drafts.get(draft))

    def today(self, patient: str, protocol: str) -> Begun | None:
        """The run of this protocol that I began today for this patient."""
        for draft in self._desk.vault.drafts.open_drafts():
            if draft.place == PLACE and draft.patient == patient:
                found = _begun(draft)
                if found.protocol == protocol and found.day == self._desk.today():
                    return found
        return None

    def drop(self, draft: str) -> None:
        """It went into a note, or it is begun anew."""
        self.get(draft)
        self._desk.vault.drafts.drop(draft)


def _begun(draft: Draft) -> Begun:
    data = draft.data
    if draft.place != PLACE or not draft.patient or not isinstance(data.get("answers"), list):
        raise BadInput("Ese borrador no es de un protocolo.")
    answers = tuple((str(name), value) for name, value in data["answers"])
    version = str(data["version"])
    return Begun(draft.id, draft.patient, str(data["protocol"]), version, answers, clinical_day(draft.saved))
