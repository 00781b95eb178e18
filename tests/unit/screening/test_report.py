"""The words of a result never say more than the answers do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.screening import report
from ces_tui.screening.course import Point, course
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.rules import Answers, compare, score

PHQ9 = Instruments().get("phq9")


def words(answers: Answers) -> list[report.Said]:
    return report.result(PHQ9, score(PHQ9, answers), answers)


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9).filter(lambda s: None in s))
def test_an_incomplete_sheet_says_so_and_names_no_band(answers: list[int | None]) -> None:
    said = " ".join(s.text for s in words(answers))
    assert "INCOMPLETO" in said and " de 27" not in said


def test_danger_is_said_before_the_total() -> None:
    said = words([0] * 8 + [1])
    assert said[0].kind == "danger" and "ítem 9" in said[0].text
    assert any(s.text == "PHQ-9: 1 de 27, mínima" for s in said)


def test_the_total_its_band_and_what_to_do_are_said() -> None:
    said = [s.text for s in words([2] * 8 + [0])]
    assert said[0] == "PHQ-9: 16 de 27, moderadamente grave"
    assert any("manía" in s for s in said)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (4, 18, "Antes 18 (01/10/2026): bajó 14; remisión."),
        (9, 18, "Antes 18 (01/10/2026): bajó 9; respuesta (bajó la mitad o más)."),
        (13, 18, "Antes 18 (01/10/2026): bajó 5; mejoría que cuenta."),
        (16, 18, "Antes 18 (01/10/2026): bajó 2."),
        (18, 18, "Antes 18 (01/10/2026): igual."),
        (20, 12, "Antes 12 (01/10/2026): subió 8; empeoró: revisar tratamiento y riesgo."),
        (2, 4, "Antes 4 (01/10/2026): bajó 2; respuesta (bajó la mitad o más)."),
        (3, 2, "Antes 2 (01/10/2026): subió 1."),
    ],
)
def test_the_comparison_reads_as_a_clinician_says_it(now: int, before: int, expected: str) -> None:
    change = compare(PHQ9, now, before)
    assert change is not None
    assert report.change_said(change, date(2026, 10, 1)) == expected


def test_the_episode_is_said_against_its_first_score_with_the_early_look() -> None:
    points = [Point(date(2026, 9, 1), 18), Point(date(2026, 10, 6), 15)]
    found = course(PHQ9, points)
    assert found is not None
    assert report.course_said(PHQ9, found) == [
        "Episodio desde 18 (01/09/2026): ahora 15.",
        "Si lleva tratamiento (5 semanas): respuesta insuficiente: revisar apego y dosis; subir la dosis.",
    ]
    assert len(report.course_said(PHQ9, found, date(2026, 9, 1))) == 1, "not said twice"


def test_the_best_score_is_named_when_it_was_lost() -> None:
    points = [Point(date(2026, 1, 1), 18), Point(date(2026, 6, 1), 6), Point(date(2026, 10, 6), 9)]
    found = course(PHQ9, points)
    assert found is not None
    assert report.course_said(PHQ9, found) == [
        "Episodio desde 18 (01/01/2026): ahora 9, respuesta; la mejor 6 (01/06/2026)."
    ]


def test_without_a_case_nothing_is_said_of_an_episode() -> None:
    found = course(PHQ9, [Point(date(2026, 1, 1), 3), Point(date(2026, 2, 1), 4)])
    assert found is not None and report.course_said(PHQ9, found) == []
