"""What a chart draws: every measure once, goals by programme with their source, and the days on which a treatment changed."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.care.labs import Lab, LabKind
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.consult import questions, trends
from ces_tui.consult.records import ProgrammeChange
from ces_tui.consult.trends import Trend
from ces_tui.pharmacy.formulary import entries
from ces_tui.screening.instruments import Instruments
from tests.support import PASSPHRASE
from tests.unit.consult.visits import LOSARTAN, TODAY, line, page, pressure, someone, stock

KNOWN = {*Vitals.__struct_fields__, *get_args(LabKind), "bmi", "glucose_fasting", "glucose_other"}


def of(clinic: Clinic, patient: str) -> dict[str, Trend]:
    return {trend.id: trend for trend in clinic.chart.trends(patient)}


def test_every_drawing_asks_for_what_exists() -> None:
    """Measures, groups of the formulary and instruments are known; every line has a source and one way to its value."""
    groups = {entry.group for entry in entries().values()}
    for measure in trends.measures():
        asked = questions.question(measure)
        instrument = measure in {rule.instrument for rule in trends.rules()}
        assert measure in KNOWN or instrument or (asked is not None and asked.kind == "number"), measure
    for rule in trends.rules():
        assert set(rule.groups) <= groups
        assert not rule.instrument or Instruments().get(rule.instrument).bands
        for level in rule.levels:
            ways = (level.value is not None, level.percent_of_best is not None, bool(level.last_of))
            assert sum(ways) == 1 and level.source


def test_pressure_has_the_goal_of_the_person(clinic: Clinic) -> None:
    """140/90; with diabetes 130/80; the source is named."""
    patient = someone(clinic)
    pressure(clinic, patient)
    assert [(one.value, one.name) for one in of(clinic, patient)["presion"].levels] == [
        (140, "meta menor de"),
        (90, "meta menor de"),
    ]
    clinic.programmes.enrol(patient, "diabetes")
    assert [one.value for one in of(clinic, patient)["presion"].levels] == [130, 80]
    assert of(clinic, patient)["presion"].sources == ("NOM-030, HEARTS: riesgo alto",)


def test_fasting_and_other_glucose_are_never_one_line(clinic: Clinic, clock: FixedClock) -> None:
    """Each value stands in the line of how it was taken; not said counts as not fasting."""
    patient = someone(clinic)
    for value, fasting in ((130, True), (190, False), (175, None)):
        clinic.vitals.take(patient, Vitals(day=TODAY, glucose_mgdl=value, fasting=fasting))
        clock.advance(days=1)
    series = dict(of(clinic, patient)["glucosa"].series)
    assert [p.value for p in series["en ayuno"]] == [130]
    assert [p.value for p in series["sin ayuno"]] == [190, 175]


def test_seizures_are_drawn_against_what_was_before_treatment(clinic: Clinic, clock: FixedClock) -> None:
    """The last baseline is the line; without one there is none."""
    patient = someone(clinic)
    pressure(clinic, patient)
    enter = (ProgrammeChange(kind="epilepsia"),)
    clinic.consults.sign(page(programmes=enter, sections={"epi_cuatro": "6"}), patient)
    assert of(clinic, patient)["crisis"].levels == ()
    clock.advance(days=28)
    pressure(clinic, patient)
    clinic.consults.sign(page(sections={"epi_base": "8", "epi_cuatro": "2"}), patient)
    [line_] = of(clinic, patient)["crisis"].levels
    assert (line_.value, line_.name) == (8, "antes del tratamiento")
    assert [p.value for p in of(clinic, patient)["crisis"].series[0][1]] == [6, 2]


def test_peak_flow_is_measured_by_the_best_of_ones_own(clinic: Clinic, clock: FixedClock) -> None:
    """80 and 50 % of the highest value ever blown."""
    patient = someone(clinic)
    enter: tuple[ProgrammeChange, ...] = (ProgrammeChange(kind="asma"),)
    for flow in ("300", "410", "350"):
        pressure(clinic, patient)
        clinic.consults.sign(page(programmes=enter, sections={"asma_flujo": flow}), patient)
        clock.advance(days=28)
        enter = ()
    assert [one.value for one in of(clinic, patient)["flujo"].levels] == [328, 205]


def test_a_change_of_treatment_is_marked_where_it_acts(clinic: Clinic, clock: FixedClock) -> None:
    """Begun and raised: on the pressure, not on the glucose; a receta repeated marks nothing; a struck note neither."""
    patient = someone(clinic)
    stock(clinic, quantity=300)
    pressure(clinic, patient)
    clinic.vitals.take(patient, Vitals(day=TODAY, systolic=150, diastolic=92, glucose_mgdl=110))
    clinic.consults.sign(page(prescription=(line(),)), patient)
    clock.advance(days=28)
    pressure(clinic, patient)
    clinic.consults.sign(page(prescription=(line(),)), patient)
    clock.advance(days=28)
    pressure(clinic, patient)
    raised = clinic.consults.sign(page(prescription=(line(LOSARTAN, night="1", quantity=60),)), patient)
    found = of(clinic, patient)
    assert [(c.day, c.words.split()[0]) for c in found["presion"].changes] == [
        (TODAY, "inicia"),
        (TODAY + timedelta(days=56), "sube"),
    ]
    assert found["glucosa"].changes == ()
    lots = {lot.lot: lot.quantity for lot in clinic.consults.dispensed(patient, raised.id)}
    clinic.consults.mark_error(patient, raised.id, "era otra", lots)
    assert len(of(clinic, patient)["presion"].changes) == 1


@pytest.mark.parametrize(("role", "seen"), [("pasante", True), ("enfermeria", False)])
def test_scores_of_the_mind_are_for_who_may_know(clinic: Clinic, role: str, seen: bool) -> None:
    """With their bands and the changes of their medicines; the nurse sees that there is a pressure, nothing else."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [1] * 8 + [0])
    person = next(p for p in clinic.people() if p.role == role)
    clinic.login(person.id, PASSPHRASE)
    found = of(clinic, patient)
    assert ("phq9" in found) is seen
    assert "presion" in found
    if seen:
        assert [one.value for one in found["phq9"].levels] == [5, 10, 15, 20]


def test_only_what_was_measured_is_drawn(clinic: Clinic) -> None:
    """A chart with one HbA1c has one drawing, with its goal."""
    patient = someone(clinic)
    clinic.labs.add(patient, [Lab(day=TODAY, kind="hba1c", value=8.2)])
    [trend] = clinic.chart.trends(patient)
    assert (trend.id, [one.value for one in trend.levels]) == ("hba1c", [7, 9])
