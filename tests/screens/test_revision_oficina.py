"""A supervisor at the office begins with the cases, answers with the keyboard, and the answer is on the pasante's Hoy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from screens.app import CesApp
from screens.revision_casos_texto import Revision
from screens.salud_mental import SaludMental
from tests.screens.support import Driver, drive
from tests.support import CHEAP, PASSPHRASE
from tests.unit.office.support import Pair, make_pair
from tests.unit.screening.charts import in_care

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


def at(clinic: Clinic, clock: FixedClock, script: Script) -> None:
    """The first room of whoever is at the desk of this store."""

    async def go() -> None:
        app = CesApp(clinic.vault.folder, clock)
        app.clinic = clinic
        async with drive(app, (80, 24)) as driver:
            app.go_home()
            await driver.settle()
            await script(driver)
            app.clinic = None

    asyncio.run(go())


def test_question_and_answer_go_over_the_office_and_back(pair: Pair, clock: FixedClock) -> None:
    patient = in_care(pair.clinic, given="Ana")
    pair.clinic.reviews.ask(patient, "Lleva 8 semanas igual. ¿Subo?")
    pair.introduce()
    office = pair.office_clinic
    coordinator = office.me.id
    reviewer = office.team.add("Elsa Supervisora Ficticia", "supervision", PASSPHRASE, profile=CHEAP)
    office.login(reviewer.id, PASSPHRASE)
    assert office.greeting == ["Por responder: 1 pregunta sobre un caso (0 y r)."]

    async def answers(d: Driver) -> None:
        assert isinstance(d.screen, SaludMental) and "1 espera respuesta" in d.text
        assert not d.flash and "Ana" not in d.text
        await d.press("r", "enter", "n")
        assert isinstance(d.screen, Revision)
        await d.type("Suba a 40 mg y véala en dos semanas.")
        await d.press("ctrl+t")
        assert "Guardado y firmado" in d.flash

    at(office, clock, answers)
    office.login(coordinator, PASSPHRASE)
    clock.advance(seconds=61)
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)

    async def reads(d: Driver) -> None:
        assert "asunto reservado" in d.text and "Ana" not in d.text
        await d.press("home", "enter", "enter")
        assert "Elsa Supervisora Ficticia" in d.text and "Suba a 40 mg" in d.text
        await d.press("l")
        assert "leída" in d.text

    at(pair.clinic, clock, reads)
    assert pair.clinic.today.view().alerts == []


def test_the_coordinator_begins_with_coordinacion_as_ever(pair: Pair, clock: FixedClock) -> None:
    async def begins(d: Driver) -> None:
        assert d.room.room == "coordinacion" and not d.flash

    at(pair.office_clinic, clock, begins)
