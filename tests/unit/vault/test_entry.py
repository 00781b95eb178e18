"""What an entry must look like at the door: each bound from both sides, and hashes that are frozen."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import msgspec
import pytest

from ces_tui.base.errors import BundleRefused, CesError
from ces_tui.vault.entry import (
    MOST_BODY,
    MOST_CHANGES,
    MOST_ENTRY,
    SALT,
    Change,
    Entry,
    EntryHeader,
    body_hash,
    check_sizes,
    decode_entry,
    decode_header,
    encode_header,
    entry_hash,
    first_prev,
)

MISSHAPEN = "Un registro del archivo no tiene la forma esperada. No se cambió nada."
UNKNOWN = "Un registro del archivo es de un formato que este programa no conoce. No se cambió nada."
NO_MATCH = "Un registro del archivo no coincide con su huella. No se cambió nada."
A, B, C, D = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
SALTED = bytes(range(16))
TOO_LATE = 253_402_300_800_000
"""2^53 and this are the first numbers that are refused."""
JSON = b'{"a":1}'


def change(body: bytes = JSON, **members: Any) -> Change:
    base = Change(
        doc=A, rev=B, par=(), t="consult", tv=1, h=body_hash(SALTED, body), len=len(body), pat=C, day="2026-11-20"
    )  # fmt: skip
    return msgspec.structs.replace(base, **members)


def header(*changes: Change, **members: Any) -> EntryHeader:
    base = EntryHeader(
        v=1, dev=C, inc="e" * 16, seq=7, prev="f" * 64, hlc=(5, 0), wall=5, by=D, app="0.1.0",
        ch=changes or (change(),),
    )  # fmt: skip
    return msgspec.structs.replace(base, **members)


def raw_of(told: EntryHeader, bodies: tuple[bytes, ...] = (JSON,), salt: bytes = SALTED) -> bytes:
    encoded = encode_header(told)
    return Entry(told, encoded, (salt,) * len(bodies), bodies, b"").to_bytes()


def decoded(told: EntryHeader, *bodies: bytes) -> Entry:
    return decode_entry(raw_of(told, bodies or (JSON,)), bytes(64))


def refused(raw: bytes) -> str:
    with pytest.raises(BundleRefused) as told:
        decode_entry(raw, bytes(64))
    return str(told.value)


def test_the_bounds_are_those_of_the_format() -> None:
    assert (MOST_BODY, MOST_ENTRY, MOST_CHANGES, SALT) == (65_536, 1_048_576, 512, 16)


def test_hashes_are_those_of_the_first_version() -> None:
    assert entry_hash(b"{}").hex() == "5b030223193907eab98873b2738c93b55e64aee1840b0192a38712b733fd73fb"
    assert entry_hash(b"{}") == hashlib.sha256(b"CES1 entry{}").digest()
    assert first_prev(A, "b" * 16) == hashlib.sha256(f"CES1 inc{A}{'b' * 16}".encode()).hexdigest()
    assert (
        first_prev(A, "b" * 16, "c" * 64)
        == hashlib.sha256(f"CES1 inc{A}{'b' * 16}{'c' * 64}".encode()).hexdigest()
    )
    assert body_hash(b"s" * 16, b"null") == hashlib.sha256(b"s" * 16 + b"null").hexdigest()


def test_an_entry_comes_back_byte_for_byte_with_its_hash_and_signature() -> None:
    one, two = change(), change(b"null", doc=D, rev=C, par=(A, D), pat=None, day=None)
    raw = raw_of(header(one, two), (JSON, b"null"))
    entry = decode_entry(raw, b"s" * 64)
    assert entry.to_bytes() == raw
    assert (entry.header, entry.signature) == (header(one, two), b"s" * 64)
    assert (entry.salts, entry.bodies) == ((SALTED, SALTED), (JSON, b"null"))
    assert entry.hash == entry_hash(encode_header(header(one, two)))
    assert raw[:4] == struct.pack(">I", len(encode_header(header(one, two))))


def test_an_entry_with_more_bodies_than_salts_is_not_written() -> None:
    with pytest.raises(ValueError, match="zip"):
        Entry(header(), encode_header(header()), (SALTED,), (JSON, JSON), b"").to_bytes()


def test_a_withheld_body_leaves_its_salt_and_a_length_of_zero() -> None:
    encoded = encode_header(header())
    entry = Entry(header(), encoded, (SALTED,), (None,), b"")
    assert entry.to_bytes() == struct.pack(">I", len(encoded)) + encoded + SALTED + bytes(4)


def test_patient_and_day_of_a_change_may_be_absent() -> None:
    assert b'"pat"' not in msgspec.json.encode(change(pat=None)) and b'"day"' not in msgspec.json.encode(
        change(day=None)
    )
    bare = msgspec.json.decode(msgspec.json.encode(change(pat=None, day=None)), type=Change)
    assert (bare.pat, bare.day) == (None, None)


ALLOWED: tuple[dict[str, Any], ...] = (
    {"seq": 1}, {"seq": (1 << 53) - 1}, {"hlc": (0, 0)}, {"hlc": (TOO_LATE - 1, (1 << 53) - 1)}, {"wall": 0},
    {"wall": TOO_LATE - 1}, {"app": ""}, {"app": "x" * 40},
)  # fmt: skip
FORBIDDEN: tuple[dict[str, Any], ...] = (
    {"dev": "a" * 31}, {"dev": "g" * 32}, {"dev": A + "\n"}, {"by": "A" * 32}, {"by": A + "0"}, {"inc": "e" * 15},
    {"inc": "e" * 17}, {"inc": "x" * 16}, {"prev": "f" * 63}, {"prev": ""}, {"seq": 1 << 53},
    {"hlc": (-1, 0)}, {"hlc": (TOO_LATE, 0)}, {"hlc": (5, -1)}, {"hlc": (5, 1 << 53)}, {"wall": -1},
    {"wall": TOO_LATE}, {"app": "x" * 41}, {"app": "0.1\x1b[2J"},
)  # fmt: skip


@pytest.mark.parametrize("members", ALLOWED, ids=str)
def test_the_last_value_that_a_header_may_hold_is_taken(members: dict[str, Any]) -> None:
    assert decoded(header(**members)).header == header(**members)


@pytest.mark.parametrize("members", FORBIDDEN, ids=str)
def test_the_first_value_that_a_header_may_not_hold_is_refused(members: dict[str, Any]) -> None:
    assert refused(raw_of(header(**members))) == MISSHAPEN


MANY = tuple(f"{i:032x}" for i in range(1, 66))
ALLOWED_CHANGE: tuple[dict[str, Any], ...] = (
    {"t": "a"}, {"t": "a" * 32}, {"t": "a_9"}, {"tv": 1}, {"tv": (1 << 31) - 1}, {"pat": None}, {"day": None},
    {"day": "2026-01-01"}, {"day": "2026-12-31"}, {"day": "2026-10-10"}, {"par": MANY[:64]},
)  # fmt: skip
FORBIDDEN_CHANGE: tuple[dict[str, Any], ...] = (
    {"doc": "a" * 31}, {"rev": "b" * 33}, {"pat": "c" * 31}, {"pat": "../../etc/passwd"}, {"par": ("c" * 31,)},
    {"par": (B,)}, {"par": (C, B)}, {"par": MANY}, {"t": ""}, {"t": "A"}, {"t": "9a"}, {"t": "a" * 33}, {"t": "a b"},
    {"tv": 0}, {"tv": 1 << 31}, {"day": "2026-13-01"}, {"day": "2026-00-01"}, {"day": "2026-01-32"},
    {"day": "2026-01-00"}, {"day": "2026-1-01"}, {"day": "2026-01-01\n"}, {"day": ""},
)  # fmt: skip


@pytest.mark.parametrize("members", ALLOWED_CHANGE, ids=str)
def test_the_last_value_that_a_change_may_hold_is_taken(members: dict[str, Any]) -> None:
    assert decoded(header(change(**members))).header.ch == (change(**members),)


@pytest.mark.parametrize("members", FORBIDDEN_CHANGE, ids=str)
def test_the_first_value_that_a_change_may_not_hold_is_refused(members: dict[str, Any]) -> None:
    assert refused(raw_of(header(change(**members)))) == MISSHAPEN


def test_a_document_or_a_revision_stands_in_an_entry_once() -> None:
    other = change(doc=D, rev=C)
    decoded(header(change(), other), JSON, JSON)
    for twice in (change(doc=D), change(rev=C)):
        assert refused(raw_of(header(change(), twice), (JSON, JSON))) == MISSHAPEN


def test_an_entry_without_changes_is_an_entry() -> None:
    told = msgspec.structs.replace(header(), ch=())
    encoded = encode_header(told)
    assert decode_entry(struct.pack(">I", len(encoded)) + encoded, b"").bodies == ()


@pytest.mark.parametrize("members", [{"v": 0}, {"v": 2}, {"seq": 0}, {"seq": -1}])
def test_another_version_is_named_as_such(members: dict[str, Any]) -> None:
    with pytest.raises(BundleRefused) as told:
        decode_header(encode_header(header(**members)))
    assert str(told.value) == UNKNOWN


def test_five_hundred_and_twelve_changes_are_the_most() -> None:
    some = tuple(change(doc=f"{i:032x}", rev=f"{i:032x}") for i in range(MOST_CHANGES + 1))
    assert len(decode_header(encode_header(header(*some[:-1]))).ch) == MOST_CHANGES
    with pytest.raises(BundleRefused, match="formato"):
        decode_header(encode_header(header(*some)))


DEEP = b'{"later":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'"\xff"', b"\xff", DEEP, b'{"v":1}'])
def test_bytes_that_are_no_header_are_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(BundleRefused) as told:
        decode_header(raw)
    assert str(told.value) == MISSHAPEN


def test_a_body_is_bound_by_its_hash_its_salt_and_its_length() -> None:
    good = raw_of(header())
    decode_entry(good, b"")
    assert refused(good[:-1] + b" ") == NO_MATCH
    assert refused(raw_of(header(), salt=bytes(16))) == NO_MATCH
    assert refused(raw_of(header(change(len=len(JSON) + 1)))) == NO_MATCH
    assert refused(raw_of(header(change(len=len(JSON) - 1)))) == NO_MATCH
    assert refused(good[:-1]) == NO_MATCH
    assert refused(good + b"\0") == str(BundleRefused())
    cut = raw_of(header(change(len=len(JSON) + 1)))
    cut = cut[: -len(JSON) - 4] + struct.pack(">I", len(JSON) + 1) + JSON
    assert refused(cut) == NO_MATCH, "the hash is that of the shorter body"


def test_a_body_takes_64_kib_and_no_byte_more() -> None:
    whole, more = b" " * MOST_BODY, b" " * (MOST_BODY + 1)
    assert decoded(header(change(whole)), whole).bodies == (whole,)
    assert refused(raw_of(header(change(more)), (more,))) == NO_MATCH


def test_an_entry_takes_a_megabyte_and_no_byte_more() -> None:
    """Sixteen bodies, the last cut so that the entry has exactly the size."""
    whole = b" " * MOST_BODY

    def sized(last: int) -> bytes:
        bodies = (*[whole] * 15, b" " * last)
        some = tuple(change(b, doc=f"{i:032x}", rev=f"{i:032x}") for i, b in enumerate(bodies, 1))
        return raw_of(header(*some), bodies)

    room = MOST_ENTRY - len(sized(50_000)) + 50_000
    assert len(sized(room)) == MOST_ENTRY
    assert len(decode_entry(sized(room), b"").bodies) == 16
    assert refused(sized(room + 1)) == str(BundleRefused())


def test_an_entry_shorter_than_its_first_number_or_its_header_is_refused() -> None:
    good = raw_of(header())
    size = len(encode_header(header()))
    for raw in (b"", b"\0\0\0", good[: 3 + size], good[: 4 + size], good[: 4 + size + 19]):
        assert refused(raw) == str(BundleRefused())
    assert refused(bytes(4)) == MISSHAPEN, "four bytes are a length, of no header"


LONG_TEXT = "El texto es demasiado largo para un solo registro. Divídalo en dos notas."
TOO_MANY = "Son demasiados cambios para guardarlos juntos."


def test_a_commit_is_bounded_in_body_number_and_sum_and_each_is_said() -> None:
    """600 bytes are reckoned for what the header says of a change."""
    check_sizes([b"x" * MOST_BODY])
    check_sizes([b""] * MOST_CHANGES)
    fits = [b"x" * (MOST_ENTRY // 16 - 600)] * 16
    check_sizes(fits)
    for bodies, said in (
        ([b"x" * (MOST_BODY + 1)], LONG_TEXT),
        ([b""] * (MOST_CHANGES + 1), TOO_MANY),
        ([*fits[:-1], fits[-1] + b"x"], TOO_MANY),
    ):
        with pytest.raises(CesError) as told:
            check_sizes(bodies)
        assert str(told.value) == said
