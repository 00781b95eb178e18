"""A question about a case gets a written answer that stays on Hoy of whoever asked until they sign that they read it."""

from __future__ import annotations

import pytest

from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.clinic import Clinic
from tests.unit.screening.charts import TODAY, become, in_care


def asked(clinic: Clinic, patient: str) -> str:
    return clinic.reviews.ask(patient, "Lleva 8 semanas con 20 mg y no baja. ¿Subo?").id


def answered(clinic: Clinic, patient: str) -> tuple[str, str]:
    question = asked(clinic, patient)
    become(clinic, "supervision")
    answer = clinic.reviews.answer(patient, question, "Suba a 40 mg y véala en dos semanas.").id
    return question, answer


def test_the_answer_is_on_hoy_as_a_reserved_matter_of_the_asker_until_it_is_read(clinic: Clinic) -> None:
    patient = in_care(clinic)
    asker = clinic.me.id
    assert clinic.today.view().alerts == []
    _, answer = answered(clinic, patient)
    become(clinic, "pasante")
    [line] = clinic.today.view().alerts
    number = clinic.registry.get(patient).record.clinic_number
    assert (line.reserved, line.what, line.who, line.owner, line.due) == (
        True,
        "asunto reservado",
        number,
        asker,
        TODAY,
    )
    clinic.reviews.mark_read(patient, answer)
    assert clinic.today.view().alerts == []
    [review] = clinic.reviews.of(patient)
    assert review.answers[0].record.text.startswith("Suba a 40") and answer in review.read


def test_the_answer_its_alert_and_the_reading_are_one_save_each(clinic: Clinic) -> None:
    patient = in_care(clinic)
    question = asked(clinic, patient)
    become(clinic, "supervision")
    before = clinic.vault.state.n
    answer = clinic.reviews.answer(patient, question, "Suba a 40 mg.").id
    assert clinic.vault.state.n == before + 1
    become(clinic, "pasante")
    before = clinic.vault.state.n
    clinic.reviews.mark_read(patient, answer)
    assert clinic.vault.state.n == before + 1
    clinic.reviews.mark_read(patient, answer)
    assert clinic.vault.state.n == before + 1, "reading it again changes nothing"


def test_the_list_names_numbers_and_puts_what_waits_first(clinic: Clinic) -> None:
    done, waits = in_care(clinic), in_care(clinic, given="Berta")
    _, answer = answered(clinic, done)
    become(clinic, "pasante")
    asked(clinic, waits)
    states = [(line.patient, line.state) for line in clinic.reviews.lines()]
    assert states == [(waits, "espera respuesta"), (done, "respondida, sin leer")]
    clinic.reviews.mark_read(done, answer)
    assert clinic.reviews.lines()[-1].state == "leída"
    assert clinic.reviews.lines()[0].number == clinic.registry.get(waits).record.clinic_number


def test_one_question_at_a_time_and_none_without_words(clinic: Clinic) -> None:
    patient = in_care(clinic)
    with pytest.raises(BadInput) as error:
        clinic.reviews.ask(patient, " \n ")
    assert error.value.field == "text"
    question = asked(clinic, patient)
    with pytest.raises(Refused, match="sin respuesta"):
        asked(clinic, patient)
    become(clinic, "supervision")
    clinic.reviews.answer(patient, question, "Espere dos semanas.")
    become(clinic, "pasante")
    asked(clinic, patient)


def test_only_the_supervision_answers_and_never_its_own_question(clinic: Clinic) -> None:
    patient = in_care(clinic)
    question = asked(clinic, patient)
    with pytest.raises(NotAllowed):
        clinic.reviews.answer(patient, question, "Yo misma.")
    become(clinic, "supervision")
    with pytest.raises(NotFound):
        clinic.reviews.answer(patient, clinic.vault.new_id(), "¿Cuál?")
    own = clinic.reviews.ask(patient, "¿Y la familia?").id
    with pytest.raises(NotAllowed, match="su propia"):
        clinic.reviews.answer(patient, own, "Bien.")


def test_only_who_asked_signs_that_it_was_read(clinic: Clinic) -> None:
    patient = in_care(clinic)
    _, answer = answered(clinic, patient)
    with pytest.raises(NotAllowed, match="quien preguntó"):
        clinic.reviews.mark_read(patient, answer)
    with pytest.raises(NotFound):
        clinic.reviews.mark_read(patient, clinic.vault.new_id())


def test_a_half_written_question_goes_with_its_signature(clinic: Clinic) -> None:
    patient = in_care(clinic)
    draft = clinic.vault.new_id()
    clinic.vault.drafts.save(draft, place="revision_casos", patient=patient, data={"text": "¿Subo"})
    [line] = clinic.today.drafts()
    assert (line.what, line.title) == ("asunto reservado", "")
    with pytest.raises(BadInput):
        clinic.reviews.ask(patient, "", draft=draft)
    assert len(clinic.today.drafts()) == 1
    clinic.reviews.ask(patient, "¿Subo la dosis?", draft=draft)
    assert clinic.today.drafts() == []


def test_an_answer_leaves_hoy_by_being_read_and_in_no_other_way(clinic: Clinic) -> None:
    """Closed with a reason it would be off Hoy and unread in the register at once."""
    patient = in_care(clinic)
    _, answer = answered(clinic, patient)
    for role in ("pasante", "supervision"):
        become(clinic, role)
        [line] = clinic.today.view().alerts
        with pytest.raises(Refused, match="al leerla"):
            clinic.alerts.close(patient, line.id, "Ya la vi")
    become(clinic, "pasante")
    clinic.reviews.mark_read(patient, answer)
    assert clinic.today.view().alerts == []
    assert [line.state for line in clinic.reviews.lines()] == ["leída"]


def test_the_supervision_is_told_how_many_questions_wait_and_nobody_else(clinic: Clinic) -> None:
    patient = in_care(clinic)
    question = asked(clinic, patient)
    assert clinic.reviews.waiting() == 0
    become(clinic, "supervision")
    assert clinic.reviews.waiting() == 1
    assert "Por responder: 1 pregunta sobre un caso (0 y r)." in clinic.greeting
    clinic.reviews.answer(patient, question, "Suba a 40 mg.")
    assert clinic.reviews.waiting() == 0
    become(clinic, "enfermeria")
    assert clinic.reviews.waiting() == 0


def test_only_who_asked_is_offered_to_sign_the_reading(clinic: Clinic) -> None:
    patient = in_care(clinic)
    answered(clinic, patient)
    [review] = clinic.reviews.of(patient)
    assert not clinic.reviews.may_read(review)
    become(clinic, "pasante")
    [review] = clinic.reviews.of(patient)
    assert clinic.reviews.may_read(review)
