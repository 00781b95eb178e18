"""The register reads what the chart holds, by clinic number, for who may know; what it writes is signed and reserved."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.care.records import Appointment
from ces_tui.clinic import Clinic, projector
from ces_tui.people.records import Patient
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE
from tests.unit.care.test_safety import PLAN, strike
from tests.unit.consult.visits import someone
from tests.unit.screening.charts import (
    FLUOXETINE,
    RISPERIDONE,
    TODAY,
    become,
    enrol,
    in_care,
    receta,
    scored,
    seen,
    weighed,
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def ids(clinic: Clinic, patient: str) -> list[str]:
    return [f.id for f in clinic.mental_health.case(patient).sure]


def test_the_register_gathers_the_chart_and_puts_risk_before_no_change_before_the_calm(
    clinic: Clinic,
) -> None:
    calm = in_care(clinic)
    scored(clinic, calm, ago(100), 16)
    scored(clinic, calm, ago(5), 4)
    seen(clinic, calm, ago(5), receta(FLUOXETINE))
    stuck = in_care(clinic, given="Berta", birth=date(1970, 1, 1))
    scored(clinic, stuck, ago(60), 15)
    scored(clinic, stuck, ago(3), 14)
    danger = someone(clinic, given="Celia", birth=date(1990, 1, 1))
    clinic.screenings.save(danger, clinic.instruments.get("phq9"), [0] * 8 + [1])
    found = clinic.mental_health.register()
    assert [e.patient for e in found] == [danger, stuck, calm]
    number = clinic.vault.shelf("patient", Patient).get(calm).record.clinic_number
    last = found[-1]
    assert (last.number, last.about) == (number, "60 a mujer")
    assert last.case.conditions == ("depresion",) and last.case.scores[0].words == "PHQ-9 16→4"
    assert [t.words for t in last.case.taken] == ["fluoxetina 20 mg/día"]
    assert last.case.last_contact == ago(5) and last.flags == ()
    assert found[0].case.since is None, "a risk is on the register without any programme"


def test_only_open_enrolments_of_its_programmes_stand_in_the_register(clinic: Clinic) -> None:
    from ces_tui.care.records import Programme

    gone = in_care(clinic)
    [held] = clinic.programmes.open(gone)
    clinic.programmes.close(gone, held, "rechazo")
    enrol(clinic, someone(clinic, given="Dora", birth=date(1980, 1, 1)), "hipertension", ago(9))
    fits = in_care(clinic, "epilepsia", given="Elsa", birth=date(1981, 1, 1))
    assert [e.patient for e in clinic.mental_health.register()] == [fits]
    assert clinic.mental_health.case(fits).case.conditions == ("epilepsia",)
    strike(clinic, fits, clinic.vault.shelf("programme", Programme, patient=fits).all()[0].id, "programme")
    assert clinic.mental_health.register() == []


def test_an_antipsychotic_asks_for_weight_glucose_and_pressure_and_movements_are_noted(
    clinic: Clinic,
) -> None:
    patient = in_care(clinic)
    seen(clinic, patient, ago(20), receta(RISPERIDONE), code="F20.9")
    assert ids(clinic, patient) == ["vigilancia"]
    weighed(clinic, patient, ago(20), weight_kg=70.0, glucose_mgdl=95)
    [flag] = clinic.mental_health.case(patient).sure
    assert flag.words == "falta presión (antipsicótico)"
    weighed(clinic, patient, ago(2), systolic=120, diastolic=80)
    assert ids(clinic, patient) == []
    with pytest.raises(BadInput, match="qué movimientos"):
        clinic.mental_health.add_movements(patient, found=True)
    clinic.mental_health.add_movements(patient, found=True, text="Temblor fino de manos.")
    assert clinic.mental_health.case(patient).case.measured["movimientos"] == TODAY


def test_an_appointment_counts_as_missed_only_until_the_person_is_seen(clinic: Clinic) -> None:
    patient = in_care(clinic)
    seen(clinic, patient, ago(40))
    clinic.vault.shelf("appointment", Appointment, patient=patient).add(Appointment(day=ago(40), due=ago(12)))
    assert ids(clinic, patient) == ["falto"]
    seen(clinic, patient, ago(3))
    assert ids(clinic, patient) == []


def test_sessions_are_one_to_five_once_each_and_count_as_a_contact(clinic: Clinic) -> None:
    patient = in_care(clinic)
    clinic.mental_health.add_session(patient, 1, "Respiración.")
    clinic.mental_health.add_session(patient, 2)
    for wrong in (0, 6, 2):
        with pytest.raises(BadInput) as error:
            clinic.mental_health.add_session(patient, wrong)
        assert error.value.field == "session"
    case = clinic.mental_health.case(patient).case
    assert [(s.number, s.day) for s in case.sessions] == [(1, TODAY), (2, TODAY)]
    assert case.last_contact == TODAY
    [first, _] = clinic.mental_health.notes(patient)
    assert first.record.text == "PM+, sesión 1 de 5. Respiración."


def test_a_session_is_an_addendum_that_the_chart_shows_and_hides_from_who_may_not_know(
    clinic: Clinic,
) -> None:
    patient = in_care(clinic)
    clinic.mental_health.add_session(patient, 1, "Respiración lenta.")
    [event] = [e for e in clinic.chart.timeline(patient) if e.type == "programme"]
    assert "Respiración lenta." in event.addenda[0].text
    become(clinic, "enfermeria")
    [event] = [e for e in clinic.chart.timeline(patient) if e.type == "programme"]
    assert event.reserved and event.addenda == ()


def test_without_programme_or_screening_there_is_nothing_reserved_to_write_below(clinic: Clinic) -> None:
    with pytest.raises(Refused, match="programa de salud mental"):
        clinic.mental_health.add_session(someone(clinic), 1)


@pytest.mark.parametrize("role", ["enfermeria", "visitante"])
def test_roles_that_may_not_know_get_nothing(clinic: Clinic, role: str) -> None:
    patient = in_care(clinic)
    become(clinic, role)
    for call in (
        clinic.mental_health.register,
        lambda: clinic.mental_health.case(patient),
        lambda: clinic.mental_health.add_session(patient, 1),
        lambda: clinic.mental_health.add_movements(patient, found=False),
        clinic.reviews.lines,
        lambda: clinic.reviews.of(patient),
        lambda: clinic.mental_indicators.month("2026-11"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_the_look_at_a_case_is_in_the_records_own_history_and_a_look_at_the_list_is_not(
    clinic: Clinic,
) -> None:
    patient = in_care(clinic)
    clinic.mental_health.register()
    assert [look for look in clinic.audit.of_patient(patient) if not look.wrote] == []
    clinic.mental_health.case(patient)
    assert [look.what for look in clinic.audit.of_patient(patient) if not look.wrote] == [
        "registro de salud mental"
    ]
    with pytest.raises(NotFound):
        clinic.mental_health.case(clinic.vault.new_id())


def test_only_the_supervision_decides_on_doubtful_numbers_and_the_last_decision_holds(
    clinic: Clinic, clock: FixedClock
) -> None:
    patient = in_care(clinic)
    for day, total in ((300, 18), (200, 3), (5, 14)):
        scored(clinic, patient, ago(day), total)
    assert ids(clinic, patient) == [] and clinic.mental_health.setting() is None
    with pytest.raises(NotAllowed):
        clinic.mental_health.decide(relapse=True)
    become(clinic, "supervision")
    clinic.mental_health.decide(relapse=True, movement_days=180, doses=("sertralina",))
    assert ids(clinic, patient) == ["recaida"]
    clock.advance(seconds=60)
    clinic.mental_health.decide(relapse=False)
    assert ids(clinic, patient) == []
    for wrong in ({"movement_days": 3}, {"doses": ("fluoxetina",)}):
        with pytest.raises(BadInput):
            clinic.mental_health.decide(relapse=False, **wrong)


def test_a_settled_risk_stays_first_until_it_is_closed_with_a_reason(clinic: Clinic) -> None:
    patient = in_care(clinic)
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [0] * 8 + [2])
    clinic.safety.fill(patient, PLAN)
    assert ids(clinic, patient) == ["riesgo"]
    become(clinic, "supervision")
    assert clinic.mental_health.register()[0].case.risk_due == TODAY + timedelta(days=3)
    clinic.safety.close(patient, "Vista tres veces, sin ideas; sigue en control.")
    assert ids(clinic, patient) == []


def test_a_rebuild_from_the_log_gives_the_same_register_and_reviews(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    patient = in_care(clinic)
    clinic.mental_health.add_session(patient, 1)
    asked = clinic.reviews.ask(patient, "¿Subo la dosis?")
    become(clinic, "supervision")
    clinic.reviews.answer(patient, asked.id, "Sí, a 40 mg.")
    person = clinic.me.id
    clinic.close()
    assert verify_store(store, person, PASSPHRASE, projector=projector()).ok
