"""Signing is one save over all rooms, or nothing at all; what was signed never changes."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult, Diagnosis, Draft, ProgrammeChange, ProtocolResult
from ces_tui.pharmacy.records import Dispense, Override
from tests.unit.consult.visits import AMLODIPINE, LOSARTAN, TODAY, line, page, pressure, someone, stock


def test_a_full_consult_is_one_entry_of_the_log(clinic: Clinic) -> None:
    """Note, dispense, appointment, problem, programme, arrival, draft: one commit."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    draft_id = clinic.vault.new_id()
    draft = page(prescription=(line(),), programmes=(ProgrammeChange(kind="hipertension"),))
    clinic.consults.drafts.save(draft_id, patient, draft)
    before = clinic.vault.state.n
    stored = clinic.consults.sign(draft, patient, draft_id)
    assert clinic.vault.state.n == before + 1
    assert stored.id == draft_id
    types = [change.t for change in clinic.vault.entry_at(before + 1).header.ch]
    assert {"consult", "dispense", "appointment", "problem", "programme", "arrival"} <= set(types)
    assert clinic.stock.on_hand(LOSARTAN) == 70
    assert [a.record.due for a in clinic.agenda.pending(patient)] == [TODAY + timedelta(days=28)]
    assert [p.record.code for p in clinic.problems.active(patient)] == ["I10"]
    assert clinic.programmes.open_kinds(patient) == {"hipertension"}
    assert [(w.patient, w.state) for w in clinic.waiting.today()] == [(patient, "terminado")]
    assert clinic.consults.drafts.mine() == []


def test_the_note_is_as_it_was_written(clinic: Clinic) -> None:
    """What is read back is what was signed, with author, day, vitals and dispense."""
    patient = someone(clinic)
    stock(clinic)
    vitals = pressure(clinic, patient)
    stored = clinic.consults.sign(page(prescription=(line(),)), patient)
    read = clinic.vault.shelf("consult", Consult, patient=patient).get(stored.id).record
    assert read == stored.record
    assert (read.day, read.author, read.vitals) == (TODAY, clinic.me.id, vitals)
    assert read.diagnoses == (
        Diagnosis(code="I10", text="Hipertensión arterial", first_time=True, primary=True),
    )
    assert read.next_day == date(2026, 12, 18)
    assert clinic.vault.doc_body("dispense", read.dispense, patient) is not None


def test_what_was_signed_never_changes(clinic: Clinic) -> None:
    """The table refuses an update and a removal of a signed note."""
    patient = someone(clinic)
    pressure(clinic, patient)
    stored = clinic.consults.sign(page(), patient)
    table = clinic.vault.chart(patient).table("consult")
    with pytest.raises(Refused):
        table.update({"plan": "otro"}, doc_ids=[stored.id])  # type: ignore[list-item]
    with pytest.raises(Refused):
        table.remove(doc_ids=[stored.id])  # type: ignore[list-item]
    with pytest.raises(Refused):
        clinic.vault.shelf("consult", Consult, patient=patient).replace(stored, stored.record)
    assert clinic.consults.of(patient)[0].record == stored.record


@pytest.mark.parametrize(
    ("lack", "field"),
    [
        ({"subjective": ""}, "subjective"),
        ({"diagnoses": ()}, "diagnosis"),
        ({"plan": "", "prescription": ()}, "plan"),
        ({"prognosis": ""}, "prognosis"),
        ({"next_text": "ayer"}, "next_text"),
        ({"plan": "x\x07"}, "plan"),
        ({"programmes": (ProgrammeChange(kind="asma", outcome="rechazo"),)}, "programmes"),
        ({"prescription": (line(morning=""),)}, "prescription"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_signature(
    clinic: Clinic, lack: dict[str, object], field: str
) -> None:
    """Refused with the field, and nothing is written."""
    patient = someone(clinic)
    pressure(clinic, patient)
    before = clinic.vault.state.n
    with pytest.raises(BadInput) as error:
        clinic.consults.sign(page(**lack), patient)
    assert error.value.field == field
    assert clinic.vault.state.n == before
    assert clinic.consults.of(patient) == []


def test_without_vitals_the_objective_must_say_something(clinic: Clinic) -> None:
    """NOM-004 asks for vitals; words may stand for them."""
    patient = someone(clinic)
    with pytest.raises(Refused) as error:
        clinic.consults.sign(page(objective=""), patient)
    assert error.value.field == "objective"
    assert clinic.consults.sign(page(), patient).record.vitals == ""


def test_an_open_suicide_risk_stops_the_signature(clinic: Clinic) -> None:
    """No plan and no named hand-over: no note."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.safety.raise_risk(patient, text="Respuesta positiva")
    with pytest.raises(Refused) as error:
        clinic.consults.sign(page(), patient)
    assert error.value.field == "safety"


def test_a_contraindicated_medicine_can_not_be_signed(clinic: Clinic) -> None:
    """A grave allergy stops the note even if the receta was written before it was known."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.allergies.add(patient, "losartán", severity="grave")
    with pytest.raises(Refused) as error:
        clinic.consults.sign(page(prescription=(line(),)), patient)
    assert error.value.field == "prescription"


def test_a_major_warning_asks_a_reason_that_is_kept(clinic: Clinic) -> None:
    """Losartan twice under two names is refused, and signed once the reason stands in the line."""
    patient = someone(clinic)
    pressure(clinic, patient)
    twice = (line(), line("losartan-tableta-100-mg"))
    warnings = [w for w in clinic.dispensing.check(patient, twice) if w.level == "mayor"]
    assert warnings
    with pytest.raises(Refused) as error:
        clinic.consults.sign(page(prescription=twice, dispense=False), patient)
    assert error.value.field == "prescription"
    reasons = tuple(Override(warning=w.key, reason="Cambio de presentación") for w in warnings)
    answered = (msgspec.structs.replace(twice[0], overrides=reasons), twice[1])
    signed = clinic.consults.sign(page(prescription=answered, dispense=False), patient)
    assert signed.record.prescription[0].overrides == reasons


def test_a_draft_is_never_signed_twice(clinic: Clinic) -> None:
    """The note takes the draft's id; the second signature is refused and dispenses nothing."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    draft_id = clinic.vault.new_id()
    clinic.consults.sign(page(prescription=(line(),)), patient, draft_id)
    with pytest.raises(Refused):
        clinic.consults.sign(page(prescription=(line(),)), patient, draft_id)
    assert clinic.stock.on_hand(LOSARTAN) == 70


def test_a_nurse_writes_no_note(clinic: Clinic, store: object, clock: FixedClock) -> None:
    """Signing is for those who may."""
    from tests.support import PASSPHRASE

    patient = someone(clinic)
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.consults.sign(page(), patient)


def test_the_visit_fulfils_the_appointment_it_came_for(clinic: Clinic, clock: FixedClock) -> None:
    """Today's appointment is met, and the note says which."""
    patient = someone(clinic)
    clock.advance(days=-30)
    due = clinic.agenda.set(patient, TODAY)
    clock.advance(days=30)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(), patient).record
    assert note.kept == (due.id,)
    assert note.came == "cita"
    assert [a.record.status for a in clinic.agenda.all(patient)] == ["cumplida", "pendiente"]


def test_dangers_of_the_note_get_an_owner(clinic: Clinic) -> None:
    """A red protocol and a disease of immediate notification open alerts, owned by who signs."""
    patient = someone(clinic)
    pressure(clinic, patient)
    red = ProtocolResult(protocol="p", version="1", classification="Neumonía grave", gravity=3)
    measles = Diagnosis(code="B05.9", text="Sarampión sin complicación", first_time=True)
    clinic.consults.sign(page(protocols=(red,), diagnoses=(measles,)), patient)
    lines = clinic.alerts.lines()
    assert {line.gravity for line in lines} == {2, 3}
    assert {line.owner for line in lines} == {clinic.me.id}


def test_two_medicines_leave_the_shelf_and_return_next_time(clinic: Clinic) -> None:
    """What was prescribed is a medicine now, and can be repeated by one call."""
    patient = someone(clinic)
    stock(clinic)
    stock(clinic, AMLODIPINE, lot="A1")
    pressure(clinic, patient)
    clinic.consults.sign(page(prescription=(line(), line(AMLODIPINE))), patient)
    assert {m.line.item for m in clinic.dispensing.current(patient)} == {LOSARTAN, AMLODIPINE}
    assert {x.item for x in clinic.dispensing.last_prescription(patient)} == {LOSARTAN, AMLODIPINE}
    clinic.consults.sign(page(diagnoses=(Diagnosis(code="J00", text="Resfriado"),)), patient)
    assert clinic.consults.same_as_last(patient) == (
        Diagnosis(code="I10", text="Hipertensión arterial", primary=True),
    )


def test_first_time_is_proposed_from_the_chart(clinic: Clinic) -> None:
    """The first note proposes "1a vez", the second does not."""
    patient = someone(clinic)
    pressure(clinic, patient)
    assert clinic.consults.propose(patient, "I10", "Hipertensión arterial").first_time
    clinic.consults.sign(page(), patient)
    assert not clinic.consults.propose(patient, "I10", "Hipertensión arterial").first_time
    assert clinic.consults.propose(patient, "J00", "Resfriado").first_time


def test_the_month_counts_the_note(clinic: Clinic) -> None:
    """One short row: day, patient, codes with their first-time mark."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(), patient)
    rows = clinic.vault.projection("month/consult/2026-11")
    assert rows == [{"d": "2026-11-20", "p": patient, "c": ["I10+"]}]


def test_an_addendum_follows_and_the_note_stays(clinic: Clinic) -> None:
    """Author, hour and reason are kept; empty ones and unknown targets are refused."""
    patient = someone(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(), patient)
    added = clinic.consults.addendum(patient, note.id, "consult", "Trae laboratorio normal.", "Resultado")
    assert added.record.author == clinic.me.id
    assert clinic.chart.note(patient, note.id).addenda[0].text == "Trae laboratorio normal."
    assert clinic.consults.of(patient)[0].record == note.record
    with pytest.raises(BadInput):
        clinic.consults.addendum(patient, note.id, "consult", "  ")
    with pytest.raises(BadInput):
        clinic.consults.addendum(patient, clinic.vault.new_id(), "consult", "texto")


def test_a_draft_resumes_as_it_was(clinic: Clinic) -> None:
    """Several drafts stay open; each comes back exactly, also blanks and half-typed searches."""
    one, other = someone(clinic), someone(clinic, given="Julia")
    typed = page(
        subjective="a  \n\n b ", typing={"diagnosis": "hiper"}, next_text="2", prescription=(line(),)
    )
    first, second = clinic.vault.new_id(), clinic.vault.new_id()
    clinic.consults.drafts.save(first, one, typed)
    clinic.consults.drafts.save(second, other, Draft(plan="x"))
    assert clinic.consults.drafts.open(one).draft == typed
    assert clinic.consults.drafts.open(one).id == first
    assert {d.id for d in clinic.consults.drafts.mine()} == {first, second}
    clinic.consults.drafts.drop(first)
    assert clinic.consults.drafts.open(one).draft == Draft()


def test_everything_that_stops_is_said_in_the_order_of_the_page(clinic: Clinic) -> None:
    """An empty page names all of it, from top to bottom, the open risk last."""
    patient = someone(clinic)
    clinic.safety.raise_risk(patient, text="Respuesta positiva")
    places = [m.field for m in clinic.consults.problems(Draft(next_text="x"), patient)]
    assert places == ["subjective", "objective", "diagnosis", "plan", "prognosis", "next_text", "safety"]


def test_a_programme_is_not_entered_twice(clinic: Clinic) -> None:
    """Entering a programme that is open is refused; leaving it and entering another is not."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.programmes.enrol(patient, "hipertension")
    enter = ProgrammeChange(kind="hipertension")
    with pytest.raises(Refused) as error:
        clinic.consults.sign(page(programmes=(enter,)), patient)
    assert error.value.field == "programmes"
    leave = ProgrammeChange(kind="hipertension", outcome="trasladado")
    clinic.consults.sign(page(programmes=(leave, ProgrammeChange(kind="diabetes"))), patient)
    assert clinic.programmes.open_kinds(patient) == {"diabetes"}


def test_a_medicine_that_the_shelf_lacks_is_prescribed_and_noted(clinic: Clinic) -> None:
    """Without stock the note is signed all the same; what was missing is recorded."""
    patient = someone(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(prescription=(line(),)), patient)
    [given] = clinic.vault.shelf("dispense", Dispense, patient=patient).get(note.record.dispense).record.lines
    assert (given.asked, given.total, given.short_reason) == (30, 0, "desabasto")


def test_without_handing_out_nothing_leaves_the_shelf(clinic: Clinic) -> None:
    """A receta to be filled elsewhere makes no dispense."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(prescription=(line(),), dispense=False), patient)
    assert note.record.dispense == ""
    assert clinic.stock.on_hand(LOSARTAN) == 100
