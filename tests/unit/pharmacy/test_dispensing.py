"""Handing out, on a real vault: first expired first out, shortfalls, mistakes, medicines now."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Void
from ces_tui.pharmacy.records import Dispense, GivenLot, PrescriptionLine
from ces_tui.vault.rebuild import rebuild
from ces_tui.vault.shelf import Stored
from tests.support import open_clinic
from tests.unit.pharmacy.samples import AMOXICILLIN, LOSARTAN, PARACETAMOL, TODAY, line
from tests.unit.pharmacy.shelf import add_patient, stocked


def give(clinic: Clinic, patient: str, *lines: PrescriptionLine) -> Dispense:
    stored = clinic.dispensing.dispense(patient, lines)
    assert stored is not None
    return stored.record


def strike(clinic: Clinic, patient: str, target: Stored[Dispense], *back: GivenLot) -> None:
    """Mark a dispense as registered by mistake."""
    void = Void(
        target=target.id,
        target_type="dispense",
        reason="paciente equivocado",
        author=clinic.desk.me.id,
        at=clinic.desk.now(),
        day=clinic.desk.today(),
        returned=back,
    )
    clinic.vault.shelf("void", Void, patient).add(void)


def test_the_lot_that_expires_first_leaves_first(clinic: Clinic) -> None:
    late = stocked(clinic, LOSARTAN, 20, lot="L", days=300)
    soon = stocked(clinic, LOSARTAN, 20, lot="S", days=60)
    record = give(clinic, add_patient(clinic), line(LOSARTAN, quantity=30))
    assert [(t.lot, t.quantity) for t in record.lines[0].given] == [(soon, 20), (late, 10)]
    assert clinic.stock.on_hand(LOSARTAN) == 10


def test_the_preferred_source_serves_first(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 20, lot="S", days=60, source="SSA")
    stocked(clinic, LOSARTAN, 20, lot="C", days=300, source="CES")
    give(clinic, add_patient(clinic), line(LOSARTAN, quantity=25, source="CES"))
    assert clinic.stock.by_source(LOSARTAN) == {"CES": 0, "SSA": 15}


def test_what_is_missing_is_recorded_as_unmet_demand(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 10)
    record = give(clinic, add_patient(clinic), line(LOSARTAN, quantity=30))
    assert (record.lines[0].asked, record.lines[0].total, record.lines[0].short_reason) == (
        30,
        10,
        "desabasto",
    )
    (asked,) = clinic.stock.asked_in("2026-11")
    assert (asked.demand, asked.missing) == (30, 20)


def test_giving_less_by_judgement_is_no_shortfall(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)
    give(clinic, add_patient(clinic), line(LOSARTAN, quantity=30, give=10, give_reason="aún tiene"))
    (asked,) = clinic.stock.asked_in("2026-11")
    assert (asked.demand, asked.missing, asked.short) == (10, 0, "aún tiene")
    assert clinic.dispensing.pending() == []


def test_two_lines_of_one_item_share_what_there_is(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)
    record = give(clinic, add_patient(clinic), line(LOSARTAN, quantity=20), line(LOSARTAN, quantity=20))
    assert [x.total for x in record.lines] == [20, 10]
    assert clinic.stock.on_hand(LOSARTAN) == 0


def test_a_dispense_joins_the_transaction_around_it(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)
    patient = add_patient(clinic)
    with pytest.raises(RuntimeError), clinic.vault.transaction():
        give(clinic, patient, line(LOSARTAN, quantity=20))
        raise RuntimeError
    assert clinic.stock.on_hand(LOSARTAN) == 30
    assert clinic.vault.shelf("dispense", Dispense, patient).all() == []


def test_a_receta_that_takes_nothing_from_here_stores_nothing(clinic: Clinic) -> None:
    patient = add_patient(clinic)
    assert clinic.dispensing.dispense(patient, [line(LOSARTAN), line(PARACETAMOL, stopped=True)]) is None


def test_an_unknown_item_is_refused_and_nothing_leaves(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 30)
    ghost = line(LOSARTAN, quantity=1)
    with pytest.raises(BadInput):
        give(
            clinic,
            add_patient(clinic),
            line(LOSARTAN, quantity=5),
            msgspec.structs.replace(ghost, item="nada"),
        )
    assert clinic.stock.on_hand(LOSARTAN) == 30


@pytest.mark.parametrize(
    "amounts", [{"quantity": -5}, {"quantity": 5, "give": 6}, {"quantity": 5, "give": -1}]
)
def test_impossible_quantities_never_reach_the_shelf(clinic: Clinic, amounts: dict[str, int]) -> None:
    stocked(clinic, LOSARTAN, 30)
    with pytest.raises(BadInput):
        give(clinic, add_patient(clinic), line(LOSARTAN, **amounts))
    assert clinic.stock.on_hand(LOSARTAN) == 30


def test_a_mistake_puts_back_only_what_came_back(clinic: Clinic) -> None:
    """Of 20 tablets given by mistake 15 came back: stock, month and pending are right; the ledger shows both."""
    lot = stocked(clinic, LOSARTAN, 30)
    patient = add_patient(clinic)
    stored = clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=20)])
    assert stored is not None
    strike(clinic, patient, stored, GivenLot(lot=lot, quantity=15))
    assert clinic.stock.on_hand(LOSARTAN) == 25
    assert clinic.stock.asked_in("2026-11") == []
    ledger = clinic.stock.ledger(LOSARTAN)
    assert {(x.kind, x.quantity, x.struck) for x in ledger} == {
        ("receive", 30, False),
        ("dispense", -20, True),
        ("return", 15, False),
    }
    assert ledger[0].balance == 25


def test_no_more_comes_back_than_left(clinic: Clinic) -> None:
    lot = stocked(clinic, LOSARTAN, 30)
    patient = add_patient(clinic)
    stored = clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=20)])
    assert stored is not None
    strike(clinic, patient, stored, GivenLot(lot=lot, quantity=500))
    assert clinic.stock.on_hand(LOSARTAN) == 30


def test_a_shortfall_waits_until_it_is_made_good(clinic: Clinic) -> None:
    stocked(clinic, LOSARTAN, 10)
    patient = add_patient(clinic)
    give(clinic, patient, line(LOSARTAN, quantity=30))
    (pending,) = clinic.dispensing.pending()
    assert (pending.missing, pending.on_hand, pending.patient) == (20, 0, patient)
    with pytest.raises(Refused):
        clinic.dispensing.settle(pending)
    stocked(clinic, LOSARTAN, 12, lot="B")
    clinic.dispensing.settle(pending)
    (rest,) = clinic.dispensing.pending(patient)
    assert rest.missing == 8
    stocked(clinic, LOSARTAN, 50, lot="C")
    with pytest.raises(BadInput):
        clinic.dispensing.settle(rest, 9)
    clinic.dispensing.settle(rest)
    assert clinic.dispensing.pending() == []
    assert sum(a.demand for a in clinic.stock.asked_in("2026-11")) == 30


def test_a_shortfall_ends_with_its_treatment(clinic: Clinic, clock: FixedClock) -> None:
    give(clinic, add_patient(clinic), line(AMOXICILLIN, quantity=21, days=7))
    assert len(clinic.dispensing.pending()) == 1
    clock.advance(days=8)
    assert clinic.dispensing.pending() == []


def test_a_nurse_dispenses_and_a_visitor_does_not(store: Path, clock: FixedClock) -> None:
    nurse = open_clinic(store, clock, "enfermeria")
    patient = add_patient(nurse)
    stocked(nurse, LOSARTAN, 5)
    give(nurse, patient, line(LOSARTAN, quantity=5))
    nurse.close()
    visitor = open_clinic(store, clock, "visitante")
    with pytest.raises(NotAllowed):
        give(visitor, patient, line(LOSARTAN, quantity=5))
    visitor.close()


def test_medicines_now_and_the_last_receta_come_from_consults_that_stand(
    clinic: Clinic, clock: FixedClock
) -> None:
    patient = add_patient(clinic)
    table = clinic.vault.chart(patient).table("consult")
    body = {"at": 1, "author": "x", "subjective": "s", "diagnoses": []}
    first = {**body, "day": (TODAY - timedelta(days=3)).isoformat(), "prescription": [line(LOSARTAN).body()]}
    wrong = {**body, "day": TODAY.isoformat(), "prescription": [line(PARACETAMOL).body()]}
    table.insert(first)
    struck = str(table.insert(wrong))
    assert {m.line.item for m in clinic.dispensing.current(patient)} == {LOSARTAN, PARACETAMOL}
    void = Void(target=struck, target_type="consult", reason="r", author="x", at=2, day=TODAY)
    clinic.vault.shelf("void", Void, patient).add(void)
    assert [m.line.item for m in clinic.dispensing.current(patient)] == [LOSARTAN]
    assert [x.item for x in clinic.dispensing.last_prescription(patient)] == [LOSARTAN]


def test_a_cold_in_between_does_not_hide_the_long_treatments(clinic: Clinic) -> None:
    patient = add_patient(clinic)
    table = clinic.vault.chart(patient).table("consult")
    body = {"at": 1, "author": "x", "subjective": "s", "diagnoses": []}
    for days_ago, prescribed in ((40, line(LOSARTAN, days=30)), (5, line(PARACETAMOL, days=3))):
        day = (TODAY - timedelta(days=days_ago)).isoformat()
        table.insert({**body, "day": day, "prescription": [prescribed.body()]})
    assert [x.item for x in clinic.dispensing.last_prescription(patient)] == [LOSARTAN]


def test_a_rebuild_from_the_log_gives_the_same_balances(clinic: Clinic) -> None:
    lot = stocked(clinic, LOSARTAN, 30)
    patient = add_patient(clinic)
    stored = clinic.dispensing.dispense(patient, [line(LOSARTAN, quantity=20)])
    assert stored is not None
    strike(clinic, patient, stored, GivenLot(lot=lot, quantity=5))
    lots, ledger = clinic.stock.lots(LOSARTAN), clinic.stock.ledger(LOSARTAN)
    rebuild(clinic.vault)
    assert (clinic.stock.lots(LOSARTAN), clinic.stock.ledger(LOSARTAN)) == (lots, ledger)
    assert clinic.stock.on_hand(LOSARTAN) == 15


def test_a_later_receta_replaces_what_an_earlier_one_owed(clinic: Clinic, clock: FixedClock) -> None:
    patient = add_patient(clinic)
    give(clinic, patient, line(LOSARTAN, quantity=30))
    clock.advance(days=2)
    give(clinic, patient, line(LOSARTAN, quantity=12))
    assert [p.missing for p in clinic.dispensing.pending()] == [12]
    clock.advance(days=2)
    stocked(clinic, LOSARTAN, 40, lot="N")
    give(clinic, patient, line(LOSARTAN, quantity=30))
    assert clinic.dispensing.pending() == []
