"""Hoy: everything of the day in one list, each line opened by the role that may, nothing reserved told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from screens.hoy import Hoy
from screens.widgets.ink import Stripe
from screens.widgets.lines import Lines
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.support import PASSPHRASE
from tests.unit.care.people_of import TODAY, someone

Steps = Callable[[Driver], Awaitable[None]]


def go(inside: OpenApp, steps: Steps, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        async with inside(size=size) as d:
            await steps(d)

    asyncio.run(run())


def a_day(clinic: Clinic, clock: FixedClock) -> dict[str, str]:
    """A waiting room, alerts open and reserved, appointments due and missed, a draft, a course."""
    names = ("Rosa", "Ana", "Eva", "Luz", "Inés")
    ids = {name: someone(clinic, given=name, mother_name="Elvira") for name in names}
    clinic.agenda.set(ids["Luz"], TODAY, programme="hipertension", reason="control")
    clock.advance(days=15)
    clinic.today.courses.set(TODAY + timedelta(days=21))
    clinic.agenda.set(ids["Eva"], clinic.desk.today(), programme="diabetes")
    clinic.agenda.set(ids["Inés"], clinic.desk.today(), programme="salud_mental")
    clinic.waiting.arrive(ids["Rosa"])
    clock.advance(seconds=1200)
    clinic.vitals.take(
        ids["Ana"], Vitals(day=TODAY, systolic=192, diastolic=116), confirmed={"systolic", "diastolic"}
    )
    clinic.alerts.open(ids["Inés"], kind="violencia", gravity=3, text="violencia en casa", sensitive=True)
    clinic.vault.drafts.save("a" * 32, place="consulta", patient=ids["Rosa"], data={})
    return ids


def test_the_day_reads_like_this_at_both_widths(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, snapshot: Snapshots
) -> None:
    a_day(clinic, clock)

    async def steps(d: Driver) -> None:
        snapshot(d, "hoy")

    go(inside, steps)
    go(inside, steps, (120, 36))


def test_an_empty_day_says_so_in_every_part(inside: OpenApp, snapshot: Snapshots) -> None:
    async def steps(d: Driver) -> None:
        snapshot(d, "hoy-vacio")

    go(inside, steps)


def test_a_reserved_matter_shows_number_gravity_and_date_and_nothing_else(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    ids = a_day(clinic, clock)
    number = clinic.registry.get(ids["Inés"]).record.clinic_number

    async def steps(d: Driver) -> None:
        assert f"PELIGRO {number}" in " ".join(d.text.split())
        assert "Inés" not in d.text
        assert "violencia" not in d.text
        assert "mental" not in d.text
        await d.press("tab")
        assert "violencia" not in d.text

    go(inside, steps, (120, 36))


def test_enter_on_a_reserved_alert_is_refused_to_the_nurse_and_told_to_the_pasante(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    a_day(clinic, clock)
    pasante = clinic.me.id
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")

    async def steps(d: Driver) -> None:
        lines = d.screen.query_one(Lines)
        reserved = next(
            row.key for row in lines.rows if row.key.startswith("a") and "reservado" in row.cells[2]
        )
        clinic.login(nurse.id, PASSPHRASE)
        lines.select(reserved)
        await d.press("enter")
        assert "reservado" in d.flash
        assert isinstance(d.screen, Hoy)
        clinic.switch(pasante)
        await d.press("enter")
        assert "violencia en casa" in d.text

    go(inside, steps)


def test_an_alert_is_closed_with_a_reason_and_leaves_the_list(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    ids = a_day(clinic, clock)

    async def steps(d: Driver) -> None:
        lines = d.screen.query_one(Lines)
        lines.select(next(row.key for row in lines.rows if "Crisis" in row.cells[2]))
        await d.press("x")
        await d.type("Se controló")
        await d.press("enter")
        assert "Crisis" not in d.text
        assert clinic.alerts.of(ids["Ana"]) == []

    go(inside, steps)


def test_l_on_an_appointment_puts_the_person_in_the_waiting_room(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    ids = a_day(clinic, clock)

    async def steps(d: Driver) -> None:
        lines = d.screen.query_one(Lines)
        lines.select(next(row.key for row in lines.rows if row.key.startswith("c") and "Eva" in row.cells[1]))
        await d.press("l")
        assert [line.patient for line in clinic.waiting.today() if line.came == "cita"] == [ids["Eva"]]
        assert "Llegó Eva" in d.flash

    go(inside, steps)


def test_the_state_is_put_right_by_hand(inside: OpenApp, clinic: Clinic, clock: FixedClock) -> None:
    ids = a_day(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.press("e", "down", "down", "enter")
        here = clinic.waiting.of_today(ids["Rosa"])
        assert here is not None
        assert here.record.state == "consulta"

    go(inside, steps)


def test_tab_goes_from_part_to_part_and_round(inside: OpenApp, clinic: Clinic, clock: FixedClock) -> None:
    a_day(clinic, clock)

    async def steps(d: Driver) -> None:
        lines = d.screen.query_one(Lines)
        seen = []
        for _ in range(6):
            assert lines.current is not None
            seen.append(lines.current.key[0])
            await d.press("tab")
        assert "".join(seen) == "wcmdaw"

    go(inside, steps)


def test_a_draft_is_discarded_only_after_asking(inside: OpenApp, clinic: Clinic, clock: FixedClock) -> None:
    a_day(clinic, clock)

    async def steps(d: Driver) -> None:
        d.screen.query_one(Lines).select("d" + "a" * 32)
        await d.press("d", "enter")
        assert len(clinic.vault.drafts.open_drafts()) == 1
        await d.press("d", "s", "enter")
        await d.press("d", "left", "enter")
        assert clinic.vault.drafts.open_drafts() == []

    go(inside, steps)


def test_the_course_date_is_set_from_hoy(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await d.press("k")
        await d.type("+14")
        await d.press("enter")
        assert "Curso en 14 días" in d.screen.query_one("#resumen", Stripe).text

    go(inside, steps)


def test_a_visitor_sees_no_key_that_changes_anything(
    store: Path, clock: FixedClock, inside: OpenApp, clinic: Clinic
) -> None:
    a_day(clinic, clock)
    visitor = next(p for p in clinic.people() if p.role == "visitante")
    clinic.login(visitor.id, PASSPHRASE)

    async def steps(d: Driver) -> None:
        await d.press("l", "s", "c", "n", "x")
        assert isinstance(d.screen, Hoy)
        assert "llegada" not in d.text
        assert "consulta  " not in d.text.splitlines()[-1]

    go(inside, steps)


def test_many_alerts_leave_the_waiting_room_in_sight_and_enter_shows_them_all(
    inside: OpenApp, clinic: Clinic
) -> None:
    rosa = someone(clinic)
    clinic.waiting.arrive(rosa)
    for n in range(20):
        clinic.alerts.open(rosa, kind=f"x{n}", gravity=2, text=f"asunto {n}")

    async def steps(d: Driver) -> None:
        assert "Sala de espera" in d.text
        assert "12 alertas más" in d.text
        assert "Alertas 20" in d.text
        lines = d.screen.query_one(Lines)
        lines.select("+alertas")
        await d.press("enter")
        assert sum(row.key.startswith("a") for row in lines.rows) == 20
        assert lines.current is not None
        assert lines.current.key.startswith("a")

    go(inside, steps)
