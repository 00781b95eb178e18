"""The pasante asks, the supervision answers in writing, and the answer waits on Hoy as a reserved matter until it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.revision_casos import RevisionCasos
from screens.revision_casos_texto import Revision
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.screening.charts import become, in_care

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def ana(clinic: Clinic) -> Stored[Patient]:
    return clinic.registry.get(in_care(clinic, given="Ana"))


def run(inside: OpenApp, script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size, room="hoy") as driver:
            await script(driver)

    asyncio.run(go())


def answered(clinic: Clinic, patient: str) -> None:
    question = clinic.reviews.ask(patient, "¿Subo la dosis?").id
    become(clinic, "supervision")
    clinic.reviews.answer(patient, question, "Suba a 40 mg y véala en dos semanas.")
    become(clinic, "pasante")


def test_question_answer_and_reading_with_the_keyboard(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient], snapshot: Snapshots
) -> None:
    async def asks(d: Driver) -> None:
        await d.show(Revision(ana))
        await d.press("n")
        await d.type("Lleva 8 semanas igual. Subo?")
        await d.press("ctrl+t")
        assert "firmado" in d.flash and "Espera respuesta" in d.text

    async def answers(d: Driver) -> None:
        d.app.open_room("revision_casos")
        await d.settle()
        assert "Espera respuesta" in d.text and "Ana" not in d.text
        await d.press("enter", "n")
        assert "Respuesta de supervisión" in d.text
        await d.type("Suba a 40 mg.")
        await d.press("ctrl+t")
        assert "SIN LEER" in d.text and "l leída" not in d.text
        snapshot(d, "revision-caso")

    async def reads(d: Driver) -> None:
        assert "asunto reservado" in d.text and ana.record.clinic_number in d.text
        assert "revisi" not in d.text.lower() and "Ana" not in d.text
        await d.show(Revision(ana))
        await d.press("l")
        assert "leída" in d.text and "SIN LEER" not in d.text
        await d.press("escape")
        assert "asunto reservado" not in d.text

    run(inside, asks)
    become(clinic, "supervision")
    run(inside, answers)
    become(clinic, "pasante")
    run(inside, reads)
    assert clinic.today.view().alerts == []


def test_the_reserved_line_on_hoy_leads_to_the_answer(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    answered(clinic, ana.id)

    async def script(d: Driver) -> None:
        await d.press("home", "enter")
        assert "Respuesta de supervisión" in d.text
        await d.press("enter")
        assert isinstance(d.screen, Revision) and "Suba a 40 mg" in d.text

    run(inside, script)


def test_closing_the_reserved_line_on_hoy_leads_to_the_answer_too(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    answered(clinic, ana.id)

    async def script(d: Driver) -> None:
        await d.press("home", "x", "enter")
        assert isinstance(d.screen, Revision) and "SIN LEER" in d.text
        await d.press("l", "escape")
        assert "asunto reservado" not in d.text

    run(inside, script)
    assert [line.state for line in clinic.reviews.lines()] == ["leída"]


def test_a_question_in_the_wrong_case_is_marked_with_a_reason(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    clinic.reviews.ask(ana.id, "¿Subo la dosis?")

    async def script(d: Driver) -> None:
        await d.show(Revision(ana))
        await d.press("x", "enter")
        assert "Nada se borra" in d.text and ana.record.name in d.text
        await d.type("Era otro caso")
        await d.press("enter")
        assert "por error" in d.flash and "Nadie ha preguntado" in d.text

    run(inside, script)
    assert clinic.reviews.lines() == []


def test_what_was_typed_waits_on_hoy_as_a_reserved_draft_and_comes_back(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.show(Revision(ana))
        await d.press("n")
        await d.type("Lleva 8 semanas")
        await d.press("ctrl+o")
        [draft] = clinic.today.drafts()
        assert draft.what == "asunto reservado" and draft.place == "revision_casos"
        d.app.open_room("revision_casos", patient=ana, draft=draft.id)
        await d.settle()
        assert "Lleva 8 semanas" in d.text
        await d.type(" igual")
        await d.press("ctrl+t")
        assert clinic.today.drafts() == []

    run(inside, script)
    [review] = clinic.reviews.of(ana.id)
    assert review.question.record.text in {"Lleva 8 semanas igual", " igualLleva 8 semanas"}


def test_an_empty_question_is_refused_and_a_second_one_waits_for_the_first(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.show(Revision(ana))
        await d.press("n", "ctrl+t")
        assert "Escriba qué quiere preguntar" in d.flash
        await d.type("Subo la dosis?")
        await d.press("ctrl+t", "n")
        await d.type("Y ahora?")
        await d.press("ctrl+t")
        assert "sin respuesta" in d.flash

    run(inside, script)
    assert len(clinic.reviews.of(ana.id)) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_list_looks_as_agreed(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    answered(clinic, ana.id)
    clinic.reviews.ask(in_care(clinic, given="Berta"), "¿Y ella?")

    async def script(d: Driver) -> None:
        await d.show(RevisionCasos())
        snapshot(d, "revision-casos")

    run(inside, script, size)


def test_the_register_says_what_waits_for_whom(inside: OpenApp, clinic: Clinic, ana: Stored[Patient]) -> None:
    question = clinic.reviews.ask(ana.id, "¿Subo la dosis?").id

    async def waits(d: Driver) -> None:
        await d.press("0")
        assert "Revisión de casos (r): 1 espera respuesta" in d.text

    async def unread(d: Driver) -> None:
        await d.press("0")
        assert "Revisión de casos (r): 1 sin leer" in d.text

    async def calm(d: Driver) -> None:
        await d.press("0")
        assert "Revisión de casos (r)" not in d.text and "Orden:" in d.text

    become(clinic, "supervision")
    run(inside, waits)
    clinic.reviews.answer(ana.id, question, "Suba a 40 mg.")
    run(inside, calm)
    become(clinic, "pasante")
    run(inside, unread)
