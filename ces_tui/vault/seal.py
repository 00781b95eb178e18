"""Seals of format 1: ChaCha20-Poly1305 rows bound to their place, working keys by HKDF, drawer numbers by keyed BLAKE2b."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ces_tui.base.errors import StoreDamaged
from ces_tui.base.platform.harden import wipe

NONCE = 12
TABLES = {"log": b"L", "doc": b"D", "proj": b"P", "draft": b"F", "kv": b"K"}
DRAWER_ROWS = 1 << 19
_ROW = struct.Struct(">Q")


class RowDoesNotOpen(StoreDamaged):
    """A sealed row was altered, moved or belongs to another store."""

    def __init__(self, table: str, k: int | str) -> None:
        super().__init__(f"El renglón {k} de «{table}» no abre: está dañado o fue alterado.")
        self.table = table
        self.k = k


def derive(secret: bytes, salt: bytes, use: str) -> bytes:
    """A 32-byte working key: HKDF-SHA256, info = "CES1 " + use."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"CES1 " + use.encode()).derive(secret)


class RowSealer:
    """Seals and opens the rows of one store and epoch. Associated data names table and row, so a moved row does not open."""

    def __init__(self, data_key: bytes, store: bytes, epoch: int) -> None:
        self._key = derive(data_key, store, "body")
        self._aead = ChaCha20Poly1305(self._key)
        prefix = b"CES1" + store + struct.pack(">I", epoch)
        self._prefix = {name: prefix + letter for name, letter in TABLES.items()}

    def forget(self) -> None:
        """At close: the key is gone from memory; nothing is sealed or opened with this again."""
        del self._aead
        wipe(self._key)

    def seal(self, table: str, k: int, plain: bytes) -> bytes:
        """nonce | sealed bytes for row `k` of `table`."""
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, plain, self._prefix[table] + _ROW.pack(k))

    def seal_all(self, table: str, rows: Iterable[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """(k, sealed) of each (k, plain), as `seal` makes them."""
        encrypt, prefix, pack, random = self._aead.encrypt, self._prefix[table], _ROW.pack, os.urandom
        return [(k, (nonce := random(NONCE)) + encrypt(nonce, plain, prefix + pack(k))) for k, plain in rows]

    def open(self, table: str, k: int, body: bytes) -> bytes:
        """The plain row; RowDoesNotOpen when it is not what was sealed for this place."""
        try:
            return self._aead.decrypt(body[:NONCE], body[NONCE:], self._prefix[table] + _ROW.pack(k))
        except (InvalidTag, ValueError, TypeError, struct.error):
            # the last: a spoilt schema gives rows without a number
            raise RowDoesNotOpen(table, k) from None


def kv_number(name: str) -> int:
    """The row number that a kv name is sealed under."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


class DrawerNumbers:
    """Where things lie: keyed numbers that say nothing without the index secret."""

    def __init__(self, index_secret: bytes, store: bytes) -> None:
        self._drawer = derive(index_secret, store, "drawer")
        self._seen = derive(index_secret, store, "seen")

    def base(self, drawer: str) -> int:
        """First row number of a drawer: 44 keyed bits, then 19 bits to count in."""
        digest = hashlib.blake2b(drawer.encode(), key=self._drawer, digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> 20) << 19

    def draft(self, draft_id: str) -> int:
        digest = hashlib.blake2b(f"draft/{draft_id}".encode(), key=self._drawer, digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    def seen(self, entry_hash: bytes) -> int:
        digest = hashlib.blake2b(entry_hash, key=self._seen, digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1


def header_mac(data_key: bytes, store: bytes, covered: bytes) -> str:
    """MAC of the clear header, checked after unlocking."""
    return hmac.new(derive(data_key, store, "header"), covered, hashlib.sha256).hexdigest()
