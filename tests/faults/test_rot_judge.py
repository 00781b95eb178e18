"""The judge of rotten bits is not too kind: a seal, a header or a `verify` that overlooks something does not pass it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

from ces_tui.base.clock import FixedClock
from ces_tui.vault import header as headers
from ces_tui.vault.seal import NONCE, RowDoesNotOpen, RowSealer
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import Checker
from tests.faults.rot import INDEX, Bits, Judge, all_rows, fill, turn_header_bit, turn_in_rows

TAG = 16
Patch = pytest.MonkeyPatch


@pytest.fixture
def spoilt(store: Path, clock: FixedClock) -> Path:
    return fill(store, clock, 3)


def _open_without_tag(self: RowSealer, table: str, k: int, body: bytes) -> bytes:
    """RFC 8439: the stream begins at block 1; nobody looks at the last 16 bytes."""
    if len(body) < NONCE + TAG:
        raise RowDoesNotOpen(table, k)
    stream = Cipher(ChaCha20(self._key, (1).to_bytes(4, "little") + body[:NONCE]), None).decryptor()
    return stream.update(body[NONCE:-TAG])


def _first_only(self: Checker, *what: object, **more: object) -> None:
    if not self._found:
        _damage(self, *what, **more)  # type: ignore[arg-type]


_damage = Checker.damage
MISTAKES: dict[str, Callable[[Patch], None]] = {
    "the seal's tag is not looked at": lambda p: p.setattr(RowSealer, "open", _open_without_tag),
    "drafts are not looked at": lambda p: p.setattr(Checker, "_check_drafts", lambda *_: None),
    "projections are not looked at": lambda p: p.setattr(Checker, "_check_projections", lambda *_: None),
    "only the first damage is named": lambda p: p.setattr(Checker, "damage", _first_only),
}  # fmt: skip


def bits_of_tags(store: Path) -> list[int]:
    """Where in the file every fourth bit of the tag of one row of each sealed table lies."""
    raw, found = (store / "store-1.db").read_bytes(), {}
    for (table, k), value in all_rows(store).items():
        sealed = table != "seen" and (table, k) != INDEX and k not in {"format", "store", "header"}
        if sealed and raw.count(cast("bytes", value)) == 1:
            found[table] = raw.index(cast("bytes", value)) + len(cast("bytes", value)) - TAG
    return [at * 8 + bit for at in found.values() for bit in range(0, TAG * 8, 4)]


def turn_file_bits(store: Path) -> None:
    bits = Bits(store)
    for bit in random.Random(4).sample(every := bits_of_tags(store), len(every)):
        bits.turn(bit)
    bits.finish()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_sealing_or_checking_is_noticed_by_bits_of_rows(
    spoilt: Path, name: str, monkeypatch: Patch
) -> None:
    turn_in_rows(spoilt, 300, random.Random(1), last=TAG)
    MISTAKES[name](monkeypatch)
    with pytest.raises(AssertionError, match="nobody noticed"):
        turn_in_rows(spoilt, 300, random.Random(1), last=TAG)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_sealing_or_checking_is_noticed_by_bits_of_the_file(
    spoilt: Path, name: str, monkeypatch: Patch
) -> None:
    turn_file_bits(spoilt)
    MISTAKES[name](monkeypatch)
    with pytest.raises(AssertionError, match="nobody noticed"):
        turn_file_bits(spoilt)


def test_a_header_without_its_mac_is_noticed(spoilt: Path, monkeypatch: Patch) -> None:
    me, raw = Vault.peek(spoilt).people[0].id, (spoilt / headers.NAME).read_bytes()
    place = raw.index("Clínica".encode()) * 8
    turn_header_bit(spoilt, me, place)
    monkeypatch.setattr(headers, "check", lambda *_: None)
    monkeypatch.setattr(Checker, "_check_kv", _with_the_header_at_hand(Checker._check_kv))
    with pytest.raises(AssertionError, match="nobody noticed"):
        turn_header_bit(spoilt, me, place)


def _with_the_header_at_hand(honest: Callable[[Checker, bytes], dict[str, bytes]]) -> object:
    def check(self: Checker, _raw: bytes) -> dict[str, bytes]:
        return honest(self, cast("bytes", self._db.kv("header")))

    return check


def test_bits_in_unused_bytes_are_told_from_bits_that_nobody_noticed(store: Path, clock: FixedClock) -> None:
    """A bit that verify alone tells (a number among SQLite's own) is noticed; one in free space is not and need not be."""
    fill(store, clock, 1)
    raw, bits = (store / "store-1.db").read_bytes(), Bits(store)
    free = next(at for at in range(4096, len(raw), 512) if raw[at : at + 512] == bytes(512))
    for bit in range(free * 8, free * 8 + 40):
        bits.turn(bit)
    bits.turn(8 * 19 + 7)  # the file says that it is of a kind that no SQLite reads
    bits.finish()
    assert bits.unused == 40
    assert not Judge(store).named()
