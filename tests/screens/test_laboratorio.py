"""Results typed from a paper: kept together, asked when strange, meant in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from ces_tui.care.labs import Lab
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.expediente import Expediente
from screens.laboratorio import Laboratorio
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import someone

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def woman(clinic: Clinic) -> Stored[Patient]:
    patient = someone(clinic, birth=date(1966, 5, 1))
    clinic.labs.add(patient, [Lab(day=date(2026, 8, 3), kind="creatinina", value=1.0)])
    return clinic.registry.get(patient)


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size) as driver:
            await driver.show(Expediente(patient))
            await driver.press("d")
            await script(driver)

    asyncio.run(go())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_each_field_has_its_last_value_and_the_formula_is_named(
    inside: OpenApp, woman: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        assert isinstance(d.screen, Laboratorio)
        assert "03/08/2026" in d.text and "CKD-EPI 2021" in d.text
        snapshot(d, "laboratorio")

    run(inside, woman, script, size)


def test_results_are_kept_with_the_day_of_the_sample_and_shown_in_the_chart(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.type("15/11/2026")
        await d.press("enter")
        await d.type("1,4")
        await d.press("enter")
        await d.type("8.1")
        await d.press("ctrl+s")
        assert isinstance(d.screen, Expediente)
        assert "2 resultados" in d.flash and "TFGe" in d.flash
        assert "HbA1c 8.1 % (15/11/2026)" in d.text and "Riñón" in d.text

    run(inside, woman, script)
    assert {
        (s.record.kind, s.record.value)
        for s in clinic.labs.all(woman.id)
        if s.record.day == date(2026, 11, 15)
    } == {
        ("creatinina", 1.4),
        ("hba1c", 8.1),
    }
    assert clinic.vault.drafts.open_drafts() == []


def test_a_strange_value_is_asked_at_its_field_and_kept_the_second_time(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        d.form().set_value("potasio", "7.5")
        await d.press("ctrl+s")
        assert "es raro" in d.text and isinstance(d.screen, Laboratorio)
        await d.press("ctrl+s")
        assert isinstance(d.screen, Expediente)

    run(inside, woman, script)
    assert clinic.labs.last(woman.id)["potasio"].value == 7.5


def test_a_risk_without_its_chart_goes_to_that_field(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        d.form().set_value("riesgo_cv", "12")
        await d.press("ctrl+s")
        current = d.form().current
        assert current is not None and current.name == "method"
        await d.press("o", "ctrl+s")
        assert isinstance(d.screen, Expediente)

    run(inside, woman, script)
    assert clinic.labs.last(woman.id)["riesgo_cv"].method == "oms_sin_lab"


def test_an_empty_page_is_said_and_nothing_kept(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("ctrl+s")
        assert "ningún resultado" in d.text

    run(inside, woman, script)
    assert len(clinic.labs.all(woman.id)) == 1
