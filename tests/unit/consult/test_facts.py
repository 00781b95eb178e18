"""A note's row of its month is a pure function of the note and of the void that struck it."""

from __future__ import annotations

from ces_tui.consult.facts import consult
from ces_tui.vault.projections import NOTHING, Fact

BODY = {
    "day": "2026-11-20",
    "diagnoses": [
        {"code": "I10", "text": "Hipertensión arterial"},
        {"code": "J00", "text": "Resfriado", "first_time": True},
        {"text": "pie cansado", "first_time": True},
    ],
}


def test_the_row_says_day_patient_and_codes() -> None:
    """`+` marks "1a vez", `?` free text; no words of the note are in it."""
    found = consult(Fact("consult", "n", "p", BODY, "2026-11-20"))
    assert found.rows == [
        ("month/consult/2026-11", {"d": "2026-11-20", "p": "p", "c": ["I10", "J00+", "?+"]})
    ]
    assert found.sums == []


def test_a_struck_or_removed_note_contributes_nothing() -> None:
    """ "Registrado por error" leaves the month."""
    assert consult(Fact("consult", "n", "p", BODY, "2026-11-20", void={"reason": "x"})) == NOTHING
    assert consult(Fact("consult", "n", "p", None, None)) == NOTHING
