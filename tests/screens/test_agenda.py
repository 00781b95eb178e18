"""Agenda: missed first, then by date; moved, cancelled and given from here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from screens.agenda import Agenda
from screens.widgets.lines import Lines
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import TODAY, someone

Steps = Callable[[Driver], Awaitable[None]]


def go(inside: OpenApp, steps: Steps, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        async with inside(size=size) as d:
            await d.show(Agenda())
            await steps(d)

    asyncio.run(run())


def a_month(clinic: Clinic, clock: FixedClock) -> dict[str, str]:
    ids = {name: someone(clinic, given=name) for name in ("Rosa", "Ana", "Eva", "Inés")}
    clinic.agenda.set(ids["Rosa"], TODAY, programme="hipertension")
    clock.advance(days=20)
    today = clinic.desk.today()
    clinic.agenda.set(ids["Ana"], today, reason="curación")
    clinic.agenda.set(ids["Eva"], today + timedelta(days=3), programme="diabetes")
    clinic.agenda.set(ids["Inés"], today + timedelta(days=3), programme="salud_mental")
    return ids


def test_the_agenda_reads_like_this(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, snapshot: Snapshots
) -> None:
    a_month(clinic, clock)

    async def steps(d: Driver) -> None:
        snapshot(d, "agenda")
        assert "Inés" not in d.text

    go(inside, steps)


def test_an_appointment_is_moved_and_cancelled(inside: OpenApp, clinic: Clinic, clock: FixedClock) -> None:
    ids = a_month(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.press("r")
        await d.type("+7")
        await d.press("enter")
        [moved] = clinic.agenda.pending(ids["Rosa"])
        assert moved.record.due == clinic.desk.today() + timedelta(days=7)
        d.screen.query_one(Lines).select(moved.id)
        await d.press("x")
        await d.type("Se mudó")
        await d.press("enter")
        assert clinic.agenda.pending(ids["Rosa"]) == []

    go(inside, steps)


def test_one_programme_alone_leaves_the_reserved_out(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    a_month(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.press("p", "down", "down", "down", "enter")
        assert [row.cells[1].split()[0] for row in d.screen.query_one(Lines).rows] == ["Eva"]

    go(inside, steps)


def test_a_date_that_has_passed_is_a_sentence_and_changes_nothing(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    ids = a_month(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.press("r")
        await d.type("1/1/2020")
        await d.press("enter")
        assert "de hoy en adelante" in d.flash
        assert clinic.agenda.pending(ids["Rosa"])[0].record.due == TODAY

    go(inside, steps)


def test_a_call_to_the_acompanante_is_noted_and_one_acompanantes_people_stand_alone(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    luz = someone(clinic, given="Luz", acompanante="Lupita Pérez")
    clinic.agenda.set(luz, TODAY, programme="diabetes")
    a_month(clinic, clock)

    async def steps(d: Driver) -> None:
        lines = d.screen.query_one(Lines)
        lines.select(clinic.agenda.pending(luz)[0].id)
        await d.press("a")
        assert "Avisar para que venga: Luz" in d.text and d.form().text("to") == "Lupita Pérez"
        await d.press("ctrl+s")
        assert "Elija cómo se avisó" in d.text and clinic.agenda.pending(luz)[0].record.calls == []
        await d.press("right", "enter")
        await d.type("Va mañana")
        await d.press("enter")
        assert "avisado 10/12" in next(row for row in lines.rows if "Luz" in row.cells[1]).cells[3]
        [call] = clinic.agenda.pending(luz)[0].record.calls
        assert (call.to, call.said) == ("Lupita Pérez", "Va mañana")
        await d.press("a")
        assert "10/12/2026 a Lupita Pérez" in d.text
        await d.press("escape", "o", "down", "enter")
        assert [row.cells[1].split()[0] for row in lines.rows] == ["Luz"]

    go(inside, steps)


def test_without_any_acompanante_the_filter_says_so(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    a_month(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.press("o")
        assert "Nadie de esta lista tiene acompañante" in d.flash

    go(inside, steps)
