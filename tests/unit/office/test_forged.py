"""Well-signed bundles whose contents lie."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from ces_tui.base.errors import BundleRefused
from ces_tui.sync import age, bundle
from ces_tui.sync.export import header_copy
from ces_tui.sync.ranges import ranges_of
from ces_tui.sync.records import Manifest
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.entry import Entry, encode_header
from tests.unit.office.support import Pair, fingerprint


def bundle_of(pair: Pair, sent: Sequence[Entry], signer: KeyPair, /, **changes: Any) -> bytes:
    """An age file with these entries, well signed by `signer`."""
    vault = pair.clinic.vault
    content = bundle.join_entries((e.signature, e.to_bytes()) for e in sent)
    manifest = Manifest(
        v=1, kind="clinic", clinic=vault.store_id, dev=vault.device_id, inc=vault.inc, number=9, prev="ab" * 32, basis={},
        ranges=ranges_of(sent), months={}, entries=len(sent), bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(), app="0.1.0", wall=0, header=header_copy(vault), content="1",
    )  # fmt: skip
    plain, _ = bundle.pack(msgspec.structs.replace(manifest, **changes), content, signer)
    return age.encrypt(plain, [bytes.fromhex(pair.new_office.card.office.x)])


def _changed(entry: Entry, signer: KeyPair, **changes: Any) -> Entry:
    raw = encode_header(msgspec.structs.replace(entry.header, **changes))
    unsigned = Entry(msgspec.structs.replace(entry.header, **changes), raw, entry.salts, entry.bodies, b"")
    return Entry(unsigned.header, raw, entry.salts, entry.bodies, signer.sign(unsigned.hash))


@pytest.fixture
def fresh(pair: Pair) -> list[Entry]:
    """Three entries that the office does not have yet."""
    pair.write(1)
    pair.introduce()
    n = pair.clinic.vault.state.n
    pair.write(3)
    return list(pair.clinic.vault.entries(n + 1))


def test_entries_that_are_not_what_the_manifest_announces_are_refused_whole(
    pair: Pair, fresh: list[Entry]
) -> None:
    vault, me = pair.clinic.vault, pair.clinic.vault.author
    assert me is not None
    stranger = KeyPair.make()
    a, b, c = fresh
    forged = Entry(b.header, b.header_bytes, b.salts, b.bodies, stranger.sign(b.hash))
    other_body = Entry(b.header, b.header_bytes, b.salts, (b'{"names":"Otro"}',), b.signature)
    cases = {
        "out of order": [b, a, c],
        "repeated": [a, a, b],
        "signature of a stranger": [a, forged, c],
        "a body that is not the hashed one": [a, other_body, c],
        "another previous hash": [a, _changed(b, me.keys, prev="00" * 32), c],
        "a chain that does not follow what is held": [_changed(a, me.keys, prev="00" * 32)],
        "format of tomorrow": [_changed(a, me.keys, v=2)],
    }
    before = fingerprint(pair.office_clinic)
    for name, entries in cases.items():
        path = pair.stick / "x.age"
        path.write_bytes(
            bundle_of(
                pair, entries, vault.device, **({"ranges": ranges_of([a, b, c])} if "order" in name else {})
            )
        )
        with pytest.raises(BundleRefused):
            pair.office.import_file(path)
        assert fingerprint(pair.office_clinic) == before, name
    for wrong in (
        {"ranges": ()},
        {"ranges": ranges_of([a, b])},
        {"entries": 2},
        {"clinic": "ab" * 16},
        {"kind": "answer"},
    ):
        path.write_bytes(bundle_of(pair, fresh, vault.device, **wrong))
        with pytest.raises(BundleRefused):
            pair.office.import_file(path)
    assert fingerprint(pair.office_clinic) == before
    path.write_bytes(bundle_of(pair, fresh, vault.device))
    assert pair.office.import_file(path).new == 3


def test_a_second_history_of_the_same_device_is_kept_and_shown(pair: Pair, fresh: list[Entry]) -> None:
    me = pair.clinic.vault.author
    assert me is not None
    path = pair.stick / "x.age"
    path.write_bytes(bundle_of(pair, fresh, pair.clinic.vault.device))
    pair.office.import_file(path)
    apart = tuple(msgspec.structs.replace(c, rev=pair.clinic.vault.new_id()) for c in fresh[0].header.ch)
    other = _changed(fresh[0], me.keys, wall=1, ch=apart)
    path.write_bytes(bundle_of(pair, [other], pair.clinic.vault.device, number=10))
    done = pair.office.import_file(path)
    assert (done.state, done.new, done.forks) == ("new", 1, 1) and "historia doble" in done.sentence


def test_a_revision_with_the_number_of_another_is_refused(pair: Pair, fresh: list[Entry]) -> None:
    me = pair.clinic.vault.author
    assert me is not None
    path = pair.stick / "x.age"
    path.write_bytes(bundle_of(pair, fresh, pair.clinic.vault.device))
    pair.office.import_file(path)
    n = pair.office_clinic.vault.state.n
    again = _changed(fresh[0], me.keys, wall=1)
    path.write_bytes(bundle_of(pair, [again], pair.clinic.vault.device, number=10))
    with pytest.raises(BundleRefused, match="número de otro"):
        pair.office.import_file(path)
    assert pair.office_clinic.vault.state.n == n


def test_entries_of_a_person_nobody_introduced_wait_and_the_file_is_kept_as_it_came(
    pair: Pair, fresh: list[Entry]
) -> None:
    stranger = KeyPair.make()
    n = pair.office_clinic.vault.state.n
    strange = _changed(fresh[0], stranger, by=stranger.id)
    data = bundle_of(pair, [strange], pair.clinic.vault.device)
    (pair.stick / "x.age").write_bytes(data)
    done = pair.office.import_file(pair.stick / "x.age")
    assert done.state == "waiting" and pair.office_clinic.vault.state.n == n
    kept = list((pair.root / "office" / "espera").iterdir())
    assert [p.read_bytes() for p in kept] == [data]


def test_a_device_that_is_not_in_the_header_it_sends_is_not_accepted(pair: Pair) -> None:
    """Its words may be compared, but what it says of itself must be about the key that signed."""
    keys = KeyPair.make()
    header = header_copy(pair.clinic.vault)
    data = bundle_of(pair, [], keys, dev=keys.id, header=header)
    (pair.stick / "x.age").write_bytes(data)
    waiting = pair.office.import_file(pair.stick / "x.age")
    for bad in (header, {}, {"format": "x"}):
        (pair.stick / "y.age").write_bytes(bundle_of(pair, [], keys, dev=keys.id, header=bad))
    with pytest.raises(BundleRefused):
        pair.office.accept(waiting.device, waiting.words)
    assert pair.office.status() == []
