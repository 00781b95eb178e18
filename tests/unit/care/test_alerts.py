"""Alerts: an owner and a date, open until closed with a reason; reserved ones say nothing on a list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.clinic import Clinic
from tests.support import PASSPHRASE, open_clinic
from tests.unit.care.people_of import TODAY, someone


def test_the_gravest_and_oldest_come_first(clinic: Clinic) -> None:
    rosa = someone(clinic)
    for kind, gravity, days in (("a", 1, 0), ("b", 3, 5), ("c", 3, 1), ("d", 2, 0)):
        clinic.alerts.open(rosa, kind=kind, gravity=gravity, text=kind, due=TODAY + timedelta(days=days))
    assert [line.what for line in clinic.alerts.lines()] == ["c", "b", "d", "a"]


def test_an_alert_stays_until_it_is_closed_with_a_reason(clinic: Clinic) -> None:
    rosa = someone(clinic)
    alert = clinic.alerts.open(rosa, kind="crisis", gravity=3, text="Crisis")
    with pytest.raises(BadInput):
        clinic.alerts.close(rosa, alert.id, "  ")
    assert len(clinic.alerts.lines()) == 1
    closed = clinic.alerts.close(rosa, alert.id, "Se controló y se citó")
    assert clinic.alerts.lines() == []
    assert (closed.record.closed, closed.record.closed_by) == (TODAY, clinic.me.id)
    with pytest.raises(Refused):
        clinic.alerts.close(rosa, alert.id, "otra vez")


def test_an_alert_past_its_date_says_so(clinic: Clinic, clock: FixedClock) -> None:
    clinic.alerts.open(someone(clinic), kind="x", gravity=2, text="x")
    [line] = clinic.alerts.lines()
    assert not line.overdue(TODAY)
    assert line.overdue(TODAY + timedelta(days=1))


def test_a_reserved_alert_shows_number_gravity_and_date_alone(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.alerts.open(rosa, kind="violencia", gravity=3, text="violencia en casa", sensitive=True)
    [line] = clinic.alerts.lines()
    assert (line.who, line.what) == (clinic.registry.get(rosa).record.clinic_number, "asunto reservado")
    assert "violencia" not in str(clinic.vault.projection("hot/alerts"))
    assert clinic.alerts.read(line).record.text == "violencia en casa"


def test_the_nurse_sees_that_a_reserved_alert_exists_and_not_what_it_is(
    store: Path, clock: FixedClock
) -> None:
    first = open_clinic(store, clock)
    rosa = someone(first)
    alert = first.alerts.open(rosa, kind="violencia", gravity=3, text="violencia", sensitive=True)
    nurse = next(p for p in first.people() if p.role == "enfermeria")
    first.login(nurse.id, PASSPHRASE)
    [line] = first.alerts.lines()
    assert not first.alerts.may_open(line)
    with pytest.raises(NotAllowed):
        first.alerts.read(line)
    with pytest.raises(NotAllowed):
        first.alerts.close(rosa, alert.id, "listo")
    first.close()


def test_what_a_note_raised_is_closed_with_the_note(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.alerts.open(rosa, kind="x", gravity=2, text="x", source="a" * 32)
    clinic.alerts.open(rosa, kind="y", gravity=2, text="y")
    assert clinic.alerts.close_from(rosa, "a" * 32, "Registrado por error") == 1
    assert [line.what for line in clinic.alerts.lines()] == ["y"]


def test_a_risk_of_suicide_is_not_closed_past_its_safety_plan(clinic: Clinic) -> None:
    """Closing from Hoy asks the same as closing from the plan."""
    rosa = someone(clinic)
    alert = clinic.safety.raise_risk(rosa, text="Reactivo 9 positivo")
    with pytest.raises(Refused):
        clinic.alerts.close(rosa, alert.id, "ya está bien")
    assert len(clinic.alerts.lines()) == 1


def test_gravity_is_one_to_three(clinic: Clinic) -> None:
    with pytest.raises(BadInput):
        clinic.alerts.open(someone(clinic), kind="x", gravity=4, text="x")
