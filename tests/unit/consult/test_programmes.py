"""Sections of the programmes: open by need and age, typed, with conclusions only from whole answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.base.content import load
from ces_tui.base.errors import BadInput, Refused
from ces_tui.clinic import Clinic
from ces_tui.consult import programmes, questions
from ces_tui.consult.reading import parts
from ces_tui.consult.records import Diagnosis, ProgrammeChange
from ces_tui.consult.sections import last_answers, last_lines
from tests.support import PASSPHRASE
from tests.unit.consult.visits import page, pressure, someone

KINDS = [plan.programmes for plan in questions.plans()]


def names(kinds: set[str], years: int = 40) -> list[str]:
    return [plan.id for plan in questions.opened(kinds, (), years)]


def test_only_what_the_programmes_need_is_open() -> None:
    """Nobody in a programme sees no section; lipids open for diabetes and for hypertension, once."""
    assert names(set()) == []
    assert names({"diabetes"}) == ["diabetes", "lipidos"]
    assert names({"diabetes", "hipertension"}) == ["diabetes", "hipertension", "lipidos"]
    assert [p.id for p in questions.opened(set(), {"rapidas"}, 40)] == ["rapidas"]


def test_asthma_asks_by_age() -> None:
    """Four questions of control at any age, the one about days is another below five years; who is older also blows."""
    [small] = questions.opened({"asma"}, (), 4)
    [big] = questions.opened({"asma"}, (), 5)
    assert (len(small.questions), len(big.questions)) == (4, 5)
    assert big.questions[-1].id == "asma_flujo"
    assert small.questions[0].id == "asma_dia_nino" and big.questions[0].id == "asma_dia"


def test_every_question_is_whole() -> None:
    """Ids are unique, a choice has answers, a number its limits, and a programme of the note exists."""
    from ces_tui.care.records import PROGRAMME_WORDS

    asked = [q for plan in questions.plans() for q in plan.questions]
    assert len({q.id for q in asked}) == len(asked)
    assert all(len(q.choices) > 1 for q in asked if q.kind in {"choice", "yesno"})
    assert all(q.low is not None and q.high is not None and q.unit for q in asked if q.kind == "number")
    assert all(set(q.when or {}) <= {other.id for other in asked} for q in asked)
    assert {kind for kinds in KINDS for kind in kinds} <= set(PROGRAMME_WORDS)
    assert set(load(questions.CONTENT)["proposals"]) <= set(PROGRAMME_WORDS)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"dm_hba1c": "75"}, "dm_hba1c"),
        ({"dm_hba1c": "siete"}, "dm_hba1c"),
        ({"dm_pies": "raros"}, "dm_pies"),
        ({"lip_hdl": "-3"}, "lip_hdl"),
        ({"epi_base": "2.5"}, "epi_base"),
    ],
)
def test_what_can_not_be_is_refused_with_its_field(typed: dict[str, str], field: str) -> None:
    """A value out of limits, no number, no known answer: BadInput names the question."""
    with pytest.raises(BadInput) as caught:
        programmes.answered(typed, questions.opened({"diabetes", "epilepsia"}, (), 40))
    assert caught.value.field == field


def test_commas_count_as_points_and_closed_sections_are_left_out() -> None:
    """'7,5' is 7.5; an answer of a section that is not open is not stored."""
    typed = {"dm_hba1c": "7,5", "epi_base": "4"}
    [finding] = programmes.answered(typed, questions.opened({"diabetes"}, (), 40))
    assert (finding.name, finding.value) == ("dm_hba1c", 7.5)


@given(st.dictionaries(st.sampled_from(["asma_dia", "asma_noche", "asma_rescate", "asma_actividad"]), st.sampled_from(["si", "no"])))  # fmt: skip
def test_asthma_control_needs_four_answers(answers: dict[str, str]) -> None:
    """No word before all four; then the band of GINA by the number of yes."""
    said = programmes.asthma(dict(answers))
    if len(answers) < 4:
        assert said == ""
    else:
        count = sum(a == "si" for a in answers.values())
        band = "bien" if count == 0 else "parcialmente" if count <= 2 else "mal"
        assert said == f"{band} controlada ({count} de 4)"


@given(st.floats(0, 3000), st.floats(0, 3000))
def test_reduction_never_divides_by_zero(base: float, now: float) -> None:
    """Any pair of counts is answered; a baseline of zero gives no percentage."""
    said = programmes.reduction({"epi_base": base, "epi_cuatro": now})
    assert ("%" in said) == (base > 0 and base != now) or "sin porcentaje" in said


def test_reduction_in_words() -> None:
    """From 8 to 2 is 75 % less; more is said as more; without one of them nothing is said."""
    assert programmes.reduction({"epi_base": 8.0, "epi_cuatro": 2.0}).startswith("75 % menos")
    assert programmes.reduction({"epi_base": 2.0, "epi_cuatro": 3.0}).startswith("50 % más")
    assert programmes.reduction({"epi_base": 0.0, "epi_cuatro": 3.0}) == "sin porcentaje: la base es 0"
    assert programmes.reduction({"epi_cuatro": 3.0}) == ""


def test_diagnoses_propose_programmes_that_do_not_hold() -> None:
    """I10 and E11.9 propose two; whoever is in one of them is offered the other."""
    assert programmes.proposed(["I10", "E11.9", ""], ()) == ("hipertension", "diabetes")
    assert programmes.proposed(["I10", "E11.9"], {"hipertension"}) == ("diabetes",)
    assert programmes.proposed(["J00"], ()) == ()


def test_answers_are_stored_with_the_note_and_shown_with_their_date(
    clinic: Clinic, clock: FixedClock
) -> None:
    """What was signed is typed, reads in words, and is the last value of the next visit."""
    patient = someone(clinic)
    pressure(clinic, patient)
    enter = (ProgrammeChange(kind="diabetes"), ProgrammeChange(kind="epilepsia"))
    typed = {"dm_hba1c": "8,1", "dm_pies": "normal", "epi_base": "4", "epi_cuatro": "1"}
    signed = clinic.consults.sign(page(programmes=enter, sections=typed), patient)
    assert [(f.name, f.value) for f in signed.record.findings] == [
        ("dm_pies", "normal"),
        ("epi_base", 4.0),
        ("epi_cuatro", 1.0),
    ]
    [said] = [p for p in parts(clinic.chart.note(patient, signed.id)) if p.heading == "Secciones"]
    assert said.lines[0] == "Diabetes. HbA1c: 8.1 % · Pies: normal"
    assert said.lines[1].endswith("75 % menos crisis que antes del tratamiento")
    clock.advance(days=28)
    last = last_answers(clinic.desk, patient)["dm_hba1c"]
    assert (last.value, last.day) == (8.1, signed.record.day)
    assert [title for title, _, _ in last_lines(clinic.desk, patient)] == ["Diabetes", "Epilepsia"]


def test_a_note_marked_as_an_error_leaves_no_last_value(clinic: Clinic) -> None:
    """What was struck is nobody's last value."""
    patient = someone(clinic)
    pressure(clinic, patient)
    enter = (ProgrammeChange(kind="diabetes"),)
    signed = clinic.consults.sign(page(programmes=enter, sections={"dm_hba1c": "8"}), patient)
    clinic.consults.mark_error(patient, signed.id, "otra persona", {})
    assert last_answers(clinic.desk, patient) == {}


def test_a_wrong_answer_stops_the_signature_in_its_place(clinic: Clinic) -> None:
    """Nothing is stored; the sentence and the question are said."""
    patient = someone(clinic)
    pressure(clinic, patient)
    draft = page(programmes=(ProgrammeChange(kind="diabetes"),), sections={"dm_hba1c": "80"})
    with pytest.raises(Refused, match="HbA1c") as caught:
        clinic.consults.sign(draft, patient)
    assert caught.value.field == "dm_hba1c"
    assert clinic.consults.of(patient) == []


def test_a_test_for_hiv_makes_the_note_reserved(clinic: Clinic) -> None:
    """The nurse reads neither the note nor the answer; without that test she reads both."""
    patient = someone(clinic)
    pressure(clinic, patient)
    cold = (Diagnosis(code="J00", text="Resfriado"),)
    hidden = page(diagnoses=cold, opened=("rapidas",), sections={"rap_vih": "neg", "rap_hb": "12"})
    clinic.consults.sign(hidden, patient)
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    [event] = [e for e in clinic.chart.timeline(patient) if e.type == "consult"]
    assert event.reserved
    assert set(last_answers(clinic.desk, patient)) == {"rap_hb"}
