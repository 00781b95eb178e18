"""What the tests of the consult page share: a returning patient, and a page to type on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult, Diagnosis, ProgrammeChange
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.consulta import Consulta
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver
from tests.unit.consult.visits import line, page, pressure, someone, stock

Script = Callable[[Driver], Awaitable[None]]
HYPERTENSION = Diagnosis(code="I10", text="Hipertensión arterial", primary=True)


@pytest.fixture
def maria(clinic: Clinic, clock: FixedClock) -> Stored[Patient]:
    """A hypertensive woman, seen four weeks ago, expected today."""
    clock.advance(days=-28)
    patient = someone(clinic, given="María Invento")
    stock(clinic, quantity=200)
    pressure(clinic, patient, 150, 95)
    clinic.allergies.none_known(patient)
    enter = (ProgrammeChange(kind="hipertension"),)
    clinic.consults.sign(page(prescription=(line(),), programmes=enter), patient)
    clock.advance(days=28)
    return clinic.registry.get(patient)


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size) as driver:
            await driver.show(Consulta(patient))
            await script(driver)

    asyncio.run(go())


def notes(clinic: Clinic, patient: Stored[Patient]) -> list[Consult]:
    """Every signed note of the chart, oldest first."""
    found = clinic.vault.shelf("consult", Consult, patient=patient.id).all()
    return [n.record for n in found]
