"""Seals of format 1: each number and key below is frozen, and a row opens in its own place only."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from ces_tui.vault.seal import (
    DRAWER_ROWS,
    TABLES,
    DrawerNumbers,
    RowDoesNotOpen,
    RowSealer,
    derive,
    header_mac,
    kv_number,
)

KEY, STORE = b"k" * 32, b"s" * 16
KNOWN = {
    "log": "000000000000000000000000699bfccd63c9ba6522e6bea8516cb7b15a",
    "doc": "000000000000000000000000693c5788a075b934f8b5a8cf0b804cb956",
    "proj": "0000000000000000000000006948cf7045733b7e37fe499574e2ecaddc",
    "draft": "0000000000000000000000006995c05991caf9c00242ee451d3b67b717",
    "kv": "00000000000000000000000069f14765eb9e9a1f1d209cedc80eaa32fa",
}
"""The byte `x` sealed as row 9 of epoch 7 with a nonce of zeros."""


@pytest.fixture
def sealer() -> RowSealer:
    return RowSealer(KEY, STORE, 7)


def test_a_working_key_is_hkdf_of_the_data_key_with_its_use_behind_the_format_s_letters() -> None:
    extracted = hmac.digest(STORE, KEY, "sha256")
    assert derive(KEY, STORE, "body") == hmac.digest(extracted, b"CES1 body\x01", "sha256")


@pytest.mark.parametrize("table", TABLES)
def test_rows_sealed_by_the_first_version_open_in_their_place_and_in_no_other(
    sealer: RowSealer, table: str
) -> None:
    row = bytes.fromhex(KNOWN[table])
    assert sealer.open(table, 9, row) == b"x"
    others = [
        (sealer, table, 8),
        (RowSealer(KEY, STORE, 8), table, 9),
        (RowSealer(KEY, b"t" * 16, 7), table, 9),
    ]
    others += [(sealer, other, 9) for other in TABLES if other != table]
    for there, name, k in others:
        with pytest.raises(RowDoesNotOpen):
            there.open(name, k, row)


def test_each_row_has_a_nonce_of_its_own_and_many_are_sealed_as_one_is(sealer: RowSealer) -> None:
    one, two = sealer.seal("doc", 5, b"plain"), sealer.seal("doc", 5, b"plain")
    assert one[:12] != two[:12] and one[12:] != two[12:]
    assert len(one) == 12 + 5 + 16
    many = dict(sealer.seal_all("doc", [(5, b"plain"), (6, b"other")]))
    assert {k: sealer.open("doc", k, body) for k, body in many.items()} == {5: b"plain", 6: b"other"}
    assert many[5][:12] != many[6][:12]


def test_a_row_that_does_not_open_is_named_by_table_and_number(sealer: RowSealer) -> None:
    for body in (b"", b"short", bytes(40)):
        with pytest.raises(RowDoesNotOpen) as told:
            sealer.open("doc", 41, body)
        assert (told.value.table, told.value.k) == ("doc", 41)
        assert str(told.value) == "El renglón 41 de «doc» no abre: está dañado o fue alterado."


@pytest.mark.parametrize(("k", "body"), [(9, None), (None, b"x" * 40), ("9", b"x" * 40), (-1, b"x" * 40)])
def test_what_a_spoilt_schema_gives_instead_of_a_row_does_not_open_either(
    sealer: RowSealer, k: object, body: object
) -> None:
    with pytest.raises(RowDoesNotOpen):
        sealer.open("log", k, body)  # type: ignore[arg-type]


def test_the_numbers_under_which_things_lie_are_those_of_the_first_version() -> None:
    numbers = DrawerNumbers(bytes(range(32)), STORE)
    assert numbers.base("hot/patient") == 3282877150053531648
    assert numbers.base("chart/" + "a" * 32) == 5926870081412268032
    assert numbers.draft("b" * 32) == 5425748017962155069
    assert numbers.seen(bytes(32)) == 2974539369136586781
    assert (kv_number("head"), kv_number("index")) == (11470225369512115944, 1999681052557339206)


def test_a_drawer_has_room_for_half_a_million_rows_and_every_number_fits_in_sqlite() -> None:
    assert DRAWER_ROWS == 524_288
    numbers = DrawerNumbers(b"i" * 32, STORE)
    names = [f"chart/{i:032x}" for i in range(200)]
    assert all(numbers.base(n) % DRAWER_ROWS == 0 and numbers.base(n) < 1 << 63 for n in names)
    assert all(numbers.draft(n) < 1 << 63 and numbers.seen(n.encode()) < 1 << 63 for n in names)
    assert max(numbers.draft(n) for n in names) >= 1 << 62, "all 63 bits are used"


def test_the_header_s_mac_is_that_of_the_first_version() -> None:
    told = header_mac(KEY, STORE, b'{"format":1')
    assert told == "55e148e185eab82557d38257d5756bb660229e0935f3d9b5107f71bd499b36dd"
    expected = hmac.new(derive(KEY, STORE, "header"), b'{"format":1', hashlib.sha256)
    assert told == expected.hexdigest()


def test_a_forgotten_sealer_opens_nothing_and_its_key_is_overwritten(sealer: RowSealer) -> None:
    key = sealer._key
    sealer.forget()
    assert key == bytes(32)
    with pytest.raises(AttributeError):
        sealer.seal("doc", 1, b"x")
