"""Whatever an accepted device signs, the office answers with a sentence and keeps its store."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused, CesError
from ces_tui.sync import age, bundle
from ces_tui.sync.export import header_copy
from ces_tui.vault.credentials import KeyPair
from tests.unit.office.support import Pair, fingerprint, make_pair
from tests.unit.office.test_forged import bundle_of

_SLOW_FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.text(max_size=8)
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_KEYS = ("v", "kind", "clinic", "dev", "inc", "number", "prev", "basis", "ranges", "months", "entries", "bytes",
         "sha256", "app", "wall", "header", "content", "otro")  # fmt: skip


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    made.write(2)
    made.introduce()
    made.write(2)
    yield made
    made.close()


def _sealed(pair: Pair, manifest: bytes, packed: bytes, signer: KeyPair) -> bytes:
    signed = signer.ed_public + signer.sign(hashlib.sha256(manifest).digest())
    plain = bundle.MAGIC + signed + struct.pack(">I", len(manifest)) + manifest + packed
    return age.encrypt(plain + bytes(-len(plain) % 65536), [bytes.fromhex(pair.new_office.card.office.x)])


def _tried(pair: Pair, data: bytes) -> None:
    before = fingerprint(pair.office_clinic)
    (pair.stick / "x.age").write_bytes(data)
    try:
        result = pair.office.import_file(pair.stick / "x.age")
    except CesError:
        assert fingerprint(pair.office_clinic) == before
    else:
        assert result.state in {"new", "already", "waiting"}


@settings(max_examples=120, suppress_health_check=_SLOW_FIXTURE, deadline=None)
@given(key=st.sampled_from(_KEYS), value=_JSON)
def test_no_value_anywhere_in_a_signed_manifest_breaks_the_office(pair: Pair, key: str, value: Any) -> None:
    entries = list(pair.clinic.vault.entries(4))
    content = bundle.join_entries((e.signature, e.to_bytes()) for e in entries)
    manifest = {
        "v": 1, "kind": "clinic", "clinic": pair.clinic.vault.store_id, "dev": pair.clinic.vault.device_id,
        "inc": pair.clinic.vault.inc, "number": 9, "prev": "ab" * 32, "basis": {}, "ranges": [], "months": {},
        "entries": len(entries), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "app": "1",
        "wall": 0, "header": header_copy(pair.clinic.vault), "content": "1",
    }  # fmt: skip
    manifest[key] = value
    _tried(
        pair, _sealed(pair, msgspec.json.encode(manifest), zlib.compress(content), pair.clinic.vault.device)
    )


@settings(max_examples=120, suppress_health_check=_SLOW_FIXTURE, deadline=None)
@given(at=st.floats(0, 0.999), flip=st.integers(1, 255), cut=st.booleans())
def test_no_change_in_the_signed_entries_breaks_the_office(
    pair: Pair, at: float, flip: int, cut: bool
) -> None:
    entries = list(pair.clinic.vault.entries(5))
    content = bytearray(bundle.join_entries((e.signature, e.to_bytes()) for e in entries))
    place = int(at * len(content))
    if cut:
        del content[place:]
    else:
        content[place] ^= flip
    sealed = bundle_of(
        pair,
        entries,
        pair.clinic.vault.device,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    plain = age.decrypt(sealed, [_office_private(pair)])
    envelope = bundle.split(plain)
    before = fingerprint(pair.office_clinic)
    (pair.stick / "x.age").write_bytes(
        _sealed(pair, envelope.manifest, zlib.compress(bytes(content)), pair.clinic.vault.device)
    )
    with pytest.raises(BundleRefused):
        pair.office.import_file(pair.stick / "x.age")
    assert fingerprint(pair.office_clinic) == before


def _office_private(pair: Pair) -> bytes:
    raw = pair.office_clinic.vault.secret("office")
    assert raw is not None
    return raw[32:]


def test_names_that_could_move_a_terminals_cursor_are_not_accepted(pair: Pair) -> None:
    stranger = KeyPair.make()
    for name in ("\x1b[2J", "a\u202eb", "", "x" * 81):
        header = header_copy(pair.clinic.vault)
        header["devices"] = [
            {"id": stranger.id, "ed": stranger.ed_public.hex(), "x": stranger.x_public.hex()}
        ]
        header["clinic"]["name"] = name
        (pair.stick / "x.age").write_bytes(bundle_of(pair, [], stranger, dev=stranger.id, header=header))
        waiting = pair.office.import_file(pair.stick / "x.age")
        with pytest.raises(BundleRefused):
            pair.office.accept(waiting.device, waiting.words)
        for kept in (pair.root / "office" / "espera").iterdir():
            kept.unlink()


def test_the_offices_own_answer_is_named_as_such(pair: Pair) -> None:
    answer = pair.office.answer(None, pair.stick).path
    with pytest.raises(BundleRefused, match="misma oficina"):
        pair.office.import_file(answer)
