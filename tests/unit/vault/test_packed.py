"""Bodies packed by another build of zlib are the same bodies: only plain bytes are compared."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.vault import dictionary
from ces_tui.vault.apply import NULL, state_of
from ces_tui.vault.dictionary import deflate, inflate, same_plain
from ces_tui.vault.packing import LIVE, REMOVED, WITHHELD, Head, Held, pack_doc, unpack_doc
from ces_tui.vault.verify import Report, verify_store
from tests.support import PASSPHRASE


def otherwise(plain: bytes, level: int = 1) -> bytes:
    """The same bytes packed as another zlib might."""
    squeezer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, dictionary._ZDICT)
    return squeezer.compress(plain) + squeezer.flush()


@given(st.binary(max_size=2000), st.integers(0, 9))
def test_packed_differently_holds_the_same(plain: bytes, level: int) -> None:
    assert inflate(otherwise(plain, level)) == plain
    assert same_plain(deflate(plain), otherwise(plain, level))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_other_bytes_are_never_the_same(one: bytes, other: bytes) -> None:
    assert same_plain(deflate(one), otherwise(other)) == (one == other)


def test_what_is_withheld_or_broken_equals_only_itself() -> None:
    packed = deflate(b"{}")
    assert not same_plain(b"", packed)
    assert not same_plain(packed, b"")
    assert same_plain(b"", b"")
    assert not same_plain(packed, b"\xff\xff")


@pytest.mark.parametrize("level", range(10))
def test_removed_stays_removed_whoever_packed_it(level: int) -> None:
    def state(packed: bytes) -> int:
        return state_of((Head("0" * 32, 1, packed),))

    assert state(otherwise(NULL, level)) == REMOVED
    assert state(otherwise(b"0", level)) == LIVE
    assert state(b"") == WITHHELD


def rewritten(clinic: Clinic, body: bytes | None) -> int:
    """Pack every document's row otherwise (with another body, when given); how many changed their bytes."""
    vault, changed = clinic.vault, 0
    with vault.container.commit():
        for k, row in list(vault.container.all_rows("doc")):
            held: Held = unpack_doc(vault.sealer.open("doc", k, row))
            heads = tuple(replace(h, packed=otherwise(body or inflate(h.packed))) for h in held.heads)
            changed += heads != held.heads
            vault.container.put("doc", k, vault.sealer.seal("doc", k, pack_doc(replace(held, heads=heads))))
    return changed


def checked(clinic: Clinic, store: Path, clock: FixedClock) -> Report:
    me = clinic.me.id
    clinic.close()
    return verify_store(store, me, PASSPHRASE, projector=projector(), clock=clock)


def test_a_store_packed_by_another_zlib_is_whole(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    assert rewritten(clinic, None)
    report = checked(clinic, store, clock)
    assert report.ok, report.damaged


def test_another_body_in_a_row_is_still_noticed(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    changed = rewritten(clinic, b'{"a":1}')
    report = checked(clinic, store, clock)
    assert sum(1 for d in report.damaged if d.table == "doc") == changed
