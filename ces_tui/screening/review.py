"""The supervisor's review of a case: the pasante asks, a written answer comes back, and it stays on Hoy until it is read.

Documents: question and answer are addenda of the person's enrolment (so the chart shows them to the roles that may
know), reading is a `cosign` of the answer. The answer opens a reserved alert that belongs to whoever asked; reading
closes it. All of it lies in the chart, so that it travels in the bundle and may also come from the office's log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.base.text import clean_text
from ces_tui.care.alerts import REVIEW_KIND, Alerts
from ces_tui.care.naming import listed_name
from ces_tui.people.desk import Desk
from ces_tui.screening.programme import MentalHealth
from ces_tui.screening.programme_records import (
    ANSWER,
    QUESTION,
    READ_REVIEW,
    ProgrammeNote,
    ReviewRead,
)
from ces_tui.vault.shelf import Stored

DRAWER = "hot/reviews"
ANSWERED = "Respuesta de supervisión a su pregunta sobre el caso."
_LONGEST = 4000
_GRAVITY = 1


@dataclass(frozen=True)
class ReviewLine:
    """A question as a list may show it: by clinic number, without a word of the matter."""

    question: str
    patient: str
    number: str
    asked: date
    asked_by: str
    answer: str
    """Id of the last answer, or empty."""
    answered: date | None
    read: bool

    @property
    def state(self) -> str:
        if not self.answer:
            return "espera respuesta"
        return "leída" if self.read else "respondida, sin leer"


@dataclass(frozen=True)
class Review:
    """A question with its answers, to be read."""

    question: Stored[ProgrammeNote]
    answers: tuple[Stored[ProgrammeNote], ...]
    read: frozenset[str]
    """Ids of the answers that were read by whoever asked."""


class CaseReviews:
    """Ask, answer, read."""

    def __init__(self, desk: Desk, register: MentalHealth | None = None) -> None:
        self.desk = desk
        self._register = register or MentalHealth(desk)

    def ask(self, patient: str, text: str, *, draft: str = "") -> Stored[ProgrammeNote]:
        """A question to the supervision about this case; Refused while one's own earlier question waits."""
        self.desk.require("consulta")
        me = self.desk.require("ver_reservado")
        said = _said(text, "Escriba qué quiere preguntar.")
        waits = (not r.answers and r.question.record.author == me.id for r in self._reviews(patient))
        if any(waits):
            raise Refused("Ya hay una pregunta suya sobre este caso, sin respuesta.")
        with self.desk.vault.transaction(day=self.desk.today()):
            stored = self._register.note(patient, QUESTION, said)
            self._drop(draft)
        return stored

    def answer(self, patient: str, question: str, text: str, *, draft: str = "") -> Stored[ProgrammeNote]:
        """The supervision's written answer; one save with the alert that brings it to whoever asked."""
        me = self.desk.require("revisar_casos")
        asked = next((r.question for r in self._reviews(patient) if r.question.id == question), None)
        if asked is None:
            raise NotFound("Esa pregunta ya no está en el expediente.")
        if asked.record.author == me.id:
            raise NotAllowed("Nadie responde su propia pregunta.")
        said = _said(text, "Escriba la respuesta.")
        with self.desk.vault.transaction(day=self.desk.today()):
            stored = self._register.note(patient, ANSWER, said, question=question)
            Alerts(self.desk).open(
                patient,
                kind=REVIEW_KIND,
                gravity=_GRAVITY,
                text=ANSWERED,
                owner=asked.record.author,
                sensitive=True,
                source=stored.id,
            )
            self._drop(draft)
        return stored

    def mark_read(self, patient: str, answer: str) -> None:
        """Whoever asked has read the answer: signed, and off Hoy. Reading it again changes nothing."""
        me = self.desk.require("ver_reservado")
        review = next((r for r in self._reviews(patient) if answer in {a.id for a in r.answers}), None)
        if review is None:
            raise NotFound("Esa respuesta ya no está en el expediente.")
        if answer in review.read:
            return
        if not self._may_take(review.question.record.author):
            raise NotAllowed("La lee quien preguntó, o el pasante que sigue el caso.")
        today = self.desk.today()
        with self.desk.vault.transaction(day=today):
            read = ReviewRead(
                target=answer,
                target_type="addendum",
                kind=READ_REVIEW,
                author=me.id,
                at=self.desk.now(),
                day=today,
            )
            self.desk.vault.shelf("cosign", ReviewRead, patient=patient).add(read)
            Alerts(self.desk).close_from(patient, answer, "Leída.")

    def may_read(self, review: Review) -> bool:
        """Whether the person at the desk is who signs that its answer was read."""
        return self._may_take(review.question.record.author)

    def waiting(self) -> int:
        """How many questions wait for a written answer; 0 for who answers none."""
        if not self.desk.may("revisar_casos"):
            return 0
        return sum(not line.answer and line.asked_by != self.desk.me.id for line in self.lines())

    def lines(self) -> list[ReviewLine]:
        """Every question of the clinic: those without answer first, then those not read, then the newest."""
        self.desk.require("ver_reservado")
        rows = self.desk.vault.projection(DRAWER)
        answers = {str(r["q"]): r for r in rows if r["k"] == "a"}
        read = {str(r["a"]) for r in rows if r["k"] == "r"}
        found = []
        for row in (r for r in rows if r["k"] == "q"):
            last = answers.get(str(row["i"]))
            found.append(
                ReviewLine(
                    question=str(row["i"]),
                    patient=str(row["p"]),
                    number=listed_name(self.desk, str(row["p"]), reserved=True),
                    asked=date.fromisoformat(str(row["d"])),
                    asked_by=str(row["b"]),
                    answer=str(last["i"]) if last else "",
                    answered=date.fromisoformat(str(last["d"])) if last else None,
                    read=last is not None and str(last["i"]) in read,
                )
            )
        found.sort(key=lambda line: (-line.asked.toordinal(), line.question))
        return sorted(found, key=lambda line: (bool(line.answer), line.read))

    def of(self, patient: str) -> list[Review]:
        """The questions of one chart with their answers, newest first; the look is recorded."""
        self.desk.require("ver_reservado")
        self.desk.vault.note_read(patient, "revisión del caso")
        return self._reviews(patient)[::-1]

    # -- inside ------------------------------------------------------------------------------------------------

    def _drop(self, draft: str) -> None:
        if draft:
            self.desk.vault.drafts.drop(draft)

    def _may_take(self, asked_by: str) -> bool:
        """The asker, or, once they have left the clinic, whoever follows the case as pasante."""
        me = self.desk.me
        here = {p.id for p in self.desk.vault.header.people if p.credential is not None}
        return me.id == asked_by or (asked_by not in here and me.role == "pasante")

    def _reviews(self, patient: str) -> list[Review]:
        notes = self._register.notes(patient)
        vault = self.desk.vault
        signed = (vault.doc_body("cosign", i, patient) for i in vault.doc_ids("cosign", patient))
        read = {str(body["target"]) for body in signed if body and body.get("kind") == READ_REVIEW}
        return [
            Review(
                q,
                tuple(a for a in notes if a.record.kind == ANSWER and a.record.question == q.id),
                frozenset(read),
            )
            for q in notes
            if q.record.kind == QUESTION
        ]


def _said(text: str, sentence: str) -> str:
    said = clean_text(text, field="text", limit=_LONGEST)
    if len(said) < 3:
        raise BadInput(sentence, field="text")
    return said
