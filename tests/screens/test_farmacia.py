"""Farmacia: what the screen shows and what it stores."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from screens.app import CesApp
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots, drive
from tests.support import open_clinic
from tests.unit.pharmacy.samples import AMOXICILLIN, LOSARTAN, METFORMIN, PARACETAMOL, TODAY, line
from tests.unit.pharmacy.shelf import add_patient, stocked

FLUOXETINE = "fluoxetina-capsula-20-mg"


def go(inside: OpenApp, steps: Callable[[Driver], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        async with inside(size=size, room="farmacia") as driver:
            await steps(driver)

    asyncio.run(run())


def fill(clinic: Clinic, clock: FixedClock) -> str:
    """Some months of a small shelf: lots that expired and will, shortfalls, demand. The patient's id."""
    patient = add_patient(clinic)
    stocked(clinic, LOSARTAN, 60, days=20)
    stocked(clinic, LOSARTAN, 30, lot="X9", source="SSA")
    stocked(clinic, METFORMIN, 200, source="SSA")
    clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=45), line(METFORMIN, quantity=60)])
    clock.advance(days=25)
    stocked(clinic, PARACETAMOL, 100, days=60)
    clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=40), line(AMOXICILLIN, quantity=20)])
    return patient


def test_the_list_tells_what_is_left_by_source_and_what_expires(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, snapshot: Snapshots
) -> None:
    fill(clinic, clock)

    async def steps(d: Driver) -> None:
        assert "Losartán tableta 50 mg" in d.text and "CADUCADO" in d.text
        snapshot(d, "farmacia")

    go(inside, steps)
    go(inside, steps, (120, 36))


def test_typing_filters_and_backspace_takes_it_back(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    fill(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.type("metf")
        assert "Metformina" in d.text and "Losartán" not in d.text
        await d.press(*["backspace"] * 4)
        assert "Losartán" in d.text

    go(inside, steps)


def test_the_views_show_sources_expiries_outages_and_debts(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    fill(clinic, clock)

    async def steps(d: Driver) -> None:
        await d.press("right")
        assert "Metformina" not in d.text
        await d.press("right")
        assert "Metformina" in d.text and "Paracetamol" not in d.text
        await d.press("right")
        assert "Caducados" in d.text and "Caducan en 90 días" in d.text
        await d.press("right")
        assert "Amoxicilina" in d.text and "AGOTADO" in d.text and "Paracetamol" not in d.text
        await d.press("right")
        assert "Amalia Cancino" in d.text and "sin stock" in d.text

    go(inside, steps)


def test_a_delivery_of_several_lines_is_one_movement(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await d.press("ctrl+n", "c", "enter")
        await d.type("almacen")
        await d.press("enter")
        await d.type("R-1")
        await d.press("enter")
        for item, lot, expiry, quantity in (
            ("losart 50", "a 1", "3/27", "60"),
            ("metfor 850", "m2", "15/06/2027", "90"),
        ):
            await d.type(item)
            await d.press("enter")
            await d.type(lot)
            await d.press("enter")
            await d.type(expiry)
            await d.press("enter")
            await d.type(quantity)
            await d.press("enter")
        await d.press("ctrl+s")
        assert "Entrega guardada: 2 renglones." in d.flash

    go(inside, steps)
    moves = clinic.vault.free.table("stock").all()
    assert [(m["kind"], m["document"], len(m["lines"])) for m in moves] == [("receive", "R-1", 2)]
    (lot,) = clinic.stock.lots(LOSARTAN)
    assert (lot.number, lot.quantity, f"{lot.expiry:%d/%m/%Y}") == ("A1", 60, "31/03/2027")
    assert clinic.vault.drafts.open_drafts() == []


def test_a_delivery_left_half_typed_waits_as_a_draft(inside: OpenApp, clinic: Clinic) -> None:
    async def leave(d: Driver) -> None:
        await d.press("ctrl+n", "s", "enter", "enter", "enter")
        await d.type("losart 50")
        await d.press("enter")
        await d.type("a1")
        await d.press("ctrl+o")

    async def resume(d: Driver) -> None:
        await d.press("ctrl+n")
        assert "[A1" in d.text or "[a1" in d.text

    go(inside, leave)
    assert [x.place for x in clinic.vault.drafts.open_drafts()] == ["farmacia"]
    go(inside, resume)


def test_a_lot_with_another_expiry_is_asked_about(inside: OpenApp, clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 10, lot="A1", days=100)

    async def steps(d: Driver) -> None:
        await d.press("ctrl+n", "c", "enter", "enter", "enter")
        await d.type("losart 50")
        await d.press("enter")
        await d.type("a1")
        await d.press("enter")
        await d.type("12/27")
        await d.press("enter")
        await d.type("5")
        await d.press("enter", "ctrl+s")
        assert "ya está con caducidad" in d.text
        await d.press("e", "enter")
        assert "Entrega guardada" in d.flash

    go(inside, steps)
    assert [x.quantity for x in clinic.stock.lots(LOSARTAN)] == [10, 5]


def test_a_loss_is_recorded_from_the_lot(inside: OpenApp, clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)

    async def steps(d: Driver) -> None:
        await d.press("enter", "m")
        await d.type("4")
        await d.press("enter")
        await d.type("roto")
        await d.press("enter", "enter")
        assert "merma" in d.text and "26" in d.text

    go(inside, steps)
    assert clinic.stock.on_hand(LOSARTAN) == 26


def test_a_count_left_blank_is_refused(inside: OpenApp, clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)

    async def steps(d: Driver) -> None:
        await d.press("enter", "c", "enter", "enter")
        assert "en blanco no es cero" in d.text

    go(inside, steps)
    assert clinic.stock.on_hand(LOSARTAN) == 30


def test_what_is_owed_is_handed_out_with_enter(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=30)])
    stocked(clinic, LOSARTAN, 50)

    async def steps(d: Driver) -> None:
        await d.press("left", "enter", "enter")
        assert "Entregado" in d.flash

    go(inside, steps)
    assert clinic.stock.on_hand(LOSARTAN) == 20
    assert clinic.dispensing.pending() == []


def test_a_reserved_medicine_never_stands_beside_a_name(inside: OpenApp, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    clinic.dispensing.dispense(patient, [line(FLUOXETINE, quantity=30)])

    async def steps(d: Driver) -> None:
        await d.press("left")
        assert "asunto reservado" in d.text and "PRU5000001" in d.text
        assert "Amalia" not in d.text and "Fluoxetina" not in d.text

    go(inside, steps)


def test_an_expired_lot_says_so_and_how_it_leaves(inside: OpenApp, clinic: Clinic, clock: FixedClock) -> None:
    stocked(clinic, LOSARTAN, 30, days=5)
    clock.advance(days=5)
    assert clinic.desk.today() == TODAY + timedelta(days=5)

    async def steps(d: Driver) -> None:
        await d.press("right", "right", "right")
        assert "CADUCADO" in d.text and "solo salen como merma" in d.text

    go(inside, steps)


def test_what_the_formulary_lacks_is_added_while_receiving(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await d.press("ctrl+n", "c", "enter", "enter", "enter", "ctrl+e")
        await d.type("Nebivolol")
        await d.press("enter")
        await d.type("tableta")
        await d.press("enter")
        await d.type("5 mg")
        await d.press("enter")
        await d.type("tableta")
        await d.press("enter", "enter")
        await d.type("N1")
        await d.press("enter")
        await d.type("12/28")
        await d.press("enter")
        await d.type("28")
        await d.press("enter", "ctrl+s")
        assert "Nebivolol tableta 5 mg" in d.text

    go(inside, steps)
    (own,) = clinic.formulary.search("nebivolol")
    assert own.own and clinic.stock.on_hand(own.id) == 28


def test_the_ledger_of_a_reserved_medicine_hides_its_patients_from_the_nurse(
    clinic: Clinic, clock: FixedClock, store: Path
) -> None:
    stocked(clinic, FLUOXETINE, 60)
    clinic.dispensing.dispense(add_patient(clinic), [line(FLUOXETINE, quantity=30)])
    clinic.close()
    nurse = open_clinic(store, clock, "enfermeria")

    async def run() -> None:
        app = CesApp(store, clock)
        app.clinic = nurse
        async with drive(app, (80, 24)) as d:
            app.go_home()
            app.open_room("farmacia")
            await d.settle()
            await d.press("enter")
            assert "surtido" in d.text and "asunto reservado" in d.text
            assert "PRU5000001" not in d.text
            app.clinic = None

    asyncio.run(run())
    nurse.close()
