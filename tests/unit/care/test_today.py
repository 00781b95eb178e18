"""Hoy in one call."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput
from ces_tui.care.today import Today
from ces_tui.clinic import Clinic
from tests.unit.care.people_of import TODAY, someone


def test_an_empty_day_says_so_and_warns_that_nothing_was_ever_copied(clinic: Clinic) -> None:
    view = Today(clinic.desk).view()
    assert (view.waiting, view.alerts, view.due, view.missed, view.stock, view.drafts) == (
        [],
        [],
        [],
        [],
        [],
        [],
    )
    assert view.course_days is None
    assert view.copy_is_old


def test_everything_that_waits_is_there(clinic: Clinic, clock: FixedClock) -> None:
    rosa, ana, eva, luz = (someone(clinic, given=name) for name in ("Rosa", "Ana", "Eva", "Luz"))
    clinic.agenda.set(luz, TODAY)
    clock.advance(days=10)
    today = TODAY + timedelta(days=10)
    clinic.waiting.arrive(rosa)
    clinic.agenda.set(rosa, today)
    clinic.agenda.set(ana, today)
    clinic.alerts.open(eva, kind="x", gravity=2, text="x")
    clinic.today.courses.set(today + timedelta(days=6))
    view = Today(
        clinic.desk,
        stock=lambda: ["Losartán 50 mg: quedan 3"],
        last_copy=lambda: clock.now_ms() - 40 * 86_400_000,
    ).view()
    assert [line.patient for line in view.waiting] == [rosa]
    assert [line.patient for line in view.due] == [ana]
    assert [line.patient for line in view.missed] == [luz]
    assert [line.patient for line in view.alerts] == [eva]
    assert view.stock == ["Losartán 50 mg: quedan 3"]
    assert view.course_days == 6
    assert view.copy_days == 40
    assert view.copy_is_old


def test_expected_are_those_waiting_and_then_those_with_appointments(clinic: Clinic) -> None:
    rosa, ana, eva = (someone(clinic, given=name) for name in ("Rosa", "Ana", "Eva"))
    clinic.agenda.set(ana, TODAY)
    clinic.waiting.arrive(rosa)
    clinic.waiting.advance(eva, "terminado")
    assert clinic.today.expected() == {rosa: 0, ana: 1}
    assert [m.id for m in clinic.registry.find("")] == [rosa, ana]


def test_ones_own_drafts_are_there_and_a_screening_names_nobody(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.vault.drafts.save("a" * 32, place="consulta", patient=rosa, title="control", data={})
    clinic.vault.drafts.save("b" * 32, place="tamizaje", patient=rosa, title="PHQ-9 de Rosa", data={})
    shown = {(d.what, d.who, d.title) for d in clinic.today.drafts()}
    number = clinic.registry.get(rosa).record.clinic_number
    assert shown == {("consulta", "Rosa Gómez Díaz", "control"), ("asunto reservado", number, "")}


def test_the_course_is_moved_and_not_doubled(clinic: Clinic, clock: FixedClock) -> None:
    courses = clinic.today.courses
    courses.set(date(2026, 12, 3))
    courses.set(date(2026, 12, 4), place="Jaltenango")
    found = courses.next()
    assert found is not None
    assert (found.record.starts, found.record.place) == (date(2026, 12, 4), "Jaltenango")
    clock.advance(days=15)
    assert courses.next() is None
    with pytest.raises(BadInput):
        courses.set(date(2026, 11, 1))


def test_a_reserved_appointment_puts_nobody_on_the_list_of_expected(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.agenda.set(rosa, TODAY, programme="salud_mental")
    assert clinic.today.expected() == {}
    assert clinic.registry.find("") == []
    clinic.waiting.arrive(rosa)
    assert list(clinic.today.expected()) == [rosa]
