"""Personas para las clínicas: the roster from the office's screen, and what it does in the clinic by the next answer."""

from __future__ import annotations

import pytest

from ces_tui.clinic import Clinic
from screens.coordinacion_personas import NuevaPersonaClinicas, PersonasClinicas
from screens.widgets.lines import Lines
from tests.screens.support import Snapshots
from tests.screens.test_coordinacion import pair, room  # noqa: F401 - fixtures
from tests.screens.test_usb import OpenUsb, in_loop, lines
from tests.unit.office.support import Pair

PHRASE = "otra frase muy distinta 77"


def bring_answer(both: Pair) -> None:
    done = both.office.answer(both.clinic.vault.store_id, both.stick)
    both.clinic.exchange.read_answer(done.path)


@in_loop
async def test_a_supervisor_is_added_enters_after_the_answer_and_is_taken_off_again(
    pair: Pair,  # noqa: F811
    room: OpenUsb,  # noqa: F811
) -> None:
    pair.introduce()
    async with room() as d:
        await d.press("p")
        assert isinstance(d.screen, PersonasClinicas)
        await d.press("a")
        assert isinstance(d.screen, NuevaPersonaClinicas)
        form = d.form()
        for name, value in (
            ("name", "Lorena Gil"),
            ("role", "supervision"),
            ("phrase", PHRASE),
            ("again", PHRASE),
        ):
            form.set_value(name, value)
        await d.press("ctrl+s")
        assert "Marque en qué clínicas" in d.text and pair.office_clinic.roster.listed() == []
        form.set_value(f"c{pair.clinic.vault.store_id}", True)
        await d.press("ctrl+s")
        assert "Lorena Gil entrará cuando" in d.flash and "Lorena Gil" in lines(d) and "PRU" in lines(d)

        bring_answer(pair)
        lorena = person(pair.clinic)
        pair.clinic.login(lorena, PHRASE)
        assert pair.clinic.me.role == "supervision"

        d.screen.query_one(Lines).select(f"p{lorena}")
        await d.press("q")
        assert "Hasta entonces todavía puede entrar" in d.text
        await d.press("left", "enter")
        assert "Lorena Gil queda fuera de PRU" in d.flash and "Ya no entran" in lines(d)
    bring_answer(pair)
    assert pair.clinic.team.owed() == ["Lorena Gil"]


def person(clinic: Clinic) -> str:
    return next(p.id for p in clinic.people() if p.name == "Lorena Gil")


@in_loop
async def test_without_an_accepted_clinic_nobody_can_be_added(pair: Pair, room: OpenUsb) -> None:  # noqa: F811
    async with room() as d:
        await d.press("p", "a")
        assert isinstance(d.screen, PersonasClinicas) and "Todavía no hay clínicas aceptadas" in d.flash


@in_loop
async def test_a_visitor_needs_a_last_day(pair: Pair, room: OpenUsb) -> None:  # noqa: F811
    pair.introduce()
    async with room() as d:
        await d.press("p", "a")
        form = d.form()
        given = {"name": "Visita Corta", "role": "visitante", "phrase": PHRASE, "again": PHRASE}
        for name, value in {**given, f"c{pair.clinic.vault.store_id}": True}.items():
            form.set_value(name, value)
        await d.press("ctrl+s")
        assert "hasta qué día" in d.text and pair.office_clinic.roster.listed() == []
        form.set_value("until", "28/11/2026")
        await d.press("ctrl+s")
        assert "hasta el 28/11/2026" in lines(d)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@in_loop
async def test_the_room_reads_well(
    pair: Pair,  # noqa: F811
    room: OpenUsb,  # noqa: F811
    snapshot: Snapshots,
    size: tuple[int, int],
) -> None:
    pair.introduce()
    store = pair.clinic.vault.store_id
    pair.office_clinic.roster.add("Lorena Gil", "supervision", PHRASE, [store])
    gone = pair.office_clinic.roster.add("Tomás Ruiz", "supervision", PHRASE, [store])
    pair.office_clinic.roster.end(gone.id)
    async with room(size) as d:
        await d.press("p")
        snapshot(d, "coordinacion_personas")
