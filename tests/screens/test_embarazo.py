"""Pregnancy on screen: noted, dated with its reasons, followed, ended; the patient bar says the weeks everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from ces_tui.care.pregnancies import Pregnancy
from ces_tui.clinic import Clinic
from ces_tui.maternal.records import FetalScan, PrenatalCheck
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.embarazo import Embarazo
from screens.embarazo_control import Control, Ultrasonido
from screens.embarazo_fechas import Fechas, Fin
from screens.expediente import Expediente
from screens.signos import Signos
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import TODAY, someone

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def woman(clinic: Clinic) -> Stored[Patient]:
    return clinic.registry.get(someone(clinic, given="Julia", birth=date(2000, 5, 1)))


@pytest.fixture
def pregnant(clinic: Clinic, woman: Stored[Patient]) -> Stored[Patient]:
    """21+3 by her last period; an ultrasound at 11 weeks that agreed, one visit."""
    lmp = TODAY - timedelta(days=150)
    clinic.pregnancies.begin(
        woman.id, Pregnancy(day=TODAY, lmp=lmp, gravida=2, births=1, risks="Presión alta antes")
    )
    scan = PrenatalCheck(day=TODAY, scan=FetalScan(crl_mm=45))
    clinic.pregnancies.check(woman.id, scan, scan_day=lmp + timedelta(days=80))
    clinic.pregnancies.check(woman.id, PrenatalCheck(day=TODAY, fundal_cm=25, fetal_heart=140, moves=True))
    return woman


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size) as driver:
            await driver.show(Expediente(patient))
            await driver.press("m")
            await script(driver)

    asyncio.run(go())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_it_says_how_far_why_and_what_is_due(
    inside: OpenApp, pregnant: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        assert isinstance(d.screen, Embarazo)
        assert "21+3 semanas" in d.text and "difiere 1 día." in d.text and "emb. 21+3" in d.text
        snapshot(d, "embarazo")

    run(inside, pregnant, script, size)


def test_a_new_one_is_noted_with_the_weeks_shown_while_typing(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        assert "Sin embarazo abierto" in d.text
        await d.press("n")
        assert isinstance(d.screen, Fechas)
        await d.type("01/09/2026")
        await d.press("enter")
        assert "11+3 semanas" in d.text
        await d.press("ctrl+s")
        assert isinstance(d.screen, Embarazo)
        assert "emb. 11+3" in d.text and "cuidado prenatal" in d.flash

    run(inside, woman, script)
    assert clinic.pregnancies.state(woman.id).days == 80
    assert clinic.vault.drafts.open_drafts() == []


def test_a_wrong_date_is_said_below_its_field(
    inside: OpenApp, clinic: Clinic, woman: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("n")
        await d.type("01/01/2027")
        await d.press("ctrl+s")
        assert isinstance(d.screen, Fechas) and "futuro" in d.text

    run(inside, woman, script)
    assert clinic.pregnancies.all(woman.id) == []


def test_a_danger_sign_and_a_strange_heart_are_asked_kept_and_become_alerts(
    inside: OpenApp, clinic: Clinic, pregnant: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("k")
        assert isinstance(d.screen, Control)
        await d.press("enter")
        await d.type("95")
        d.form().set_value("d_sangrado", True)
        await d.press("ctrl+s")
        assert "Es correcta" in d.text
        await d.press("ctrl+s")
        assert isinstance(d.screen, Embarazo) and "alerta" in d.flash
        assert "sangrado" in d.text

    run(inside, pregnant, script)
    assert {a.record.kind for a in clinic.alerts.of(pregnant.id)} == {"embarazo_alarma", "frecuencia_fetal"}


def test_an_ultrasound_shows_the_age_by_crown_rump_and_dates(
    inside: OpenApp, clinic: Clinic, pregnant: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("u")
        assert isinstance(d.screen, Ultrasonido)
        await d.type("01/09/2026")
        await d.press("enter", "enter")
        await d.type("30")
        assert "semanas (Robinson" in d.text
        await d.press("ctrl+s")
        assert isinstance(d.screen, Embarazo)

    run(inside, pregnant, script)
    [only] = clinic.pregnancies.all(pregnant.id)
    assert [s.day for s in only.record.scans] == [TODAY - timedelta(days=70), date(2026, 9, 1)]


def test_the_end_asks_for_breast_feeding_only_after_a_birth(
    inside: OpenApp, clinic: Clinic, pregnant: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("f")
        assert isinstance(d.screen, Fin)
        assert "pecho" not in d.text
        await d.press("p")
        assert "pecho" in d.text
        await d.press("enter")
        await d.type("hoy")
        await d.press("enter", "s", "ctrl+s")
        assert isinstance(d.screen, Embarazo)
        assert "parto vaginal" in d.text and "emb. " not in d.text

    run(inside, pregnant, script)
    assert clinic.pregnancies.state(pregnant.id).lactating is True


def test_half_written_it_waits_as_a_draft_and_goes_on(
    inside: OpenApp, clinic: Clinic, pregnant: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("k")
        await d.type("27")
        await d.press("ctrl+o")

    run(inside, pregnant, script)
    [draft] = clinic.vault.drafts.open_drafts()
    assert draft.place == "embarazo"

    async def go() -> None:
        async with inside() as d:
            d.app.open_room(draft.place, patient=pregnant, draft=draft.id)
            await d.settle()
            assert isinstance(d.screen, Control) and d.form().text("fundal_cm") == "27"

    asyncio.run(go())


def test_the_vitals_page_knows_that_she_is_pregnant(inside: OpenApp, pregnant: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("s")
        assert isinstance(d.screen, Signos)
        assert d.form().text("pregnant") == "si"

    run(inside, pregnant, script)


def test_a_man_has_no_key_for_it(inside: OpenApp, clinic: Clinic) -> None:
    patient = clinic.registry.get(someone(clinic, sex="M"))

    async def script(d: Driver) -> None:
        assert isinstance(d.screen, Expediente)

    run(inside, patient, script)
