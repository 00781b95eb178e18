"""Tamizaje: one key an answer, no total before the last one, danger goes straight to the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.screening.records import Screening
from ces_tui.vault.shelf import Stored
from screens.plan_seguridad import Plan
from screens.signos import Signos
from screens.tamizaje import Tamizaje
from tests.screens.conftest import OpenApp
from tests.screens.people import invented
from tests.screens.support import Driver, Snapshots
from tests.support import PASSPHRASE
from tests.unit.screening.charts import become

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def ana(clinic: Clinic) -> Stored[Patient]:
    return invented(clinic)


def run(
    inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24), **args: str
) -> None:
    async def go() -> None:
        async with inside(size=size, room=None) as driver:
            await driver.show(Tamizaje(patient, **args))
            await script(driver)

    asyncio.run(go())


def sheets(clinic: Clinic, patient: Stored[Patient]) -> list[Screening]:
    return [s.record for s in clinic.vault.shelf("screening", Screening, patient=patient.id).all()]


def test_a_phq9_is_signed_with_twelve_keys_once_open(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    keys = ["enter", *"121021030", "2", "enter"]

    async def script(d: Driver) -> None:
        await d.press(*keys)
        assert "PHQ-9: 10 de 27, moderada" in d.text and "firmado" in d.flash

    run(inside, ana, script)
    assert len(keys) <= 12
    [sheet] = sheets(clinic, ana)
    assert sheet.answers == [1, 2, 1, 0, 2, 1, 0, 3, 0]
    assert (sheet.total, sheet.band, sheet.difficulty, sheet.read_by) == (10, "moderada", 2, clinic.me.id)


def test_no_total_is_on_the_screen_before_the_last_answer(inside: OpenApp, ana: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter")
        for _ in range(9):
            assert "de 27" not in d.text and "moderada" not in d.text
            await d.press("2")
        assert "de 27" not in d.text, "the difficulty is still to be answered"
        await d.press("0")
        assert "PHQ-9: 18 de 27" in d.text

    run(inside, ana, script)


def test_the_period_is_read_before_each_item(inside: OpenApp, ana: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter")
        assert "Durante las últimas 2 semanas" in d.text
        for _ in range(8):
            await d.press("0")
            assert "En las últimas dos semanas…" in d.text

    run(inside, ana, script)


def test_a_positive_item_9_goes_to_the_safety_plan_at_once(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter", *"000000001", "0", "enter")
        assert isinstance(d.screen, Plan)
        assert "la consulta no se puede firmar" in d.text

    run(inside, ana, script)
    assert clinic.safety.pending(ana.id)


def test_a_refused_item_9_is_asked_again_once_and_then_kept_as_refused_without_a_total(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter", *"33333333", "minus")
        assert "Pregunta 9" in d.text and "a solas" in d.flash
        await d.press("minus")
        await d.press("3")
        assert "[NO CONTESTÓ]" in d.text and "INCOMPLETO (8 de 9), sin puntaje" in d.text
        await d.press("enter")
        assert "INCOMPLETO" in d.text and "de 27" not in d.text
        assert isinstance(d.screen, Tamizaje)

    run(inside, ana, script)
    [sheet] = sheets(clinic, ana)
    assert (sheet.total, sheet.complete, sheet.flags) == (None, False, ["item9_sin_respuesta"])
    assert clinic.safety.open_alerts(ana.id)


def test_an_item_9_answered_the_second_time_counts(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter", *"00000000", "minus", "0")
        assert "PHQ-9: 0 de 27" in d.text
        await d.press("enter")

    run(inside, ana, script)
    assert sheets(clinic, ana)[0].total == 0


def test_one_can_go_back_and_correct_before_signing(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter", "1", "backspace", "2", *"00000000")
        assert "d i f i c u l t a d" in d.text
        await d.press("1")
        assert "PHQ-9: 2 de 27" in d.text
        await d.press("backspace", "backspace", "1")
        await d.press("3")
        assert "PHQ-9: 3 de 27" in d.text
        await d.press("enter")

    run(inside, ana, script)
    assert sheets(clinic, ana)[0].answers == [2, 0, 0, 0, 0, 0, 0, 0, 1]


def test_who_read_it_aloud_is_kept_unless_the_person_answered_alone(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press(*"0000000")
        assert "Se leyó en voz alta" in d.text
        await d.press("a")
        assert "contestó a solas" in d.text
        await d.press("enter")

    run(inside, ana, script, instrument="gad7")
    assert sheets(clinic, ana)[0].read_by == ""


def test_a_digit_too_many_opens_no_other_room(inside: OpenApp, ana: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter", *"000000000", "3", "7")
        assert isinstance(d.screen, Tamizaje) and d.screen.state == "review"
        await d.press("enter", "3", "1")
        assert isinstance(d.screen, Tamizaje) and d.screen.state == "result"

    run(inside, ana, script)


def test_stopped_half_way_it_goes_on_where_it_stopped(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def stop(d: Driver) -> None:
        await d.press("enter", "1", "minus", "2", "ctrl+s")

    async def resume(d: Driver) -> None:
        assert "A medias" in d.text and "3 respuestas" in d.text
        await d.press("enter")
        assert "Pregunta 4 de 9" in d.text
        await d.press(*"000000", "0", "enter")

    run(inside, ana, stop)
    assert sheets(clinic, ana) == []
    run(inside, ana, resume)
    [sheet] = sheets(clinic, ana)
    assert sheet.answers == [1, None, 2, 0, 0, 0, 0, 0, 0]
    assert clinic.screenings.held(ana.id) == []


def test_leaving_with_the_back_key_keeps_the_answers_too_and_a_draft_opens_by_its_id(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def leave(d: Driver) -> None:
        await d.press("enter", "1", "2", "ctrl+o")

    async def again(d: Driver) -> None:
        assert "Pregunta 3 de 9" in d.text

    run(inside, ana, leave)
    [(draft, _)] = clinic.screenings.held(ana.id)
    run(inside, ana, again, draft=draft.id)


def test_covering_the_screen_seals_the_answers_first(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("enter", "1", "2", "ctrl+l")
        [(_, answering)] = clinic.screenings.held(ana.id)
        assert answering.answers == {"1": 1, "2": 2}

    run(inside, ana, script)


def test_a_half_done_sheet_can_be_thrown_away(inside: OpenApp, clinic: Clinic, ana: Stored[Patient]) -> None:
    async def stop(d: Driver) -> None:
        await d.press("enter", "1", "ctrl+s")

    async def discard(d: Driver) -> None:
        await d.press("delete", "d", "enter")
        assert "A medias" not in d.text

    run(inside, ana, stop)
    run(inside, ana, discard)
    assert clinic.screenings.held(ana.id) == []


def test_a_positive_phq2_goes_on_with_the_phq9_without_asking_twice(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("down", "enter", "2", "1", "enter")
        assert "PHQ-2: 3 de 6, positivo" in d.text
        await d.press("s")
        assert "Pregunta 3 de 9" in d.text
        await d.press(*"0000000", "0", "enter")

    run(inside, ana, script)
    assert [(s.instrument, s.total) for s in sheets(clinic, ana)] == [("phq2", 3), ("phq9", 3)]


def test_gad7_needs_seven_answers_and_has_no_difficulty(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press(*"3333333")
        assert "GAD-7: 21 de 21, grave" in d.text
        await d.press("enter")

    run(inside, ana, script, instrument="gad7")
    assert (sheets(clinic, ana)[0].total, sheets(clinic, ana)[0].band) == (21, "grave")


def test_asq_asks_its_fifth_question_only_after_a_yes(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def no(d: Driver) -> None:
        await d.press(*"0000")
        assert "ASQ: negativo" in d.text

    async def yes(d: Driver) -> None:
        await d.press(*"0100")
        assert "Pregunta 5 de 5" in d.text
        await d.press("0", "enter")
        assert isinstance(d.screen, Plan)

    run(inside, ana, no, instrument="asq")
    run(inside, ana, yes, instrument="asq")
    assert clinic.safety.pending(ana.id)


def test_the_result_compares_with_the_last_and_draws_the_trend(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, ana: Stored[Patient]
) -> None:
    clinic.screenings.save(ana.id, clinic.instruments.get("phq9"), [2] * 8 + [0])
    clock.advance(days=30)

    async def script(d: Driver) -> None:
        assert "20/11/2026: 16, moderadamente grave" in d.text
        await d.press("enter", *"111111110", "1", "enter")
        assert "Antes 16 (20/11/2026): bajó 8; respuesta" in d.text
        assert "corte 10" in d.text

    run(inside, ana, script)


def test_a_nurse_sees_no_earlier_result(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, ana: Stored[Patient]
) -> None:
    clinic.screenings.save(ana.id, clinic.instruments.get("phq9"), [2] * 8 + [0])
    clinic.login(next(p.id for p in clinic.people() if p.role == "enfermeria"), PASSPHRASE)
    clock.advance(days=30)

    async def script(d: Driver) -> None:
        assert "16" not in d.text.split("PHQ-9", 1)[1]
        await d.press("enter", *"111111110", "1", "enter")
        assert "PHQ-9: 8 de 27, leve" in d.text
        assert "Antes" not in d.text and "corte 10" not in d.text

    run(inside, ana, script)


def test_what_does_not_fit_the_age_or_has_no_confirmed_text_is_shown_on_request_only(
    inside: OpenApp, clinic: Clinic
) -> None:
    child = invented(clinic, birth=date(2018, 1, 1), given="Niño Invento")

    async def script(d: Driver) -> None:
        assert "PHQ-9" not in d.text and "EPDS" not in d.text and "ASQ" in d.text
        await d.press("t")
        assert "PHQ-9" in d.text and "EPDS" in d.text and "texto por confirmar" in d.text

    run(inside, child, script)


def test_the_last_sheet_goes_back_to_whoever_opened_the_room(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    given: list[object] = []

    async def go() -> None:
        async with inside(room=None) as d:
            d.app.push_screen(Tamizaje(ana, instrument="phq2", consult="c1"), given.append)
            await d.settle()
            await d.press("0", "0", "enter", "enter")

    asyncio.run(go())
    assert given == [s.id for s in clinic.screenings.of_consult(ana.id, "c1")] and len(given) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_question_review_and_result_look_as_agreed(
    inside: OpenApp,
    clinic: Clinic,
    clock: FixedClock,
    ana: Stored[Patient],
    snapshot: Snapshots,
    size: tuple[int, int],
) -> None:
    clinic.screenings.save(ana.id, clinic.instruments.get("phq9"), [2] * 8 + [0])
    clock.advance(days=30)

    async def script(d: Driver) -> None:
        snapshot(d, "tamizaje-lista")
        await d.press("enter", *"21111110")
        snapshot(d, "tamizaje-pregunta")
        await d.press("0", "1")
        snapshot(d, "tamizaje-revisar")
        await d.press("enter")
        snapshot(d, "tamizaje-resultado")

    run(inside, ana, script, size)


def test_from_the_vitals_page_f6_asks_the_phq2_and_a_positive_one_proposes_the_phq9(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    """The nurse leaves the vitals half written, asks two questions, goes on with seven, and comes back to her page."""
    become(clinic, "enfermeria")

    async def go() -> None:
        async with inside(size=(80, 24), room=None) as d:
            await d.show(Signos(ana))
            await d.type("62")
            await d.press("f6")
            await d.press(*"21", "enter")
            assert "PHQ-2: 3 de 6, positivo" in d.text
            await d.press("s", *"0000000", "0", "enter")
            assert "PHQ-9: 3 de 27" in d.text
            await d.press("enter")
            assert isinstance(d.screen, Signos) and d.form().text("weight_kg") == "62"

    asyncio.run(go())
    assert [s.instrument for s in sheets(clinic, ana)] == ["phq2", "phq9"]


def test_a_child_is_not_asked_the_phq2_from_the_vitals_page(inside: OpenApp, clinic: Clinic) -> None:
    child = invented(clinic, birth=date(2016, 1, 1))

    async def go() -> None:
        async with inside(size=(80, 24), room=None) as d:
            await d.show(Signos(child))
            await d.press("f6")
            assert isinstance(d.screen, Signos)

    asyncio.run(go())
