"""The clinical history on screen: written by pages, resumed, signed, read, added to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ces_tui.clinic import Clinic
from ces_tui.consult.history import pages
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.expediente import Expediente
from screens.historia import Historia
from screens.historia_escribir import Escribir
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.support import PASSPHRASE
from tests.unit.care.people_of import someone
from tests.unit.consult.test_history import ANSWERS

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def woman(clinic: Clinic) -> Stored[Patient]:
    return clinic.registry.get(someone(clinic))


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size) as driver:
            await driver.show(Expediente(patient))
            await driver.press("h")
            await script(driver)

    asyncio.run(go())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_it_is_read_whole_with_its_signature(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    clinic.histories.sign(woman.id, ANSWERS)

    async def script(d: Driver) -> None:
        assert isinstance(d.screen, Historia)
        assert "Padecimiento actual: Cansancio" in d.text
        snapshot(d, "historia")
        await d.press("e")
        assert isinstance(d.screen, Escribir)
        snapshot(d, "historia-escribir")

    run(inside, woman, script, size)


def test_it_is_written_page_by_page_and_signed(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("e")
        await d.type("Madre con diabetes")
        await d.press("pagedown")
        assert "No patológicos" in d.text
        await d.press("pageup")
        assert d.form().text("fam_resumen") == "Madre con diabetes"
        await d.press("ctrl+t")
        assert "NOM-004" in d.text and "No patológicos" in d.text
        rest = {k: v for k, v in ANSWERS.items() if k != "fam_resumen"}
        for _ in pages("F")[1:]:
            for key in rest.keys() & {f.name for f in d.form().fields}:
                d.form().set_value(key, rest[key])
            await d.press("pagedown")
        await d.press("ctrl+t")
        assert isinstance(d.screen, Historia) and "firmada" in d.flash

    run(inside, woman, script)
    stored = clinic.histories.get(woman.id)
    assert stored is not None and stored.record.answers["dx"] == ANSWERS["dx"]
    assert clinic.vault.drafts.open_drafts() == []


def test_half_written_it_goes_on_from_the_draft(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("e")
        await d.type("Padre hipertenso")
        await d.press("pagedown")
        await d.type("Tortilla y frijol")
        await d.press("ctrl+o")

    run(inside, woman, script)
    [draft] = clinic.vault.drafts.open_drafts()

    async def go() -> None:
        async with inside() as d:
            d.app.open_room(draft.place, patient=woman, draft=draft.id)
            await d.settle()
            assert isinstance(d.screen, Escribir)
            assert d.form().text("fam_resumen") == "Padre hipertenso"
            await d.press("pagedown")
            assert d.form().text("np_dieta") == "Tortilla y frijol"

    asyncio.run(go())


def test_enter_on_its_line_of_the_chart_opens_it(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    clinic.histories.sign(woman.id, ANSWERS)

    async def go() -> None:
        async with inside() as d:
            await d.show(Expediente(woman))
            await d.press("enter")
            assert isinstance(d.screen, Historia)

    asyncio.run(go())


def test_the_nurse_reads_and_does_not_write(inside: OpenApp, clinic: Clinic, woman: Stored[Patient]) -> None:
    clinic.histories.sign(woman.id, ANSWERS)
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)

    async def script(d: Driver) -> None:
        assert "Cansancio" in d.text
        await d.press("e")
        assert isinstance(d.screen, Historia)

    run(inside, woman, script)
