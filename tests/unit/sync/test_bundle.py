"""The inside of a bundle: exact when whole, refused when not, never more memory than it may take."""

from __future__ import annotations

import hashlib
import os
import struct
import tracemalloc
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_tui.base.errors import BundleRefused
from ces_tui.sync import bundle
from ces_tui.sync.records import Manifest, Range
from ces_tui.vault.credentials import KeyPair

KEYS = KeyPair.make()
ENTRIES = [(os.urandom(64), os.urandom(300) + b"texto " * 40) for _ in range(5)]


def manifest(inflated: bytes, /, **changes: Any) -> Manifest:
    base = Manifest(
        v=1, kind="clinic", clinic="ab" * 16, dev=KEYS.id, inc="01" * 8, number=2, prev="cd" * 32,
        basis={f"{KEYS.id}/{'01' * 8}": 3}, months={"2026-07": 412}, entries=len(ENTRIES), bytes=len(inflated),
        ranges=(Range(dev=KEYS.id, inc="01" * 8, first=4, last=8, head="ef" * 32),),
        sha256=hashlib.sha256(inflated).hexdigest(), app="0.1.0", wall=1_700_000_000_000, header={"format": 1}, content="1",
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


CONTENT = bundle.join_entries(ENTRIES)
PLAIN, HASH = bundle.pack(manifest(CONTENT), CONTENT, KEYS)


def read(plain: bytes) -> tuple[Manifest, list[bundle.Signed]]:
    envelope = bundle.split(plain)
    m = bundle.read_manifest(envelope)
    return m, bundle.read_content(envelope, m)


def made(
    m: Manifest, content: bytes, packed: bytes | None = None, *, manifest_bytes: bytes | None = None
) -> bytes:
    """A bundle with a good signature over whatever is in it."""
    raw = manifest_bytes if manifest_bytes is not None else msgspec.json.encode(m)
    plain = (
        bundle.MAGIC + KEYS.ed_public + KEYS.sign(hashlib.sha256(raw).digest()) + struct.pack(">I", len(raw)) + raw
        + (packed if packed is not None else zlib.compress(content))
    )  # fmt: skip
    return plain + bytes(-len(plain) % 65536)


def test_a_bundle_gives_back_its_manifest_and_the_verbatim_entries() -> None:
    m, entries = read(PLAIN)
    assert (m, entries) == (manifest(CONTENT), ENTRIES)
    assert bundle.split(PLAIN).manifest_hash == HASH
    assert len(PLAIN) % 65536 == 0


def test_an_empty_bundle_is_a_bundle() -> None:
    plain, _ = bundle.pack(manifest(b"", entries=0, ranges=()), b"", KEYS)
    assert read(plain)[1] == []


def test_content_that_shrinks_like_a_bomb_is_stored_uncompressed_and_still_read() -> None:
    entries = [(bytes(64), b"a" * 60_000) for _ in range(40)]
    content = bundle.join_entries(entries)
    plain, _ = bundle.pack(manifest(content, entries=40), content, KEYS)
    assert read(plain)[1] == entries


def test_each_flipped_byte_is_refused_wherever_it_is() -> None:
    for i in [*range(700), *range(700, len(PLAIN), 997), len(PLAIN) - 1]:
        damaged = bytearray(PLAIN)
        damaged[i] ^= 1 + i % 255
        with pytest.raises(BundleRefused):
            read(bytes(damaged))


def test_a_truncated_or_lengthened_bundle_is_refused() -> None:
    for bad in (
        b"",
        PLAIN[:-1],
        PLAIN[:65536][:-65536],
        PLAIN + bytes(65536),
        PLAIN + b"x" * 65536,
        PLAIN[:100],
    ):
        with pytest.raises(BundleRefused):
            read(bad)


@pytest.mark.parametrize(
    "changes",
    [
        {"entries": 4},
        {"bytes": len(CONTENT) - 1},
        {"bytes": len(CONTENT) + 1},
        {"bytes": bundle.MOST_CONTENT + 1},
        {"sha256": "00" * 32},
        {"sha256": "x"},
        {"dev": "ab" * 16},
        {"kind": "otra"},
        {"number": 0},
        {"number": 1},
        {"prev": "../../etc/passwd"},
        {"clinic": "../x"},
        {"months": {"2026-13": 1}},
        {"months": {"2026-07": -1}},
        {"basis": {"x": 1}},
        {"app": "0.1\x1b[2J"},
        {"content": "\u202e"},
        {"wall": -1},
    ],
)
def test_a_signed_manifest_that_says_what_it_may_not_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BundleRefused):
        read(made(manifest(CONTENT, **changes), CONTENT))


def test_a_newer_manifest_is_named_as_such() -> None:
    with pytest.raises(BundleRefused, match="más nueva"):
        read(made(manifest(CONTENT, v=2), CONTENT))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"v":1,"v":1}', b"\xff", b"null", b"[" * 60_000])
def test_a_signed_manifest_that_is_no_manifest_is_refused(raw: bytes) -> None:
    with pytest.raises(BundleRefused):
        read(made(manifest(CONTENT), CONTENT, manifest_bytes=raw))


def test_the_signature_is_checked_before_a_byte_of_the_manifest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundle, "strict_json", lambda raw: pytest.fail("parsed"))
    damaged = bytearray(PLAIN)
    damaged[200] ^= 1
    with pytest.raises(BundleRefused, match="firma"):
        read(bytes(damaged))


def test_a_bomb_takes_no_memory() -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    tracemalloc.start()
    try:
        for size in (1000, len(bomb) * 60, 200_000_000):
            with pytest.raises(BundleRefused):
                read(made(manifest(b"", bytes=size, entries=0), b"", bomb))
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()


def test_padding_must_be_zeros_and_less_than_64_kib() -> None:
    packed = zlib.compress(CONTENT)
    for tail in (b"\0x", bytes(65536 * 2)):
        with pytest.raises(BundleRefused):
            read(made(manifest(CONTENT), CONTENT, packed + tail))


@pytest.mark.parametrize(
    "content",
    [b"\0", b"\0\0\0\0", struct.pack(">I", 64) + bytes(64), struct.pack(">I", 1 << 31) + bytes(100),
     struct.pack(">I", 65 + (1 << 20)) + bytes(65 + (1 << 20)), CONTENT[:-1], CONTENT + b"\0\0"],
)  # fmt: skip
def test_lying_lengths_are_refused(content: bytes) -> None:
    with pytest.raises(BundleRefused):
        bundle.split_entries(content)


@settings(max_examples=200)
@given(st.binary(max_size=600), st.booleans())
def test_no_bytes_make_the_decoders_raise_anything_else(data: bytes, framed: bool) -> None:
    plain = bundle.MAGIC + data if framed else data
    with pytest.raises(BundleRefused):
        read(plain + bytes(-len(plain) % 65536))
    for decoder in (bundle.split_entries, lambda raw: bundle.inflate(raw, 100)):
        try:
            decoder(data)
        except BundleRefused:
            continue


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_signed_manifest_makes_the_reader_raise_anything_else(raw: bytes) -> None:
    with pytest.raises(BundleRefused):
        read(made(manifest(b""), b"", manifest_bytes=raw))
