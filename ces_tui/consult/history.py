"""Historia clínica: one record a patient, written once and kept up to date; every earlier wording stays in the log (NOM-004, 6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_tui.base import content
from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.record import Record
from ces_tui.base.text import clean_text
from ces_tui.care.safety import SafetyPlans
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored

FILE = "catalogues/historia_clinica.yaml"


class Signature(Record, frozen=True, kw_only=True):
    """Who signed a wording, when, and of which day the interview was."""

    author: str
    at: int
    day: date
    pages: list[str] = []
    """Keys of the pages that changed."""


class ClinicalHistory(Record, frozen=True, kw_only=True):
    """All sections by their keys; `day` is that of the interview, `at` and `author` of the last signature."""

    day: date
    at: int
    author: str
    answers: dict[str, str]
    signatures: list[Signature] = []


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form."""

    key: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form; `required` keys must be answered before it can be signed."""

    key: str
    title: str
    questions: tuple[Question, ...]
    required: tuple[str, ...] = ()


def pages(sex: str) -> tuple[Page, ...]:
    """The pages for a person, in order: the block of the other sex is left out."""
    found = []
    for raw in content.load(FILE)["pages"]:
        if raw.get("sex", sex) != sex:
            continue
        questions = tuple(
            Question(
                q["key"], q["label"], q.get("hint", ""),
                tuple((str(k), str(w)) for k, w in q.get("options", {}).items()), bool(q.get("long")),
            )
            for q in raw["questions"]
        )  # fmt: skip
        found.append(Page(raw["key"], raw["title"], questions, tuple(raw.get("required", ()))))
    return tuple(found)


def read(answers: Mapping[str, str], sex: str) -> list[tuple[str, list[str]]]:
    """The history to read: title of each page with something in it, and its lines."""
    found = []
    for page in pages(sex):
        lines = [f"{q.label}: {word(q, answers[q.key])}" for q in page.questions if answers.get(q.key)]
        if lines:
            found.append((page.title, lines))
    return found


def word(question: Question, value: str) -> str:
    """The words of an answer."""
    return dict(question.options).get(value, value)


def missing(answers: Mapping[str, str], sex: str) -> list[tuple[Page, Question]]:
    """What NOM-004 asks for and is still empty."""
    return [
        (page, q)
        for page in pages(sex)
        for q in page.questions
        if q.key in page.required and not answers.get(q.key)
    ]


class Histories:
    """The clinical history of a chart."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def get(self, patient: str) -> Stored[ClinicalHistory] | None:
        """The history that stands, or None; reading it is noted."""
        self.desk.require_chart(patient)
        found = live(self.desk, "history", ClinicalHistory, patient)
        if found:
            self.desk.vault.note_read(patient, "historia")
        return found[-1] if found else None

    def sign(
        self,
        patient: str,
        answers: Mapping[str, str],
        stored: Stored[ClinicalHistory] | None = None,
        *,
        day: date | None = None,
        draft: str = "",
    ) -> Stored[ClinicalHistory]:
        """Sign the history, new or as a further revision; `day` is the interview's (a late entry has an earlier one).

        Refused, with the question as field, while NOM-004's minimum is missing, and while a risk of suicide is
        unattended, as for any note; Conflict when it was changed meanwhile.
        """
        me = self.desk.require("firmar")
        self.desk.require_chart(patient)
        SafetyPlans(self.desk).require_settled(patient)
        person = self.desk.vault.shelf("patient", Patient).get(patient).record
        today = self.desk.today()
        day = day or today
        if day > today:
            raise Refused("El día del interrogatorio está en el futuro.", field="interview_day")
        if day < person.birth:
            raise Refused("El día del interrogatorio es de antes de su nacimiento.", field="interview_day")
        clean = _cleaned(answers, person.sex)
        if empty := missing(clean, person.sex):
            page, question = empty[0]
            raise Refused(f"Falta «{question.label}» ({page.title}); lo pide la NOM-004.", field=question.key)
        before = stored.record.answers if stored else {}
        changed = _changed(before, clean, person.sex)
        if stored is not None and not changed and day == stored.record.day:
            raise Refused("No cambió nada; no hay qué firmar.")
        signature = Signature(author=me.id, at=self.desk.now(), day=day, pages=changed)
        earlier = stored.record.signatures if stored else []
        record = ClinicalHistory(
            day=day, at=signature.at, author=me.id, answers=clean, signatures=[*earlier, signature]
        )
        shelf = self.desk.vault.shelf("history", ClinicalHistory, patient=patient)
        with self.desk.vault.transaction(day=day):
            if stored is None:
                if live(self.desk, "history", ClinicalHistory, patient):
                    raise Refused("Este expediente ya tiene historia clínica; ábrala y agregue lo que falta.")
                kept = shelf.add(record)
            else:
                kept = shelf.replace(stored, record)
            if draft:
                self.desk.vault.drafts.drop(draft)
        return kept


def late(signature: Signature) -> bool:
    """Whether it was signed on a later day than the interview."""
    from ces_tui.base.clock import clinical_day

    return clinical_day(signature.at) > signature.day


def _cleaned(answers: Mapping[str, Any], sex: str) -> dict[str, str]:
    """Only known questions of this person's pages, as text; BadInput for an option that is none."""
    clean: dict[str, str] = {}
    for page in pages(sex):
        for q in page.questions:
            text = clean_text(str(answers.get(q.key) or ""), field=q.key, limit=2000).strip()
            if not text:
                continue
            if q.options and text not in dict(q.options):
                raise BadInput("Elija una de las opciones.", field=q.key)
            clean[q.key] = text
    return clean


def _changed(before: Mapping[str, str], after: Mapping[str, str], sex: str) -> list[str]:
    return [
        page.key
        for page in pages(sex)
        if any(before.get(q.key, "") != after.get(q.key, "") for q in page.questions)
    ]
