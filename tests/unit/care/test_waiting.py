"""The waiting room: forward by itself, back by hand, once a day."""

from __future__ import annotations

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput
from ces_tui.care.records import ArrivalState
from ces_tui.clinic import Clinic
from tests.unit.care.people_of import TODAY, someone


def test_people_stand_in_order_of_arrival_and_the_finished_below(clinic: Clinic, clock: FixedClock) -> None:
    names = ["Ana", "Berta", "Carla"]
    for name in names:
        clinic.waiting.arrive(someone(clinic, given=name))
        clock.advance(seconds=60)
    first = clinic.waiting.today()[0]
    clinic.waiting.advance(first.patient, "terminado")
    assert [line.who.split()[0] for line in clinic.waiting.today()] == ["Berta", "Carla", "Ana"]


def test_arriving_twice_is_arriving_once(clinic: Clinic) -> None:
    rosa = someone(clinic)
    assert clinic.waiting.arrive(rosa).id == clinic.waiting.arrive(rosa).id
    assert len(clinic.waiting.today()) == 1


def test_who_has_an_appointment_today_came_by_appointment(clinic: Clinic) -> None:
    rosa, ana = someone(clinic), someone(clinic, given="Ana")
    clinic.agenda.set(rosa, TODAY)
    assert clinic.waiting.arrive(rosa).record.came == "cita"
    assert clinic.waiting.arrive(ana).record.came == "sin_cita"


@pytest.mark.parametrize(
    ("done", "state"),
    [
        (["signos"], "signos"),
        (["consulta", "signos"], "consulta"),
        (["signos", "consulta", "terminado"], "terminado"),
        (["terminado"], "terminado"),
    ],
)
def test_work_moves_a_person_on_and_never_back(clinic: Clinic, done: list[ArrivalState], state: str) -> None:
    rosa = someone(clinic)
    for step in done:
        clinic.waiting.advance(rosa, step)
    assert [line.state for line in clinic.waiting.today()] == [state]


def test_by_hand_anything_can_be_put_right(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.waiting.advance(rosa, "consulta")
    here = clinic.waiting.of_today(rosa)
    assert here is not None
    clinic.waiting.move(rosa, here, "espera")
    assert clinic.waiting.today()[0].state == "espera"
    with pytest.raises(BadInput):
        clinic.waiting.move(rosa, here, "volando")  # type: ignore[arg-type]


def test_a_second_visit_of_the_day_is_a_second_arrival(clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.waiting.advance(rosa, "terminado")
    clinic.waiting.arrive(rosa)
    assert [line.state for line in clinic.waiting.today()] == ["espera", "terminado"]


def test_tomorrow_the_room_is_empty(clinic: Clinic, clock: FixedClock) -> None:
    clinic.waiting.arrive(someone(clinic))
    clock.advance(days=1)
    assert clinic.waiting.today() == []
