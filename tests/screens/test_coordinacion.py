"""Coordinación: what the office is told, and what its store holds afterwards."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.sync.drives import Stick
from screens import coordinacion
from screens.app import CesApp
from screens.coordinacion_rows import OfficeView
from screens.widgets.lines import Lines
from tests.screens.support import Driver, Snapshots, drive
from tests.screens.test_usb import OpenUsb, in_loop, lines
from tests.unit.office.support import Pair, make_pair


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def room(pair: Pair, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> OpenUsb:
    """The first room of an office store, the stick in its machine."""
    monkeypatch.setattr(coordinacion, "sticks", lambda: [Stick(pair.stick, "/dev/null", 1_000_000_000)])

    @asynccontextmanager
    async def start(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Driver]:
        app = CesApp(pair.office_clinic.vault.folder, clock)
        app.clinic = pair.office_clinic
        async with drive(app, size) as driver:
            app.go_home()
            await driver.settle()
            yield driver
            app.clinic = None

    return start


@in_loop
async def test_a_new_device_is_accepted_by_typing_the_words_of_the_clinics_screen(
    pair: Pair, room: OpenUsb
) -> None:
    pair.write(3)
    pair.export()
    async with room() as d:
        assert "pru-5-1.age" in lines(d) and "Todavía no hay clínicas" in lines(d)
        await d.press("i")
        words = pair.clinic.exchange.device_words()
        assert "Equipos nuevos" in lines(d) and words in lines(d)
        await d.press("enter")  # the cursor stands on the new device
        await d.type("aban abej abie abog")
        await d.press("enter")
        assert "No lo acepte" in d.flash and pair.office.status() == []
        await d.press("enter")
        await d.type(" ".join(word[:4] for word in words.split()))
        await d.press("enter")
        assert d.flash == "Equipo aceptado: Clínica de prueba. 5 registros recibidos."
        assert "████████████ 3 de 3" in lines(d) and "sin huecos" in lines(d)
        await d.press("i")
        assert "ya estaba" in d.flash
    assert pair.office.status()[0].devices[0].contiguous == 5


@in_loop
async def test_several_bundles_are_taken_with_one_key_and_a_bad_one_keeps_none_out(
    pair: Pair, room: OpenUsb
) -> None:
    pair.write(1)
    pair.introduce()
    pair.write(1)
    pair.export()
    (pair.stick / "otr-5-7.age").write_bytes(b"x")
    async with room() as d:
        await d.press("i")
        assert d.flash == "3 paquetes: 1 nuevo, 1 ya estaba, 1 no se aceptó."
    assert pair.office.status()[0].devices[0].contiguous == pair.clinic.vault.state.seq


@in_loop
async def test_the_answer_is_written_to_the_stick_and_the_clinic_takes_it(pair: Pair, room: OpenUsb) -> None:
    pair.write(2)
    pair.introduce()
    async with room() as d:
        d.screen.query_one(Lines).select(f"r:{pair.clinic.vault.store_id}")
        await d.press("enter")
        assert d.flash == "Respuesta 1 para Clínica de prueba, escrita y comprobada: pru-0-1.age."
    (month,) = pair.clinic.exchange.read_answer(pair.stick / "pru-0-1.age").months
    assert (month.at_office, month.written) == (2, 2)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@in_loop
async def test_the_room_reads_well(
    pair: Pair, room: OpenUsb, snapshot: Snapshots, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.write(5)
    pair.introduce()
    real = coordinacion.Coordinacion._read

    def fixed(self: coordinacion.Coordinacion) -> OfficeView:
        view = real(self)
        logs = tuple(
            dataclasses.replace(d, device="d6c8477d" * 4, gaps=((7, 9),)) for d in view.clinics[0].devices
        )
        months = (("2026-10", 409, 412), *view.clinics[0].months)
        clinic = dataclasses.replace(view.clinics[0], devices=logs, months=months)
        return dataclasses.replace(view, clinics=[clinic], words="tacto techo laguna rutina")

    monkeypatch.setattr(coordinacion.Coordinacion, "_read", fixed)
    async with room(size) as d:
        snapshot(d, "coordinacion")
