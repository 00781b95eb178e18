"""Vitals on a real store: kept once, asked once, dangerous ones with an alert in the same save."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed, Refused
from ces_tui.care.records import Vitals
from ces_tui.care.vitals import Unlikely
from ces_tui.clinic import Clinic
from tests.support import open_clinic
from tests.unit.care.people_of import TODAY, someone


def test_vitals_are_kept_with_author_day_and_instant(clinic: Clinic, clock: FixedClock) -> None:
    rosa = someone(clinic)
    taken = clinic.vitals.take(rosa, Vitals(day=TODAY - timedelta(days=400), systolic=128, diastolic=82))
    record = taken.stored.record
    assert (record.day, record.author, record.at) == (TODAY, clinic.me.id, clock.now_ms())
    assert taken.alerts == []
    assert clinic.vitals.today(rosa) == taken.stored


def test_an_unlikely_value_is_asked_once_and_kept_when_confirmed(clinic: Clinic) -> None:
    rosa = someone(clinic)
    high = Vitals(day=TODAY, systolic=195, diastolic=118)
    with pytest.raises(Unlikely) as caught:
        clinic.vitals.take(rosa, high)
    assert caught.value.field == "systolic"
    assert clinic.vitals.history(rosa) == []
    taken = clinic.vitals.take(rosa, high, confirmed={"systolic", "diastolic"})
    assert taken.stored.record.confirmed == ["diastolic", "systolic"]


def test_a_crisis_opens_one_alert_owned_by_the_clinician_due_today(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    """The nurse takes the pressure; the pasante answers for the alert; taking it again does not double it."""
    rosa = someone(clinic)
    pasante = clinic.me.id
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    from tests.support import PASSPHRASE

    clinic.login(nurse.id, PASSPHRASE)
    for pressure in ((195, 118), (190, 116)):
        clinic.vitals.take(
            rosa,
            Vitals(day=TODAY, systolic=pressure[0], diastolic=pressure[1]),
            confirmed={"systolic", "diastolic"},
        )
    lines = clinic.alerts.lines()
    assert [(line.gravity, line.owner, line.due) for line in lines] == [(3, pasante, TODAY)]
    assert lines[0].what == "Crisis hipertensiva: 190/116 mmHg"
    assert lines[0].who == "Rosa Gómez Díaz"


def test_the_limits_follow_an_open_prenatal_programme(clinic: Clinic) -> None:
    """160/100 is a crisis in pregnancy and none without."""
    rosa = someone(clinic)
    reading = Vitals(day=TODAY, systolic=162, diastolic=100)
    assert clinic.vitals.check(rosa, reading).dangers == []
    clinic.programmes.enrol(rosa, "prenatal")
    assert [d.kind for d in clinic.vitals.check(rosa, reading).dangers] == ["crisis_hipertensiva"]


def test_nothing_is_kept_of_a_refused_page(clinic: Clinic) -> None:
    rosa = someone(clinic)
    for odd in (Vitals(day=TODAY), Vitals(day=TODAY, temperature_c=50.0), Vitals(day=TODAY, systolic=120)):
        with pytest.raises(Refused):
            clinic.vitals.take(rosa, odd)
    assert clinic.vitals.history(rosa) == []


def test_the_last_value_comes_with_its_day(clinic: Clinic, clock: FixedClock) -> None:
    rosa = someone(clinic)
    clinic.vitals.take(rosa, Vitals(day=TODAY, weight_kg=60.0))
    clock.advance(days=30)
    clinic.vitals.take(rosa, Vitals(day=TODAY, systolic=120, diastolic=80))
    assert clinic.vitals.last(rosa, "weight_kg") == (60.0, TODAY)
    assert clinic.vitals.last(rosa, "spo2") is None
    assert [v.day for v in clinic.vitals.before(rosa)] == [TODAY + timedelta(days=30), TODAY]


def test_vitals_marked_as_mistake_are_gone_from_history_and_last_value(clinic: Clinic) -> None:
    rosa = someone(clinic)
    taken = clinic.vitals.take(rosa, Vitals(day=TODAY, weight_kg=60.0))
    with clinic.vault.transaction(day=TODAY) as tx:
        tx.put(
            "void",
            clinic.vault.new_id(),
            {"target": taken.stored.id, "target_type": "vitals"},
            patient=rosa,
            new=True,
        )
    assert clinic.vitals.history(rosa) == []
    assert clinic.vitals.last(rosa, "weight_kg") is None
    assert clinic.vault.projection("month/vitals/2026-11") == []


def test_a_visitor_takes_no_vitals(store: Path, clock: FixedClock) -> None:
    first = open_clinic(store, clock)
    rosa = someone(first)
    first.close()
    visiting = open_clinic(store, clock, "visitante")
    with pytest.raises(NotAllowed):
        visiting.vitals.take(rosa, Vitals(day=TODAY, weight_kg=60.0))
    visiting.close()
