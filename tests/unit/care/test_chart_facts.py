"""Problems, allergies and programmes of a chart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ces_tui.base.errors import BadInput, Refused
from ces_tui.clinic import Clinic
from tests.unit.care.people_of import TODAY, someone


def test_not_asked_none_and_known_are_three_different_things(clinic: Clinic) -> None:
    rosa = someone(clinic)
    assert clinic.allergies.state(rosa).sentence == "alergias: no se han preguntado"
    clinic.allergies.none_known(rosa)
    assert clinic.allergies.state(rosa).sentence == "sin alergias conocidas"
    clinic.allergies.add(rosa, "penicilina", group="penicilinas", reaction="ronchas", severity="grave")
    assert clinic.allergies.state(rosa).sentence == "penicilina (grave, ronchas)"


def test_none_is_refused_while_an_allergy_stands(clinic: Clinic) -> None:
    rosa = someone(clinic)
    known = clinic.allergies.add(rosa, "penicilina")
    with pytest.raises(Refused):
        clinic.allergies.none_known(rosa)
    with pytest.raises(BadInput):
        clinic.allergies.discard(rosa, known, "")
    clinic.allergies.discard(rosa, known, "Toleró amoxicilina sin reacción")
    clinic.allergies.none_known(rosa)
    assert clinic.allergies.state(rosa).asked


def test_the_same_allergy_is_kept_once(clinic: Clinic) -> None:
    rosa = someone(clinic)
    assert clinic.allergies.add(rosa, "Penicilina").id == clinic.allergies.add(rosa, "penicilína").id


def test_a_programme_is_left_with_an_outcome_and_can_be_entered_again(clinic: Clinic) -> None:
    rosa = someone(clinic)
    first = clinic.programmes.enrol(rosa, "diabetes")
    assert clinic.programmes.enrol(rosa, "diabetes").id == first.id
    with pytest.raises(Refused):
        clinic.programmes.close(rosa, first, "")
    closed = clinic.programmes.close(rosa, first, "trasladado")
    with pytest.raises(Refused):
        clinic.programmes.close(rosa, closed, "trasladado")
    assert clinic.programmes.enrol(rosa, "diabetes").id != first.id
    assert len(clinic.programmes.all(rosa)) == 2


def test_mental_health_is_in_the_chart_and_on_no_list(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.programmes.enrol(rosa, "salud_mental")
    clinic.programmes.enrol(rosa, "hipertension")
    assert clinic.programmes.open_kinds(rosa) == {"salud_mental", "hipertension"}
    assert clinic.programmes.listed() == {rosa: ["hipertensión"]}
    assert "mental" not in str(clinic.vault.projection("hot/programmes"))


def test_a_problem_is_listed_once_and_resolved_once(clinic: Clinic) -> None:
    rosa = someone(clinic)
    problem = clinic.problems.add(
        rosa, "Hipertensión esencial", code="I10", since=TODAY - timedelta(days=900)
    )
    assert clinic.problems.add(rosa, "HAS", code="I10").id == problem.id
    assert clinic.problems.add(rosa, "Dolor lumbar").id == clinic.problems.add(rosa, "dolor  LUMBAR").id
    resolved = clinic.problems.resolve(rosa, problem)
    assert [p.record.label for p in clinic.problems.active(rosa)] == ["Dolor lumbar"]
    with pytest.raises(Refused):
        clinic.problems.resolve(rosa, resolved)
    with pytest.raises(BadInput):
        clinic.problems.add(rosa, "x", since=TODAY + timedelta(days=1))
