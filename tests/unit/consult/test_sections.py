"""A consult shows what the patient's programmes need, and nothing else."""

from __future__ import annotations

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.consult.sections import pressure_goal, sections
from tests.support import PASSPHRASE
from tests.unit.consult.visits import pressure, someone


def test_without_programmes_there_is_no_section(clinic: Clinic) -> None:
    """Nobody is asked for what their programmes do not need."""
    assert sections(clinic.desk, someone(clinic)) == []


def test_a_hypertensive_sees_pressure_now_before_and_the_goal(clinic: Clinic, clock: FixedClock) -> None:
    """Today's value and the last one with its date."""
    patient = someone(clinic)
    clinic.programmes.enrol(patient, "hipertension")
    pressure(clinic, patient, 150, 95)
    clock.advance(days=28)
    assert sections(clinic.desk, patient)[0].line == "PA antes 150/95 (20/11/2026) · meta: menor de 140/90"
    pressure(clinic, patient, 130, 80)
    [section] = sections(clinic.desk, patient)
    assert section.line == "PA hoy 130/80, antes 150/95 (20/11/2026) · meta: menor de 140/90"


def test_a_sensitive_programme_is_only_for_who_may_know(clinic: Clinic) -> None:
    """The pasante sees the last scores, the nurse nothing."""
    patient = someone(clinic)
    clinic.programmes.enrol(patient, "salud_mental")
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [1, 1, 1, 1, 1, 1, 1, 1, 0])
    [section] = sections(clinic.desk, patient)
    assert section.line.startswith("PHQ-9: 8 de 27")
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    assert sections(clinic.desk, patient) == []


def test_what_was_never_measured_says_so(clinic: Clinic) -> None:
    """A diabetic without a glucose reads 'sin medir'."""
    patient = someone(clinic)
    clinic.programmes.enrol(patient, "diabetes")
    assert sections(clinic.desk, patient)[0].line == "glucosa sin medir · PA sin medir · cintura sin medir"


def test_the_goal_of_the_pressure_is_the_one_that_the_trend_draws() -> None:
    """140/90, with diabetes 130/80: one rule, said and drawn."""
    assert pressure_goal({"hipertension"}) == "meta: menor de 140/90"
    assert pressure_goal({"hipertension", "diabetes"}) == "meta: menor de 130/80"
