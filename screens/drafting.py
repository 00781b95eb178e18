"""A room whose typed text is a draft: sealed to disk within a second, before cover and close, and waiting on Hoy until it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ces_tui.base.clock import clinical_day
from ces_tui.base.errors import NotFound
from screens.room import Room
from screens.widgets.form import Form

if TYPE_CHECKING:
    from ces_tui.people.records import Patient
    from ces_tui.vault.shelf import Stored


class Drafting(Room):
    """`draft_id` goes to the service that saves; `restore()` in `on_ready` brings a draft back; `self.saved_now()` ends it."""

    RESUMES: ClassVar[bool] = False
    """Opened without a draft, take up what this person began today for this patient in this room.

    Only where the room's drafts are of one kind; an older one waits on Hoy, since its values are of another day.
    """

    def __init__(self, patient: Stored[Patient] | None = None, *, draft: str = "") -> None:
        super().__init__(patient)
        self.draft_id = draft
        self._unsealed = False
        self._over = False

    def restore(self) -> bool:
        """Put the draft's text back into the form; whether there was one."""
        if not self.draft_id and self.RESUMES:
            self.draft_id = self._begun_today()
        if not self.draft_id:
            return False
        try:
            found = self.clinic.vault.drafts.get(self.draft_id)
        except NotFound:
            self.draft_id = ""
            return False
        self.query_one(Form).restore(found.data)
        return True

    def _begun_today(self) -> str:
        today, patient = self.clinic.desk.today(), self.patient.id
        mine = (
            draft.id
            for draft in self.clinic.vault.drafts.open_drafts()
            if draft.place == self.room and draft.patient == patient and clinical_day(draft.saved) == today
        )
        return next(mine, "")

    def start_sealing(self) -> None:
        """Seal once a second what was typed since."""
        self.set_interval(1.0, self._seal_soon)

    def typed(self) -> None:
        """Something changed that must not be lost."""
        self._unsealed = True

    def saved_now(self) -> None:
        """The record exists: the draft went with its commit."""
        self._over, self._unsealed = True, False

    def keep(self) -> None:
        if self._unsealed and not self._over and self.ces_app.clinic is not None:
            self._unsealed = False
            self._seal(self.query_one(Form).dump())

    def _seal_soon(self) -> None:
        if self._unsealed and not self._over:
            data = self.query_one(Form).dump()
            # a seal that still runs makes this one wait for the next second, not be forgotten
            self._unsealed = not self.service(lambda: self._seal(data), name="borrador")

    def _seal(self, data: dict[str, Any]) -> None:
        if self._over:
            return
        vault = self.clinic.vault
        self.draft_id = self.draft_id or vault.new_id()
        vault.drafts.save(
            self.draft_id, place=self.room, patient=self.patient.id if self.has_patient else None, data=data
        )
