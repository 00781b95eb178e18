"""Buscar: at most four keys for someone expected, misspelt names found, a search becomes a registration."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ces_tui.clinic import Clinic
from screens.alta import Alta
from screens.hoy import Hoy
from screens.widgets.lines import Lines
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import TODAY, someone
from tests.unit.people.invented import people

Steps = Callable[[Driver], Awaitable[None]]


def go(inside: OpenApp, steps: Steps, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        async with inside(size=size) as d:
            await steps(d)

    asyncio.run(run())


def test_every_one_of_a_full_day_is_chosen_in_at_most_four_keys(inside: OpenApp, clinic: Clinic) -> None:
    """`/`, the number of the row, Enter: for each of 30 people expected today, among 200."""
    ids = [clinic.registry.register(p).id for p in people(200)]
    for pid in ids[::7][:15]:
        clinic.waiting.arrive(pid)
    for pid in ids[3::7][:15]:
        clinic.agenda.set(pid, TODAY)
    order = [match.id for match in clinic.registry.find("", limit=99)]
    assert len(order) == 30

    async def steps(d: Driver) -> None:
        for at, pid in enumerate(order, 1):
            if at not in {1, 2, 9, 10, 17, 30}:
                continue
            keys = ["slash", *str(at), "enter"]
            assert len(keys) <= 4
            chosen: list[Any] = []
            d.app.open_room("buscar", choose=True, then=chosen.append)  # what `/` does, for a room that asks
            await d.settle()
            await d.press(*keys[1:])
            assert [stored.id for stored in chosen] == [pid]

    go(inside, steps)


def test_nothing_typed_shows_who_is_expected_with_their_numbers(
    inside: OpenApp, clinic: Clinic, snapshot: Snapshots
) -> None:
    for name in ("Rosa", "Ana"):
        clinic.waiting.arrive(someone(clinic, given=name, mother_name="Elvira"))
    someone(clinic, given="Zoila")

    async def steps(d: Driver) -> None:
        await d.press("slash")
        snapshot(d, "buscar-esperados")
        assert "Zoila" not in d.text

    go(inside, steps)


def test_a_misspelt_name_with_its_birth_is_the_first_row(
    inside: OpenApp, clinic: Clinic, snapshot: Snapshots
) -> None:
    from datetime import date

    for other in people(30):
        clinic.registry.register(other)
    jose = someone(
        clinic, given="José", surname1="Hernández", surname2="López", sex="M", birth=date(1981, 4, 3)
    )

    async def steps(d: Driver) -> None:
        await d.press("slash")
        await d.type("Jose Hernandes Lopes, 3/4/81")
        row = d.screen.query_one(Lines).current
        assert row is not None
        assert row.key == jose
        snapshot(d, "buscar-jose")

    go(inside, steps)


def test_mental_health_is_not_in_search_and_hypertension_is(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)
    clinic.programmes.enrol(rosa, "salud_mental")
    clinic.programmes.enrol(rosa, "hipertension")

    async def steps(d: Driver) -> None:
        await d.press("slash")
        await d.type("rosa")
        assert "hipertensión" in d.text
        assert "mental" not in d.text

    go(inside, steps, (120, 36))


def test_what_was_typed_goes_into_the_registration(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await d.press("slash")
        await d.type("luz perez, 3/4/81")
        await d.press("ctrl+n")
        assert isinstance(d.screen, Alta)
        form = d.form()
        assert (form.text("given"), form.text("surname1"), form.text("birth")) == (
            "Luz",
            "Perez",
            "03/04/1981",
        )

    go(inside, steps)


def test_the_arrows_choose_while_the_line_keeps_the_cursor(inside: OpenApp, clinic: Clinic) -> None:
    for name in ("Ana", "Anabel", "Analí"):
        someone(clinic, given=name)

    async def steps(d: Driver) -> None:
        await d.press("slash")
        await d.type("ana")
        lines = d.screen.query_one(Lines)
        first = lines.current
        await d.press("down")
        assert lines.current is not first
        await d.type("b")
        assert d.form().text("q") == "anab"

    go(inside, steps)


def test_ctrl_r_notes_the_arrival_of_the_row(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        await d.press("slash")
        await d.type("rosa")
        await d.press("ctrl+r")
        assert [line.patient for line in clinic.waiting.today()] == [rosa]

    go(inside, steps)


def test_a_newcomer_is_registered_and_arrives_in_one_go(inside: OpenApp, clinic: Clinic) -> None:
    """Hoy asks who arrived; nobody is found; the registration gives the person back to Hoy, who arrives."""

    async def steps(d: Driver) -> None:
        await d.press("l")
        await d.type("luz perez ruiz, 3/4/81")
        await d.press("enter")
        assert isinstance(d.screen, Alta)
        await d.press("m")
        await d.press("ctrl+s")
        assert isinstance(d.screen, Hoy)
        [line] = clinic.waiting.today()
        assert line.who == "Luz Perez Ruiz"

    go(inside, steps)


def test_a_newcomer_found_through_the_finder_opens_their_chart(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await d.press("slash")
        await d.type("luz perez ruiz, 3/4/81")
        await d.press("ctrl+n")
        await d.press("m")
        await d.press("ctrl+s")
        assert d.room.room == "expediente"
        assert d.room.patient.record.name == "Luz Perez Ruiz"
        await d.press("ctrl+o")
        assert isinstance(d.screen, Hoy)

    go(inside, steps)


def test_an_expected_person_is_opened_with_four_keys_from_hoy(inside: OpenApp, clinic: Clinic) -> None:
    """`/`, two digits, Enter: the real keys, to the real chart."""
    ids = [
        someone(clinic, given=name)
        for name in [
            "Ana",
            "Eva",
            "Luz",
            "Rosa",
            "Zoila",
            "Dora",
            "Nora",
            "Flora",
            "Irma",
            "Olga",
            "Elsa",
            "Berta",
        ]
    ]
    for pid in ids:
        clinic.waiting.arrive(pid)

    async def steps(d: Driver) -> None:
        await d.press("slash", "1", "1", "enter")
        assert d.room.room == "expediente"
        assert d.room.patient.id == clinic.registry.find("", limit=99)[10].id

    go(inside, steps)
