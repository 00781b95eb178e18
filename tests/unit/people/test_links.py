"""Two records of one person are linked and can be parted again; a death closes what waits."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.clinic import Clinic
from tests.unit.consult.visits import TODAY, someone


def test_a_link_stands_in_both_charts_and_moves_nothing(clinic: Clinic) -> None:
    """Each record names the other by its number; both stay whole."""
    one, two = someone(clinic), someone(clinic, given="Rosita")
    clinic.links.link(one, two, "misma CURP")
    [here], [there] = clinic.links.of(one), clinic.links.of(two)
    assert (here.patient, there.patient) == (two, one)
    assert here.number == clinic.registry.get(two).record.clinic_number
    assert clinic.registry.count() == 2


def test_a_link_can_be_undone_and_made_again(clinic: Clinic) -> None:
    """Undone in both charts, from either side."""
    one, two = someone(clinic), someone(clinic, given="Rosita")
    clinic.links.link(one, two, "misma CURP")
    clinic.links.undo(two, one, "son gemelas")
    assert clinic.links.of(one) == clinic.links.of(two) == []
    clinic.links.link(two, one, "sí son la misma")
    assert len(clinic.links.of(one)) == 1


def test_what_can_not_be_linked_is_refused(clinic: Clinic) -> None:
    """Oneself, twice, without a reason, or undone without a link: nothing changes."""
    one, two = someone(clinic), someone(clinic, given="Rosita")
    with pytest.raises(BadInput):
        clinic.links.link(one, one, "yo misma")
    with pytest.raises(BadInput):
        clinic.links.link(one, two, " ")
    with pytest.raises(NotFound):
        clinic.links.undo(one, two, "no lo estaban")
    clinic.links.link(one, two, "misma CURP")
    with pytest.raises(Refused):
        clinic.links.link(two, one, "otra vez")
    assert len(clinic.links.of(one)) == 1


def test_a_death_cancels_appointments_and_leaves_programmes(clinic: Clinic) -> None:
    """Day and cause are kept; nobody waits for the dead; a second death is refused."""
    patient = someone(clinic)
    clinic.programmes.enrol(patient, "diabetes")
    clinic.agenda.set(patient, date(2026, 12, 18))
    clinic.deaths.note(patient, TODAY, "infarto")
    record = clinic.registry.get(patient).record
    assert (record.died, record.death_cause) == (TODAY, "infarto")
    assert clinic.agenda.pending(patient) == []
    assert [p.record.outcome for p in clinic.programmes.all(patient)] == ["defuncion"]
    with pytest.raises(Refused):
        clinic.deaths.note(patient, TODAY, "otra")


def test_an_impossible_death_changes_nothing(clinic: Clinic) -> None:
    """Tomorrow, before birth, or without a cause: refused, the appointment stands."""
    patient = someone(clinic)
    clinic.agenda.set(patient, date(2026, 12, 18))
    for day, cause in ((date(2026, 11, 21), "infarto"), (date(1900, 1, 1), "infarto"), (TODAY, "")):
        with pytest.raises(BadInput):
            clinic.deaths.note(patient, day, cause)
    assert clinic.registry.get(patient).record.died is None
    assert len(clinic.agenda.pending(patient)) == 1


def test_a_death_noted_by_mistake_is_taken_back_with_its_reason(clinic: Clinic) -> None:
    """The person lives, and the registration says who took it back and why."""
    patient = someone(clinic)
    clinic.deaths.note(patient, TODAY, "infarto")
    clinic.deaths.take_back(patient, "era su hermana")
    record = clinic.registry.get(patient).record
    assert record.died is None and record.death_cause == ""
    assert "era su hermana" in record.note
