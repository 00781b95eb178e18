"""The clinical history: NOM-004's minimum, one a patient, every wording kept, late entries marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_tui.base import content
from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, Conflict, NotAllowed, Refused
from ces_tui.clinic import Clinic
from ces_tui.consult.history import FILE, late, missing, pages, read
from tests.support import PASSPHRASE
from tests.unit.care.test_safety import PLAN
from tests.unit.consult.visits import TODAY, someone

ANSWERS = {
    "fam_resumen": "Madre con diabetes",
    "np_toxicomanias": "Niega",
    "pat_resumen": "Hipertensión desde 2019",
    "padecimiento": "Cansancio desde hace un mes",
    "ex_habitus": "Tranquila, bien hidratada",
    "dx": "Hipertensión arterial",
    "pronostico": "bueno",
    "tratamiento": "Sigue losartán",
}


@pytest.fixture
def woman(clinic: Clinic) -> str:
    return someone(clinic)


def test_it_is_signed_by_whom_when_and_which_pages(clinic: Clinic, woman: str) -> None:
    stored = clinic.histories.sign(woman, ANSWERS)
    [signature] = stored.record.signatures
    assert (signature.author, signature.day) == (clinic.me.id, TODAY)
    assert "familiares" in signature.pages and "mujer" not in signature.pages
    assert not late(signature)


def test_without_the_minimum_of_the_norm_it_is_refused_at_the_question(clinic: Clinic, woman: str) -> None:
    for key in ANSWERS:
        rest = {k: v for k, v in ANSWERS.items() if k != key}
        with pytest.raises(Refused, match="NOM-004") as refused:
            clinic.histories.sign(woman, rest)
        assert refused.value.field == key
    assert clinic.histories.get(woman) is None


def test_a_later_signature_keeps_the_earlier_and_names_what_changed(
    clinic: Clinic, woman: str, clock: FixedClock
) -> None:
    first = clinic.histories.sign(woman, ANSWERS)
    clock.advance(days=30)
    again = clinic.histories.sign(woman, ANSWERS | {"gin_hijos": "3"}, first)
    assert [s.pages for s in again.record.signatures][1] == ["mujer"]
    assert clinic.histories.get(woman) == again
    with pytest.raises(Refused, match="No cambió"):
        clinic.histories.sign(woman, again.record.answers, again)


def test_no_history_is_signed_over_an_unattended_risk_of_suicide(clinic: Clinic, woman: str) -> None:
    clinic.safety.raise_risk(woman, text="PHQ-9, ítem 9")
    with pytest.raises(Refused, match="plan de seguridad"):
        clinic.histories.sign(woman, ANSWERS)
    assert clinic.histories.get(woman) is None
    clinic.safety.fill(woman, PLAN)
    assert clinic.histories.sign(woman, ANSWERS).record.signatures


def test_two_people_writing_at_once_do_not_overwrite_each_other(clinic: Clinic, woman: str) -> None:
    first = clinic.histories.sign(woman, ANSWERS)
    clinic.histories.sign(woman, ANSWERS | {"gin_hijos": "3"}, first)
    with pytest.raises(Conflict):
        clinic.histories.sign(woman, ANSWERS | {"gin_hijos": "4"}, first)
    with pytest.raises(Refused, match="ya tiene"):
        clinic.histories.sign(woman, ANSWERS)


def test_an_interview_of_another_day_is_a_late_entry(clinic: Clinic, woman: str) -> None:
    stored = clinic.histories.sign(woman, ANSWERS, day=TODAY - timedelta(days=2))
    assert late(stored.record.signatures[0]) and stored.record.day == TODAY - timedelta(days=2)
    [event] = [e for e in clinic.chart.timeline(woman) if e.type == "history"]
    assert "entrada tardía" in event.line


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(1900, 1, 1)])
def test_an_interview_ahead_or_before_birth_is_refused(clinic: Clinic, woman: str, day: date) -> None:
    with pytest.raises(Refused) as refused:
        clinic.histories.sign(woman, ANSWERS, day=day)
    assert refused.value.field == "interview_day"


def test_sex_decides_which_block_there_is_and_the_other_is_never_kept(clinic: Clinic) -> None:
    man = someone(clinic, given="Juan", sex="M")
    stored = clinic.histories.sign(man, ANSWERS | {"gin_hijos": "3", "uro_psa": "1.2 en 2025"})
    assert "gin_hijos" not in stored.record.answers and stored.record.answers["uro_psa"]
    assert {p.key for p in pages("M")} ^ {p.key for p in pages("F")} == {"mujer", "hombre"}


def test_a_made_up_option_and_a_control_character_are_refused(clinic: Clinic, woman: str) -> None:
    with pytest.raises(BadInput):
        clinic.histories.sign(woman, ANSWERS | {"pronostico": "excelente"})
    with pytest.raises(BadInput):
        clinic.histories.sign(woman, ANSWERS | {"dx": "a\x1b[31m"})


def test_the_nurse_does_not_sign_it(clinic: Clinic, woman: str) -> None:
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.histories.sign(woman, ANSWERS)


def test_marked_as_a_mistake_it_makes_room_for_the_right_one(clinic: Clinic, woman: str) -> None:
    wrong = clinic.histories.sign(woman, ANSWERS)
    clinic.consults.mark_other(woman, wrong.id, "history", "Era de otra persona")
    assert clinic.histories.get(woman) is None
    assert clinic.histories.sign(woman, ANSWERS).id != wrong.id


def test_keys_are_unique_and_what_is_required_exists() -> None:
    """The content file as it ships."""
    for sex in ("F", "M"):
        keys = [q.key for page in pages(sex) for q in page.questions]
        assert len(keys) == len(set(keys))
        assert all(set(page.required) <= {q.key for q in page.questions} for page in pages(sex))
        assert {q.key for _, q in missing({}, sex)} == set(ANSWERS)


def test_no_question_was_cut_by_a_comma() -> None:
    """In the file an unquoted comma would end a label and leave a key that means nothing."""
    known = {"key", "label", "hint", "options", "long"}
    for page in content.load(FILE)["pages"]:
        for question in page["questions"]:
            assert set(question) <= known and None not in question.values(), question


def test_it_reads_by_pages_with_the_words_of_its_options() -> None:
    assert (
        "Resultados, diagnósticos y plan",
        ["Diagnósticos: x", "Pronóstico: reservado a evolución"],
    ) in read({"dx": "x", "pronostico": "reservado"}, "F")
