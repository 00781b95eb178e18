"""A person's credential and the slots that wrap the data key.

A person is an Ed25519 key (signs) and an X25519 key (opens slots). The private halves are sealed under
Argon2id(NFC(passphrase)). The id is the first 16 bytes of SHA-256 of the Ed25519 public key.
"""

from __future__ import annotations

import hashlib
import os
import struct
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Struct, json

from ces_tui.base.errors import StoreDamaged, WrongPassphrase
from ces_tui.base.platform.harden import wipe
from ces_tui.vault.profiles import KdfProfile

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class KeyPair:
    """The private halves, in memory only while someone is logged in (or, for a device, while the store is open)."""

    ed: Ed25519PrivateKey
    x: X25519PrivateKey

    @classmethod
    def make(cls) -> KeyPair:
        return cls(Ed25519PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> KeyPair:
        ed, x = raw[:32], raw[32:64]
        keys = cls(Ed25519PrivateKey.from_private_bytes(ed), X25519PrivateKey.from_private_bytes(x))
        wipe(ed)
        wipe(x)
        return keys

    def to_bytes(self) -> bytes:
        return self.ed.private_bytes_raw() + self.x.private_bytes_raw()

    @property
    def ed_public(self) -> bytes:
        return self.ed.public_key().public_bytes_raw()

    @property
    def x_public(self) -> bytes:
        return self.x.public_key().public_bytes_raw()

    @cached_property
    def id(self) -> str:
        return key_id(self.ed_public)

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519."""
        return self.ed.sign(message)


def key_id(public: bytes) -> str:
    """A person's, device's or office's id: 32 hex digits."""
    return hashlib.sha256(public).digest()[:16].hex()


def good_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Credential(Struct, frozen=True):
    """The sealed private halves as the clear header carries them (hex)."""

    memory_kib: int
    rounds: int
    lanes: int
    salt: str
    nonce: str
    sealed: str


def seal_credential(keys: KeyPair, passphrase: str, profile: KdfProfile) -> Credential:
    """Seal a person's private halves under their passphrase."""
    profile.for_new_credential()
    salt, nonce = os.urandom(16), os.urandom(12)
    public = _public_part(keys.ed_public, keys.x_public, profile, salt)
    sealed = ChaCha20Poly1305(_stretch(passphrase, salt, profile)).encrypt(nonce, keys.to_bytes(), public)
    return Credential(
        profile.memory_kib, profile.rounds, profile.lanes, salt.hex(), nonce.hex(), sealed.hex()
    )


def open_credential(credential: Credential, ed: bytes, x: bytes, passphrase: str) -> KeyPair:
    """The person's keys; WrongPassphrase when it does not open (a tampered credential reads the same)."""
    profile = KdfProfile(credential.memory_kib, credential.rounds, credential.lanes).checked()
    try:
        salt, nonce, sealed = (
            bytes.fromhex(v) for v in (credential.salt, credential.nonce, credential.sealed)
        )
        key = _stretch(passphrase, salt, profile)
        raw = ChaCha20Poly1305(key).decrypt(nonce, sealed, _public_part(ed, x, profile, salt))
    except InvalidTag:
        raise WrongPassphrase from None
    except ValueError:
        raise StoreDamaged from None
    keys = KeyPair.from_bytes(raw)
    wipe(raw)
    wipe(key)
    return keys


def wrap_key(data_key: bytes, store: bytes, epoch: int, recipient_id: str, recipient_x: bytes) -> str:
    """A slot: the data key under HPKE (X25519, HKDF-SHA256, ChaCha20-Poly1305) to one recipient, hex."""
    public = X25519PublicKey.from_public_bytes(recipient_x)
    return _SUITE.encrypt(data_key, public, _slot_info(store, epoch, recipient_id)).hex()


def unwrap_key(box: str, private: X25519PrivateKey, store: bytes, epoch: int, recipient_id: str) -> bytes:
    """The data key of a slot; StoreDamaged when the slot is not for this key, store and epoch."""
    try:
        return _SUITE.decrypt(bytes.fromhex(box), private, _slot_info(store, epoch, recipient_id))
    except (InvalidTag, ValueError):
        raise StoreDamaged(
            "La ranura de esta persona está dañada. Otra persona de la clínica o la oficina puede abrir."
        ) from None


def _slot_info(store: bytes, epoch: int, recipient_id: str) -> bytes:
    return b"CES1 slot" + store + struct.pack(">I", epoch) + bytes.fromhex(recipient_id)


def _public_part(ed: bytes, x: bytes, profile: KdfProfile, salt: bytes) -> bytes:
    parts = [ed.hex(), x.hex(), profile.memory_kib, profile.rounds, profile.lanes, salt.hex()]
    return b"CES1 credential" + json.encode(parts)


def _stretch(passphrase: str, salt: bytes, profile: KdfProfile) -> bytes:
    secret = unicodedata.normalize("NFC", passphrase).encode()
    kdf = Argon2id(
        salt=salt, length=32, iterations=profile.rounds, lanes=profile.lanes, memory_cost=profile.memory_kib
    )
    return kdf.derive(secret)
