"""Growth on screen: the child's marks between the lines, one index at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.crecimiento import Crecimiento
from screens.expediente import Expediente
from screens.signos import Signos
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import TODAY, someone

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def luis(clinic: Clinic, clock: FixedClock) -> Stored[Patient]:
    """A boy of 18 months with three visits."""
    patient = someone(clinic, given="Luis", birth=date(2025, 5, 20), sex="M")
    for back, weight, height in ((365, 7.9, 67.0), (183, 9.1, 74.0), (0, 9.0, 78.5)):
        clock.advance(days=-back)
        clinic.vitals.take(
            patient,
            Vitals(day=TODAY, weight_kg=weight, height_cm=height, head_cm=44 + height / 40),
            confirmed={"weight_kg", "head_cm"},
        )
        clock.advance(days=back)
    return clinic.registry.get(patient)


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size) as driver:
            await driver.show(Expediente(patient))
            await script(driver)

    asyncio.run(go())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_k_draws_the_curves_and_arrows_change_them(
    inside: OpenApp, luis: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("k")
        assert isinstance(d.screen, Crecimiento)
        assert "Talla para la edad (cm)" in d.text and d.text.count("●") >= 3
        snapshot(d, "crecimiento")
        await d.press("left")
        assert "Perímetro cefálico" in d.text
        await d.press("right", "right", "e")
        assert "0 a 5 años" in d.text and "Peso para la edad" in d.text

    run(inside, luis, script, size)


def test_a_child_never_measured_says_where_to_measure(inside: OpenApp, clinic: Clinic) -> None:
    patient = clinic.registry.get(someone(clinic, given="Ana", birth=date(2024, 1, 1)))

    async def script(d: Driver) -> None:
        await d.press("k", "right", "e")
        assert "Signos vitales («s»)" in d.text

    run(inside, patient, script)


def test_an_adult_has_no_key_for_it(inside: OpenApp, clinic: Clinic) -> None:
    patient = clinic.registry.get(someone(clinic))

    async def script(d: Driver) -> None:
        await d.press("k")
        assert isinstance(d.screen, Expediente)

    run(inside, patient, script)


def test_how_a_small_child_was_measured_is_asked_and_moves_the_score(inside: OpenApp, clinic: Clinic) -> None:
    """Of 20 months, standing: 0.7 cm more than the same number lying; nobody else is asked."""
    patient = clinic.registry.get(someone(clinic, given="Ana", birth=date(2025, 3, 20)))
    grown = clinic.registry.get(someone(clinic, given="Eva", birth=date(2020, 3, 20)))

    async def go() -> None:
        async with inside() as d:
            await d.show(Signos(grown))
            assert "lying" not in d.form()
            await d.press("ctrl+o")
            await d.show(Signos(patient))
            await d.press("enter")
            await d.type("80")
            await d.press("enter", "d", "ctrl+s")

    asyncio.run(go())
    [measured] = clinic.growth.of(patient.id).measured
    assert measured.height_cm == 80.7 and measured.lying is False


def test_the_weeks_at_birth_are_noted_with_a_key(
    inside: OpenApp, clinic: Clinic, luis: Stored[Patient]
) -> None:
    """«p»: what can't be is said in its place; noted, the page says how the age is corrected."""

    async def script(d: Driver) -> None:
        await d.press("k", "p")
        await d.type("12")
        await d.press("enter")
        assert "22 a 44 semanas" in d.text
        d.form().set_value("gestation", "33+1")
        await d.press("enter")
        assert "Se anotaron" in d.flash
        for _ in range(8):
            await d.press("down")
        assert "Edad corregida por prematurez" in d.text

    run(inside, luis, script)
    assert clinic.registry.get(luis.id).record.birth_gestation == 232


def test_oedema_is_asked_of_small_children_only(inside: OpenApp, clinic: Clinic) -> None:
    """Below five years the page asks for it, and it alone may be kept."""
    patient = clinic.registry.get(someone(clinic, given="Ana", birth=date(2024, 3, 20)))
    grown = clinic.registry.get(someone(clinic, given="Eva", birth=date(2020, 3, 20)))

    async def go() -> None:
        async with inside() as d:
            await d.show(Signos(grown))
            assert "oedema" not in d.form()
            await d.press("ctrl+o")
            await d.show(Signos(patient))
            d.form().go_to("oedema")
            await d.press("s", "ctrl+s")

    asyncio.run(go())
    taken = clinic.vitals.today(patient.id)
    assert taken is not None and taken.record.oedema is True
