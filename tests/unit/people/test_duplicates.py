"""Likely duplicates: found however the person was written, and not wherever a name is common."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.people.duplicates import candidate_of, compare
from ces_tui.people.query import Candidate, parse_candidate
from ces_tui.people.records import Patient
from tests.unit.people.invented import people

TODAY = date(2026, 11, 20)
JOSE = Patient(
    given="José",
    surname1="Hernández",
    surname2="López",
    sex="M",
    birth=date(1981, 4, 3),
    mother_name="Rosa",
    phone="963 123 4567",
    locality="El Refugio",
    day=TODAY,
)
EVERYBODY = people(400)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("José Hernández López, 03/04/1981", "mismo nombre"),
        ("Jose Hernandes Lopes, 3/4/81", "nombre parecido"),
        ("Jose Lopes Hernandes, 3/4/81", "apellidos invertidos"),
        ("Jose Hernandes, 3/4/81", "falta el segundo apellido"),
        ("Jose Hernandes Lopes, 4/3/81", "día y mes intercambiados"),
        ("Jose Lopes Hernandes, 4/3/81", "apellidos invertidos"),
        ("José Luis Hernández López 3/4/1981", "misma fecha de nacimiento"),
        ("Jose Ernandez Lopez 3/4/1982", "fecha de nacimiento casi igual"),
        ("jose hernandes lopes, unos 45 años", "edad parecida (estimada)"),
        ("jose hernandez lopez", "mismo nombre"),
    ],
)
def test_however_he_is_typed_jose_is_offered_with_the_reason(typed: str, reason: str) -> None:
    found = compare(parse_candidate(typed, TODAY), JOSE)
    assert found.likely
    assert reason in found.reasons


@pytest.mark.parametrize(
    "typed",
    [
        "José Hernández López, 17/09/2004",  # a common name, another person
        "Juana Hernández López, 3/4/1981",  # a twin
        "José Pérez Gómez, 3/4/1981",
        "Marcos Aguilar Ruiz, 3/4/1981",
        "Hernández",
    ],
)
def test_another_person_is_not_offered(typed: str) -> None:
    assert not compare(parse_candidate(typed, TODAY), JOSE).likely


def test_the_same_curp_is_enough_and_is_said_first() -> None:
    known = Patient(
        given="Jose", surname1="H", sex="M", birth=date(1981, 4, 3), curp="HELJ810403HCSRPS07", day=TODAY
    )
    found = compare(Candidate(given="Pepe", surname1="Hdez", curp="helj810403hcsrps07"), known)
    assert found.reasons[0] == "misma CURP"
    assert found.score == 100


def test_phone_and_mother_raise_a_doubtful_one() -> None:
    typed = Candidate(given="José", surname1="Hernández", surname2="López", birth=date(1985, 1, 1))
    doubtful = compare(typed, JOSE)
    known = compare(
        Candidate(
            given="José",
            surname1="Hernández",
            surname2="López",
            birth=date(1985, 1, 1),
            phone="9631234567",
            mother_name="Roza",
        ),
        JOSE,
    )
    assert not doubtful.likely
    assert known.likely


@given(st.sampled_from(EVERYBODY))
def test_everybody_is_their_own_double(patient: Patient) -> None:
    """A person compared with their own registration is always likely, and the score stays within 0 and 100."""
    found = compare(candidate_of(patient), patient)
    assert 95 <= found.score <= 100


@given(st.sampled_from(EVERYBODY), st.sampled_from(EVERYBODY))
def test_comparison_is_bounded(one: Patient, other: Patient) -> None:
    """Any two people compare to 0..100."""
    assert 0 <= compare(candidate_of(one), other).score <= 100
