""" "Registrado por error": a full consult in the wrong chart, marked, leaves chart, shelf, agenda, alerts and months right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, Refused
from ces_tui.care.safety_records import Contact, SafetyPlan
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult, Diagnosis, ProgrammeChange, ProtocolResult, Void
from ces_tui.vault.shelf import Stored
from tests.unit.consult.visits import AMLODIPINE, LOSARTAN, TODAY, line, page, pressure, someone, stock

RED = ProtocolResult(protocol="hipertension", version="1", classification="Crisis", gravity=3)


def wrong(clinic: Clinic, clock: FixedClock) -> tuple[str, Stored[Consult]]:
    """A whole consult signed in the wrong chart, which had an appointment today."""
    patient = someone(clinic)
    clock.advance(days=-28)
    clinic.agenda.set(patient, TODAY, reason="Control")
    clock.advance(days=28)
    stock(clinic)
    stock(clinic, AMLODIPINE, lot="A1")
    pressure(clinic, patient)
    draft = page(
        prescription=(line(), line(AMLODIPINE)),
        programmes=(ProgrammeChange(kind="hipertension"),),
        protocols=(RED,),
    )
    return patient, clinic.consults.sign(draft, patient)


def answers(clinic: Clinic, patient: str, note: str, part: int = 0) -> dict[str, int]:
    """What came back of each lot."""
    return {lot.lot: part for lot in clinic.consults.dispensed(patient, note)}


def test_everything_it_did_is_taken_back(clinic: Clinic, clock: FixedClock) -> None:
    """Chart, medicines now, shelf, agenda, alerts, problems, programmes, month: as if it had not been."""
    patient, note = wrong(clinic, clock)
    assert clinic.stock.on_hand(LOSARTAN) == 70
    assert len(clinic.alerts.lines()) == 1
    lots = {lot.name.split()[0].lower()[:4]: lot for lot in clinic.consults.dispensed(patient, note.id)}
    returned = {lots["losa"].lot: 30, lots["amlo"].lot: 10}
    marked = clinic.consults.mark_error(patient, note.id, "Era otra paciente", returned)

    assert clinic.consults.of(patient) == []
    assert clinic.dispensing.current(patient) == []
    assert clinic.dispensing.last_prescription(patient) == ()
    assert (clinic.stock.on_hand(LOSARTAN), clinic.stock.on_hand(AMLODIPINE)) == (100, 80)
    assert [(a.record.due, a.record.status) for a in clinic.agenda.pending(patient)] == [(TODAY, "pendiente")]
    assert [x.patient for x in clinic.agenda.due_on(TODAY)] == [patient]
    assert clinic.agenda.due_on(TODAY + timedelta(days=28)) == []
    assert clinic.alerts.lines() == []
    assert clinic.problems.active(patient) == []
    assert clinic.programmes.open_kinds(patient) == set()
    assert clinic.vault.projection("month/consult/2026-11") == []
    assert [w.state for w in clinic.waiting.today()] == ["signos"]
    assert "La cita del 20/11/2026 vuelve a quedar pendiente." in marked.said


def test_it_stays_in_the_chart_struck_with_its_reason(clinic: Clinic, clock: FixedClock) -> None:
    """Nothing is deleted: the note is there, unchanged, marked, with author and reason."""
    patient, note = wrong(clinic, clock)
    clinic.consults.mark_error(patient, note.id, "Era otra paciente", answers(clinic, patient, note.id))
    event = next(e for e in clinic.chart.timeline(patient) if e.id == note.id)
    assert event.void is not None
    assert event.void.reason == "Era otra paciente"
    assert event.void.author == clinic.me.name
    read = clinic.chart.note(patient, note.id)
    assert read.stored.record == note.record
    assert read.void is not None


def test_it_travels_as_one_entry(clinic: Clinic, clock: FixedClock) -> None:
    """A bundle carries the note and, in one entry, the void of the note and of its dispense."""
    patient, note = wrong(clinic, clock)
    before = clinic.vault.state.n
    clinic.consults.mark_error(patient, note.id, "Era otra paciente", answers(clinic, patient, note.id))
    assert clinic.vault.state.n == before + 1
    entry = clinic.vault.entry_at(before + 1)
    voids = [c.doc for c in entry.header.ch if c.t == "void"]
    targets = {
        v.record.target_type for v in clinic.vault.shelf("void", Void, patient=patient).all() if v.id in voids
    }
    assert targets == {"consult", "dispense", "problem", "programme"}


def test_each_lot_must_be_answered_for(clinic: Clinic, clock: FixedClock) -> None:
    """A missing answer, more than left, or less than nothing: refused, nothing changed."""
    patient, note = wrong(clinic, clock)
    lots = clinic.consults.dispensed(patient, note.id)
    assert sorted(lot.quantity for lot in lots) == [30, 30]
    before = clinic.vault.state.n
    for returned in ({}, {lots[0].lot: 0}, {x.lot: 31 for x in lots}, {x.lot: -1 for x in lots}):
        with pytest.raises(BadInput):
            clinic.consults.mark_error(patient, note.id, "Era otra", returned)
    with pytest.raises(BadInput):
        clinic.consults.mark_error(patient, note.id, " ", answers(clinic, patient, note.id))
    assert clinic.vault.state.n == before


def test_a_note_is_marked_once(clinic: Clinic, clock: FixedClock) -> None:
    """A second mark is refused; what came back is not put back twice."""
    patient, note = wrong(clinic, clock)
    returned = answers(clinic, patient, note.id, 30)
    clinic.consults.mark_error(patient, note.id, "Era otra", returned)
    with pytest.raises(Refused):
        clinic.consults.mark_error(patient, note.id, "Era otra", returned)
    assert clinic.stock.on_hand(LOSARTAN) == 100


def test_one_call_copies_it_to_the_right_patient(clinic: Clinic, clock: FixedClock) -> None:
    """The draft of the right patient has the texts, diagnoses and receta; "1a vez" is proposed anew from that chart."""
    patient, note = wrong(clinic, clock)
    right = someone(clinic, given="Julia")
    pressure(clinic, right)
    clinic.consults.sign(page(), right)
    marked = clinic.consults.mark_error(
        patient, note.id, "Era Julia", answers(clinic, patient, note.id), copy_to=right
    )
    opened = clinic.consults.drafts.get(marked.draft)
    assert opened.patient == right
    assert opened.draft.subjective == note.record.subjective
    assert [x.item for x in opened.draft.prescription] == [LOSARTAN, AMLODIPINE]
    assert opened.draft.diagnoses == (
        Diagnosis(code="I10", text="Hipertensión arterial", first_time=False, primary=True),
    )
    assert opened.draft.copied_from == note.id
    assert marked.voids[0].record.copied_draft == marked.draft


def test_a_refused_mark_leaves_no_draft_behind(clinic: Clinic, clock: FixedClock) -> None:
    """When the mark is refused, the copy is thrown away too."""
    patient, note = wrong(clinic, clock)
    with pytest.raises(BadInput):
        clinic.consults.mark_error(patient, note.id, "Era Julia", {}, copy_to=someone(clinic, given="Julia"))
    assert clinic.consults.drafts.mine() == []


def test_the_same_chart_is_not_the_right_one(clinic: Clinic, clock: FixedClock) -> None:
    """A copy into the chart it is in is refused."""
    patient, note = wrong(clinic, clock)
    with pytest.raises(BadInput):
        clinic.consults.copy_to_draft(patient, note.id, patient)


def test_vitals_of_the_visit_go_only_when_named(clinic: Clinic, clock: FixedClock) -> None:
    """The person says whether the pressure was someone else's too; then the arrival goes as well."""
    patient, note = wrong(clinic, clock)
    made = clinic.consults.made_with(patient, note.id)
    assert [m.type for m in made] == ["vitals"]
    clinic.consults.mark_error(
        patient, note.id, "Era otra", answers(clinic, patient, note.id), also=[made[0].id]
    )
    assert clinic.vitals.today(patient) is None
    assert clinic.waiting.today() == []


def test_a_problem_that_was_there_before_stays(clinic: Clinic, clock: FixedClock) -> None:
    """Only what this note opened is undone."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(programmes=(ProgrammeChange(kind="hipertension"),)), patient)
    clock.advance(days=1)
    second = clinic.consults.sign(page(), patient)
    clinic.consults.mark_error(patient, second.id, "Duplicada", {})
    assert [p.record.code for p in clinic.problems.active(patient)] == ["I10"]
    assert clinic.programmes.open_kinds(patient) == {"hipertension"}


def test_a_programme_left_by_mistake_goes_on(clinic: Clinic, clock: FixedClock) -> None:
    """Leaving a programme is taken back with the note that said it."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(programmes=(ProgrammeChange(kind="hipertension"),)), patient)
    clock.advance(days=1)
    leaving = page(programmes=(ProgrammeChange(kind="hipertension", outcome="rechazo"),))
    second = clinic.consults.sign(leaving, patient)
    assert clinic.programmes.open_kinds(patient) == set()
    clinic.consults.mark_error(patient, second.id, "Era otra", {})
    assert clinic.programmes.open_kinds(patient) == {"hipertension"}


def test_vitals_alone_can_be_marked(clinic: Clinic) -> None:
    """A crisis that was someone else's leaves the chart and closes its alert."""
    patient = someone(clinic)
    vitals = pressure(clinic, patient, 210, 125)
    assert clinic.alerts.lines()
    clinic.consults.mark_other(patient, vitals, "vitals", "Era otra persona")
    assert clinic.vitals.today(patient) is None
    assert clinic.alerts.lines() == []
    assert clinic.chart.series(patient, "systolic") == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(back=st.integers(min_value=0, max_value=30), asked=st.integers(min_value=1, max_value=30))
def test_the_shelf_holds_what_left_minus_what_came_back(clinic: Clinic, back: int, asked: int) -> None:
    """Whatever was given and returned, the balance is exact."""
    patient = someone(clinic)
    stock(clinic, quantity=50, lot=f"L{clinic.vault.state.n}")
    before = clinic.stock.on_hand(LOSARTAN)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(prescription=(line(quantity=asked),)), patient)
    assert clinic.stock.on_hand(LOSARTAN) == before - asked
    rest = min(back, asked)
    returned = {}
    for lot in clinic.consults.dispensed(patient, note.id):
        returned[lot.lot] = min(rest, lot.quantity)
        rest -= returned[lot.lot]
    clinic.consults.mark_error(patient, note.id, "Prueba", returned)
    assert clinic.stock.on_hand(LOSARTAN) == before - asked + min(back, asked)


def test_a_screening_of_the_wrong_visit_takes_its_alert_along(clinic: Clinic) -> None:
    """Named as wrong too, the positive sheet leaves the chart, and the risk it opened closes; unnamed, it stays."""
    patient = someone(clinic)
    pressure(clinic, patient)
    phq9 = clinic.instruments.get("phq9")
    clinic.screenings.save(patient, phq9, [0, 0, 0, 0, 0, 0, 0, 0, 2])
    [alert] = clinic.safety.open_alerts(patient)
    plan = SafetyPlan(
        day=TODAY,
        at=0,
        author="",
        owner="",
        people=[Contact(name="Su hermana", phone="caseta")],
        means_asked=True,
        stays_tonight="Su hermana",
        next_contact=TODAY + timedelta(days=1),
    )
    clinic.safety.fill(patient, plan)
    note = clinic.consults.sign(page(), patient)
    made = {m.type: m.id for m in clinic.consults.made_with(patient, note.id)}
    assert set(made) == {"vitals", "screening", "plan"}
    clinic.consults.mark_error(patient, note.id, "Era otra", {}, also=[made["screening"], made["plan"]])
    assert clinic.agenda.pending(patient) == []
    assert clinic.safety.last(patient) is None
    assert clinic.screenings.history(patient) == []
    assert clinic.safety.open_alerts(patient) == []
    assert alert.id not in {line.id for line in clinic.alerts.lines()}
    assert clinic.vitals.today(patient) is not None


def test_what_is_not_of_the_visit_can_not_be_named(clinic: Clinic, clock: FixedClock) -> None:
    """`also` only takes the vitals and screenings of that visit."""
    patient, note = wrong(clinic, clock)
    with pytest.raises(BadInput):
        clinic.consults.mark_error(
            patient, note.id, "Era otra", answers(clinic, patient, note.id), also=[clinic.vault.new_id()]
        )
