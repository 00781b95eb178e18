"""The inside of a bundle at its bounds: the last value that passes, the first that does not, and why it is refused."""

from __future__ import annotations

import hashlib
import struct
import tracemalloc
import zlib
from typing import Any

import msgspec
import pytest

from ces_tui.base.errors import BundleRefused
from ces_tui.sync import bundle
from ces_tui.sync.age import DAMAGED, NOT_AGE
from ces_tui.sync.records import Manifest, Range
from tests.unit.sync.test_bundle import CONTENT, ENTRIES, KEYS, PLAIN, made, manifest, read

PAD = 65_536
SIGNED = "La firma del archivo no corresponde. No se cambió nada; pida que lo copien de nuevo."
RUN = Range(dev=KEYS.id, inc="01" * 8, first=4, last=8, head="ef" * 32)


def refused(plain: bytes) -> str:
    with pytest.raises(BundleRefused) as told:
        read(plain)
    return str(told.value)


def changed(**members: Any) -> bytes:
    return made(manifest(CONTENT, **members), CONTENT)


def test_the_bounds_and_the_first_bytes_are_those_of_the_format() -> None:
    assert bundle.MAGIC == b"CESB1\n"
    assert (bundle.MOST_MANIFEST, bundle.MOST_CONTENT, bundle.MOST_RATIO) == (65_536, 67_108_864, 64)
    assert bundle.MOST_FILE == 66 << 20
    assert bundle.framed_size(b"12345") == 4 + 64 + 5 == len(bundle.join_entries([(bytes(64), b"12345")]))


def test_a_bundle_lies_as_the_format_says() -> None:
    raw = msgspec.json.encode(manifest(CONTENT))
    assert PLAIN[:38] == b"CESB1\n" + KEYS.ed_public
    assert PLAIN[38:102] == KEYS.sign(hashlib.sha256(raw).digest())
    assert PLAIN[102 : 106 + len(raw)] == struct.pack(">I", len(raw)) + raw
    assert zlib.decompressobj().decompress(PLAIN[106 + len(raw) :]) == CONTENT
    first = ENTRIES[0]
    assert CONTENT[: 4 + 64 + len(first[1])] == struct.pack(">I", 64 + len(first[1])) + first[0] + first[1]


SENTENCES = {
    "too big": "El archivo es más grande de lo que un paquete puede ser. No se cambió nada.",
    "newer": "El archivo lo escribió una versión más nueva del programa. Actualice el programa para leerlo.",
    "manifest": "La portada del archivo no tiene la forma esperada. No se cambió nada.",
}


def test_what_the_person_reads_is_what_happened() -> None:
    assert {"too big": bundle.TOO_BIG, "newer": bundle.NEWER, "manifest": bundle.MANIFEST_BAD} == SENTENCES
    assert refused(PLAIN[:-1]) == NOT_AGE
    assert refused(b"CESB2\n" + PLAIN[6:]) == NOT_AGE
    assert refused(PLAIN[:50] + bytes([PLAIN[50] ^ 1]) + PLAIN[51:]) == SIGNED
    assert refused(changed(v=2)) == bundle.NEWER
    assert refused(changed(kind="otra")) == bundle.MANIFEST_BAD
    assert refused(changed(entries=4)) == DAMAGED
    assert refused(changed(sha256="00" * 32)) == DAMAGED


# -- writing -----------------------------------------------------------------------------------------------


def test_what_no_reader_would_take_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = msgspec.json.encode(manifest(CONTENT))
    monkeypatch.setattr(bundle, "MOST_MANIFEST", len(raw))
    monkeypatch.setattr(bundle, "MOST_CONTENT", len(CONTENT))
    bundle.pack(manifest(CONTENT), CONTENT, KEYS)
    for name in ("MOST_MANIFEST", "MOST_CONTENT"):
        with monkeypatch.context() as patch:
            patch.setattr(bundle, name, getattr(bundle, name) - 1)
            with pytest.raises(BundleRefused) as told:
                bundle.pack(manifest(CONTENT), CONTENT, KEYS)
            assert str(told.value) == bundle.TOO_BIG


def test_content_is_compressed_as_far_as_a_reader_believes_it() -> None:
    plain = b"texto de muchos registros " * 40
    assert len(bundle._squeeze(plain)) < len(plain) // 4
    bomb = bytes(100_000)
    assert len(bundle._squeeze(bomb)) > len(bomb)
    for size in range(3_000, 5_000, 7):
        content = bytes(size)
        packed = bundle._squeeze(content)
        assert size <= 64 * len(packed)
        assert (len(packed) < size) == (size <= 64 * len(zlib.compress(content, 6))), size
        assert bundle.inflate(packed, size) == content


# -- envelope ----------------------------------------------------------------------------------------------


def test_the_size_is_looked_at_before_anything_else() -> None:
    assert refused(bytes(bundle.MOST_FILE + PAD)) == bundle.TOO_BIG
    assert refused(bytes(bundle.MOST_FILE)) == NOT_AGE


def test_a_file_as_short_as_its_fixed_part_is_a_bundle_and_a_shorter_one_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = b"CESB1\n" + KEYS.ed_public + KEYS.sign(hashlib.sha256(b"").digest()) + bytes(4)
    monkeypatch.setattr(bundle, "_PAD", 1)
    envelope = bundle.split(raw)
    assert (envelope.signer, envelope.manifest, envelope.packed) == (KEYS.ed_public, b"", b"")
    with pytest.raises(BundleRefused) as told:
        bundle.split(raw[:-1])
    assert str(told.value) == NOT_AGE


def test_a_manifest_takes_64_kib_and_ends_inside_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = b" " * bundle.MOST_MANIFEST
    assert bundle.split(made(manifest(b""), b"", manifest_bytes=whole)).manifest == whole
    with pytest.raises(BundleRefused) as told:
        bundle.split(made(manifest(b""), b"", manifest_bytes=whole + b" "))
    assert str(told.value) == bundle.TOO_BIG
    monkeypatch.setattr(bundle, "_PAD", 1)
    exact = made(manifest(b""), b"", b"", manifest_bytes=b"abc").rstrip(b"\0")
    assert bundle.split(exact).manifest == b"abc"
    longer = exact[:105] + b"\4" + exact[106:]
    with pytest.raises(BundleRefused) as told:
        bundle.split(longer)
    assert str(told.value) == bundle.TOO_BIG


# -- manifest ----------------------------------------------------------------------------------------------

MOST = 1 << 53
HEX8, HEX64 = "ab" * 4, "ab" * 32
ALLOWED: tuple[dict[str, Any], ...] = (
    {"number": 1, "prev": ""}, {"number": 2, "prev": ""}, {"number": MOST - 1}, {"basis": {}}, {"months": {}},
    {"basis": {f"{HEX8}/{HEX8}": 0}}, {"basis": {f"{HEX64}/{HEX64}": MOST - 1}}, {"months": {"2026-01": 0}},
    {"months": {"2026-12": MOST - 1}}, {"months": {"2026-10": 1}}, {"wall": 0}, {"wall": MOST - 1}, {"app": "x" * 80},
    {"content": "x" * 80}, {"app": "", "content": ""}, {"clinic": HEX8}, {"clinic": HEX64}, {"inc": HEX8},
    {"kind": "answer"}, {"kind": "answer", "dev": HEX8}, {"ranges": ()},
    {"ranges": (msgspec.structs.replace(RUN, first=1, last=1),)},
    {"ranges": (msgspec.structs.replace(RUN, first=MOST - 1, last=MOST - 1),)},
)  # fmt: skip
FORBIDDEN: tuple[dict[str, Any], ...] = (
    {"v": 0}, {"v": -1}, {"v": True}, {"v": "2"}, {"number": 0}, {"number": 0, "prev": ""}, {"number": MOST}, {"number": 1, "prev": "cd" * 32},
    {"prev": "cd" * 31}, {"prev": "x"}, {"sha256": "cd" * 31}, {"basis": {f"{HEX8}/{HEX8}": -1}},
    {"basis": {f"{HEX8}/{HEX8}": MOST}}, {"basis": {"ab/ab": 1}}, {"basis": {HEX8: 1}}, {"basis": {f"{HEX64}0/{HEX8}": 1}},
    {"months": {"2026-13": 1}}, {"months": {"2026-00": 1}}, {"months": {"2026-1": 1}}, {"months": {"26-01": 1}},
    {"months": {"2026-01": MOST}}, {"months": {"2026-01\n": 1}}, {"wall": -1}, {"wall": MOST}, {"entries": -1}, {"bytes": -1},
    {"entries": MOST}, {"bytes": MOST}, {"app": "x" * 81}, {"content": "x" * 81}, {"app": "\x07"}, {"content": "\u2066"},
    {"clinic": "ab" * 3}, {"clinic": HEX64 + "0"}, {"clinic": HEX8 + "\n"}, {"inc": "x" * 16}, {"inc": ""},
    {"kind": "answer", "dev": "x"}, {"dev": "ab" * 16}, {"kind": ""},
    {"ranges": (msgspec.structs.replace(RUN, first=0),)}, {"ranges": (msgspec.structs.replace(RUN, first=9),)},
    {"ranges": (msgspec.structs.replace(RUN, last=MOST),)}, {"ranges": (msgspec.structs.replace(RUN, dev="x"),)},
    {"ranges": (msgspec.structs.replace(RUN, inc="x"),)}, {"ranges": (msgspec.structs.replace(RUN, head="ef" * 31),)},
    {"ranges": (RUN, msgspec.structs.replace(RUN, head="x"))},
)  # fmt: skip


def told_by(**members: Any) -> Manifest:
    plain = changed(**members)
    return bundle.read_manifest(bundle.split(plain))


@pytest.mark.parametrize("members", ALLOWED)
def test_the_last_value_that_a_manifest_may_hold_is_read(members: dict[str, Any]) -> None:
    assert told_by(**members) == manifest(CONTENT, **members)


@pytest.mark.parametrize("members", FORBIDDEN)
def test_the_first_value_that_a_manifest_may_not_hold_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(BundleRefused) as told:
        told_by(**members)
    assert str(told.value) == bundle.MANIFEST_BAD


def test_a_newer_manifest_is_named_whatever_else_stands_in_it() -> None:
    with pytest.raises(BundleRefused) as told:
        read(made(manifest(CONTENT), CONTENT, manifest_bytes=b'{"v":2,"more":[]}'))
    assert str(told.value) == bundle.NEWER


# -- content -----------------------------------------------------------------------------------------------


def inflated(packed: bytes, size: int) -> str:
    with pytest.raises(BundleRefused) as told:
        bundle.inflate(packed, size)
    return str(told.value)


def test_content_has_exactly_the_announced_size() -> None:
    packed = zlib.compress(b"contenido")
    assert bundle.inflate(packed, 9) == b"contenido"
    assert (inflated(packed, 8), inflated(packed, 10)) == (DAMAGED, DAMAGED)
    assert inflated(packed[:-1], 9) == DAMAGED, "the stream has not come to its end"
    assert inflated(b"no zlib", 9) == DAMAGED
    assert bundle.inflate(zlib.compress(b""), 0) == b""


def test_content_of_no_size_is_not_inflated_to_see_what_it_is() -> None:
    bomb = zlib.compress(bytes(30_000_000))
    tracemalloc.start()
    try:
        assert inflated(bomb, 0) == DAMAGED
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_after_the_content_come_fewer_than_64_kib_of_zeros() -> None:
    packed = zlib.compress(b"contenido")
    assert bundle.inflate(packed + bytes(PAD - 1), 9) == b"contenido"
    assert inflated(packed + bytes(PAD), 9) == DAMAGED
    assert inflated(packed + b"\0\1", 9) == DAMAGED
    assert inflated(packed + b"\1", 9) == DAMAGED


def test_content_grows_so_many_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    size = next(n for n in range(3_000, 9_000) if n % len(zlib.compress(bytes(n), 9)) == 0)
    packed = zlib.compress(bytes(size), 9)
    monkeypatch.setattr(bundle, "MOST_RATIO", size // len(packed))
    assert bundle.inflate(packed, size) == bytes(size)
    assert bundle._squeeze(bytes(size))[2:] == zlib.compress(bytes(size), 6)[2:], "a reader still believes it"
    monkeypatch.setattr(bundle, "MOST_RATIO", size // len(packed) - 1)
    assert inflated(packed, size) == bundle.TOO_BIG
    assert inflated(packed + bytes(1000), size) == DAMAGED, "padding does not make it an honest ratio"


def test_the_announced_size_is_bounded_before_a_byte_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zlib.compress(b"contenido")
    monkeypatch.setattr(bundle, "MOST_CONTENT", 9)
    assert bundle.inflate(packed, 9) == b"contenido"
    monkeypatch.setattr(bundle, "MOST_CONTENT", 8)
    assert inflated(packed, 9) == bundle.TOO_BIG


def framed(*lengths: int, more: bytes = b"") -> bytes:
    return b"".join(struct.pack(">I", n) + bytes(n) for n in lengths) + more


def test_an_entry_has_a_signature_and_between_one_byte_and_a_megabyte() -> None:
    assert bundle.split_entries(framed(65, 65)) == [(bytes(64), b"\0")] * 2
    assert len(bundle.split_entries(framed(64 + (1 << 20)))[0][1]) == 1 << 20
    assert bundle.split_entries(b"") == []
    for bad in (
        framed(64),
        framed(64 + (1 << 20) + 1),
        framed(65, more=b"\0\0\0"),
        framed(65)[:-1],
        framed(65, 65)[:-1],
    ):
        with pytest.raises(BundleRefused) as told:
            bundle.split_entries(bad)
        assert str(told.value) == DAMAGED
