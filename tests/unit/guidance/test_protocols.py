"""Protocols on a real chart: what is known comes with its day, what is stale or not of today is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, NotFound
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient, Sex
from tests.support import PASSPHRASE


def person(clinic: Clinic, birth: date, sex: Sex = "F") -> str:
    record = Patient(given="Luz Invento", surname1="Ficticia", sex=sex, birth=birth, day=clinic.desk.today())
    return clinic.vault.shelf("patient", Patient).add(record).id


def measured(clinic: Clinic, patient: str, **signs: Any) -> None:
    clinic.vitals.take(patient, Vitals(day=clinic.desk.today(), **signs), confirmed=list(signs))


@pytest.fixture
def child(clinic: Clinic) -> str:
    """Eight months old."""
    return person(clinic, date(2026, 3, 1))


def known(clinic: Clinic, protocol: str, patient: str) -> dict[str, object]:
    return clinic.protocols.prefill(protocol, patient).values()


def test_age_weight_and_todays_signs_come_from_the_chart_with_their_day(clinic: Clinic, child: str) -> None:
    measured(clinic, child, weight_kg=7.3, respiration=55)
    found = clinic.protocols.prefill("tos_ninez", child)
    assert found.values() == {
        "edad_meses": 8,
        "peso_kg": 7.3,
        "peso_hace_dias": 0,
        "fr_por_min": 55,
        "cumplio_7_dias": True,
    }
    assert found.known["peso_kg"].day == date(2026, 11, 20)
    assert found.known["fr_por_min"].where == "signos de hoy"


def test_yesterdays_breathing_is_asked_again_and_the_weight_kept(
    clinic: Clinic, clock: FixedClock, child: str
) -> None:
    measured(clinic, child, weight_kg=7.3, respiration=55)
    clock.advance(days=14)
    values = known(clinic, "tos_ninez", child)
    assert "fr_por_min" not in values
    assert (values["peso_kg"], values["peso_hace_dias"]) == (7.3, 14)


def test_a_stale_weight_is_left_out_and_said(clinic: Clinic, clock: FixedClock, child: str) -> None:
    measured(clinic, child, weight_kg=7.3)
    clock.advance(days=15)
    found = clinic.protocols.prefill("tos_ninez", child)
    assert not {"peso_kg", "peso_hace_dias"} & set(found.values())
    assert "7.3 kg, 20/11/2026" in found.notes[0] and "pese hoy" in found.notes[0]


def test_a_weight_typed_now_is_of_today(clinic: Clinic) -> None:
    assert clinic.protocols.answered("tos_ninez", {}, "peso_kg", 7.5) == {"peso_kg": 7.5, "peso_hace_dias": 0}
    assert clinic.protocols.answered("tos_ninez", {}, "tiraje", True) == {"tiraje": True}


def test_a_penicillin_allergy_counts_by_its_class_and_an_unasked_one_is_asked(
    clinic: Clinic, child: str
) -> None:
    assert "alergia_penicilina" not in known(clinic, "tos_ninez", child)
    clinic.allergies.none_known(child)
    assert known(clinic, "tos_ninez", child)["alergia_penicilina"] is False
    clinic.allergies.add(child, "Ampicilina")
    assert known(clinic, "tos_ninez", child)["alergia_penicilina"] is True


def test_another_allergy_does_not_say_no_to_penicillin(clinic: Clinic, child: str) -> None:
    clinic.allergies.add(child, "Ibuprofeno")
    assert "alergia_penicilina" not in known(clinic, "tos_ninez", child)


def test_pregnancy_and_known_disease_come_from_signs_programmes_and_problems(clinic: Clinic) -> None:
    woman = person(clinic, date(1990, 5, 1))
    assert not {"embarazo", "puede_embarazarse", "hta_confirmada", "ecv_dm_erc"} & set(
        known(clinic, "hipertension", woman)
    )
    clinic.programmes.enrol(woman, "prenatal")
    clinic.programmes.enrol(woman, "hipertension")
    clinic.problems.add(woman, "Enfermedad renal crónica", code="N183")
    values = known(clinic, "hipertension", woman)
    assert (values["embarazo"], values["hta_confirmada"], values["ecv_dm_erc"]) == (True, True, True)


def test_men_and_the_old_are_not_asked_about_pregnancy(clinic: Clinic) -> None:
    for patient in (person(clinic, date(1990, 5, 1), "M"), person(clinic, date(1950, 5, 1))):
        values = known(clinic, "hipertension", patient)
        assert (values["embarazo"], values["puerperio"], values["puede_embarazarse"]) == (False, False, False)


def test_only_the_ages_it_is_written_for_fit(clinic: Clinic, child: str) -> None:
    adult = person(clinic, date(1980, 1, 1))
    cough, pressure = clinic.protocols.get("tos_ninez"), clinic.protocols.get("hipertension")
    fits = clinic.protocols.fits
    assert (fits(cough, child), fits(pressure, child)) == (True, False)
    assert (fits(cough, adult), fits(pressure, adult)) == (False, True)


def test_search_forgives_accents_and_knows_other_words(clinic: Clinic) -> None:
    def found(text: str) -> list[str]:
        return [p.id for p in clinic.protocols.search(text)]

    assert found("pulmonia") == ["tos_ninez"]
    assert found("PRESION ALTA") == ["hipertension"]
    assert found("") == ["hipertension", "diarrea_ninez", "tos_ninez"]
    assert found("zzz") == []


def test_departing_asks_a_reason_and_a_role(clinic: Clinic) -> None:
    answers = dict(clinic.protocols.get("tos_ninez").cases[0].answers)
    outcome = clinic.protocols.run("tos_ninez", answers)
    with pytest.raises(BadInput) as raised:
        clinic.protocols.deviate(outcome, " no ")
    assert raised.value.field == "reason"
    assert clinic.protocols.deviate(outcome, "vive a seis horas").deviation == "vive a seis horas"
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.protocols.deviate(outcome, "vive a seis horas")


def test_an_unknown_protocol_is_not_found(clinic: Clinic) -> None:
    with pytest.raises(NotFound, match="tos_ninez"):
        clinic.protocols.get("dengue_x")


def test_filling_in_from_a_chart_is_noted_as_a_reading(clinic: Clinic, child: str) -> None:
    """Who looked into the chart through a protocol is written with the next save."""
    clinic.protocols.prefill("tos_ninez", child)
    clinic.vault.reads.flush()
    entry = clinic.vault.entry_at(clinic.vault.state.n)
    assert [c.t for c in entry.header.ch] == ["lecturas"]
