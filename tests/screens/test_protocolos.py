"""Protocolos: what the chart knows is not asked, one key an answer, and the outcome goes into the note."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.guidance.records import Outcome
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.consulta import Consulta
from screens.protocolos import Protocolos
from tests.screens.conftest import OpenApp
from tests.screens.people import invented
from tests.screens.support import Driver, Snapshots

Script = Callable[[Driver], Awaitable[None]]
SIZES = [(80, 24), (120, 36)]


def run(
    inside: OpenApp, patient: Stored[Patient] | None, script: Script, size: tuple[int, int] = (80, 24)
) -> list[Outcome | None]:
    """Play `script` in the room; what it was dismissed with."""
    results: list[Outcome | None] = []

    async def go() -> None:
        async with inside(size=size, room=None) as driver:
            driver.app.push_screen(Protocolos(patient), results.append)
            await driver.settle()
            await script(driver)

    asyncio.run(go())
    return results


def measured(clinic: Clinic, patient: Stored[Patient], **signs: Any) -> None:
    vitals = Vitals(day=clinic.desk.today(), **signs)
    clinic.vitals.take(patient.id, vitals, confirmed=list(signs))


@pytest.fixture
def luz(clinic: Clinic) -> Stored[Patient]:
    """Eight months, 7.3 kg, 55 breaths a minute, no allergies."""
    child = invented(clinic, birth=date(2026, 3, 1), given="Luz")
    measured(clinic, child, weight_kg=7.3, respiration=55, spo2=95, temperature_c=37.2)
    clinic.allergies.none_known(child.id)
    return child


@pytest.fixture
def ana(clinic: Clinic) -> Stored[Patient]:
    """Forty-two years, known hypertension, 152/96 today."""
    adult = invented(clinic)
    measured(clinic, adult, systolic=152, diastolic=96, pregnant=False)
    clinic.programmes.enrol(adult.id, "hipertension")
    return adult


def test_a_child_with_pneumonia_is_dosed_by_the_weight_of_the_chart(
    inside: OpenApp, luz: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter")
        assert "Peso 7.3 kg" in d.text and "signos de hoy" in d.text
        await d.press(*"nnnnnnn", "3", "enter")
        assert "■ AMARILLO: tratar y vigilar de cerca" in d.text
        assert "amoxicilina 292 mg, oral, cada 12 h por 5 días" in d.text
        assert "Máximo 1000 mg por dosis, 2000 mg al día" in d.text
        assert "2.9 mL de suspensión 500 mg/5 mL" in d.text
        await d.press("enter")

    [outcome] = run(inside, luz, script)
    assert outcome is not None
    assert (outcome.rule, outcome.treatment[0].dose_mg, outcome.follow_up_days) == ("neumonia", 292, 2)
    assert "pendiente de revisión clínica" in outcome.note_text()


def test_a_danger_sign_goes_straight_to_the_referral(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", "s", "n")
        assert "■ ROJO: grave, actuar hoy" in d.text and "Referencia urgente" in d.text
        assert "gentamicina 54.75 mg" in d.text
        await d.press("enter")

    [outcome] = run(inside, luz, script)
    assert outcome is not None and outcome.gravity == 3


def test_enter_alone_never_answers_a_danger_sign(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", "enter")
        assert "Conteste con su tecla" in d.text and "¿No puede beber o mamar?" in d.text
        await d.press("down", "down", "enter")
        assert "¿Vomita todo lo que toma?" in d.text

    run(inside, luz, script)


def test_an_impossible_number_stays_to_be_corrected(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", *"nnnnnnn", *"999", "enter")
        assert "999 no es posible (de 0 a 365 días)" in d.text
        await d.press(*["backspace"] * 3, "2", "enter")
        assert "Neumonía" in d.text

    run(inside, luz, script)


def test_a_stale_weight_is_not_used_and_asked_anew(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, luz: Stored[Patient]
) -> None:
    clock.advance(days=15)
    measured(clinic, luz, respiration=56, spo2=96, temperature_c=37)

    async def script(d: Driver) -> None:
        await d.press("down", "enter")
        assert "ya no vale para dosis: pese hoy" in d.flash
        await d.press(*"nnnnnnn", "3", "enter")
        assert "Peso" in d.text and "kg" in d.text
        await d.press(*"7,5", "enter", "enter")

    [outcome] = run(inside, luz, script)
    assert outcome is not None and outcome.treatment[0].dose_mg == 300


def test_one_answer_can_be_corrected_and_all_is_computed_again(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", *"nnnnnnn", "3", "enter", "e")
        assert "¿Qué dato se corrige?" in d.text and "Respiraciones en un minuto 55" in d.text
        for _ in range(8):
            await d.press("down")
        await d.press("enter")
        assert "Respiraciones en un minuto" in d.text
        await d.press(*"40", "enter", "n")
        assert "Tos o resfriado, sin neumonía" in d.text
        await d.press("enter")

    [outcome] = run(inside, luz, script)
    assert outcome is not None and outcome.treatment == ()


def test_departing_from_a_protocol_asks_a_written_reason(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", *"nnnnnnn", "3", "enter", "a", *"no", "enter")
        assert "Escriba" in d.text
        await d.type(" hay jarabe hoy")
        await d.press("enter", "enter")

    [outcome] = run(inside, luz, script)
    assert outcome is not None and outcome.deviation == "no hay jarabe hoy"
    assert "Se apartó del protocolo. Motivo: no hay jarabe hoy" in outcome.note_text()


def test_a_known_hypertensive_is_asked_only_what_is_missing(inside: OpenApp, ana: Stored[Patient]) -> None:
    asked: list[str] = []

    async def script(d: Driver) -> None:
        await d.press("enter")
        keys = {"embarazada": "n", "parto": "n", "Dolor de pecho": "n", "falta de aire": "n", "enfermedad renal": "n",
                "riesgo": "n", "Tratamiento actual": "3", "puede embarazarse": "n", "lacta": "n", "potasio": "-",
                "filtración": "-", "apego": "s", "tomó bien": "s", "semanas": "6", "gota": "n", "frágil": "n"}  # fmt: skip
        for _ in range(20):
            title = d.text.splitlines()[3].strip()
            if "■" in d.text:
                break
            asked.append(title)
            key = next(
                k for word, k in keys.items() if word.casefold() in d.text.split("Ya se sabe")[0].casefold()
            )
            await d.press({"-": "minus"}.get(key, key))
            if key == "6":
                await d.press("enter")
        assert "subir a paso tres" in d.text
        await d.press("enter")

    [outcome] = run(inside, ana, script)
    assert outcome is not None and [t.dose_mg for t in outcome.treatment] == [80, 10, 12.5]
    assert not any("diagnóstico" in title or "Presión" in title or "Edad" in title for title in asked)


def test_a_protocol_for_another_age_is_not_run(inside: OpenApp, ana: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        assert "no es para esta edad" in d.text
        await d.press("down", "enter")
        assert "es para otra edad" in d.flash and "¿" not in d.text

    run(inside, ana, script)


def test_search_forgives_accents_and_finds_by_other_words(inside: OpenApp, ana: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("b")
        await d.type("neumonia")
        assert "tos o dificultad" in d.text and "Hipertensión arterial" not in d.text

    run(inside, ana, script)


def test_without_a_patient_it_is_read_and_run_but_no_note_is_offered(inside: OpenApp) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "down", "enter")
        assert "Pendiente de revisión clínica" in d.text and "Cómo contar y mirar" in d.text
        await d.press("c", *"20", "enter")
        assert "¿No puede beber o mamar?" in d.text
        await d.press("s", "n", "n", *"10", "enter")
        assert "Neumonía grave" in d.text and "a la nota" not in d.text

    assert run(inside, None, script) == []


def test_a_digit_while_running_opens_no_other_room(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", "4")
        assert isinstance(d.screen, Protocolos)

    run(inside, luz, script)


def test_back_returns_to_the_question_before(inside: OpenApp, luz: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", "n", "backspace")
        assert "¿No puede beber o mamar?" in d.text.split("Ya se sabe")[0]
        await d.press("backspace")
        assert "no es para esta edad" in d.text

    run(inside, luz, script)


@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(
    inside: OpenApp, luz: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        snapshot(d, "protocolos-lista")
        await d.press("down", "l")
        snapshot(d, "protocolos-leer")
        await d.press("escape", "enter")
        snapshot(d, "protocolos-pregunta")
        await d.press(*"nnnnnnn", "3", "enter")
        snapshot(d, "protocolos-resultado")

    run(inside, luz, script, size)


def test_half_answered_it_waits_and_goes_on_where_one_was(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, luz: Stored[Patient]
) -> None:
    """Two answers, then the room is left: the draft waits on Hoy; from there the third question comes, and the chart is read anew."""

    async def first(d: Driver) -> None:
        await d.press("down", "enter", "n", "n")
        await d.press("escape", "escape")

    run(inside, luz, first)
    [line] = clinic.today.drafts()
    assert (line.place, line.patient) == ("protocolos", luz.id)
    begun = clinic.protocols.halfway.get(line.id)
    assert [value for _, value in begun.answers] == [False, False]
    clock.advance(seconds=60)
    measured(clinic, luz, weight_kg=7.4, respiration=55, spo2=95, temperature_c=37.2)

    async def go() -> None:
        async with inside() as d:
            d.app.open_room("protocolos", patient=luz, draft=line.id)
            await d.settle()
            assert "Sigue donde lo dejó" in d.flash
            room = d.screen
            assert isinstance(room, Protocolos)
            assert room._asked == [name for name, _ in begun.answers]
            assert room._given["peso_kg"] == 7.4
            await d.press(*"nnnnn", "3", "enter", "enter")
            await d.press("escape")  # its medicines are offered; none is taken
            assert isinstance(d.screen, Consulta)
            assert d.screen.snapshot().protocols[0].protocol == begun.protocol
            await d.until(lambda: [x.place for x in clinic.today.drafts()] == ["consulta"])

    asyncio.run(go())


def test_begun_today_it_goes_on_when_chosen_again_and_a_result_seen_is_over(
    inside: OpenApp, clinic: Clinic, luz: Stored[Patient]
) -> None:
    """From the list the same protocol goes on; once its result was seen and left, it begins anew."""

    async def script(d: Driver) -> None:
        await d.press("down", "enter", "n", "escape")
        await d.press("enter")
        assert "Sigue donde lo dejó" in d.flash
        room = d.screen
        assert isinstance(room, Protocolos)
        assert len(room._asked) == 1
        await d.press(*"nnnnnn", "3", "enter")
        assert room.state == "result"
        room.keep()
        assert len(clinic.today.drafts()) == 1
        await d.press("o")
        assert clinic.today.drafts() == []
        await d.press("enter")
        assert room._asked == []

    run(inside, luz, script)


def test_a_protocol_of_another_version_begins_anew(
    inside: OpenApp, clinic: Clinic, luz: Stored[Patient]
) -> None:
    """Answers to questions that may be others now are not carried over: it says so, and the draft is gone."""
    pathway = clinic.protocols.get("tos_ninez")
    older = replace(pathway, version="0")
    name = next(iter(pathway.inputs))
    draft = clinic.protocols.halfway.hold("", luz.id, older, [name], {name: True})

    async def go() -> None:
        async with inside() as d:
            d.app.open_room("protocolos", patient=luz, draft=draft)
            await d.settle()
            assert "cambió de versión" in d.flash

    asyncio.run(go())
    assert clinic.today.drafts() == []
