"""The agenda: expected, missed after 7, 14 and 28 days, met when seen, cancelled with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, Refused
from ces_tui.clinic import Clinic
from tests.unit.care.people_of import TODAY, someone


def test_an_appointment_stands_on_its_day_and_no_other(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.agenda.set(rosa, TODAY + timedelta(days=30), reason="control", programme="hipertension")
    assert clinic.agenda.due_on(TODAY) == []
    [line] = clinic.agenda.due_on(TODAY + timedelta(days=30))
    assert (line.who, line.what, line.late) == ("Rosa Gómez Díaz", "hipertensión · control", 0)


@pytest.mark.parametrize(
    ("days", "level"), [(0, 0), (1, 0), (6, 0), (7, 1), (13, 1), (14, 2), (27, 2), (28, 3), (100, 3)]
)
def test_a_missed_one_weighs_more_after_7_14_and_28_days(
    clinic: Clinic, clock: FixedClock, days: int, level: int
) -> None:
    rosa = someone(clinic)
    clinic.agenda.set(rosa, TODAY)
    clock.advance(days=days)
    assert [line.missed for line in clinic.agenda.missed(at_least=0)] == ([level] if days else [])
    assert len(clinic.agenda.missed()) == (level > 0)


def test_being_seen_meets_what_is_due_around_now_and_leaves_the_far_one(
    clinic: Clinic, clock: FixedClock
) -> None:
    rosa = someone(clinic)
    for days in (0, 40, 90):
        clinic.agenda.set(rosa, TODAY + timedelta(days=days))
    clock.advance(days=35)
    clinic.agenda.seen(rosa)
    assert [a.record.status for a in clinic.agenda.all(rosa)] == ["perdida", "cumplida", "pendiente"]


def test_the_appointment_set_in_this_very_visit_is_not_met_by_it(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.agenda.set(rosa, TODAY + timedelta(days=3))
    clinic.agenda.seen(rosa)
    assert [a.record.status for a in clinic.agenda.all(rosa)] == ["pendiente"]


def test_a_cancellation_needs_a_reason_and_leaves_the_list(clinic: Clinic) -> None:
    rosa = someone(clinic)
    stored = clinic.agenda.set(rosa, TODAY)
    with pytest.raises(BadInput):
        clinic.agenda.cancel(rosa, stored, " ")
    cancelled = clinic.agenda.cancel(rosa, stored, "Se mudó")
    assert clinic.agenda.due_on(TODAY) == []
    with pytest.raises(Refused):
        clinic.agenda.cancel(rosa, cancelled, "otra vez")


def test_what_a_note_set_goes_with_the_note(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.agenda.set(rosa, TODAY, source="a" * 32)
    clinic.agenda.set(rosa, TODAY + timedelta(days=1), source="b" * 32)
    assert clinic.agenda.cancel_from(rosa, "a" * 32, "Registrado por error") == 1
    assert [a.record.status for a in clinic.agenda.all(rosa)] == ["cancelada", "pendiente"]


@pytest.mark.parametrize("days", [-1, 800])
def test_a_past_or_far_day_is_refused(clinic: Clinic, days: int) -> None:
    with pytest.raises(BadInput) as caught:
        clinic.agenda.set(someone(clinic), TODAY + timedelta(days=days))
    assert caught.value.field == "due"


def test_a_mental_health_appointment_is_on_lists_only_by_number(clinic: Clinic) -> None:
    """Neither name nor kind nor reason, and no reason in the drawer behind the list."""
    rosa = someone(clinic)
    clinic.agenda.set(rosa, TODAY, reason="seguimiento de ánimo", programme="salud_mental")
    [line] = clinic.agenda.due_on(TODAY)
    assert line.who == clinic.registry.get(rosa).record.clinic_number
    assert line.what == "asunto reservado"
    assert line.programme == ""
    assert "nimo" not in str(clinic.vault.projection(f"agenda/{TODAY:%Y-%m}"))
    assert "mental" not in str(clinic.vault.projection(f"agenda/{TODAY:%Y-%m}"))


def test_a_call_to_the_acompanante_stays_with_the_appointment_and_todays_visit_still_meets_it(
    clinic: Clinic, clock: FixedClock
) -> None:
    rosa = someone(clinic, acompanante="Lupita Pérez")
    clinic.agenda.set(rosa, TODAY, programme="hipertension")
    clock.advance(days=9)
    today = clinic.desk.today()
    [stored] = clinic.agenda.pending(rosa)
    clinic.agenda.call(rosa, stored, clinic.agenda.companion(rosa), "radio", "Viene el lunes")
    [line] = clinic.agenda.missed()
    assert (line.called, line.companion) == (today, "Lupita Pérez")
    [again] = clinic.agenda.pending(rosa)
    call = again.record.calls[0]
    assert (call.to, call.how, call.said, call.day) == ("Lupita Pérez", "radio", "Viene el lunes", today)
    assert call.author == clinic.me.id
    clinic.agenda.seen(rosa)
    assert [a.record.status for a in clinic.agenda.all(rosa)] == ["cumplida"]


@pytest.mark.parametrize(("to", "how", "field"), [("", "radio", "to"), ("Lupita", "señales", "how")])
def test_a_call_without_whom_or_how_changes_nothing(clinic: Clinic, to: str, how: str, field: str) -> None:
    rosa = someone(clinic)
    stored = clinic.agenda.set(rosa, TODAY)
    with pytest.raises(BadInput) as refused:
        clinic.agenda.call(rosa, stored, to, how)
    assert refused.value.field == field and clinic.agenda.pending(rosa)[0].record.calls == []


def test_a_reserved_appointment_names_no_acompanante_on_a_list(clinic: Clinic, clock: FixedClock) -> None:
    rosa = someone(clinic, acompanante="Lupita Pérez")
    stored = clinic.agenda.set(rosa, TODAY, programme="salud_mental")
    clinic.agenda.call(rosa, stored, "Lupita Pérez", "recado")
    clock.advance(days=8)
    [line] = clinic.agenda.missed()
    assert line.reserved and line.companion == "" and line.called == TODAY


def test_a_call_about_an_appointment_that_is_over_is_refused(clinic: Clinic) -> None:
    rosa = someone(clinic)
    over = clinic.agenda.cancel(rosa, clinic.agenda.set(rosa, TODAY), "Se mudó")
    with pytest.raises(Refused):
        clinic.agenda.call(rosa, over, "Lupita", "radio")
