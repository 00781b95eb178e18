"""The two pathways against their clinical source, written a second time here in plain Python."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from ces_tui.base.errors import BadInput
from ces_tui.guidance import library
from ces_tui.guidance.runner import run
from tests.unit.guidance.test_runner import COUGH, NORMAL, PRESSURE, WELL, whole_answers

DANGER = ("no_puede_beber", "vomita_todo", "convulsiones", "letargico", "estridor", "tiraje_grave")


def fast(age: int, rate: int) -> bool:
    """AIEPI: 60 below 2 months, 50 from 2 to 11, 40 from 12 to 59."""
    return rate >= (60 if age < 2 else 50 if age < 12 else 40)


def test_fast_breathing_at_every_age_and_rate() -> None:
    for age in range(60):
        for rate in range(20, 80):
            outcome = run(COUGH, {**WELL, "edad_meses": age, "fr_por_min": rate, "peso_kg": 8})
            drugs = [t.drug for t in outcome.treatment]
            if not fast(age, rate):
                assert drugs == [], (age, rate)
            elif age < 2:
                assert drugs == ["ampicilina", "gentamicina"] and outcome.gravity == 3, (age, rate)
            else:
                assert drugs == ["amoxicilina"] and outcome.follow_up_days == 2, (age, rate)


def test_amoxicillin_at_every_weight_and_age() -> None:
    for age in range(2, 60, 3):
        for tenths in range(20, 401, 3):
            kg = tenths / 10
            (line,) = run(COUGH, {**WELL, "edad_meses": age, "tiraje": True, "peso_kg": kg}).treatment
            assert line.dose_mg is not None and abs(line.dose_mg - min(40 * kg, 1000)) < 0.01
            assert (line.times_a_day, line.days, line.max_a_day, line.route) == (2, 5, 2000, "oral")


@settings(max_examples=300)
@given(whole_answers(COUGH))
def test_the_rules_of_safety_hold_for_any_child(answers: dict[str, Any]) -> None:
    try:
        outcome = run(COUGH, answers)
    except BadInput:
        return
    drugs = {t.drug for t in outcome.treatment}
    urgent = outcome.referral is not None and outcome.referral.level == "urgente"
    low = answers["spo2"] is not None and answers["spo2"] < 90
    if any(answers[d] for d in DANGER) or low:
        assert urgent and outcome.gravity == 3 and "gentamicina" in drugs and "amoxicilina" not in drugs
    if answers["edad_meses"] < 2:
        assert "amoxicilina" not in drugs
    if answers["alergia_penicilina"]:
        assert not drugs & {"amoxicilina", "ampicilina"}
    if outcome.gravity == 3:
        assert urgent


@settings(max_examples=300)
@given(whole_answers(PRESSURE))
def test_the_rules_of_safety_hold_for_any_adult(answers: dict[str, Any]) -> None:
    try:
        outcome = run(PRESSURE, answers)
    except BadInput:
        return
    drugs = {t.drug for t in outcome.treatment}
    level = outcome.referral.level if outcome.referral else None
    pas, pad = answers["pas_mmhg"], answers["pad_mmhg"]
    birth = answers["embarazo"] or answers["puerperio"]
    if birth or answers["puede_embarazarse"] or answers["contraindicacion_ara2"]:
        assert "telmisartán" not in drugs
    if birth:
        assert drugs <= {"nifedipino", "metildopa"}
        if pas >= 160 or pad >= 110:
            assert level == "urgente" and drugs == {"nifedipino"}
    if answers["dano_agudo"]:
        assert level == "urgente" and outcome.gravity == 3
    if pas >= 140 or pad >= 90:
        assert outcome.gravity >= 2
    if (
        pas < 140
        and pad < 90
        and not answers["hta_confirmada"]
        and answers["paso_actual"] == "0"
        and not birth
    ):
        assert not drugs


def test_the_pregnancy_branch_goes_before_the_steps() -> None:
    for pressure in ((118, 76), (150, 95), (170, 112), (200, 120)):
        outcome = run(
            PRESSURE, {**NORMAL, "embarazo": True, "pas_mmhg": pressure[0], "pad_mmhg": pressure[1]}
        )
        assert outcome.rule.startswith("embarazo"), pressure


def test_each_step_is_the_hearts_step() -> None:
    """HEARTS in the Americas (K): 40+5, 80+10, +12.5, +25 mg."""
    steps = {"0": (40, 5), "1": (80, 10), "2": (80, 10, 12.5), "3": (80, 10, 25)}
    for step, doses in steps.items():
        outcome = run(
            PRESSURE,
            {
                **NORMAL,
                "hta_confirmada": True,
                "pas_mmhg": 150,
                "pad_mmhg": 92,
                "paso_actual": step,
                "buen_apego": True,
                "semanas_en_paso": 4,
            },
        )
        assert tuple(t.dose_mg for t in outcome.treatment) == doses
        assert outcome.follow_up_days == 28


def test_unsure_figures_are_shown_as_to_be_confirmed_and_used_by_no_rule() -> None:
    for pathway in library.installed():
        assert all(t.certainty == "U" for t in pathway.pending)
        assert all(f.certainty in {"V", "K"} for f in pathway.figures.values())
    assert any("losartán" in t.text for t in PRESSURE.pending)
    assert any("320 mg" in t.text for t in COUGH.pending)
