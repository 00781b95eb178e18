"""Keys of people and the slots that wrap the data key: what opens, what does not, and what is left in memory."""

from __future__ import annotations

import hashlib
import sys
import unicodedata

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ces_tui.base.errors import InternalError, StoreDamaged, WrongPassphrase
from ces_tui.vault import credentials
from ces_tui.vault.credentials import (
    Credential,
    KeyPair,
    good_signature,
    key_id,
    open_credential,
    seal_credential,
    unwrap_key,
    wrap_key,
)
from ces_tui.vault.profiles import KdfProfile
from tests.support import CHEAP

PHRASE = "maíz azul río grande nube"
SLOT = "La ranura de esta persona está dañada. Otra persona de la clínica o la oficina puede abrir."
DATA, STORE = b"d" * 32, b"s" * 16


@pytest.fixture(scope="module")
def keys() -> KeyPair:
    return KeyPair(
        Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
        X25519PrivateKey.from_private_bytes(bytes(range(32, 64))),
    )


def test_an_id_is_the_first_half_of_the_fingerprint_of_the_signing_key(keys: KeyPair) -> None:
    assert keys.id == key_id(keys.ed_public) == hashlib.sha256(keys.ed_public).hexdigest()[:32]


def test_private_halves_travel_as_64_bytes_and_come_back_the_same(keys: KeyPair) -> None:
    raw = keys.to_bytes()
    assert raw == bytes(range(64))
    again = KeyPair.from_bytes(raw)
    assert (again.to_bytes(), again.x_public, again.ed_public) == (raw, keys.x_public, keys.ed_public)


def test_two_new_pairs_have_nothing_in_common() -> None:
    one, two = KeyPair.make(), KeyPair.make()
    assert len({one.to_bytes()[:32], one.to_bytes()[32:], two.to_bytes()[:32], two.to_bytes()[32:]}) == 4


def test_a_signature_is_good_for_its_key_and_message_only(keys: KeyPair) -> None:
    signature = keys.sign(b"message")
    assert good_signature(keys.ed_public, signature, b"message") is True
    assert good_signature(keys.ed_public, signature, b"massage") is False
    assert good_signature(KeyPair.make().ed_public, signature, b"message") is False
    assert good_signature(b"short", signature, b"message") is False
    assert good_signature(keys.ed_public, b"", b"message") is False


def test_a_credential_opens_with_its_passphrase_and_is_sealed_anew_each_time(keys: KeyPair) -> None:
    one, two = seal_credential(keys, PHRASE, CHEAP), seal_credential(keys, PHRASE, CHEAP)
    assert (one.memory_kib, one.rounds, one.lanes) == (CHEAP.memory_kib, CHEAP.rounds, CHEAP.lanes)
    assert [len(bytes.fromhex(v)) for v in (one.salt, one.nonce, one.sealed)] == [16, 12, 64 + 16]
    assert len({one.salt, two.salt, one.nonce, two.nonce, one.sealed, two.sealed}) == 6
    for credential in (one, two):
        opened = open_credential(credential, keys.ed_public, keys.x_public, PHRASE)
        assert opened.to_bytes() == keys.to_bytes()


def test_a_credential_is_argon2id_and_chacha20_poly1305_bound_to_what_stands_beside_it(keys: KeyPair) -> None:
    """Written out from docs/formats.md, so that a later version can't change it unseen."""
    made = seal_credential(keys, unicodedata.normalize("NFD", PHRASE), CHEAP)
    salt = bytes.fromhex(made.salt)
    key = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=8).derive(PHRASE.encode())
    beside = msgspec.json.encode([keys.ed_public.hex(), keys.x_public.hex(), 8, 1, 1, made.salt])
    plain = ChaCha20Poly1305(key).decrypt(
        bytes.fromhex(made.nonce), bytes.fromhex(made.sealed), b"CES1 credential" + beside
    )
    assert plain == keys.to_bytes()


def test_the_cost_of_a_passphrase_stands_beside_it_and_is_not_cheap_outside_tests(
    keys: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = seal_credential(keys, PHRASE, KdfProfile(16, 3, 2))
    assert (made.memory_kib, made.rounds, made.lanes) == (16, 3, 2)
    monkeypatch.delitem(sys.modules, "pytest")
    with pytest.raises(InternalError):
        seal_credential(keys, PHRASE, CHEAP)


def test_whatever_is_changed_beside_the_sealed_halves_reads_like_a_wrong_passphrase(keys: KeyPair) -> None:
    made = seal_credential(keys, PHRASE, CHEAP)
    other = KeyPair.make()
    for credential, ed, x, phrase in (
        (made, keys.ed_public, keys.x_public, PHRASE + "s"),
        (made, other.ed_public, keys.x_public, PHRASE),
        (made, keys.ed_public, other.x_public, PHRASE),
        (msgspec.structs.replace(made, rounds=2), keys.ed_public, keys.x_public, PHRASE),
        (msgspec.structs.replace(made, memory_kib=16), keys.ed_public, keys.x_public, PHRASE),
        (msgspec.structs.replace(made, salt="00" * 16), keys.ed_public, keys.x_public, PHRASE),
    ):
        with pytest.raises(WrongPassphrase):
            open_credential(credential, ed, x, phrase)


@pytest.mark.parametrize("member", ["salt", "nonce", "sealed"])
def test_a_credential_that_is_not_even_hex_is_damage(keys: KeyPair, member: str) -> None:
    made = msgspec.structs.replace(seal_credential(keys, PHRASE, CHEAP), **{member: "no hex"})
    with pytest.raises(StoreDamaged):
        open_credential(made, keys.ed_public, keys.x_public, PHRASE)


def test_parameters_that_would_exhaust_the_machine_are_refused_before_any_work(keys: KeyPair) -> None:
    made = Credential(1 << 30, 1, 1, "00" * 16, "00" * 12, "00" * 80)
    with pytest.raises(StoreDamaged, match="parámetros imposibles"):
        open_credential(made, keys.ed_public, keys.x_public, PHRASE)


def test_what_stood_in_memory_while_keys_were_opened_is_overwritten(
    keys: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = seal_credential(keys, PHRASE, CHEAP)
    wiped: list[bytes] = []
    monkeypatch.setattr(credentials, "wipe", lambda secret: wiped.append(bytes(bytearray(secret))))
    open_credential(made, keys.ed_public, keys.x_public, PHRASE)
    raw = keys.to_bytes()
    assert wiped[:3] == [raw[:32], raw[32:], raw]
    assert len(wiped) == 4 and len(wiped[3]) == 32 and wiped[3] not in raw


def test_a_slot_is_made_anew_each_time_and_damage_in_it_is_said(keys: KeyPair) -> None:
    box = wrap_key(DATA, STORE, 1, keys.id, keys.x_public)
    assert box != wrap_key(DATA, STORE, 1, keys.id, keys.x_public)
    assert unwrap_key(box, keys.x, STORE, 1, keys.id) == DATA
    for bad in ("", "no hex", box[:-2], box[:-2] + ("00" if box[-2:] != "00" else "01"), "00" * 40):
        with pytest.raises(StoreDamaged) as told:
            unwrap_key(bad, keys.x, STORE, 1, keys.id)
        assert str(told.value) == SLOT
    with pytest.raises(StoreDamaged):
        unwrap_key(box, KeyPair.make().x, STORE, 1, keys.id)


def test_a_slot_of_the_first_version_opens(keys: KeyPair) -> None:
    """Made once with the keys above; its info is `CES1 slot` | store | epoch | recipient."""
    assert unwrap_key(FROZEN_SLOT, keys.x, STORE, 7, keys.id) == DATA


FROZEN_SLOT = "d6cc1361b47570cf53007f2508f7d6b984f4642997930ccdea3864839be0277c776174b734926e0aeddd54c2f018762f42c384e7373ff19e6a2a250dd9033cda6d0015bd01cf712b7fb991fac5d94b42"
