"""USB: what is said, what is on the stick, and what the store knows afterwards."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.sync import drives, exchange
from ces_tui.sync.drives import Stick
from ces_tui.sync.records import MonthState
from screens import usb, usb_rows
from screens.app import CesApp
from screens.widgets.lines import Lines, Row
from tests.screens.support import Driver, Snapshots, drive
from tests.unit.office.support import Pair, make_pair

OpenUsb = Callable[..., AbstractAsyncContextManager[Driver]]


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """An async test as a plain one."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def sticks(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> list[Stick]:
    """What the machine sees; one stick, which nothing ejects."""
    seen = [Stick(pair.stick, "/dev/null", 7_400_000_000)]
    monkeypatch.setattr(usb, "sticks", lambda: list(seen))
    monkeypatch.setattr(drives, "sticks", lambda: list(seen))
    monkeypatch.setattr(exchange, "let_go", lambda stick: True)
    return seen


@pytest.fixture
def room(pair: Pair, sticks: list[Stick], clock: FixedClock) -> OpenUsb:
    """The USB room of a clinic whose office knows it."""

    @asynccontextmanager
    async def start(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Driver]:
        app = CesApp(pair.clinic.vault.folder, clock)
        app.clinic = pair.clinic
        async with drive(app, size) as driver:
            await driver.show(usb.Usb())
            yield driver
            app.clinic = None

    return start


def lines(driver: Driver) -> str:
    return "\n".join(driver.screen.query_one(Lines).lines())


@in_loop
async def test_export_by_keys_writes_a_verified_bundle_and_says_that_the_stick_can_go(
    pair: Pair, room: OpenUsb
) -> None:
    pair.write(3)
    async with room() as d:
        assert "Sólo en esta laptop: 4" in lines(d) and "7.4 GB libres" in lines(d)
        await d.press("e")
        assert "Lleva 4 registros" in d.text and "3 pacientes" in d.text and "noviembre de 2026 3" in d.text
        await d.press("enter")
        assert "Ya puede retirar la memoria" in d.flash
        assert "Sólo en esta laptop: 0" in lines(d) and "Exportados, sin acuse: 5" in lines(d)
    assert [p.name for p in pair.stick.iterdir()] == ["pru-5-1.age"]
    assert pair.office.import_file(pair.stick / "pru-5-1.age").words == pair.clinic.exchange.device_words()


@in_loop
async def test_the_answer_on_the_stick_is_offered_read_and_shown_by_month(pair: Pair, room: OpenUsb) -> None:
    pair.write(2)
    pair.introduce()
    pair.office.answer(None, pair.stick)
    async with room() as d:
        assert "respuesta 1, nueva" in lines(d) and "···· 0 de 2" in lines(d)
        await d.press("i")
        assert "2 de 2 registros de noviembre de 2026 están en la oficina" in d.flash
        assert "████████████ 2 de 2" in lines(d) and "ya recibida" in lines(d)
        assert "Con acuse de la oficina: 4" in lines(d)
        await d.press("i")
        assert "ya estaba" in d.flash
    assert pair.clinic.exchange.state().answer_number == 1


@in_loop
async def test_nothing_is_written_when_the_person_says_no_or_the_folder_is_not_there(
    pair: Pair, room: OpenUsb, sticks: list[Stick], monkeypatch: pytest.MonkeyPatch
) -> None:
    sticks.clear()
    monkeypatch.chdir(pair.root)
    async with room() as d:
        assert "no se ve ninguna memoria" in lines(d)
        await d.press("e")
        await d.type("no")
        await d.press("enter", "enter")
        assert "No existe la carpeta" in d.flash
        await d.press("e")
        await d.type("stick")
        await d.press("enter", "escape")
        assert not list(pair.stick.iterdir())
        await d.press("e")
        await d.type("stick")
        await d.press("enter", "enter")
        assert "Copia verificada" in d.flash
    assert [p.name for p in pair.stick.iterdir()] == ["pru-5-1.age"]


@in_loop
async def test_a_file_that_is_no_answer_is_refused_in_a_sentence(pair: Pair, room: OpenUsb) -> None:
    (pair.stick / "pru-0-9.age").write_bytes(b"x")
    before = pair.clinic.vault.state
    async with room() as d:
        await d.press("i")
        assert "No se cambió nada" in d.flash
    assert pair.clinic.vault.state == before


@in_loop
async def test_a_stick_that_is_put_in_appears_by_itself(
    pair: Pair, room: OpenUsb, sticks: list[Stick]
) -> None:
    taken = sticks.pop()
    async with room() as d:
        assert "no se ve ninguna memoria" in lines(d)
        sticks.append(taken)
        d.screen._watch()  # type: ignore[attr-defined]
        await d.settle()
        assert "Memoria stick" in lines(d)


@in_loop
async def test_a_drive_that_hangs_holds_up_no_key(
    room: OpenUsb, sticks: list[Stick], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room() as d:
        asked: list[int] = []

        def slow() -> list[Stick]:
            asked.append(threading.get_ident())
            return list(sticks)

        monkeypatch.setattr(usb, "sticks", slow)
        d.screen._watch()  # type: ignore[attr-defined]
        await d.settle()
        assert asked and threading.get_ident() not in asked, "never asked by the thread that draws"


@in_loop
async def test_every_line_answers_to_enter(pair: Pair, room: OpenUsb) -> None:
    pair.write(1)
    async with room() as d:
        told = []
        for row in d.screen.query_one(Lines).rows:
            if isinstance(row.data, usb_rows.Say):
                d.screen.query_one(Lines).select(row.key)
                await d.press("enter")
                assert d.flash == row.data.sentence
                told.append(row.key)
        assert {"nuevos", "exportados", "con acuse", "m:2026-11", "equipo", "oficina"} == set(told)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@in_loop
async def test_the_room_reads_well(
    pair: Pair, room: OpenUsb, snapshot: Snapshots, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.write(5)
    pair.introduce()
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    pair.write(2)
    pair.export()
    pair.write(1)
    pair.office.answer(None, pair.stick)
    real = usb.Usb._read
    fixed = {
        "device": "d6c8477d" * 4,
        "device_words": "nectar casa cierto llama",
        "office_words": "tacto techo laguna rutina",
    }
    monkeypatch.setattr(usb.Usb, "_read", lambda self: dataclasses.replace(real(self), **fixed))  # type: ignore[arg-type]
    async with room(size) as d:
        snapshot(d, "usb")


def test_a_bar_is_full_only_when_nothing_is_missing_and_empty_only_when_nothing_is_there() -> None:
    assert usb_rows.bar(412, 412) == "█" * 12
    assert usb_rows.bar(411, 412).count("█") == 11
    assert usb_rows.bar(1, 412).count("█") == 1
    assert usb_rows.bar(0, 412) == usb_rows.bar(0, 0) == "·" * 12
    assert [usb_rows.size(n) for n in (7_400_000_000, 650_000_000, 80_999)] == ["7.4 GB", "650.0 MB", "80 KB"]
    rows = usb_rows._months((MonthState("2026-07", 412, 409),))
    assert isinstance(rows[1], Row) and "faltan 3" in rows[1].data.sentence
