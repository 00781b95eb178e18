"""Where the log stands, and the small file elsewhere that says how far it had come."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

import msgspec
import pytest

from ces_tui.base.platform.machine import machine_id
from ces_tui.vault.seal import derive
from ces_tui.vault.state import Anchor, Chain, LogState

STORE, INDEX = "ab" * 16, bytes(range(32))


def test_a_chain_takes_the_next_entry_and_keeps_what_lies_beyond_a_gap() -> None:
    chain = Chain(1, "a")
    assert chain.plus(2, "b") == Chain(2, "b")
    assert chain.plus(1, "x") is chain and chain.plus(0, "x") is chain
    assert chain.plus(4, "d").plus(3, "c") == Chain(1, "a", ((3, "c"), (4, "d")))
    assert chain.plus(3, "c").plus(3, "other") == Chain(1, "a", ((3, "other"),))
    assert chain.plus(3, "c").plus(4, "d").plus(2, "b") == Chain(4, "d")


def test_gaps_are_the_missing_ranges_below_the_highest_number_held() -> None:
    assert Chain(3, "c").gaps() == []
    assert Chain(3, "c", ((5, "e"),)).gaps() == [(4, 4)]
    assert Chain(3, "c", ((6, "f"), (7, "g"), (10, "j"))).gaps() == [(4, 5), (8, 9)]


def test_the_years_of_a_free_type_are_kept_in_order_and_once() -> None:
    state = LogState(0, 0, "", "", (0, 0), free={"stock": (2025, 2027)})
    assert state.with_free(set()) == {"stock": (2025, 2027)}
    assert state.with_free({("stock", 2026), ("stock", 2025), ("order", 2024)}) == {
        "stock": (2025, 2026, 2027),
        "order": (2024,),
    }
    assert state.free == {"stock": (2025, 2027)}, "the state itself does not change"


@pytest.fixture
def anchor(tmp_path: Path) -> Anchor:
    return Anchor(tmp_path, STORE, INDEX)


def test_an_anchor_is_one_block_with_a_mac_of_its_own_key(anchor: Anchor) -> None:
    anchor.write("1" * 16, 7, "c" * 64)
    anchor.close()
    raw = anchor.path.read_bytes()
    assert (anchor.path.name, len(raw), raw[-1:]) == (f"{STORE}.anchor", 513, b"\n")
    covered = msgspec.json.encode(["1" * 16, 7, "c" * 64, machine_id()])
    mac = hmac.digest(derive(INDEX, bytes.fromhex(STORE), "anchor"), covered, "sha256").hex()
    assert raw.rstrip() == covered + b"|" + mac.encode()
    assert anchor.read() == ("1" * 16, 7, "c" * 64, machine_id())


def test_an_anchor_is_overwritten_in_place_and_again_after_it_was_let_go(
    tmp_path: Path, anchor: Anchor
) -> None:
    anchor.write("1" * 16, 123_456, "c" * 64)
    there = anchor.path.stat().st_ino
    anchor.write("1" * 16, 8, "d" * 64)
    assert anchor.read() == ("1" * 16, 8, "d" * 64, machine_id())
    anchor.close()
    anchor.close()
    again = Anchor(tmp_path, STORE, INDEX)
    again.write("2" * 16, 9, "e" * 64)
    told = again.read()
    assert told is not None and told[:3] == ("2" * 16, 9, "e" * 64)
    assert (again.path.stat().st_ino, again.path.stat().st_size) == (there, 513)
    again.close()


@pytest.mark.parametrize(("store", "index"), [("cd" * 16, INDEX), (STORE, bytes(32))])
def test_an_anchor_of_another_store_or_secret_says_nothing(
    tmp_path: Path, anchor: Anchor, store: str, index: bytes
) -> None:
    anchor.write("1" * 16, 7, "c" * 64)
    anchor.close()
    other = Anchor(tmp_path, store, index)
    other.path.write_bytes(anchor.path.read_bytes())
    assert other.read() is None


@pytest.mark.parametrize("covered", [b"[1]", b"no JSON", b"", b"\xff"])
def test_what_is_no_anchor_says_nothing_though_its_mac_is_good(anchor: Anchor, covered: bytes) -> None:
    mac = hmac.digest(derive(INDEX, bytes.fromhex(STORE), "anchor"), covered, "sha256").hex()
    anchor.path.write_bytes(covered + b"|" + mac.encode() + b"  \n")
    assert anchor.read() is None


@pytest.mark.parametrize("raw", [b"", b"|", b"[1]|\xff\xfe", b"\xff" * 513, b"\0" * 513])
def test_whatever_bytes_a_failing_disk_gives_for_an_anchor_say_nothing(anchor: Anchor, raw: bytes) -> None:
    anchor.path.write_bytes(raw)
    assert anchor.read() is None


def test_an_anchor_that_can_not_be_written_is_only_a_hint_that_is_missing(anchor: Anchor) -> None:
    anchor.path.mkdir()
    anchor.write("1" * 16, 7, "c" * 64)
    assert anchor.read() is None
    anchor.path.rmdir()
    anchor.write("1" * 16, 8, "c" * 64)
    told = anchor.read()
    assert told is not None and told[1] == 8
    anchor.close()


def test_a_disk_that_fails_while_an_anchor_is_written_does_not_stop_a_save(anchor: Anchor) -> None:
    """The open file is let go, and the next write opens it anew."""
    anchor.write("1" * 16, 7, "c" * 64)
    opened = anchor._file
    assert opened is not None
    os.close(opened.fileno())
    anchor.write("1" * 16, 8, "c" * 64)
    assert anchor._file is None
    anchor.write("1" * 16, 9, "c" * 64)
    told = anchor.read()
    assert told is not None and told[1] == 9
    anchor.close()
