"""The handover on screen: honest at each step, taken up again, ending in the proof."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from screens.app import CesApp
from screens.traspaso import Traspaso
from screens.usb import Usb
from screens.widgets.lines import Lines
from screens.widgets.modals import Choice, Told
from tests.screens.support import Driver, Snapshots, drive
from tests.screens.test_usb import in_loop
from tests.support import CHEAP
from tests.unit.office.support import Pair, make_pair

NEW = "otra frase muy distinta 77"


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


@asynccontextmanager
async def at_home(pair: Pair, clock: FixedClock, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Driver]:
    app = CesApp(pair.clinic.vault.folder, clock)
    app.clinic = pair.clinic
    async with drive(app, size) as d:
        app.go_home()
        await d.settle()
        yield d
        app.clinic = None


def lines(d: Driver) -> str:
    return "\n".join(d.screen.query_one(Lines).lines())


@in_loop
async def test_the_whole_handover_by_keys(pair: Pair, clock: FixedClock, snapshot: Snapshots) -> None:
    clinic = pair.clinic
    leaver = clinic.me.id
    pair.write(2)
    async with at_home(pair, clock) as d:
        await d.press("9", "t")
        assert isinstance(d.screen, Traspaso) and "¿Quién se va?" in d.text
        d.screen.query_one(Lines).select(f"p{leaver}")
        await d.press("enter")
        assert "sin llevar: 3 registros" in lines(d) and "todavía no está completa" in lines(d)
        snapshot(d, "traspaso")
        await d.press("enter")
        assert isinstance(d.screen, Usb)
        pair.introduce()
        clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
        await d.press("escape")
        assert "todo va en un paquete" in lines(d) and "la oficina confirmó todo" in lines(d)
        new = clinic.team.add("Nadia Robles", "pasante", NEW, profile=CHEAP)
        await d.press("escape", "t", "enter")
        assert isinstance(d.screen, Choice)
        d.screen.query_one(Lines).select(new.id)
        await d.press("enter")
        assert "[x] 3. Quien sigue" in lines(d)
        await d.press("enter")
        assert "sí mismo" in d.flash and clinic.vault.header.epoch == 1
        clinic.login(new.id, NEW)
        await d.press("enter", "left", "enter")
        assert isinstance(d.screen, Told) and "Irene Balcázar ya no tiene acceso" in d.text
        await d.press("enter")
        assert "Ranuras de quien se va: 0" in lines(d) and "Prueba  completa" in lines(d)
        d.screen.query_one(Lines).select("fin")
        await d.press("enter")
        assert isinstance(d.screen, Told) and "Persona nueva: Nadia Robles" in d.text
        await d.press("enter")
        assert "¿Quién se va?" in d.text


@in_loop
async def test_it_goes_on_without_the_receipt_and_says_that_the_proof_is_not_complete(
    pair: Pair, clock: FixedClock
) -> None:
    clinic = pair.clinic
    pair.write(1)
    clinic.handover.begin(clinic.me.id)
    new = clinic.team.add("Nadia Robles", "pasante", NEW, profile=CHEAP)
    clinic.handover.choose_successor(new.id)
    clinic.login(new.id, NEW)
    async with at_home(pair, clock) as d:
        await d.press("9")
        assert "falta: último paquete" in lines(d)
        await d.press("t")
        d.screen.query_one(Lines).select("remove")
        await d.press("enter")
        assert "por confirmar" in d.text
        await d.press("left", "enter", "enter")
        assert (
            "[x] 4." in lines(d)
            and "todavía no está completa" in lines(d)
            and "fin" not in {r.key for r in d.screen.query_one(Lines).rows}
        )
        await d.press("x", "left", "enter")
        assert "¿Quién se va?" in d.text and clinic.handover.state() is None
