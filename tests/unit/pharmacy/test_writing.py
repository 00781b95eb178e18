"""What a receta's form gets from the room: offers, computed quantities, child doses, reasons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_tui.base.errors import BadInput
from ces_tui.care.records import Allergy, Programme, Vitals
from ces_tui.clinic import Clinic
from ces_tui.pharmacy.writing import Typed, Writer, typed_of
from tests.unit.pharmacy.samples import (
    AMOXICILLIN,
    AMOXICILLIN_SUSPENSION,
    LOSARTAN,
    TODAY,
    line,
)
from tests.unit.pharmacy.shelf import add_patient, stocked

LACTULOSE = "lactulosa-jarabe-10-g-15-ml"


def writer(clinic: Clinic, **fields: object) -> Writer:
    return Writer(clinic.desk, add_patient(clinic, **fields))


def test_what_is_on_the_shelf_is_offered_before_what_is_out(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)
    offers = writer(clinic).suggest("losart")
    assert (offers[0].entry.id, offers[0].ces, offers[0].stock) == (LOSARTAN, 30, "CES 30  SSA 0")
    assert offers[1].stock == "agotado"


def test_a_blank_quantity_is_the_computed_one_and_a_typed_one_stands(clinic: Clinic) -> None:
    w = writer(clinic)
    typed = Typed(LOSARTAN, ("1", "", "", "1/2"), days="30")
    assert w.quantity(typed) == 45
    assert w.line(typed).quantity == 45
    assert w.line(Typed(LOSARTAN, ("1",), days="30", quantity="10")).quantity == 10


def test_zero_typed_means_that_nothing_leaves_from_here(clinic: Clinic) -> None:
    assert writer(clinic).line(Typed(LOSARTAN, ("1",), days="30", quantity="0")).quantity == 0


def test_an_unknown_container_asks_for_the_quantity(clinic: Clinic) -> None:
    with pytest.raises(BadInput) as asked:
        writer(clinic).line(Typed(LACTULOSE, ("15",), days="5"))
    assert asked.value.field == "quantity"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Typed("", ("1",)), "item"),
        (Typed(LOSARTAN, ("x",)), "dose"),
        (Typed(LOSARTAN, ("1",), days="mes"), "days"),
        (Typed(LOSARTAN, ("1",), days="30", give="1"), "give_reason"),
    ],
)
def test_what_is_wrong_names_its_field(clinic: Clinic, typed: Typed, field: str) -> None:
    with pytest.raises(BadInput) as wrong:
        writer(clinic).line(typed)
    assert wrong.value.field == field


def test_a_line_comes_back_into_the_form_as_it_was(clinic: Clinic) -> None:
    made = line(LOSARTAN, morning="1", night="0.5", quantity=45, source="CES", route="oral")
    assert writer(clinic).line(typed_of(made)) == made


def test_a_child_gets_doses_by_weight_and_an_adult_none(clinic: Clinic) -> None:
    patient = add_patient(clinic, birth=date(2024, 10, 1), sex="M")
    clinic.vault.shelf("vitals", Vitals, patient).add(Vitals(day=TODAY, at=1, author="x", weight_kg=12))
    w = Writer(clinic.desk, patient)
    entry = w.get(AMOXICILLIN_SUSPENSION)
    assert entry is not None
    cough = next(d for d in w.child_doses(entry) if d.row.indication == "neumonía (AIEPI)")
    assert cough.parts() == ["5", "", "", "5"]
    assert "500 mg = 5 mL" in cough.text
    assert Writer(clinic.desk, add_patient(clinic)).child_doses(entry) == []


def test_without_a_fresh_weight_the_dose_is_refused_in_words(clinic: Clinic) -> None:
    patient = add_patient(clinic, birth=date(2024, 10, 1), sex="M")
    old = Vitals(day=TODAY - timedelta(days=90), at=1, author="x", weight_kg=12)
    clinic.vault.shelf("vitals", Vitals, patient).add(old)
    w = Writer(clinic.desk, patient)
    entry = w.get(AMOXICILLIN_SUSPENSION)
    assert entry is not None
    doses = w.child_doses(entry)
    assert doses and all(d.dose is None and "Péselo de nuevo" in d.refusal for d in doses)


def test_the_facts_come_from_vitals_allergies_and_programmes(clinic: Clinic) -> None:
    patient = add_patient(clinic, birth=date(1998, 1, 1))
    vault = clinic.vault
    vault.shelf("allergy", Allergy, patient).add(Allergy(day=TODAY, substance="Penicilina", severity="grave"))
    vault.shelf("vitals", Vitals, patient).add(
        Vitals(day=TODAY, at=1, author="x", weight_kg=60, pregnant=False)
    )
    vault.shelf("programme", Programme, patient).add(Programme(day=TODAY, kind="prenatal", opened=TODAY))
    facts = clinic.dispensing.facts(patient)
    assert (facts.weight_kg, facts.pregnant, facts.allergies_asked) == (60, True, True)
    assert [a.substance for a in facts.allergies] == ["Penicilina"]


def test_an_allergy_that_was_ruled_out_says_nothing(clinic: Clinic) -> None:
    patient = add_patient(clinic)
    ended = Allergy(day=TODAY, substance="Penicilina", severity="grave", active=False)
    clinic.vault.shelf("allergy", Allergy, patient).add(ended)
    assert clinic.dispensing.check(patient, [line(AMOXICILLIN)]) == []


def test_a_reason_is_kept_on_the_line_it_is_about(clinic: Clinic) -> None:
    w = writer(clinic)
    lines = [line(LOSARTAN), line("espironolactona-tableta-25-mg")]
    (asked,) = w.unanswered(lines)
    answered = w.answer(lines, {asked.key: " vigilo  potasio "})
    assert w.unanswered(answered) == []
    assert [o.reason for x in answered for o in x.overrides] == ["vigilo potasio"]
