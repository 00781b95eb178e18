"""More lines of the timeline: pregnancies, prenatal visits, laboratory and the clinical history. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ces_tui.base.dates import show_date
from ces_tui.care.labs import Lab
from ces_tui.care.labs import line as lab_line
from ces_tui.care.pregnancies import OUTCOME_WORDS, Pregnancy
from ces_tui.consult.events import READERS as FIRST
from ces_tui.consult.events import Said
from ces_tui.consult.history import ClinicalHistory, late
from ces_tui.maternal.records import PrenatalCheck
from ces_tui.maternal.rules import said


def of_pregnancy(pregnancy: Pregnancy) -> Said:
    """'Embarazo': its due date while it lasts, then how it ended."""
    dating = pregnancy.dating
    if pregnancy.ended is not None:
        line = f"terminó el {show_date(pregnancy.ended)}: {OUTCOME_WORDS.get(pregnancy.outcome, '')}"
    else:
        line = f"fecha probable de parto {show_date(dating.due)}" if dating else "sin fecha probable de parto"
    return Said(pregnancy.day, pregnancy.at, pregnancy.author, "Embarazo", line)


def of_prenatal(check: PrenatalCheck) -> Said:
    return Said(check.day, check.at, check.author, "Prenatal", said(check))


def of_lab(lab: Lab) -> Said:
    note = f" · {lab.note}" if lab.note else ""
    return Said(lab.day, lab.at, lab.author, "Laboratorio", lab_line(lab) + note)


def of_history(history: ClinicalHistory) -> Said:
    """'Historia': of which day, and that it was written later if it was."""
    times = len(history.signatures)
    line = "Historia clínica" + (f", {times} firmas" if times > 1 else "")
    if history.signatures and late(history.signatures[-1]):
        line += " · entrada tardía"
    return Said(history.day, history.at, history.author, "Historia", line)


READERS: Mapping[str, tuple[type[Any], Callable[[Any], Said]]] = {
    **FIRST,
    "pregnancy": (Pregnancy, of_pregnancy),
    "prenatal": (PrenatalCheck, of_prenatal),
    "lab": (Lab, of_lab),
    "history": (ClinicalHistory, of_history),
}
"""Every document type of the timeline, these after the first ones."""
