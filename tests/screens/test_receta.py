"""The receta's editor: keys in, prescription lines out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from ces_tui.care.records import Allergy, Vitals
from ces_tui.clinic import Clinic
from ces_tui.pharmacy.records import PrescriptionLine
from screens.receta import RecetaEditor
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.pharmacy.samples import (
    AMOXICILLIN,
    AMOXICILLIN_SUSPENSION,
    LOSARTAN,
    METFORMIN,
    TODAY,
    line,
)
from tests.unit.pharmacy.shelf import add_patient, stocked

PREVIOUS = [line(LOSARTAN, quantity=30), line(METFORMIN, night="1", quantity=30)]


def edit(
    inside: OpenApp,
    editor: RecetaEditor,
    steps: Callable[[Driver], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
) -> list[Any]:
    """Open the editor, do `steps`, and give what it was dismissed with."""
    results: list[Any] = []

    async def run() -> None:
        async with inside(size=size, room=None) as driver:
            driver.app.push_screen(editor, results.append)
            await driver.settle()
            await steps(driver)

    asyncio.run(run())
    return results


def test_the_last_receta_is_repeated_and_accepted_in_two_keys(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    stocked(clinic, LOSARTAN, 60)

    async def steps(d: Driver) -> None:
        await d.press("r", "ctrl+s")

    assert edit(inside, RecetaEditor(clinic, patient, (), PREVIOUS), steps) == [PREVIOUS]


def test_a_new_line_comes_from_search_dose_and_days_with_its_quantity(
    inside: OpenApp, clinic: Clinic
) -> None:
    patient = add_patient(clinic)

    async def steps(d: Driver) -> None:
        await d.type("losart 50")
        await d.press("enter")
        await d.type("1--1")
        await d.press("enter", "enter")
        await d.type("30")
        await d.press("ctrl+s")
        assert "1-0-1-0 tab · 30 d" in d.text
        assert "FALTAN 60" in d.text
        await d.press("ctrl+s")

    ((made,),) = edit(inside, RecetaEditor(clinic, patient), steps)
    assert (made.item, made.morning, made.afternoon, made.days, made.quantity) == (LOSARTAN, "1", "1", 30, 60)


def test_what_is_contraindicated_is_not_accepted(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    allergy = Allergy(day=TODAY, substance="Penicilina", severity="grave")
    clinic.vault.shelf("allergy", Allergy, patient).add(allergy)
    lines = [line(AMOXICILLIN, quantity=30)]

    async def steps(d: Driver) -> None:
        assert "CONTRAINDICADO: Amoxicilina" in d.text
        await d.press("ctrl+s")
        assert isinstance(d.screen, RecetaEditor)
        assert "Quite o cambie ese renglón" in d.flash
        await d.press("delete", "ctrl+s")

    assert edit(inside, RecetaEditor(clinic, patient, lines, PREVIOUS), steps) == [[]]


def test_a_major_warning_asks_its_reason_once_and_keeps_it(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    lines = [line(LOSARTAN, quantity=30), line("espironolactona-tableta-25-mg", quantity=30)]

    async def steps(d: Driver) -> None:
        await d.press("ctrl+s")
        await d.type("control de potasio")
        await d.press("enter")

    ((first, second),) = edit(inside, RecetaEditor(clinic, patient, lines), steps)
    reasons = [o.reason for o in (*first.overrides, *second.overrides)]
    assert reasons == ["control de potasio"]


def test_a_child_s_dose_by_weight_fills_the_parts_of_the_day(inside: OpenApp, clinic: Clinic) -> None:
    """12 kg, cough: 40 mg/kg are 480 mg, given as 5 mL of 500 mg/5 mL in the morning and at night."""
    patient = add_patient(clinic, birth=date(2024, 10, 1), sex="M")
    clinic.vault.shelf("vitals", Vitals, patient).add(Vitals(day=TODAY, at=1, author="x", weight_kg=12))

    async def steps(d: Driver) -> None:
        await d.type("amoxi susp")
        await d.press("enter")
        assert "500 mg = 5 mL" in d.text
        assert "pendiente de revisión clínica" in d.text
        await d.type("3")
        await d.press("enter", "enter", "enter", "enter", "enter")
        await d.type("5")
        await d.press("ctrl+s", "ctrl+s")

    ((made,),) = edit(inside, RecetaEditor(clinic, patient), steps)
    assert (made.item, made.morning, made.night, made.quantity) == (AMOXICILLIN_SUSPENSION, "5", "5", 1)


def test_stopping_a_medicine_leaves_a_line_that_says_so(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)

    async def steps(d: Driver) -> None:
        await d.press("x", "ctrl+s")

    ((made,),) = edit(inside, RecetaEditor(clinic, patient, [PREVIOUS[0]]), steps)
    assert made.stopped and made.quantity == 0


def test_a_bad_dose_is_said_and_keeps_the_cursor(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)

    async def steps(d: Driver) -> None:
        await d.type("amoxi caps")
        await d.press("enter")
        await d.type("1/2")
        await d.press("ctrl+s")
        assert "no se puede dar" in d.flash
        assert d.form().current is not None and d.form().current.name == "dose"  # type: ignore[union-attr]

    assert edit(inside, RecetaEditor(clinic, patient), steps) == []


def test_leaving_changes_asks_first(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)

    async def steps(d: Driver) -> None:
        await d.press("r", "ctrl+o", "enter")
        assert isinstance(d.screen, RecetaEditor)
        await d.press("ctrl+o", "s", "enter")

    assert edit(inside, RecetaEditor(clinic, patient, (), PREVIOUS), steps) == [None]


def test_every_change_is_told_for_the_draft_and_a_half_typed_line_goes_on(
    inside: OpenApp, clinic: Clinic
) -> None:
    patient = add_patient(clinic)
    told: list[tuple[list[PrescriptionLine], str]] = []

    async def half(d: Driver) -> None:
        await d.type("losart 50")
        await d.press("enter")
        await d.type("1")

    edit(
        inside,
        RecetaEditor(clinic, patient, changed=lambda lines, typing: told.append((list(lines), typing))),
        half,
    )
    typing = told[-1][1]
    assert LOSARTAN in typing


def test_a_half_typed_line_is_taken_up_again(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    typing = (
        '{"item":{"key":"losartan-tableta-50-mg","text":"Losartán tableta 50 mg"},'
        '"dose":["1","","",""],"days":"10"}'
    )

    async def steps(d: Driver) -> None:
        await d.press("ctrl+s", "ctrl+s")

    ((made,),) = edit(inside, RecetaEditor(clinic, patient, typing=typing), steps)
    assert (made.item, made.days, made.quantity) == (LOSARTAN, 10, 10)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_receta_shows_doses_stock_and_warnings(
    inside: OpenApp, clinic: Clinic, snapshot: Snapshots, size: tuple[int, int]
) -> None:
    patient = add_patient(clinic)
    stocked(clinic, LOSARTAN, 60)
    stocked(clinic, METFORMIN, 20, source="SSA")
    potassium = line("espironolactona-tableta-25-mg", morning="0.5", quantity=15)

    async def steps(d: Driver) -> None:
        snapshot(d, "receta")

    edit(inside, RecetaEditor(clinic, patient, [*PREVIOUS, potassium], PREVIOUS), steps, size)


def test_a_child_s_line_shows_its_doses_with_their_source(
    inside: OpenApp, clinic: Clinic, snapshot: Snapshots
) -> None:
    patient = add_patient(clinic, birth=date(2024, 10, 1), sex="M")
    clinic.vault.shelf("vitals", Vitals, patient).add(Vitals(day=TODAY, at=1, author="x", weight_kg=12))

    async def steps(d: Driver) -> None:
        await d.type("amoxi susp")
        await d.press("enter")
        await d.type("3")
        snapshot(d, "receta-linea")

    edit(inside, RecetaEditor(clinic, patient), steps)
