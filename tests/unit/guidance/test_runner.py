"""Running a pathway: one outcome, the fields of bad answers named, only needed questions asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput, Refused
from ces_tui.guidance import library
from ces_tui.guidance.pathway import Input, Pathway
from ces_tui.guidance.runner import next_question, run

COUGH = library.get("tos_ninez")
PRESSURE = library.get("hipertension")
WELL: dict[str, Any] = dict(COUGH.cases[0].answers)
NORMAL: dict[str, Any] = dict(PRESSURE.cases[0].answers)
SHAPE = ["protocol", "version", "classification", "gravity", "why", "treatment", "referral", "follow_up_days"]
LINE = ["drug", "dose", "unit", "dose_mg", "route", "times_a_day", "days", "max_a_day"]


def one_answer(spec: Input) -> st.SearchStrategy[Any]:
    if spec.kind == "yes_no":
        known: st.SearchStrategy[Any] = st.booleans()
    elif spec.kind == "choice":
        known = st.sampled_from([o.value for o in spec.options])
    elif spec.integer:
        known = st.integers(int(spec.low), int(spec.high))
    else:
        known = st.integers(int(spec.low * 10), int(spec.high * 10)).map(lambda tenths: tenths / 10)
    return known if spec.required else st.none() | known


def whole_answers(pathway: Pathway) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: one_answer(spec) for name, spec in pathway.inputs.items()})


@given(whole_answers(COUGH) | st.just(WELL))
def test_the_outcome_has_exactly_the_agreed_shape(answers: dict[str, Any]) -> None:
    try:
        body = run(COUGH, answers).as_json()
    except BadInput:
        return
    assert list(body) == SHAPE
    assert body["protocol"] == "tos_ninez" and body["gravity"] in {1, 2, 3} and body["why"]
    for line in body["treatment"]:
        assert list(line) == LINE
        assert line["unit"] in {"mg", "mL", "UI", "disparo", "g", "tableta"}
        assert (line["dose_mg"] is None) == (line["unit"] not in {"mg", "g"})
        assert line["dose"] * line["times_a_day"] <= line["max_a_day"]


@pytest.mark.parametrize("pathway", [COUGH, PRESSURE], ids=lambda p: p.id)
@given(data=st.data())
def test_asking_only_what_is_needed_gives_the_same_place(pathway: Pathway, data: st.DataObject) -> None:
    answers = data.draw(whole_answers(pathway))
    try:
        whole = run(pathway, answers)
    except BadInput:
        return
    given_: dict[str, Any] = {}
    while question := next_question(pathway, given_):
        assert question.name not in given_
        given_[question.name] = answers[question.name]
    few = run(pathway, given_, partial=True)
    assert (few.rule, few.treatment, few.referral) == (whole.rule, whole.treatment, whole.referral)


@pytest.mark.parametrize(("pathway", "answers"), [(COUGH, WELL), (PRESSURE, NORMAL)], ids=["tos", "hta"])
def test_a_missing_required_answer_is_named(pathway: Pathway, answers: dict[str, Any]) -> None:
    for spec in pathway.inputs.values():
        if not spec.required:
            continue
        for less in ({k: v for k, v in answers.items() if k != spec.name}, {**answers, spec.name: None}):
            with pytest.raises(BadInput, match=spec.name) as raised:
                run(pathway, less)
            assert raised.value.field == spec.name


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"edad_meses": 60}, "edad_meses"),
        ({"edad_meses": -1}, "edad_meses"),
        ({"edad_meses": 7.5}, "edad_meses"),
        ({"edad_meses": True}, "edad_meses"),
        ({"edad_meses": "dos"}, "edad_meses"),
        ({"peso_kg": float("nan")}, "peso_kg"),
        ({"peso_kg": float("inf")}, "peso_kg"),
        ({"peso_kg": 0}, "peso_kg"),
        ({"peso_kg": [7]}, "peso_kg"),
        ({"tiraje": "quizá"}, "tiraje"),
        ({"tiraje": 2}, "tiraje"),
        ({"color": "rojo"}, "color"),
    ],
)
def test_an_impossible_answer_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as raised:
        run(COUGH, {**WELL, **change})
    assert raised.value.field == field


def test_numbers_may_be_written_as_people_do() -> None:
    outcome = run(COUGH, {**WELL, "peso_kg": "7,3", "tiraje": "sí", "edad_meses": "8"})
    assert outcome.treatment[0].dose_mg == 292


def test_an_absent_optional_answer_takes_its_default() -> None:
    without = {k: v for k, v in WELL.items() if k not in {"spo2", "temperatura_c"}}
    assert run(COUGH, without).rule == run(COUGH, {**WELL, "peso_hace_dias": 0}).rule


def test_a_stale_weight_doses_nobody_but_stops_no_child_without_a_dose() -> None:
    with pytest.raises(Refused) as raised:
        run(COUGH, {**WELL, "tiraje": True, "peso_hace_dias": 31})
    assert raised.value.field == "peso_kg"
    assert run(COUGH, {**WELL, "peso_hace_dias": 31}).rule == "tos_sin_neumonia"


def test_a_danger_sign_asks_for_no_more_than_the_dose_needs() -> None:
    given_: dict[str, Any] = {"edad_meses": 20, "no_puede_beber": True}
    asked = []
    while question := next_question(COUGH, given_):
        asked.append(question.name)
        given_[question.name] = {
            "alergia_penicilina": False,
            "sibilancias": False,
            "peso_kg": 10,
            "peso_hace_dias": 0,
        }[question.name]
    assert set(asked) == {"alergia_penicilina", "sibilancias", "peso_kg", "peso_hace_dias"}
    assert [t.drug for t in run(COUGH, given_, partial=True).treatment] == ["ampicilina", "gentamicina"]


def test_two_referrals_become_the_graver_with_both_reasons() -> None:
    outcome = run(
        PRESSURE,
        {**NORMAL, "pas_mmhg": 190, "pad_mmhg": 100, "edad_anios": 25, "paso_actual": "4", "tfge_ml_min": 20},
    )
    assert outcome.referral is not None and outcome.referral.level == "ordinaria"
    assert "secundaria" in outcome.referral.text and "resistente" in outcome.referral.text


def test_the_note_stands_alone() -> None:
    text = run(COUGH, {**WELL, "tiraje": True, "peso_kg": 7.3, "edad_meses": 8}).note_text()
    for said in (
        "Clasificación: Neumonía [amarillo: tratar y vigilar de cerca]",
        "amoxicilina 292 mg oral cada 12 h por 5 días (máximo 1000 mg por dosis, 2000 mg al día)",
        "2.9 mL de suspensión 500 mg/5 mL",
        "volver en 2 días",
        "AIEPI",
        "versión 1.0",
        "pendiente de revisión clínica",
    ):
        assert said in text
    assert all(line == line.rstrip() for line in text.splitlines())
