"""Seizures are written once, in the note's section; the register counts, words and flags what stands there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.clinic import Clinic
from ces_tui.consult import programmes
from ces_tui.consult.records import Consult, Diagnosis, Finding
from ces_tui.screening.seizures import Seizures, gather, reduction
from tests.unit.screening.charts import TODAY, in_care


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def told(*counts: tuple[int, float | None, float]) -> Seizures | None:
    """(days ago, before treatment or None, in four weeks)."""
    notes = [
        (ago(days), n, {"epi_cuatro": now} | ({"epi_base": base} if base is not None else {}))
        for n, (days, base, now) in enumerate(counts)
    ]
    return gather(notes, "epi_base", "epi_cuatro")


def noted(clinic: Clinic, patient: str, day: date, **values: float) -> str:
    """A signed note of another day whose section Epilepsia says this."""
    note = Consult(
        day=day,
        at=0,
        author=clinic.me.id,
        subjective="Control.",
        diagnoses=(Diagnosis(text="Epilepsia", code="G40.9"),),
        findings=tuple(
            Finding(section="epilepsia", name=name, value=value) for name, value in values.items()
        ),
    )
    return clinic.vault.shelf("consult", Consult, patient=patient).add(note).id


def test_without_a_count_there_is_nothing_to_say() -> None:
    assert told() is None
    assert gather([(TODAY, 0, {"epi_base": 3.0})], "epi_base", "epi_cuatro") is None


def test_the_last_base_and_the_last_count_hold_whatever_the_order() -> None:
    found = told((10, None, 2.0), (90, 8.0, 8.0), (40, 6.0, 4.0))
    assert found is not None and found.base == 6.0 and found.last.seizures == 2.0
    assert found.words == "crisis 6→2" and found.said.endswith("antes del tratamiento 6 al mes (67 % menos)")


@pytest.mark.parametrize(
    ("counts", "more", "again"),
    [
        (((90, 8.0, 8.0), (10, None, 8.0)), False, False),
        (((90, 8.0, 8.0), (10, None, 9.0)), True, False),
        (((90, 8.0, 0.0), (10, None, 1.0)), False, True),
        (((90, 8.0, 0.0), (10, None, 0.0)), False, False),
        (((90, None, 5.0), (10, None, 9.0)), False, False),
    ],
)
def test_more_than_before_and_again_after_none_are_facts(
    counts: tuple[tuple[int, float | None, float], ...], more: bool, again: bool
) -> None:
    found = told(*counts)
    assert found is not None and (found.more, found.again) == (more, again)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_the_note_and_the_register_word_a_fall_alike(base: int, now: int) -> None:
    assert programmes.reduction({"epi_base": float(base), "epi_cuatro": float(now)}) == reduction(base, now)


def test_the_register_reads_them_from_the_notes_and_flags_who_is_worse(clinic: Clinic) -> None:
    worse, better, silent = (in_care(clinic, "epilepsia", given=name) for name in ("Ana", "Berta", "Celia"))
    for patient, now in ((worse, 9.0), (better, 2.0)):
        noted(clinic, patient, ago(60), epi_base=8.0, epi_cuatro=8.0)
        noted(clinic, patient, ago(3), epi_cuatro=now)
    noted(clinic, silent, ago(3))
    entries = clinic.mental_health.register()
    assert entries[0].patient == worse
    by_patient = {e.patient: e for e in entries}
    assert [f.id for f in by_patient[worse].sure] == ["crisis"]
    assert by_patient[worse].flags[0].words == "más crisis: 9 en 4 semanas, 8 al mes antes del tratamiento"
    assert by_patient[better].flags == () and by_patient[silent].case.seizures is None


def test_a_note_recorded_by_mistake_gives_no_count(clinic: Clinic) -> None:
    patient = in_care(clinic, "epilepsia")
    noted(clinic, patient, ago(60), epi_base=8.0, epi_cuatro=2.0)
    wrong = noted(clinic, patient, ago(3), epi_cuatro=20.0)
    assert clinic.mental_health.case(patient).sure
    clinic.consults.mark_error(patient, wrong, "Era de otra persona", {})
    case = clinic.mental_health.case(patient)
    assert case.case.seizures is not None and case.case.seizures.last.seizures == 2.0 and not case.sure
