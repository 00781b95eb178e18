"""Screenings of a patient: save a sheet with its score and, when it is alarming, the alert, all in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.care.safety import POSITIVE, UNANSWERED, SafetyPlans
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.screening.course import Course, Point, course
from ces_tui.screening.instrument import Instrument, SafetyItem
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.records import Answering, Screening
from ces_tui.screening.rules import Change, Score, asked, compare, score
from ces_tui.vault.drafts import Draft
from ces_tui.vault.shelf import Shelf, Stored

PLACE = "tamizaje"
"""Where a stopped administration waits among the drafts."""


@dataclass(frozen=True)
class Saved:
    """What a screen shows after a save."""

    stored: Stored[Screening]
    score: Score
    change: Change | None
    """Against the last complete one of the same instrument, if the person at the desk may see it."""
    alert: str
    """Id of the alert that it opened, or empty."""
    before: date | None = None
    """Day of the sheet that `change` compares with."""
    course: Course | None = None
    """The episode so far, for the roles of "ver_reservado"."""


class Screenings:
    """Administer, save, look back."""

    def __init__(
        self, desk: Desk, instruments: Instruments | None = None, safety: SafetyPlans | None = None
    ) -> None:
        self.desk = desk
        self.instruments = instruments or Instruments()
        self.safety = safety or SafetyPlans(desk)

    def save(
        self,
        patient: str,
        instrument: Instrument,
        answers: Sequence[int | None],
        *,
        difficulty: int | None = None,
        read_aloud: bool = True,
        consult: str = "",
        draft: str = "",
    ) -> Saved:
        """Sign the sheet. A positive safety item opens a reserved alert, due today; an unanswered one too, of less gravity."""
        me = self.desk.require("tamizaje")
        result = score(instrument, answers)
        _check_difficulty(instrument, difficulty)
        record = Screening(
            day=self.desk.today(),
            at=self.desk.now(),
            author=me.id,
            instrument=instrument.id,
            instrument_version=instrument.source.version,
            text_version=instrument.text.version,
            answers=list(answers),
            difficulty=difficulty,
            complete=result.complete,
            total=result.total,
            band=result.band or "",
            flags=list(result.flags),
            read_by=me.id if read_aloud else "",
            consult=consult,
        )
        before = self._comparable(patient, instrument)
        with self.desk.vault.transaction(day=record.day):
            stored = self._shelf(patient).add(record)
            alert = self._raise(patient, instrument, stored)
            if draft:
                self.desk.vault.drafts.drop(draft)
        return Saved(
            stored,
            result,
            self._change(instrument, result, before),
            alert,
            before.record.day if before else None,
            self.course(patient, instrument) if self.desk.knows(patient) else None,
        )

    def history(self, patient: str, instrument: str = "") -> list[Stored[Screening]]:
        """The sheets that stand, oldest first, of one instrument or of all; NotAllowed without "ver_reservado" or a reason given."""
        self.desk.require_known(patient)
        self.desk.vault.note_read(patient, "tamizajes")
        return self._standing(patient, instrument)

    def last(self, patient: str, instrument: str) -> Stored[Screening] | None:
        """The latest sheet with a total, or None; NotAllowed like `history`."""
        self.desk.require_known(patient)
        found = self._last(patient, instrument)
        if found is not None:
            self.desk.vault.note_read(patient, "tamizajes")
        return found

    def latest(self, patient: str) -> dict[str, Stored[Screening]]:
        """The latest sheet with a total of each instrument, in one look; NotAllowed like `history`."""
        self.desk.require_known(patient)
        self.desk.vault.note_read(patient, "tamizajes")
        return {s.record.instrument: s for s in self._standing(patient, "") if s.record.total is not None}

    def course(self, patient: str, instrument: Instrument) -> Course | None:
        """First, best and last score of the episode, response and the early look; None with fewer than two scores."""
        self.desk.require_known(patient)
        self.desk.vault.note_read(patient, "tamizajes")
        found = [(s.record.day, s.record.total) for s in self._standing(patient, instrument.id)]
        return course(instrument, [Point(day, total) for day, total in found if total is not None])

    def of_consult(self, patient: str, consult: str) -> list[Stored[Screening]]:
        """The sheets that stand and were made during this consult or its draft, oldest first."""
        me = self.desk.require("tamizaje")
        knows = self.desk.knows(patient)
        found = [s for s in self._standing(patient, "") if consult and s.record.consult == consult]
        return [s for s in found if knows or s.record.author == me.id]

    def describe(self, record: Screening) -> str:
        """'PHQ-9: 17 de 27, moderadamente grave', or 'PHQ-9: incompleto, sin puntaje'."""
        try:
            instrument = self.instruments.get(record.instrument)
        except NotFound:
            return f"{record.instrument}: instrumento de una versión más nueva"
        band = instrument.band_named(record.band)
        if record.total is not None and band:
            return f"{instrument.title}: {record.total} de {len(instrument.band_of) - 1}, {band.name}"
        outcome = instrument.result_named(record.band)
        if outcome:
            return f"{instrument.title}: {outcome.name}"
        return f"{instrument.title}: incompleto, sin puntaje"

    # -- stop and resume ---------------------------------------------------------------------------------------

    def hold(self, patient: str, answering: Answering, *, draft: str = "") -> str:
        """Seal a half-done administration so that it can go on later; its draft id."""
        self.desk.require("tamizaje")
        draft_id = draft or self.desk.vault.new_id()
        self.desk.vault.drafts.save(
            draft_id, place=PLACE, patient=patient, data=answering.body(), title="Tamizaje"
        )
        return draft_id

    def held(self, patient: str) -> list[tuple[Draft, Answering]]:
        """The person's own stopped administrations for this patient, newest first."""
        self.desk.require("tamizaje")
        from ces_tui.base.record import read

        drafts = self.desk.vault.drafts.open_drafts()
        return [(d, read(Answering, d.data)) for d in drafts if d.place == PLACE and d.patient == patient]

    def drop(self, draft: str) -> None:
        """Throw one's own stopped administration away; NotFound when it is gone or another person's."""
        self.desk.require("tamizaje")
        self.desk.vault.drafts.get(draft)
        self.desk.vault.drafts.drop(draft)

    # -- inside ------------------------------------------------------------------------------------------------

    def _shelf(self, patient: str) -> Shelf[Screening]:
        return self.desk.vault.shelf("screening", Screening, patient=patient)

    def _standing(self, patient: str, instrument: str) -> list[Stored[Screening]]:
        every = live(self.desk, "screening", Screening, patient)
        found = [s for s in every if not instrument or s.record.instrument == instrument]
        return sorted(found, key=lambda s: (s.record.day, s.record.at, s.id))

    def _last(self, patient: str, instrument: str) -> Stored[Screening] | None:
        return next(
            (s for s in reversed(self._standing(patient, instrument)) if s.record.total is not None), None
        )

    def _comparable(self, patient: str, instrument: Instrument) -> Stored[Screening] | None:
        last = self._last(patient, instrument.id)
        if last is None or self.desk.knows(patient) or last.record.author == self.desk.me.id:
            return last
        return None

    @staticmethod
    def _change(instrument: Instrument, now: Score, before: Stored[Screening] | None) -> Change | None:
        if before is None or before.record.total is None or now.total is None:
            return None
        return compare(instrument, now.total, before.record.total)

    def _raise(self, patient: str, instrument: Instrument, stored: Stored[Screening]) -> str:
        sheet = stored.record
        positive = [s for s in instrument.safety if s.flag in sheet.flags]
        unanswered = [s for s in instrument.safety if s.unanswered_flag in sheet.flags]
        if positive:
            text = "; ".join(_positive_text(instrument, sheet, s) for s in positive)
            return self.safety.raise_risk(patient, text=text, source=stored.id, gravity=POSITIVE).id
        if unanswered:
            text = "; ".join(f"{instrument.title}, ítem {s.rule.item}: sin respuesta" for s in unanswered)
            return self.safety.raise_risk(patient, text=text, source=stored.id, gravity=UNANSWERED).id
        if any(asked(instrument, sheet.answers, s.index) for s in instrument.safety):
            self.safety.answered_after_all(
                patient, f"Se volvió a preguntar con {instrument.title}: respondió que no."
            )
        return ""


def _positive_text(instrument: Instrument, sheet: Screening, item: SafetyItem) -> str:
    value = sheet.answers[item.index]
    words = next(o.text for o in instrument.options[item.index] if o.value == value)
    return f"{instrument.title}, ítem {item.rule.item}: «{words}»"


def _check_difficulty(instrument: Instrument, difficulty: int | None) -> None:
    if difficulty is None:
        return
    known = instrument.difficulty
    if known is None or difficulty not in {o.value for o in known.options}:
        raise BadInput(f"{instrument.title} no tiene esa respuesta de dificultad.", field="difficulty")
