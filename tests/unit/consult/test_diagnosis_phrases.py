"""What clinicians type finds the diagnosis they mean."""

from __future__ import annotations

from ces_tui.consult.diagnoses import Diagnoses
from tests.unit.consult.phrases import measure, phrases, slipped

DIAGNOSES = Diagnoses()


def test_200_phrases_find_their_diagnosis() -> None:
    """Of the 200 phrases at least 80 % lead to the code meant on the first line, and 95 % within five."""
    measured = measure(phrases(), DIAGNOSES)
    assert measured.count == 200
    assert measured.first >= 0.80, measured.missed
    assert measured.five >= 0.95, measured.missed


def test_the_phrases_are_different_and_their_codes_exist() -> None:
    """No phrase counts twice, each code stands in the catalogue, and the issue's four examples are there."""
    typed = [phrase for phrase, _ in phrases()]
    assert len(set(typed)) == len(typed)
    assert all(DIAGNOSES.get(code) for _, code in phrases())
    assert {"presion alta", "azucar", "esquizo", "anginas"} <= set(typed)


def test_slips_of_the_fingers_differ_from_what_was_written_and_are_the_same_each_time() -> None:
    """The 50 that are only reported really are misspelt, and a second run measures the same ones."""
    clean = {typed for typed, _ in phrases()}
    assert len(slipped()) == 50
    assert not clean & {typed for typed, _ in slipped()}
    assert slipped() == slipped()
