"""Checks of a prescription: what stops, what asks a reason, what only shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_tui.pharmacy.findings import Finding, PatientFacts
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.levels import Level
from ces_tui.pharmacy.records import Override, PrescriptionLine
from ces_tui.pharmacy.rules import CurrentMedicine
from ces_tui.pharmacy.safety import check, unanswered
from tests.unit.pharmacy.samples import (
    AMOXICILLIN,
    AMOXICILLIN_SUSPENSION,
    IBUPROFEN,
    LOSARTAN,
    METFORMIN,
    METHOTREXATE,
    PARACETAMOL,
    TODAY,
    TRAMADOL_PARACETAMOL,
    adult,
    allergic,
    child,
    line,
)


def found(facts: PatientFacts, *lines: PrescriptionLine) -> dict[str, Finding]:
    return {f.key: f for f in check(lines, facts, entries().get)}


def levels(facts: PatientFacts, *lines: PrescriptionLine) -> set[tuple[str, Level]]:
    return {(key.split(":")[0], f.level) for key, f in found(facts, *lines).items()}


def test_nothing_is_said_about_a_harmless_prescription() -> None:
    assert found(adult(), line(PARACETAMOL)) == {}


def test_a_grave_allergy_stops_the_whole_class() -> None:
    assert ("alergia", "contraindicada") in levels(adult(allergies=allergic("Penicilina")), line(AMOXICILLIN))


def test_a_slight_allergy_asks_a_reason() -> None:
    assert ("alergia", "mayor") in levels(adult(allergies=allergic("penicilina", "leve")), line(AMOXICILLIN))


def test_a_cross_reaction_asks_a_reason_after_anaphylaxis() -> None:
    cephalexin = line("cefalexina-tableta-o-capsula-500-mg")
    assert ("alergia", "mayor") in levels(adult(allergies=allergic("amoxicilina")), cephalexin)


def test_an_allergy_counts_for_creams_too() -> None:
    cream = line("sulfadiazina-de-plata-crema-1-pct")
    assert ("alergia", "contraindicada") in levels(adult(allergies=allergic("sulfas")), cream)


def test_an_unrelated_allergy_says_nothing() -> None:
    assert found(adult(allergies=allergic("polvo")), line(AMOXICILLIN)) == {}


def test_the_paracetamol_inside_tramadol_paracetamol_is_a_duplicate() -> None:
    hits = found(adult(), line(PARACETAMOL), line(TRAMADOL_PARACETAMOL))
    (double,) = [f for key, f in hits.items() if key.startswith("doble:")]
    assert double.level == "mayor" and "Paracetamol" in double.text


def test_a_day_cap_sums_over_products() -> None:
    """8 x 325 mg and 4 x 500 mg are 4,600 mg of paracetamol."""
    combined = line(TRAMADOL_PARACETAMOL, morning="4", night="4")
    hits = found(adult(), combined, line(PARACETAMOL, morning="2", night="2"))
    assert "4600 mg" in hits["tope_dia:paracetamol"].text


def test_what_the_patient_already_takes_is_a_duplicate_unless_renewed_or_stopped() -> None:
    taking = CurrentMedicine(line(PARACETAMOL), TODAY, TODAY + timedelta(days=9))
    facts = adult(current=(taking,))
    assert ("doble", "mayor") in levels(facts, line(TRAMADOL_PARACETAMOL))
    assert ("doble", "mayor") not in levels(facts, line(PARACETAMOL))
    stopped = line(PARACETAMOL, stopped=True)
    assert ("doble", "mayor") not in levels(facts, line(TRAMADOL_PARACETAMOL), stopped)


def test_losartan_with_spironolactone_asks_a_reason() -> None:
    assert ("interaccion", "mayor") in levels(adult(), line(LOSARTAN), line("espironolactona-tableta-25-mg"))


def test_an_interaction_reaches_the_combined_product() -> None:
    combined = line("losartan-hidroclorotiazida-tableta-50-12p5-mg")
    assert ("interaccion", "mayor") in levels(adult(), combined, line("litio-tableta-300-mg"))


def test_a_class_name_reaches_its_members() -> None:
    """'anticonceptivo oral' stands for levonorgestrel/ethinylestradiol, 'rifampicina' for the fixed TB combination."""
    pill = line("levonorgestrel-etinilestradiol-gragea-0p15-0p03-mg")
    tb = line("isoniazida-rifampicina-pirazinamida-etambutol-tableta-75-150-400-300-mg")
    assert any(key == "interaccion" for key, _ in levels(adult(), pill, tb))


def test_enalapril_with_losartan_stops() -> None:
    enalapril = line("enalapril-tableta-o-capsula-10-mg")
    assert ("interaccion", "contraindicada") in levels(adult(), line(LOSARTAN), enalapril)


def test_ceftriaxone_with_calcium_stops_in_newborns_only() -> None:
    pair = (line("ceftriaxona-inyectable-1-g"), line("gluconato-de-calcio-inyectable-10-pct"))
    newborn = child(birth=TODAY - timedelta(days=10), weight_kg=3.0)
    assert ("interaccion", "contraindicada") in levels(newborn, *pair)
    assert ("interaccion", "moderada") in levels(adult(), *pair)


def test_what_is_applied_outside_does_not_interact() -> None:
    drops = line("ciprofloxacino-solucion-oftalmica-3-mg-ml")
    assert found(adult(), drops, line("tizanidina-tableta-4-mg")).keys() == set()


@pytest.mark.parametrize(
    ("item", "weeks", "level"),
    [
        (LOSARTAN, 8, "contraindicada"),
        (IBUPROFEN, 10, None),
        (IBUPROFEN, 22, "mayor"),
        (IBUPROFEN, 30, "contraindicada"),
        (IBUPROFEN, None, "mayor"),
        (PARACETAMOL, 30, None),
        (METHOTREXATE, 8, "contraindicada"),
    ],
)
def test_pregnancy_rules_follow_the_weeks(item: str, weeks: int | None, level: Level | None) -> None:
    facts = adult(birth=date(1996, 1, 1), pregnant=True, gestation_weeks=weeks)
    hit = found(facts, line(item, weekday=0)).get(f"embarazo:{item}")
    assert (hit.level if hit else None) == level


def test_valproate_asks_a_reason_of_whoever_may_become_pregnant_and_of_nobody_else() -> None:
    valproate = line("acido-valproico-capsula-250-mg")
    young = {"birth": date(2000, 1, 1), "pregnant": False}
    assert ("fertil", "mayor") in levels(adult(**young), valproate)
    assert ("fertil", "mayor") not in levels(adult(pregnant=False), valproate)
    assert ("fertil", "mayor") not in levels(adult(**young, sex="M"), valproate)


def test_an_unknown_pregnancy_is_asked_about_but_stops_nothing() -> None:
    facts = adult(birth=date(1996, 1, 1))
    assert ("embarazo?", "moderada") in levels(facts, line(LOSARTAN))


@pytest.mark.parametrize(
    ("item", "months", "level"),
    [
        ("loperamida-comprimido-2-mg", 60, "contraindicada"),
        ("tramadol-capsula-o-tableta-50-mg", 100, "contraindicada"),
        ("acido-acetilsalicilico-tableta-soluble-300-mg", 100, "contraindicada"),
        ("metoclopramida-tableta-10-mg", 60, "mayor"),
        ("loperamida-comprimido-2-mg", 160, None),
    ],
)
def test_child_bans_stop_or_ask_by_age(item: str, months: int, level: Level | None) -> None:
    birth = date(TODAY.year - months // 12, 1, 1)
    hit = found(child(birth=birth, weight_kg=25.0), line(item)).get(f"edad:{item}")
    assert (hit.level if hit else None) == level


def test_kidney_function_stops_metformin_below_30() -> None:
    assert ("rinon", "contraindicada") in levels(adult(egfr=25.0), line(METFORMIN))
    assert ("rinon", "mayor") in levels(adult(egfr=40.0), line(METFORMIN))
    assert ("rinon", "mayor") not in levels(adult(egfr=70.0), line(METFORMIN))


def test_a_child_s_dose_above_every_indication_stops() -> None:
    too_much = line(AMOXICILLIN_SUSPENSION, morning="10", night="10", days=7)
    right = line(AMOXICILLIN_SUSPENSION, morning="5", night="5", days=7)
    assert ("tope_nino", "contraindicada") in levels(child(), too_much)
    assert levels(child(), right) == set()


def test_a_stale_weight_asks_to_weigh_again() -> None:
    stale = child(weight_day=TODAY - timedelta(days=60))
    assert ("peso", "mayor") in levels(stale, line(AMOXICILLIN_SUSPENSION, morning="5", night="5", days=7))


def test_daily_methotrexate_stops_and_weekly_shows_its_risk() -> None:
    assert ("semanal", "contraindicada") in levels(adult(), line(METHOTREXATE))
    assert ("semanal", "contraindicada") not in levels(adult(), line(METHOTREXATE, weekday=2))
    assert ("alto_riesgo", "moderada") in levels(adult(), line(METHOTREXATE, weekday=2))


def test_a_reason_answers_a_major_finding_and_never_a_contraindication() -> None:
    facts = adult(allergies=allergic("penicilina"))
    lines = [
        line(AMOXICILLIN),
        line(LOSARTAN),
        line("espironolactona-tableta-25-mg"),
    ]
    findings = check(lines, facts, entries().get)
    reasons = tuple(Override(warning=f.key, reason="vigilado") for f in findings)
    answered = [*lines[:2], line(lines[2].item, overrides=reasons)]
    assert {f.level for f in unanswered(answered, findings)} == {"contraindicada"}
    assert {f.level for f in unanswered(lines, findings)} == {"contraindicada", "mayor"}


def test_findings_come_gravest_first_and_once() -> None:
    facts = adult(allergies=allergic("penicilina"))
    findings = check([line(AMOXICILLIN), line(PARACETAMOL), line(TRAMADOL_PARACETAMOL)], facts, entries().get)
    order = ["contraindicada", "mayor", "moderada"]
    assert [f.level for f in findings] == sorted((f.level for f in findings), key=order.index)
    assert len({f.key for f in findings}) == len(findings)
