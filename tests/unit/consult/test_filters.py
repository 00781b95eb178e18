"""A timeline narrowed to one kind shows that kind, and tells nobody what is reserved."""

from __future__ import annotations

from ces_tui.clinic import Clinic
from ces_tui.consult.events import FILTER_WORDS, FILTERS, filtered
from tests.support import PASSPHRASE
from tests.unit.consult.visits import page, pressure, someone


def test_each_filter_shows_its_kind_and_nothing_else(clinic: Clinic) -> None:
    """Notes, vitals, screens apart; an empty filter shows all."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(), patient)
    clinic.screenings.save(patient, clinic.instruments.get("gad7"), [1] * 7)
    events = clinic.chart.timeline(patient)
    assert filtered(events, "") == events
    assert [e.type for e in filtered(events, "notas")] == ["consult"]
    assert [e.type for e in filtered(events, "signos")] == ["vitals"]
    assert [e.type for e in filtered(events, "tamizajes")] == ["screening"]
    assert filtered(events, "errores") == []


def test_what_was_marked_is_found_under_errors(clinic: Clinic) -> None:
    """A struck note stands there."""
    patient = someone(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(), patient)
    clinic.consults.mark_error(patient, note.id, "otra persona", {})
    assert [e.id for e in filtered(clinic.chart.timeline(patient), "errores")] == [note.id]


def test_a_filter_does_not_tell_what_kind_is_reserved(clinic: Clinic) -> None:
    """For the nurse a reserved matter stands in the whole list only."""
    patient = someone(clinic)
    clinic.screenings.save(patient, clinic.instruments.get("gad7"), [1] * 7)
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    events = clinic.chart.timeline(patient)
    assert [e.reserved for e in events] == [True]
    assert all(filtered(events, kind) == [] for kind in FILTERS)
    assert set(FILTERS) < set(FILTER_WORDS)
