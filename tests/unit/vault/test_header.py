"""The clear header: bounded, in shape, and covered by its MAC to the last byte before it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ces_tui.base.errors import NewerStore, NotFound, StoreDamaged
from ces_tui.vault import header as headers
from ces_tui.vault.header import (
    ClinicInfo,
    DeviceInfo,
    EscrowInfo,
    Header,
    OfficeInfo,
    PersonInfo,
    Slot,
)
from ces_tui.vault.seal import header_mac

DAMAGED = "El encabezado del expediente está dañado. No se cambió nada."
ALTERED = "El encabezado del expediente fue alterado. No se cambió nada."
KEY = b"k" * 32
ONE, TWO, THREE, FOUR = ("1" * 32, "2" * 32, "3" * 32, "4" * 32)
LONG = "ab" * 32
WHOLE = Header(
    format=1, suite=1, dict=1, store="5" * 32, epoch=3, db="store-3.db", clinic=ClinicInfo("Prueba", "PRU"),
    people=(PersonInfo(ONE, "Irene", "pasante", LONG, LONG), PersonInfo(TWO, "Rosa", "enfermeria", LONG, LONG)),
    devices=(DeviceInfo(THREE, LONG, LONG),), office=OfficeInfo(FOUR, LONG, LONG), escrow=EscrowInfo(FOUR, LONG),
    slots=(Slot(ONE, "person", "00"), Slot(TWO, "person", "11")),
)  # fmt: skip


def changed(**members: Any) -> bytes:
    return json.dumps(json.loads(headers.encode(WHOLE, KEY)) | members).encode()


def test_what_lies_unsealed_in_the_database_is_three_rows() -> None:
    assert frozenset({"format", "store", "header"}) == headers.CLEAR


def test_a_header_reads_back_as_it_was_written_and_ends_with_its_mac() -> None:
    raw = headers.encode(WHOLE, KEY)
    assert headers.decode(raw) == WHOLE
    assert list(json.loads(raw))[-1] == "mac"
    headers.check(raw, WHOLE, KEY)


def test_defaults_of_a_header_written_by_the_first_version_stay() -> None:
    raw = b'{"format":1,"suite":1,"dict":1,"store":"%b","epoch":1,"db":"store-1.db","clinic":{"name":"A","code":"AAA"},' % (b"5" * 32)  # fmt: skip
    people = b'"people":[{"id":"%b","name":"I","role":"r","ed":"%b","x":"%b"}],' % (
        b"1" * 32,
        b"ab" * 32,
        b"ab" * 32,
    )
    devices = b'"devices":[{"id":"%b","ed":"%b","x":"%b"}],' % (b"1" * 32, b"ab" * 32, b"ab" * 32)
    office = b'"office":{"id":"%b","ed":"%b","x":"%b"}}' % (b"1" * 32, b"ab" * 32, b"ab" * 32)
    told = headers.decode(raw + people + devices + office)
    assert (told.clinic.demo, told.clinic.kind) == (False, "clinic")
    assert told.people[0].credential is None
    assert (told.devices[0].digit, told.devices[0].name) == (5, "")
    assert told.office is not None and told.office.name == ""
    assert (told.escrow, told.slots) == (None, ())


def test_the_mac_covers_members_that_this_version_does_not_know() -> None:
    covered = msgspec.json.encode(WHOLE)[:-1] + b',"later":[1,{"mac":"x"}]'
    mac = header_mac(KEY, WHOLE.store_bytes, covered)
    raw = covered + b',"mac":"' + mac.encode() + b'"}'
    headers.check(raw, headers.decode(raw), KEY)
    for bad in (raw.replace(b"[1,", b"[2,"), raw[:-3] + b'0"}', raw[:-1], raw + b" ", covered + b"}"):
        with pytest.raises(StoreDamaged) as told:
            headers.check(bad, WHOLE, KEY)
        assert str(told.value) == ALTERED
    with pytest.raises(StoreDamaged):
        headers.check(raw, WHOLE, b"other" * 8)


@pytest.mark.parametrize("later", [{"format": 2}, {"suite": 2}])
def test_a_header_of_a_later_format_or_suite_is_named_as_such(later: dict[str, int]) -> None:
    with pytest.raises(NewerStore):
        headers.decode(changed(**later))


SHORT = "ab" * 31
MISSHAPEN: tuple[dict[str, Any], ...] = (
    {"db": "../store-1.db"}, {"db": "store-1.db\n"}, {"db": "store-1234567.db"}, {"db": "store-1.db.x"},
    {"epoch": 0}, {"epoch": -1}, {"epoch": 1 << 32}, {"epoch": "1"}, {"store": "5" * 30}, {"store": "zz" * 16},
    {"people": [{"id": "1" * 30, "name": "I", "role": "r", "ed": LONG, "x": LONG}]},
    {"people": [{"id": ONE, "name": "I", "role": "r", "ed": SHORT, "x": LONG}]},
    {"people": [{"id": ONE, "name": "I", "role": "r", "ed": LONG, "x": SHORT}]},
    {"devices": [{"id": "1" * 34, "ed": LONG, "x": LONG}]},
    {"devices": [{"id": ONE, "ed": SHORT, "x": LONG}]},
    {"office": {"id": ONE, "ed": SHORT, "x": LONG}},
    {"office": {"id": "1" * 30, "ed": LONG, "x": LONG}},
    {"escrow": {"id": "1" * 30, "x": LONG}},
    {"escrow": {"id": ONE, "x": SHORT}},
)  # fmt: skip


@pytest.mark.parametrize("members", MISSHAPEN, ids=str)
def test_ids_keys_epoch_and_database_have_their_shape(members: dict[str, Any]) -> None:
    with pytest.raises(StoreDamaged) as told:
        headers.decode(changed(**members))
    assert str(told.value) == DAMAGED


@pytest.mark.parametrize("epoch", [1, (1 << 32) - 1])
def test_the_first_and_the_last_epoch_are_epochs(epoch: int) -> None:
    assert headers.decode(changed(epoch=epoch)).epoch == epoch


@pytest.mark.parametrize("db", ["store-1.db", "store-123456.db"])
def test_a_database_has_up_to_six_digits(db: str) -> None:
    assert headers.decode(changed(db=db)).db == db


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"format":1}',
        DEEP,
        b'{"format":1,"suite":1,"later":' + DEEP + b"}",
        b'"\xff"',
    ],
)
def test_what_is_no_header_is_damage(raw: bytes) -> None:
    with pytest.raises(StoreDamaged) as told:
        headers.decode(raw)
    assert str(told.value) == DAMAGED


def test_people_and_slots_are_found_by_id_or_missed_in_a_sentence() -> None:
    assert WHOLE.person(TWO).name == "Rosa"
    assert WHOLE.slot(TWO).box == "11"
    with pytest.raises(NotFound, match=r"^Esa persona no está en este expediente\.$"):
        WHOLE.person(THREE)
    with pytest.raises(NotFound, match=r"^Esa persona no tiene ranura en este expediente\.$"):
        WHOLE.slot(THREE)


def test_a_header_file_is_bounded_and_its_absence_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"^No hay expediente en esa carpeta\. Use «init» para crear uno\.$"):
        headers.read_file(tmp_path)
    raw = headers.encode(WHOLE, KEY)
    headers.write_file(tmp_path, raw)
    assert headers.read_file(tmp_path) == (raw, WHOLE)
    (tmp_path / headers.NAME).write_bytes(raw[:-1] + b" " * ((1 << 20) - len(raw)) + b"}")
    assert headers.read_file(tmp_path)[1] == WHOLE, "a megabyte is the most"
    (tmp_path / headers.NAME).write_bytes(raw[:-1] + b" " * ((1 << 20) - len(raw) + 1) + b"}")
    with pytest.raises(StoreDamaged) as told:
        headers.read_file(tmp_path)
    assert str(told.value) == DAMAGED


def test_a_header_that_the_disk_does_not_give_is_no_missing_store(tmp_path: Path) -> None:
    (tmp_path / headers.NAME).mkdir()
    with pytest.raises(StoreDamaged, match=r"^No se pudo leer el encabezado del expediente\.$"):
        headers.read_file(tmp_path)
