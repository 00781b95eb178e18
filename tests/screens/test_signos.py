"""Signos vitales: Enter goes on and saves at the end; the impossible refused, the unlikely asked once, the critical an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

from ces_tui.base.clock import FixedClock
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from screens.hoy import Hoy
from screens.signos import Signos
from screens.widgets.ink import Stripe
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import TODAY, someone

Steps = Callable[[Driver], Awaitable[None]]


def go(inside: OpenApp, clinic: Clinic, patient: str, steps: Steps, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        async with inside(size=size) as d:
            await d.show(Signos(clinic.registry.get(patient)))
            await steps(d)

    asyncio.run(run())


async def write(d: Driver, *fields: str) -> None:
    for text in fields:
        await d.type(text)
        await d.press("enter")


def test_enter_through_the_page_saves_it_and_moves_the_person_on(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        await write(d, "62,5", "1,55", "128/82", "78", "16", "36,6", "97", "", "", "", "", "control")
        assert isinstance(d.screen, Hoy)
        kept = clinic.vitals.today(rosa)
        assert kept is not None
        record = kept.record
        assert (record.weight_kg, record.height_cm, record.pressure, record.spo2) == (
            62.5,
            155.0,
            "128/82",
            97,
        )
        assert record.complaint == "control"
        assert clinic.waiting.today()[0].state == "signos"

    go(inside, clinic, rosa, steps)


def test_the_last_value_and_its_date_stand_beside_the_field(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, snapshot: Snapshots
) -> None:
    rosa = someone(clinic)
    clinic.vitals.take(
        rosa, Vitals(day=TODAY, weight_kg=61.0, height_cm=155.0, systolic=142, diastolic=91, glucose_mgdl=98)
    )
    clock.advance(days=28)

    async def steps(d: Driver) -> None:
        await write(d, "62,5", "155", "118/150")
        snapshot(d, "signos")

    go(inside, clinic, rosa, steps)


def test_the_impossible_is_refused_at_its_field(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        form = d.form()
        form.go_to("temperature_c")
        await d.type("366")
        await d.press("ctrl+s")
        assert form.current is not None
        assert form.current.name == "temperature_c"
        assert "se aceptan" in form.current.error
        assert clinic.vitals.history(rosa) == []

    go(inside, clinic, rosa, steps)


def test_a_crisis_is_asked_once_and_then_opens_an_alert(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        d.form().go_to("pressure")
        await d.type("195/118")
        await d.press("ctrl+s")
        assert "¿Es correcto?" in d.text
        assert clinic.vitals.history(rosa) == []
        await d.press("ctrl+s")
        assert "Se abrió una alerta" in d.flash
        assert [a.record.kind for a in clinic.alerts.of(rosa)] == ["crisis_hipertensiva"]

    go(inside, clinic, rosa, steps)


def test_a_corrected_value_is_asked_anew(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        d.form().go_to("pressure")
        await d.type("195/118")
        await d.press("ctrl+s")
        await d.press("ctrl+u")
        await d.type("205/118")
        await d.press("ctrl+s")
        assert clinic.vitals.history(rosa) == []
        await d.press("ctrl+s")
        assert [v.record.pressure for v in clinic.vitals.history(rosa)] == ["205/118"]

    go(inside, clinic, rosa, steps)


def test_bmi_is_computed_while_typing(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await write(d, "62,5", "155")
        assert "IMC 26" in d.screen.query_one("#calculado", Stripe).text

    go(inside, clinic, someone(clinic), steps)


def test_age_and_sex_decide_which_fields_are_asked(inside: OpenApp, clinic: Clinic) -> None:
    baby = someone(clinic, birth=date(2026, 1, 1), given="Luz")
    man = someone(clinic, sex="M", given="Juan")

    async def of_baby(d: Driver) -> None:
        assert "head_cm" in d.form()
        assert "muac_mm" in d.form()
        assert "pregnant" not in d.form()

    async def of_man(d: Driver) -> None:
        assert "head_cm" not in d.form()
        assert "pregnant" not in d.form()

    go(inside, clinic, baby, of_baby)
    go(inside, clinic, man, of_man)


def test_leaving_keeps_a_draft_and_saving_takes_it_away(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        await write(d, "62,5")
        await d.press("ctrl+o")
        [draft] = clinic.vault.drafts.open_drafts()
        await d.show(Signos(clinic.registry.get(rosa), draft=draft.id))
        assert d.form().text("weight_kg") == "62,5"
        await d.press("ctrl+s")
        assert clinic.vault.drafts.open_drafts() == []
        assert len(clinic.vitals.history(rosa)) == 1

    go(inside, clinic, rosa, steps)


def test_opened_again_the_same_day_it_takes_up_what_was_begun_but_not_what_another_day_left(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    rosa = someone(clinic)

    async def steps(d: Driver) -> None:
        await write(d, "62,5")
        await d.press("ctrl+o")
        await d.show(Signos(clinic.registry.get(rosa)))
        assert d.form().text("weight_kg") == "62,5" and "Es su borrador" in d.flash
        await d.press("ctrl+o")
        clock.advance(days=1)
        await d.show(Signos(clinic.registry.get(rosa)))
        assert d.form().text("weight_kg") == ""
        assert len(clinic.vault.drafts.open_drafts()) == 1

    go(inside, clinic, rosa, steps)
