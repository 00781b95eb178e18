"""The register puts the one who needs you first, without names; the case says why, draws the trend and takes what was done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from ces_tui.clinic import Clinic
from screens.salud_mental import SaludMental
from screens.salud_mental_ajustes import PorConfirmar
from screens.salud_mental_caso import Caso
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.screening.charts import (
    FLUOXETINE,
    RISPERIDONE,
    TODAY,
    become,
    in_care,
    receta,
    scored,
    seen,
    weighed,
)
from tests.unit.screening.test_seizures import noted

Script = Callable[[Driver], Awaitable[None]]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def village(clinic: Clinic) -> dict[str, str]:
    """A risk, no change, a watch that is due, and someone calm."""
    people = {
        name: in_care(clinic, given=name, birth=date(1970 + n, 2, 3), opened=ago(200))
        for n, name in enumerate(("Ana", "Berta", "Celia", "Dora"))
    }
    clinic.screenings.save(people["Ana"], clinic.instruments.get("phq9"), [1] * 8 + [1])
    for day, total in ((120, 18), (60, 17), (4, 16)):
        scored(clinic, people["Berta"], ago(day), total)
    seen(clinic, people["Berta"], ago(120), receta(FLUOXETINE))
    seen(clinic, people["Berta"], ago(60), receta(FLUOXETINE))
    seen(clinic, people["Berta"], ago(4), receta(FLUOXETINE, "2"))
    seen(clinic, people["Celia"], ago(20), receta(RISPERIDONE), code="F20.9")
    weighed(clinic, people["Celia"], ago(20), weight_kg=61.0, systolic=110, diastolic=70)
    scored(clinic, people["Dora"], ago(90), 15)
    scored(clinic, people["Dora"], ago(3), 3)
    seen(clinic, people["Dora"], ago(3), receta(FLUOXETINE))
    return people


def run(inside: OpenApp, script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size, room="hoy") as driver:
            await script(driver)

    asyncio.run(go())


def number(clinic: Clinic, patient: str) -> str:
    return clinic.registry.get(patient).record.clinic_number


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_register_opens_with_0_in_its_order_and_names_nobody(
    inside: OpenApp, clinic: Clinic, village: dict[str, str], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("0")
        assert isinstance(d.screen, SaludMental)
        places = [d.text.index(number(clinic, p)) for p in village.values()]
        assert places == sorted(places)
        assert not any(name in d.text for name in (*village, "Gómez"))
        assert "riesgo abierto" in d.text and "sin mejoría: PHQ-9" in d.text and "falta glucosa" in d.text
        snapshot(d, "salud-mental")

    run(inside, script, size)


@pytest.mark.parametrize("role", ["enfermeria", "visitante"])
def test_roles_that_may_not_know_find_neither_key_nor_palette_line(
    inside: OpenApp, clinic: Clinic, village: dict[str, str], role: str
) -> None:
    become(clinic, role)

    async def script(d: Driver) -> None:
        await d.press("0")
        assert not isinstance(d.screen, SaludMental)
        await d.press("ctrl+p")
        await d.type("salud")
        assert "Salud mental" not in d.text and "Revisión de casos" not in d.text

    run(inside, script)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_case_says_why_and_marks_treatment_changes_on_its_trend(
    inside: OpenApp, clinic: Clinic, village: dict[str, str], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        await d.show(Caso(clinic.registry.get(village["Berta"])))
        assert "sin mejoría: PHQ-9 18→16 en 17 semanas" in d.text
        assert "sube a fluoxetina 40 mg/día" in d.text and "grave 20" in d.text
        axis = next(line for line in d.text.splitlines() if "└" in line)
        assert "1" in axis and "2" in axis
        snapshot(d, "salud-mental-caso")

    run(inside, script, size)


def test_sessions_and_movements_are_noted_from_the_case(
    inside: OpenApp, clinic: Clinic, village: dict[str, str]
) -> None:
    async def script(d: Driver) -> None:
        await d.show(Caso(clinic.registry.get(village["Celia"])))
        await d.press("s")
        await d.type("Manejo de problemas")
        await d.press("ctrl+s")
        assert "PM+ 1/5" in d.text and "[1 20/11]" in d.text
        await d.press("m")
        await d.press("space", "ctrl+s")
        assert "qué movimientos" in d.flash, "found without words is refused"
        await d.press("m", "tab")
        await d.press("ctrl+s")
        assert "movimientos: última 20/11/2026" in d.text and "por confirmar" in d.text

    run(inside, script, (120, 36))
    notes = clinic.mental_health.notes(village["Celia"])
    assert [n.record.kind for n in notes] == ["pm_sesion", "movimientos"]


def test_a_session_by_mistake_is_marked_from_the_case_with_its_reason(
    inside: OpenApp, clinic: Clinic, village: dict[str, str]
) -> None:
    clinic.mental_health.add_session(village["Dora"], 1, "Respiración.")

    async def script(d: Driver) -> None:
        await d.show(Caso(clinic.registry.get(village["Dora"])))
        await d.press("x", "enter")
        await d.type("Era de otra persona")
        await d.press("enter")
        assert "por error" in d.flash and "PM+ 0/5" in d.text
        await d.press("x")
        assert "No hay nada que marcar" in d.flash

    run(inside, script, (120, 36))
    assert clinic.mental_health.notes(village["Dora"]) == []


def test_epilepsy_shows_its_seizures_as_the_notes_hold_them(inside: OpenApp, clinic: Clinic) -> None:
    ana = in_care(clinic, "epilepsia", given="Ana")
    silent = in_care(clinic, "epilepsia", given="Berta")
    noted(clinic, ana, ago(60), epi_base=8.0, epi_cuatro=8.0)
    noted(clinic, ana, ago(3), epi_cuatro=2.0)
    noted(clinic, silent, ago(3))

    async def script(d: Driver) -> None:
        await d.press("0")
        assert "crisis 8→2" in d.text
        await d.show(Caso(clinic.registry.get(ana)))
        assert "(75 % menos)" in d.text and "en 4 semanas" in d.text
        assert "PHQ-9" not in d.text
        clinic.screenings.save(ana, clinic.instruments.get("phq9"), [0] * 9)
        await d.press("r", "escape")
        assert "PHQ-9 0" in d.text and "Crisis  ●" in d.text, (
            "whoever is here for epilepsy sees the seizures first"
        )
        await d.press("t")
        assert "PHQ-9 (puntos)" in d.text
        await d.show(Caso(clinic.registry.get(silent)))
        assert "se escriben en la nota" in d.text

    run(inside, script, (120, 36))


def test_without_an_antipsychotic_or_a_risk_their_keys_are_not_offered(
    inside: OpenApp, clinic: Clinic, village: dict[str, str]
) -> None:
    async def script(d: Driver) -> None:
        await d.show(Caso(clinic.registry.get(village["Dora"])))
        await d.press("m", "g")
        assert isinstance(d.screen, Caso) and "movimientos" not in d.text

    run(inside, script)


def test_the_supervision_decides_on_doubtful_rules_and_nobody_else_is_offered_it(
    inside: OpenApp, clinic: Clinic, village: dict[str, str]
) -> None:
    async def as_pasante(d: Driver) -> None:
        await d.press("0", "u")
        assert isinstance(d.screen, SaludMental)

    async def as_supervisor(d: Driver) -> None:
        await d.press("0", "u")
        assert isinstance(d.screen, PorConfirmar) and "Recaída: sin regla publicada" in d.text
        await d.press("space", "tab")
        await d.type("2")
        await d.press("ctrl+s")
        assert "7 a 366" in d.text and clinic.mental_health.setting() is None
        await d.press("backspace")
        await d.type("180")
        await d.press("ctrl+s")
        assert isinstance(d.screen, SaludMental)

    run(inside, as_pasante)
    become(clinic, "supervision")
    run(inside, as_supervisor)
    held = clinic.mental_health.setting()
    assert held is not None and (held.relapse, held.movement_days, held.doses) == (True, 180, [])


def test_the_indicators_are_read_with_definition_source_and_doubt(
    inside: OpenApp, clinic: Clinic, village: dict[str, str], snapshot: Snapshots
) -> None:
    async def script(d: Driver) -> None:
        await d.press("0", "i")
        assert "POR CONFIRMAR" in d.text and "meta 100 %" in d.text and "Fuente: dep_tamiz (K)." in d.text
        snapshot(d, "salud-mental-indicadores")

    run(inside, script, (120, 36))


def test_an_empty_register_says_so(inside: OpenApp) -> None:
    async def script(d: Driver) -> None:
        await d.press("0")
        assert "Nadie está inscrito" in d.text

    run(inside, script)
