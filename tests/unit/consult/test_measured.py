"""What a note measures has one place: the laboratory or the pregnancy keeps it, the note points there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.care.labs import Lab
from ces_tui.care.pregnancies import Pregnancy
from ces_tui.clinic import Clinic
from ces_tui.consult import measured, programmes, questions
from ces_tui.consult.reading import parts
from ces_tui.consult.records import Consult, Finding, ProgrammeChange
from ces_tui.consult.sections import last_answers, last_lines
from tests.unit.consult.visits import TODAY, page, pressure, someone

DIABETES = (ProgrammeChange(kind="diabetes"),)
SCAN = {"us_tipo": "obstetrico", "us_etapa": "primero", "us_lcc": "45", "us_informe": "Único, vivo"}


@pytest.fixture
def patient(clinic: Clinic) -> str:
    found = someone(clinic, birth=date(1998, 5, 1))
    pressure(clinic, found)
    return found


def pregnant(clinic: Clinic, patient: str) -> None:
    clinic.pregnancies.begin(patient, Pregnancy(day=TODAY, lmp=TODAY - timedelta(days=60)))


def said(clinic: Clinic, patient: str, note: str) -> tuple[str, ...]:
    return next(p.lines for p in parts(clinic.chart.note(patient, note)) if p.heading == "Secciones")


NUMBERS = [q for q in questions.elsewhere() if q.kind == "number" and q.lab]


@given(st.sampled_from(NUMBERS), st.floats(0, 1), st.sampled_from(["oms_lab", "oms_sin_lab", "otra"]))
def test_a_result_reads_back_as_it_was_typed(asked: questions.Question, at: float, chart: str) -> None:
    """Typed, kept as a laboratory result, and shown in the note: the same words."""
    assert asked.low is not None and asked.high is not None
    typed = {asked.id: asked.typed(asked.low + at * (asked.high - asked.low))}
    typed |= {q.id: chart for q in questions.elsewhere() if q.method and q.lab == asked.lab}
    answers = programmes.answered(typed, questions.plans())
    back = measured.shown(measured.results(answers, TODAY), None)
    mine = {f.name: f.value for f in back if questions.section_of(f.name) == questions.section_of(asked.id)}
    assert {name: mine[name] for name in typed} == {f.name: f.value for f in answers}


def test_a_result_of_the_note_is_the_laboratorys(clinic: Clinic, patient: str) -> None:
    """One place: the laboratory has it with its note, the note reads it, its trend draws it once."""
    note = clinic.consults.sign(page(programmes=DIABETES, sections={"dm_hba1c": "8,1"}), patient)
    [kept] = clinic.labs.all(patient)
    assert (kept.record.kind, kept.record.value, kept.record.source) == ("hba1c", 8.1, note.id)
    assert note.record.labs == (kept.id,)
    assert note.record.findings == ()
    assert said(clinic, patient, note.id) == ("Diabetes. HbA1c: 8.1 %",)
    assert [p.value for p in clinic.chart.series(patient, "hba1c")] == [8.1]
    assert [e.type for e in clinic.chart.timeline(patient)].count("lab") == 0
    assert [title for title, _, _ in last_lines(clinic.desk, patient)] == []


def test_the_last_value_comes_from_wherever_it_was_measured(
    clinic: Clinic, patient: str, clock: FixedClock
) -> None:
    """The newest of laboratory and note stands beside the field, with its day."""
    clinic.consults.sign(page(programmes=DIABETES, sections={"dm_hba1c": "8,1", "lip_hdl": "40"}), patient)
    clinic.labs.add(patient, [Lab(day=TODAY - timedelta(days=9), kind="hdl", value=33)])
    clock.advance(days=30)
    clinic.labs.add(patient, [Lab(day=TODAY + timedelta(days=20), kind="hba1c", value=7.2)])
    last = last_answers(clinic.desk, patient)
    assert (last["dm_hba1c"].value, last["dm_hba1c"].day) == (7.2, TODAY + timedelta(days=20))
    assert (last["lip_hdl"].value, last["lip_hdl"].day) == (40.0, TODAY)


def test_an_earlier_version_wrote_it_in_the_note_and_it_still_counts(clinic: Clinic, patient: str) -> None:
    """A note of before holds its HbA1c itself: read, drawn, and the last value until a newer one."""
    old = Consult(
        day=TODAY, at=clinic.desk.now(), author=clinic.me.id, subjective="Bien", diagnoses=(),
        findings=(
            Finding(section="diabetes", name="dm_hba1c", value=9.0),
            Finding(section="hipertension", name="hta_tabla", value="oms_sin"),
            Finding(section="desnutricion", name="des_edema", value="no"),
        ),
    )  # fmt: skip
    with clinic.vault.transaction(day=TODAY):
        stored = clinic.vault.shelf("consult", Consult, patient=patient).add(old)
    assert said(clinic, patient, stored.id) == (
        "Diabetes. HbA1c: 9 %",
        "Hipertensión (HEARTS). Tabla usada: OMS sin laboratorio",
        "Desnutrición. Edema de ambos pies: no",
    )
    assert [p.value for p in clinic.chart.series(patient, "hba1c")] == [9.0]
    assert last_answers(clinic.desk, patient)["dm_hba1c"].value == 9.0


def test_what_the_laboratory_has_today_is_not_kept_twice(clinic: Clinic, patient: str) -> None:
    """The nurse wrote the paper, the pasante repeats it in the note: one result, and striking the note leaves it."""
    [paper] = clinic.labs.add(patient, [Lab(day=TODAY, kind="hba1c", value=8.1)])
    note = clinic.consults.sign(page(programmes=DIABETES, sections={"dm_hba1c": "8.1"}), patient)
    assert note.record.labs == (paper.id,)
    clinic.consults.mark_error(patient, note.id, "otra persona", {})
    assert [s.id for s in clinic.labs.all(patient)] == [paper.id]


def test_striking_the_note_strikes_what_it_measured(clinic: Clinic, patient: str) -> None:
    """A note in the wrong chart leaves neither result, nor fetal measure, nor the date of birth that it gave, nor its alert."""
    pregnant(clinic, patient)
    due = clinic.pregnancies.state(patient).due
    draft = page(opened=("rapidas", "ultrasonido"), sections={"rap_hb": "6.5", **SCAN})
    note = clinic.consults.sign(draft, patient)
    assert clinic.pregnancies.state(patient).due != due
    assert [a.record.kind for a in clinic.alerts.of(patient)] == ["anemia_grave"]
    clinic.consults.mark_error(patient, note.id, "otra persona", {})
    assert clinic.labs.all(patient) == []
    assert clinic.pregnancies.state(patient).due == due
    assert clinic.alerts.of(patient) == []


def test_fetal_measures_go_to_the_pregnancy(clinic: Clinic, patient: str) -> None:
    """The note reads them in their own words; the mother's waist and head have nothing to do with them."""
    pregnant(clinic, patient)
    typed = {
        "us_tipo": "obstetrico", "us_etapa": "segundo", "us_ca": "180", "us_cc": "200", "us_edad": "22+3",
        "us_informe": "Placenta posterior", "us_cambio": "no",
    }  # fmt: skip
    note = clinic.consults.sign(page(opened=("ultrasonido",), sections=typed), patient)
    current = clinic.pregnancies.current(patient)
    assert current is not None
    [check] = clinic.pregnancies.checks(patient, current.id)
    scan = check.record.scan
    assert scan is not None and (scan.abdomen_mm, scan.head_mm, scan.gestation_days) == (180, 200, 157)
    assert (note.record.scan, check.record.source) == (check.id, note.id)
    [line] = said(clinic, patient, note.id)
    assert "Abdomen del feto: 180 mm" in line
    assert "Edad por ultrasonido: 22+3 semanas" in line
    assert "Informe: Placenta posterior" in line
    vitals = clinic.vitals.today(patient)
    assert vitals is not None and vitals.record.waist_cm is vitals.record.head_cm is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"us_tipo": "obstetrico", "us_edad": "11+2"}, "us_edad"),
        ({"us_tipo": "obstetrico", "us_edad": "onces"}, "us_edad"),
        ({"us_tipo": "obstetrico", "us_etapa": "primero", "us_lcc": "450"}, "us_lcc"),
    ],
)
def test_a_fetus_needs_its_pregnancy_and_possible_measures(
    clinic: Clinic, patient: str, typed: dict[str, str], field: str
) -> None:
    """Without an open pregnancy, or with what no fetus has: refused on its question, nothing written."""
    before = clinic.vault.state.n
    with pytest.raises(CesError) as caught:
        clinic.consults.sign(page(opened=("ultrasonido",), sections=typed), patient)
    assert caught.value.field == field
    assert clinic.vault.state.n == before


def test_measures_of_another_type_are_not_kept(clinic: Clinic, patient: str) -> None:
    """Typed, then the type was changed to abdomen: no fetal measure is stored, and no pregnancy is asked for."""
    note = clinic.consults.sign(
        page(opened=("ultrasonido",), sections=SCAN | {"us_tipo": "abdomen"}), patient
    )
    assert note.record.scan == ""
    assert said(clinic, patient, note.id) == ("Ultrasonido. Tipo: abdomen · Informe: Único, vivo",)


@pytest.mark.parametrize(
    ("typed", "field"), [({"hta_riesgo": "12"}, "hta_tabla"), ({"hta_tabla": "oms_lab"}, "hta_riesgo")]
)
def test_a_risk_says_in_which_chart_it_was_read(
    clinic: Clinic, patient: str, typed: dict[str, str], field: str
) -> None:
    """One without the other stops the signature where it is missing."""
    enter = (ProgrammeChange(kind="hipertension"),)
    with pytest.raises(CesError) as caught:
        clinic.consults.sign(page(programmes=enter, sections=typed), patient)
    assert caught.value.field == field


def test_a_rare_result_is_shown_before_signing(clinic: Clinic, patient: str) -> None:
    """It is said once more, and the signature confirms it."""
    draft = page(programmes=DIABETES, sections={"dm_hba1c": "17", "lip_hdl": "40"})
    [doubt] = clinic.consults.doubts(draft, patient)
    assert "HbA1c" in doubt
    clinic.consults.sign(draft, patient)
    kept = clinic.labs.last(patient)
    assert (kept["hba1c"].confirmed, kept["hdl"].confirmed) == (True, False)


def test_a_copy_for_the_right_patient_takes_the_results_along(clinic: Clinic, patient: str) -> None:
    """The text of the note is whole in the draft, also what the laboratory keeps."""
    note = clinic.consults.sign(page(programmes=DIABETES, sections={"dm_hba1c": "8,1"}), patient)
    copy = clinic.consults.copy_to_draft(patient, note.id, someone(clinic))
    assert clinic.consults.drafts.get(copy).draft.sections == {"dm_hba1c": "8.1"}
