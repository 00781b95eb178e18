"""How a note is made of the page, and a page of a note: nothing is decided here. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.care.records import Came
from ces_tui.consult.diagnoses import proposes_first_time
from ces_tui.consult.measured import Kept
from ces_tui.consult.programmes import typed_of
from ces_tui.consult.questions import by_hand
from ces_tui.consult.records import Consult, Draft, Finding
from ces_tui.vault.shelf import Stored


def note_of(
    draft: Draft, day: date, at: int, author: str, *, came: Came, vitals: str, dispense: str,
    next_day: date | None, kept: tuple[str, ...], findings: tuple[Finding, ...], measured: Kept,
) -> Consult:  # fmt: skip
    """The signed note, of a draft that was looked over."""
    return Consult(
        day=day,
        at=at,
        author=author,
        came=came,
        reason=draft.reason,
        subjective=draft.subjective,
        objective=draft.objective,
        vitals=vitals,
        analysis=draft.analysis,
        plan=draft.plan,
        prognosis=draft.prognosis,
        diagnoses=draft.diagnoses,
        prescription=draft.prescription,
        dispense=dispense,
        screenings=draft.screenings,
        protocols=draft.protocols,
        programmes=draft.programmes,
        findings=findings,
        labs=measured.labs,
        scan=measured.scan,
        next_day=next_day,
        next_reason=draft.next_reason if next_day else "",
        kept=kept,
        died=draft.died,
        death_cause=draft.death_cause,
    )


def copied(note: Stored[Consult], known: set[str], measured: Sequence[Finding]) -> Draft:
    """The page for the right patient; vitals, screenings, a death and reasons given for warnings stay with the other person."""
    said = note.record
    findings = (*said.findings, *measured)
    return Draft(
        came=said.came,
        reason=said.reason,
        subjective=said.subjective,
        objective=said.objective,
        analysis=said.analysis,
        plan=said.plan,
        prognosis=said.prognosis,
        diagnoses=tuple(
            msgspec.structs.replace(d, first_time=proposes_first_time(d.code, d.text, known))
            for d in said.diagnoses
        ),
        prescription=tuple(msgspec.structs.replace(line, overrides=()) for line in said.prescription),
        protocols=said.protocols,
        programmes=tuple(c for c in said.programmes if c.outcome != "defuncion"),
        sections=typed_of(findings),
        opened=tuple(p.id for p in by_hand() if any(f.section == p.id for f in findings)),
        next_text=show_date(said.next_day) if said.next_day else "",
        next_reason=said.next_reason,
        copied_from=note.id,
    )
