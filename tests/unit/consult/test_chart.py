"""The chart as it is read: everything, newest first, for the role that looks."""

from __future__ import annotations

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed
from ces_tui.clinic import Clinic
from ces_tui.consult.reading import parts
from ces_tui.consult.records import Diagnosis, ProgrammeChange
from tests.support import PASSPHRASE
from tests.unit.consult.visits import line, page, pressure, someone, stock

DEPRESSION = Diagnosis(code="F32.9", text="Depresión no especificada", first_time=True)


def nurse(clinic: Clinic) -> None:
    """The nurse sits down."""
    person = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(person.id, PASSPHRASE)


def test_the_timeline_is_newest_first(clinic: Clinic, clock: FixedClock) -> None:
    """A later visit stands above an earlier one; a dispense of a note has no line of its own."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(prescription=(line(),)), patient)
    clock.advance(days=28)
    pressure(clinic, patient, 120, 80)
    clinic.consults.sign(page(reason="Segundo"), patient)
    events = clinic.chart.timeline(patient)
    kinds = [e.type for e in events]
    assert [e.day for e in events] == sorted((e.day for e in events), reverse=True)
    assert kinds.count("consult") == 2
    assert "dispense" not in kinds
    assert "PA 120/80" in next(e.line for e in events if e.type == "vitals")


def test_a_sensitive_note_is_closed_to_the_nurse(clinic: Clinic) -> None:
    """She sees that something is there, not what; opening it is refused; the pasante reads it."""
    patient = someone(clinic)
    pressure(clinic, patient)
    draft = page(diagnoses=(DEPRESSION,), programmes=(ProgrammeChange(kind="salud_mental"),))
    note = clinic.consults.sign(draft, patient)
    clinic.consults.addendum(patient, note.id, "consult", "Llamó su hermana.")
    assert clinic.chart.note(patient, note.id).stored.id == note.id
    nurse(clinic)
    event = next(e for e in clinic.chart.timeline(patient) if e.id == note.id)
    assert (event.reserved, event.line, event.addenda) == (True, "asunto reservado", ())
    with pytest.raises(NotAllowed):
        clinic.chart.note(patient, note.id)
    shown = clinic.chart.summary(patient)
    text = repr(shown).casefold()
    assert "depres" not in text
    assert "salud mental" not in text
    assert shown.reserved == 2
    assert all("salud" not in e.line for e in clinic.chart.timeline(patient))
    with pytest.raises(NotAllowed):
        clinic.chart.series(patient, "phq9")
    with pytest.raises(NotAllowed):
        clinic.consults.addendum(patient, note.id, "consult", "texto")
    with pytest.raises(NotAllowed):
        clinic.consults.mark_error(patient, note.id, "Era otra", {})


def test_the_mark_of_a_sensitive_note_says_no_reason_to_the_nurse(clinic: Clinic) -> None:
    """The reason of a mark may tell; it is hidden with the note."""
    patient = someone(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(diagnoses=(DEPRESSION,)), patient)
    clinic.consults.mark_error(patient, note.id, "La depresión era de otra", {})
    nurse(clinic)
    event = next(e for e in clinic.chart.timeline(patient) if e.id == note.id)
    assert event.void is not None
    assert event.void.reason == ""


def test_the_summary_answers_in_one_look(clinic: Clinic) -> None:
    """Problems, allergies, medicines, programmes, last values, next appointment."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    clinic.allergies.add(patient, "penicilina", severity="grave")
    draft = page(prescription=(line(),), programmes=(ProgrammeChange(kind="hipertension"),))
    clinic.consults.sign(draft, patient)
    shown = clinic.chart.summary(patient)
    assert shown.problems == ("Hipertensión arterial (2026)",)
    assert shown.allergic
    assert "penicilina" in shown.allergies
    assert [m.line.item for m in shown.medicines] == ["losartan-tableta-50-mg"]
    assert shown.programmes == ("hipertensión",)
    assert ("PA", "128/82") in [(m.name, m.text) for m in shown.measures]
    assert shown.next is not None
    assert shown.reserved == 0


def test_trends_are_oldest_first_and_without_mistakes(clinic: Clinic, clock: FixedClock) -> None:
    """A value recorded by mistake is not drawn."""
    patient = someone(clinic)
    pressure(clinic, patient, 150, 95)
    clock.advance(days=28)
    wrong = pressure(clinic, patient, 110, 70)
    clock.advance(days=28)
    pressure(clinic, patient, 130, 85)
    clinic.consults.mark_other(patient, wrong, "vitals", "Era otra")
    assert [p.value for p in clinic.chart.series(patient, "systolic")] == [150, 130]
    assert [p.value for p in clinic.chart.series(patient, "weight_kg")] == [61.5, 61.5]


def test_a_note_reads_in_the_order_of_the_page(clinic: Clinic) -> None:
    """Subjective before objective, diagnosis before plan, signature before addenda; the mark of error first."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(prescription=(line(),)), patient)
    clinic.consults.addendum(patient, note.id, "consult", "Trae laboratorio.", "Resultado")
    headings = [p.heading for p in parts(clinic.chart.note(patient, note.id))]
    order = [
        "Subjetivo",
        "Signos vitales",
        "Objetivo",
        "Diagnósticos",
        "Receta",
        "Entregado",
        "Plan",
        "Firma",
    ]
    assert [h for h in headings if h in order] == order
    assert headings[-1].startswith("Adenda")
    returned = {lot.lot: 0 for lot in clinic.consults.dispensed(patient, note.id)}
    clinic.consults.mark_error(patient, note.id, "Era otra", returned)
    marked = parts(clinic.chart.note(patient, note.id))
    assert marked[0].heading == "REGISTRADO POR ERROR"
    assert all(p.struck for p in marked if p.heading in order)


def test_reading_is_noted(clinic: Clinic) -> None:
    """Who opened the chart and the note is written with the next save."""
    patient = someone(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(), patient)
    clinic.chart.timeline(patient)
    clinic.chart.note(patient, note.id)
    clinic.vault.reads.flush()
    entry = clinic.vault.entry_at(clinic.vault.state.n)
    assert [c.t for c in entry.header.ch] == ["lecturas"]
