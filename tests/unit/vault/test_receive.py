"""Entries from elsewhere are united whole, once, and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused
from ces_tui.clinic import Clinic
from ces_tui.vault.drafts import Drafts
from ces_tui.vault.entry import Entry
from ces_tui.vault.receive import Received, receive
from ces_tui.vault.types import BY_CODE, BY_NAME, DocType
from ces_tui.vault.vault import Vault
from tests.support import make_store, open_clinic


@pytest.fixture
def other(tmp_path: Path, clock: FixedClock) -> Iterator[Clinic]:
    """A second store, as an office would have."""
    folder = tmp_path / "other"
    make_store(folder, clock, code="OFI")
    opened = open_clinic(folder, clock)
    yield opened
    opened.close()


def write_something(clinic: Clinic) -> str:
    patient = str(clinic.vault.hot.table("patient").insert({"given": "Persona"}))
    with clinic.vault.transaction(day=date(2026, 11, 20)):
        clinic.vault.chart(patient).table("consult").insert({"day": "2026-11-20", "diagnoses": []})
    clinic.vault.hot.table("patient").update({"given": "Corregida"})
    return patient


def delivery(vault: Vault) -> list[tuple[bytes, bytes]]:
    return [(e.signature, e.to_bytes()) for e in vault.entries()]


def device_of(vault: Vault) -> dict[str, bytes]:
    return {vault.device_id: vault.device.ed_public}


def test_what_a_clinic_wrote_becomes_the_same_records_elsewhere(clinic: Clinic, other: Clinic) -> None:
    patient = write_something(clinic)
    got = receive(other.vault, delivery(clinic.vault), device_of(clinic.vault))
    assert (got.new, got.already, got.waiting) == (clinic.vault.state.n, 0, [])
    assert other.vault.doc_body("patient", patient) == {"given": "Corregida"}
    assert len(other.vault.chart(patient).table("consult")) == 1
    assert other.vault.projection("month/consult/2026-11") == clinic.vault.projection("month/consult/2026-11")


def test_a_second_delivery_changes_nothing(clinic: Clinic, other: Clinic) -> None:
    write_something(clinic)
    receive(other.vault, delivery(clinic.vault), device_of(clinic.vault))
    before = other.vault.state
    got = receive(other.vault, delivery(clinic.vault), device_of(clinic.vault))
    assert (got.new, got.already) == (0, clinic.vault.state.n)
    assert other.vault.state == before


def test_an_unknown_author_waits(clinic: Clinic, other: Clinic) -> None:
    got = receive(other.vault, delivery(clinic.vault))
    assert got.new == 0
    assert got.waiting == [clinic.vault.device_id]


def test_a_forged_signature_refuses_the_whole_delivery(clinic: Clinic, other: Clinic) -> None:
    write_something(clinic)
    sent = delivery(clinic.vault)
    sent[-1] = (bytes(64), sent[-1][1])
    before = other.vault.state
    with pytest.raises(BundleRefused):
        receive(other.vault, sent, device_of(clinic.vault))
    assert other.vault.state == before


def test_one_changed_byte_of_an_entry_is_never_taken(clinic: Clinic, other: Clinic) -> None:
    write_something(clinic)
    good = delivery(clinic.vault)
    receive(other.vault, good[:-1], device_of(clinic.vault))
    before = other.vault.state
    signature, raw = good[-1]
    refused = 0
    for position in range(0, len(raw), 7):
        bad = bytearray(raw)
        bad[position] ^= 0x01
        try:  # a byte of the author's id makes an unknown author, whose entry waits
            assert receive(other.vault, [(signature, bytes(bad))], device_of(clinic.vault)).new == 0
        except BundleRefused:
            refused += 1
        assert other.vault.state == before
    assert refused > len(raw) // 7 - 10


def test_a_missing_entry_leaves_a_gap_that_closes_later(clinic: Clinic, other: Clinic) -> None:
    write_something(clinic)
    sent = delivery(clinic.vault)
    receive(other.vault, [*sent[:1], *sent[2:]], device_of(clinic.vault))
    name = f"{clinic.vault.device_id}/{clinic.vault.inc}"
    assert other.vault.state.chains[name].gaps() == [(2, 2)]
    receive(other.vault, sent, device_of(clinic.vault))
    chain = other.vault.state.chains[name]
    assert (chain.to, chain.gaps(), chain.head) == (len(sent), [], clinic.vault.state.own)


def test_any_order_of_arrival_ends_in_the_same_document(
    tmp_path: Path, clinic: Clinic, clock: FixedClock
) -> None:
    patient = write_something(clinic)
    clinic.vault.hot.table("patient").update({"given": "Tercera"})
    sent = delivery(clinic.vault)
    first, rest = sent[:1], sent[1:]
    results = set()
    for number, order in enumerate(permutations(rest)):
        folder = tmp_path / f"o{number}"
        make_store(folder, clock)
        there = open_clinic(folder, clock)
        for one in (*first, *order):
            receive(there.vault, [one], device_of(clinic.vault))
        held = there.vault.held("hot/patient", patient)
        assert held is not None
        results.add(tuple(h.rev for h in held.heads))
        assert there.vault.doc_body("patient", patient) == {"given": "Tercera"}
        assert len(there.vault.projection("month/consult/2026-11")) == 1
        there.close()
    assert len(results) == 1


def test_two_devices_that_changed_one_record_leave_both_versions(
    clinic: Clinic, other: Clinic, clock: FixedClock
) -> None:
    patient = write_something(clinic)
    receive(other.vault, delivery(clinic.vault), device_of(clinic.vault))
    clock.advance(seconds=60)
    clinic.vault.hot.table("patient").update({"given": "Aquí"})
    clock.advance(seconds=60)
    other.vault.hot.table("patient").update({"given": "Allá"})
    got: Received = receive(other.vault, delivery(clinic.vault), device_of(clinic.vault))
    assert got.new == 1
    held = other.vault.held("hot/patient", patient)
    assert held is not None
    assert len(held.heads) == 2
    assert other.vault.doc_body("patient", patient) == {"given": "Allá"}
    other.vault.hot.table("patient").update({"given": "Decidido"})
    held = other.vault.held("hot/patient", patient)
    assert held is not None
    assert len(held.heads) == 1


def test_an_entry_survives_its_row_byte_for_byte(clinic: Clinic) -> None:
    write_something(clinic)
    for n in range(1, clinic.vault.state.n + 1):
        entry: Entry = clinic.vault.entry_at(n)
        assert clinic.vault.row_of(entry.hash) == n


def test_drafts_are_in_no_log(clinic: Clinic) -> None:
    drafts: Drafts = clinic.vault.drafts
    before = clinic.vault.state.n
    drafts.save("b" * 32, place="consulta", data={"s": "secreto"})
    assert clinic.vault.state.n == before
    drafts.drop("b" * 32)
    assert drafts.open_drafts() == []


def test_a_type_of_a_later_version_is_kept_counted_and_passed_on(
    clinic: Clinic, other: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = DocType(200, "futuro", "chart", clinical=True)
    with monkeypatch.context() as patch:
        patch.setitem(BY_NAME, "futuro", later)
        patch.setitem(BY_CODE, 200, later)
        with clinic.vault.transaction(day=date(2026, 11, 20)) as tx:
            tx.put("futuro", clinic.vault.new_id(), {"text": "de otra versión"}, patient="a" * 32, new=True)
    sent = delivery(clinic.vault)
    got = receive(other.vault, sent, device_of(clinic.vault))
    assert (got.new, got.unknown_types) == (len(sent), 1)
    assert other.vault.entry_at(other.vault.state.n).to_bytes() == sent[-1][1]
    assert delivery(other.vault)[-1] == sent[-1]
