"""The age v1 file format (age-encryption.org/v1) with X25519 recipients, so that any age tool opens our files.

    header:  version line, one stanza a recipient (file key wrapped), "--- " HMAC
    payload: nonce 16, then ChaCha20-Poly1305 chunks of 64 KiB, the last one marked (STREAM)

Whole files in memory: callers bound the size before reading. Everything wrong raises BundleRefused.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ces_tui.base.errors import BadInput, BundleRefused
from ces_tui.sync import bech32

CHUNK = 64 * 1024
_TAG = 16
_VERSION = b"age-encryption.org/v1\n"
_X25519 = b"age-encryption.org/v1/X25519"
_LONGEST_HEADER = 64 * 1024
_MOST_STANZAS = 64
_VISIBLE = re.compile(rb"[\x21-\x7e]+\Z")

NOT_AGE = "El archivo no es un paquete de ces-tui o está dañado. No se cambió nada."
NOT_OURS = "El archivo está cifrado para otra clínica u otra oficina. No se cambió nada."
DAMAGED = "El archivo está incompleto o dañado. No se cambió nada; pida que lo copien de nuevo."


# -- keys --------------------------------------------------------------------------------------------------


def recipient_text(public: bytes) -> str:
    """A public key as `age1…`."""
    return bech32.encode("age", public)


def identity_text(private: bytes) -> str:
    """A private key as `AGE-SECRET-KEY-1…`."""
    return bech32.encode("age-secret-key-", private).upper()


def recipient_bytes(text: str) -> bytes:
    """The 32 bytes of `age1…`; BadInput when it is not a recipient."""
    return _of_32(bech32.decode("age", text), lower=text == text.lower())


def identity_bytes(text: str) -> bytes:
    """The 32 bytes of `AGE-SECRET-KEY-1…`; BadInput when it is not an identity."""
    return _of_32(bech32.decode("age-secret-key-", text), lower=True)


def _of_32(raw: bytes, *, lower: bool) -> bytes:
    if len(raw) != 32 or not lower:
        raise BadInput("La clave no está bien escrita. Cópiela completa y sin cambios.")
    return raw


# -- encrypting --------------------------------------------------------------------------------------------


def encrypt(plain: bytes, recipients: Iterable[bytes]) -> bytes:
    """An age file of `plain` for X25519 public keys (32 bytes each)."""
    file_key = os.urandom(16)
    header = _VERSION + b"".join(_wrap(file_key, recipient) for recipient in recipients) + b"---"
    nonce = os.urandom(16)
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    parts = [header, b" ", _b64(_mac(file_key, header)), b"\n", nonce]
    view = memoryview(plain)
    last = max(0, len(plain) - 1) // CHUNK
    for i in range(last + 1):
        parts.append(cipher.encrypt(_nonce(i, i == last), view[i * CHUNK : (i + 1) * CHUNK], None))
    return b"".join(parts)


def _wrap(file_key: bytes, recipient: bytes) -> bytes:
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    key = _hkdf(shared, share + recipient, _X25519)
    body = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)
    return b"-> X25519 " + _b64(share) + b"\n" + _b64(body) + b"\n"


# -- decrypting --------------------------------------------------------------------------------------------


def decrypt(data: bytes, identities: Sequence[bytes]) -> bytes:
    """The plain bytes of an age file with the first X25519 private key that opens it."""
    stanzas, header_end, mac = _parse_header(data)
    file_key = _file_key(stanzas, [X25519PrivateKey.from_private_bytes(i) for i in identities])
    if not hmac.compare_digest(_mac(file_key, data[:header_end]), mac):
        raise BundleRefused(DAMAGED)
    start = header_end + 1 + 43 + 1  # " ", the MAC, line feed
    nonce = data[start : start + 16]  # cut short, it leaves no payload, and that is refused
    return _open_payload(memoryview(data)[start + 16 :], _hkdf(file_key, nonce, b"payload"))


def _open_payload(sealed: memoryview, key: bytes) -> bytes:
    cipher = ChaCha20Poly1305(key)
    size = CHUNK + _TAG
    last = max(0, len(sealed) - 1) // size
    parts: list[bytes] = []
    try:
        for i in range(last + 1):
            parts.append(cipher.decrypt(_nonce(i, i == last), sealed[i * size : (i + 1) * size], None))
    except InvalidTag:
        raise BundleRefused(DAMAGED) from None
    if last and not parts[-1]:
        raise BundleRefused(DAMAGED)
    return b"".join(parts)


def _file_key(stanzas: list[tuple[list[bytes], bytes]], identities: list[X25519PrivateKey]) -> bytes:
    if len(stanzas) > 1 and any(args[0] == b"scrypt" for args, _ in stanzas):
        raise BundleRefused(NOT_AGE)  # a passphrase stands alone or not at all
    for args, body in stanzas:
        if args[0] != b"X25519":
            continue
        if len(args) != 2 or len(body) != 32:
            raise BundleRefused(NOT_AGE)
        share = _unb64(args[1])
        for identity in identities:
            file_key = _unwrap(share, body, identity)
            if file_key is not None:
                return file_key
    raise BundleRefused(NOT_OURS)


def _unwrap(share: bytes, body: bytes, identity: X25519PrivateKey) -> bytes | None:
    try:
        shared = identity.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:  # not 32 bytes, or a low-order point: the shared secret would be zero
        raise BundleRefused(NOT_AGE) from None
    key = _hkdf(shared, share + identity.public_key().public_bytes_raw(), _X25519)
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None


def _parse_header(data: bytes) -> tuple[list[tuple[list[bytes], bytes]], int, bytes]:
    """The stanzas, the offset just after `---`, and the MAC."""
    if not data.startswith(_VERSION):
        raise BundleRefused(NOT_AGE)
    stanzas: list[tuple[list[bytes], bytes]] = []
    position = len(_VERSION)
    while True:
        line, after = _line(data, position)
        if line.startswith(b"--- "):
            mac = _unb64(line[4:])
            if len(mac) != 32 or not stanzas:
                raise BundleRefused(NOT_AGE)
            return stanzas, position + 3, mac
        args = line.split(b" ")
        if (
            args[0] != b"->"
            or len(args) < 2
            or not all(map(_VISIBLE.match, args))
            or len(stanzas) >= _MOST_STANZAS
        ):
            raise BundleRefused(NOT_AGE)
        body, position = _body(data, after)
        stanzas.append((args[1:], body))


def _body(data: bytes, position: int) -> tuple[bytes, int]:
    encoded: list[bytes] = []
    while True:
        line, position = _line(data, position)
        if len(line) > 64:
            raise BundleRefused(NOT_AGE)
        encoded.append(line)
        if len(line) < 64:
            return _unb64(b"".join(encoded)), position


def _line(data: bytes, position: int) -> tuple[bytes, int]:
    end = data.find(b"\n", position, _LONGEST_HEADER)
    if end < 0:
        raise BundleRefused(NOT_AGE)
    return data[position:end], end + 1


# -- small parts -------------------------------------------------------------------------------------------


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), header, "sha256")


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _b64(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    """Canonical base64 without padding; BundleRefused otherwise."""
    try:
        raw = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:  # binascii.Error is one
        raise BundleRefused(NOT_AGE) from None
    if _b64(raw) != text:
        raise BundleRefused(NOT_AGE)
    return raw
