"""A note of the register recorded by mistake stays in the chart, marked with its reason, and counts no more."""

from __future__ import annotations

import pytest

from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.clinic import Clinic
from tests.unit.screening.charts import RISPERIDONE, TODAY, become, in_care, receta, seen

WHY = "Era de otra persona"


def mark(clinic: Clinic, patient: str, note: str, reason: str = WHY) -> tuple[str, ...]:
    return clinic.consults.mark_other(patient, note, "addendum", reason).said


def test_a_session_by_mistake_counts_neither_as_session_nor_contact_nor_month_and_its_number_is_free(
    clinic: Clinic,
) -> None:
    patient = in_care(clinic)
    note = clinic.mental_health.add_session(patient, 1, "Respiración.")
    before = clinic.vault.state.n
    mark(clinic, patient, note.id)
    assert clinic.vault.state.n == before + 1
    case = clinic.mental_health.case(patient).case
    assert case.sessions == () and case.last_contact is None
    assert clinic.vault.projection("month/session/2026-11") == []
    assert clinic.mental_health.add_session(patient, 1).record.session == 1


def test_the_chart_keeps_it_marked_with_its_reason(clinic: Clinic) -> None:
    patient = in_care(clinic)
    note = clinic.mental_health.add_session(patient, 1, "Respiración.")
    mark(clinic, patient, note.id)
    [event] = [e for e in clinic.chart.timeline(patient) if e.type == "programme"]
    assert event.addenda[0].text.startswith(f"REGISTRADO POR ERROR ({WHY}): PM+, sesión 1")


def test_movements_by_mistake_leave_the_watch_as_it_was(clinic: Clinic) -> None:
    patient = in_care(clinic)
    seen(clinic, patient, TODAY, receta(RISPERIDONE), code="F20.9")
    note = clinic.mental_health.add_movements(patient, found=False)
    assert "movimientos" in clinic.mental_health.case(patient).case.measured
    mark(clinic, patient, note.id)
    assert "movimientos" not in clinic.mental_health.case(patient).case.measured


def test_a_question_by_mistake_leaves_the_list_and_takes_its_answer_off_hoy(clinic: Clinic) -> None:
    patient = in_care(clinic)
    question = clinic.reviews.ask(patient, "¿Subo la dosis?").id
    become(clinic, "supervision")
    clinic.reviews.answer(patient, question, "Suba a 40 mg.")
    become(clinic, "pasante")
    assert len(clinic.today.view().alerts) == 1
    assert mark(clinic, patient, question) == ("Se cerró la alerta que había abierto.",)
    assert clinic.reviews.lines() == [] and clinic.reviews.of(patient) == []
    assert clinic.today.view().alerts == []
    clinic.reviews.ask(patient, "¿Y ahora sí?")


def test_only_the_supervision_marks_its_answer_and_the_question_waits_again(clinic: Clinic) -> None:
    patient = in_care(clinic)
    question = clinic.reviews.ask(patient, "¿Subo la dosis?").id
    become(clinic, "supervision")
    answer = clinic.reviews.answer(patient, question, "Suba a 40 mg.").id
    become(clinic, "pasante")
    with pytest.raises(NotAllowed):
        mark(clinic, patient, answer)
    become(clinic, "supervision")
    mark(clinic, patient, answer)
    [line] = clinic.reviews.lines()
    assert line.state == "espera respuesta" and clinic.today.view().alerts == []


def test_without_a_reason_twice_or_by_who_may_not_know_nothing_is_marked(clinic: Clinic) -> None:
    patient = in_care(clinic)
    note = clinic.mental_health.add_session(patient, 1).id
    with pytest.raises(BadInput) as error:
        mark(clinic, patient, note, " ")
    assert error.value.field == "reason"
    become(clinic, "enfermeria")
    with pytest.raises(NotAllowed):
        mark(clinic, patient, note)
    become(clinic, "pasante")
    mark(clinic, patient, note)
    with pytest.raises(Refused):
        mark(clinic, patient, note)


def test_an_addendum_of_a_note_is_not_one_of_the_register(clinic: Clinic) -> None:
    patient = in_care(clinic)
    consult = seen(clinic, patient, TODAY)
    added = clinic.consults.addendum(patient, consult, "consult", "Se corrige la fecha.", "Fecha")
    with pytest.raises(BadInput):
        mark(clinic, patient, added.id)


def test_a_rebuild_gives_the_same_register_after_a_mark(clinic: Clinic) -> None:
    patient = in_care(clinic)
    note = clinic.mental_health.add_session(patient, 1, "Respiración.")
    mark(clinic, patient, note.id)
    from ces_tui.vault.rebuild import rebuild

    rebuild(clinic.vault)
    assert clinic.vault.projection("month/session/2026-11") == []
    assert clinic.mental_health.case(patient).case.sessions == ()
