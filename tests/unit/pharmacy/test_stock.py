"""The shelf, on a real vault: lots, sources, losses, counts, warnings; nothing goes below zero."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.clinic import Clinic
from ces_tui.pharmacy.records import Item, Lot
from ces_tui.pharmacy.stock import AskAgain, Received
from tests.support import open_clinic
from tests.unit.pharmacy.samples import AMOXICILLIN, LOSARTAN, PARACETAMOL, TODAY, line
from tests.unit.pharmacy.shelf import add_patient, delivery, stocked


def test_what_is_received_is_on_the_shelf_by_lot_and_source(clinic: Clinic) -> None:
    clinic.stock.receive(
        [delivery(LOSARTAN, 60), delivery(LOSARTAN, 30, lot="b 2", source="SSA", days=90)], document="R-1"
    )
    assert clinic.stock.by_source(LOSARTAN) == {"CES": 60, "SSA": 30}
    assert [(x.number, x.quantity, x.source) for x in clinic.stock.lots(LOSARTAN)] == [
        ("B2", 30, "SSA"),
        ("A1", 60, "CES"),
    ]


def test_the_same_lot_again_adds_to_it(clinic: Clinic) -> None:
    first = stocked(clinic, LOSARTAN, 10, lot="a1")
    assert stocked(clinic, LOSARTAN, 5, lot="A 1") == first
    assert clinic.stock.on_hand(LOSARTAN) == 15
    assert len(clinic.vault.shelf("lot", Lot).all()) == 1


def test_the_same_lot_from_two_sources_stays_apart(clinic: Clinic) -> None:
    ces = stocked(clinic, LOSARTAN, 10)
    assert stocked(clinic, LOSARTAN, 10, source="SSA") != ces


def test_one_lot_with_two_expiries_asks_and_then_is_two_lots(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 10, days=100)
    other = [delivery(LOSARTAN, 5, days=130)]
    with pytest.raises(AskAgain) as asked:
        clinic.stock.receive(other)
    assert clinic.stock.on_hand(LOSARTAN) == 10
    clinic.stock.receive(other, confirmed=frozenset({asked.value.token}))
    assert [x.quantity for x in clinic.stock.lots(LOSARTAN)] == [10, 5]


def test_two_expiries_inside_one_delivery_ask_too(clinic: Clinic) -> None:
    with pytest.raises(AskAgain):
        clinic.stock.receive([delivery(LOSARTAN, 5, days=100), delivery(LOSARTAN, 5, days=130)])
    assert clinic.stock.on_hand(LOSARTAN) == 0


def test_a_delivery_note_received_twice_asks(clinic: Clinic) -> None:
    clinic.stock.receive([delivery(LOSARTAN, 5)], document="R-7")
    with pytest.raises(AskAgain):
        clinic.stock.receive([delivery(LOSARTAN, 5)], document="R-7")


@pytest.mark.parametrize(
    "line_",
    [
        Received(LOSARTAN, "  ", TODAY + timedelta(days=9), 5, "CES"),
        Received(LOSARTAN, "A", date(49, 1, 1), 5, "CES"),
        Received(LOSARTAN, "A", TODAY, 5, "CES"),
        Received(LOSARTAN, "A", TODAY + timedelta(days=9), 0, "CES"),
        Received(LOSARTAN, "A", TODAY + timedelta(days=9), -4, "CES"),
        Received(LOSARTAN, "A", TODAY + timedelta(days=9), 5, "IMSS"),  # type: ignore[arg-type]
        Received("no-existe", "A", TODAY + timedelta(days=9), 5, "CES"),
    ],
)
def test_one_bad_line_refuses_the_whole_delivery(clinic: Clinic, line_: Received) -> None:
    with pytest.raises(BadInput):
        clinic.stock.receive([delivery(PARACETAMOL, 10), line_])
    assert clinic.stock.on_hand(PARACETAMOL) == 0
    assert clinic.vault.shelf("lot", Lot).all() == []


def test_what_expires_today_is_no_stock_and_leaves_only_as_loss(clinic: Clinic, clock: FixedClock) -> None:
    lot = stocked(clinic, LOSARTAN, 10, days=5)
    clock.advance(days=5)
    assert clinic.stock.on_hand(LOSARTAN) == 0
    assert clinic.dispensing.plan(LOSARTAN, 3).picks == ()
    with pytest.raises(Refused):
        clinic.stock.transfer(LOSARTAN, lot, 2, to="otra clínica")
    clinic.stock.loss(LOSARTAN, lot, 10, reason="caducado")
    assert clinic.stock.lots(LOSARTAN) == []


def test_nothing_goes_below_zero(clinic: Clinic) -> None:
    lot = stocked(clinic, LOSARTAN, 10)
    with pytest.raises(Refused):
        clinic.stock.loss(LOSARTAN, lot, 11, reason="roto")
    with pytest.raises(Refused):
        clinic.stock.adjust(LOSARTAN, lot, -11, reason="error")
    with pytest.raises(Refused):
        clinic.stock.transfer(LOSARTAN, lot, 11, to="oficina")
    assert clinic.stock.on_hand(LOSARTAN) == 10


def test_a_loss_or_correction_without_a_reason_is_refused(clinic: Clinic) -> None:
    lot = stocked(clinic, LOSARTAN, 10)
    with pytest.raises(BadInput):
        clinic.stock.loss(LOSARTAN, lot, 1, reason=" ")
    with pytest.raises(BadInput):
        clinic.stock.adjust(LOSARTAN, lot, 1, reason="")


def test_a_count_sets_only_the_lots_it_names(clinic: Clinic) -> None:
    one = stocked(clinic, LOSARTAN, 10, lot="A1")
    stocked(clinic, LOSARTAN, 20, lot="B1")
    with pytest.raises(BadInput):
        clinic.stock.count(LOSARTAN, {one: 8})
    clinic.stock.count(LOSARTAN, {one: 8}, reason="error de conteo")
    assert sorted(x.quantity for x in clinic.stock.lots(LOSARTAN)) == [8, 20]


def test_a_count_that_agrees_is_recorded_without_a_reason(clinic: Clinic) -> None:
    lot = stocked(clinic, LOSARTAN, 10)
    clinic.stock.count(LOSARTAN, {lot: 10})
    assert clinic.stock.ledger(LOSARTAN)[0].kind == "count"


def test_a_count_refuses_negatives_and_unknown_lots(clinic: Clinic) -> None:
    lot = stocked(clinic, LOSARTAN, 10)
    with pytest.raises(BadInput):
        clinic.stock.count(LOSARTAN, {lot: -1}, reason="x")
    with pytest.raises(NotFound):
        clinic.stock.count(LOSARTAN, {"f" * 32: 1}, reason="x")


def test_the_ledger_ends_at_what_is_on_the_shelf(clinic: Clinic, clock: FixedClock) -> None:
    lot = stocked(clinic, LOSARTAN, 30)
    clock.advance(seconds=60)
    clinic.stock.loss(LOSARTAN, lot, 4, reason="roto")
    clock.advance(seconds=60)
    clinic.dispensing.dispense(add_patient(clinic), [line(LOSARTAN, quantity=10)])
    ledger = clinic.stock.ledger(LOSARTAN)
    assert [(x.kind, x.quantity, x.balance) for x in ledger] == [
        ("dispense", -10, 16),
        ("loss", -4, 26),
        ("receive", 30, 30),
    ]


def test_warnings_say_what_is_expired_and_what_expires_soon(clinic: Clinic, clock: FixedClock) -> None:
    stocked(clinic, LOSARTAN, 10, days=5)
    stocked(clinic, AMOXICILLIN, 10, days=80)
    stocked(clinic, PARACETAMOL, 10, days=300)
    clock.advance(days=5)
    assert [(w.kind, w.item) for w in clinic.stock.warnings()] == [
        ("caducado", LOSARTAN),
        ("caduca", AMOXICILLIN),
    ]
    assert [x.item for x in clinic.stock.expiring()] == [LOSARTAN, AMOXICILLIN]


def test_an_item_is_low_below_its_minimum_and_out_when_asked_for(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 10)
    clinic.formulary.set_minimum(LOSARTAN, 20)
    clinic.formulary.set_minimum(AMOXICILLIN, 1)
    assert [(w.kind, w.item) for w in clinic.stock.warnings()] == [
        ("agotado", AMOXICILLIN),
        ("bajo", LOSARTAN),
    ]


def test_without_a_minimum_one_month_of_demand_is_low(clinic: Clinic, clock: FixedClock) -> None:
    stocked(clinic, LOSARTAN, 80)
    patient = add_patient(clinic)
    clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=60)])
    clock.advance(days=20)
    stock = clinic.stock.of(LOSARTAN)
    assert (stock.average, stock.on_hand, stock.state) == (60.0, 20, "bajo")


def test_own_items_are_kept_beside_the_formulary(clinic: Clinic) -> None:
    own = clinic.formulary.add_own(Item(name="Nebivolol", form="tableta", strength="5 mg", unit="tableta"))
    stocked(clinic, own.id, 12)
    assert clinic.formulary.search("nebiv")[0].id == own.id
    assert clinic.stock.on_hand(own.id) == 12
    with pytest.raises(BadInput):
        clinic.formulary.add_own(Item(name="nebivolol", form="Tableta", strength="5 mg"))


def test_balances_survive_closing_and_opening(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    stocked(clinic, LOSARTAN, 10)
    clinic.close()
    again = open_clinic(store, clock, "enfermeria")
    assert again.stock.on_hand(LOSARTAN) == 10
    again.close()


def test_a_visitor_moves_nothing(store: Path, clock: FixedClock) -> None:
    visitor = open_clinic(store, clock, "visitante")
    with pytest.raises(NotAllowed):
        visitor.stock.receive([delivery(LOSARTAN, 5)])
    visitor.close()
