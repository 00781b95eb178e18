"""A protocol's treatment as lines of the receta, each to be accepted by a person; and the instruments that a short screen asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.care.shelves import live
from ces_tui.guidance.note import dose_line
from ces_tui.guidance.records import Outcome, Treatment
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.formulary import Entry, Formulary
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import show_amount
from ces_tui.pharmacy.writing import PARTS_BY_TIMES, Typed, Writer
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.records import Screening


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line that a treatment could be, from one presentation; `on_hand` says what the shelf holds."""

    drug: str
    line: PrescriptionLine
    on_hand: str
    stocked: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the protocol prescribes: the lines to choose from, and what stays words in the note, with why."""

    lines: tuple[Proposal, ...]
    left: tuple[str, ...]


def propose(desk: Desk, patient: str, outcome: Outcome) -> Proposed:
    """The receta that the outcome asks for; nothing is written. What is given at once, here, stays in the note."""
    writer, entries = Writer(desk, patient), Formulary(desk).all()
    lines: list[Proposal] = []
    left: list[str] = []
    for treatment in outcome.treatment:
        if treatment.days <= 1 or treatment.times_a_day not in PARTS_BY_TIMES:
            left.append(f"Se da aquí, queda en la nota: {dose_line(treatment)}")
            continue
        found = sorted(_ways(writer, treatment, entries), key=lambda p: not p.stocked)
        lines += found
        if not found:
            left.append(f"Sin presentación que dé la dosis exacta: {dose_line(treatment)}")
    return Proposed(tuple(lines), tuple(left))


def _ways(writer: Writer, treatment: Treatment, entries: Iterable[Entry]) -> list[Proposal]:
    found = []
    for entry, amount in _presentations(treatment, list(entries)):
        parts = tuple(amount if taken else "" for taken in PARTS_BY_TIMES[treatment.times_a_day])
        typed = Typed(item=entry.id, parts=parts, days=str(treatment.days))
        try:
            line = writer.line(typed)
        except BadInput:
            continue  # a dose that this presentation can't measure, or a pack of unknown content
        offer = writer.offer(entry)
        found.append(Proposal(treatment.drug, line, offer.stock, bool(offer.ces or offer.ssa)))
    return found


def _presentations(treatment: Treatment, entries: list[Entry]) -> list[tuple[Entry, str]]:
    """Entries that give the dose, with the amount of one dose in the entry's own unit."""
    if treatment.dose_mg is None:
        return [
            (entry, show_amount(Decimal(str(treatment.dose))))
            for entry in entries
            if fold(entry.generic) == fold(treatment.drug) and entry.dose_unit == treatment.unit
        ]
    by_name = {entry.name: entry for entry in entries}
    return [
        (entry, show_amount(Decimal(str(bottle.amount))))
        for bottle in treatment.bottles
        if (entry := by_name.get(bottle.presentation)) is not None and entry.dose_unit == bottle.unit
    ]


def full_instruments(desk: Desk, patient: str) -> list[tuple[str, str]]:
    """(title of today's short screen, id of the full instrument that it asks for): positive and not yet applied today.

    Empty for who may not know the answers.
    """
    if not desk.knows(patient):
        return []
    instruments = Instruments()
    today = [s.record for s in live(desk, "screening", Screening, patient) if s.record.day == desk.today()]
    done = {s.instrument for s in today}
    found = []
    for screening in today:
        short = instruments.get(screening.instrument)
        positive = screening.complete and screening.band not in {"", "negativo"}
        if short.parent and positive and short.parent not in done:
            found.append((short.title, short.parent))
    return list(dict.fromkeys(found))
