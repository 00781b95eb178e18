"""An entry: one commit, made once by the device that writes it and carried verbatim for ever (docs/formats.md).

entry  = u32 length | header JSON | for each change: salt 16 | u32 length | body JSON
hash   = SHA-256("CES1 entry" | header)
change = hash of salt | body, so a body can be withheld by order of law and the chain still verifies
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from ces_tui.base.errors import BundleRefused, CesError

MOST_BODY = 64 * 1024
MOST_ENTRY = 1 << 20
MOST_CHANGES = 512
SALT = 16
_U32 = struct.Struct(">I")


class Change(Struct, frozen=True, omit_defaults=True):
    """What an entry says of one document; `h` and `len` bind the body."""

    doc: str
    rev: str
    par: tuple[str, ...]
    t: str
    tv: int
    h: str
    len: int
    pat: str | None = None
    day: str | None = None


class EntryHeader(Struct, frozen=True):
    """The signed part of an entry: device, incarnation, sequence, previous hash, clocks, author, changes."""

    v: int
    dev: str
    inc: str
    seq: int
    prev: str
    hlc: tuple[int, int]
    wall: int
    by: str
    app: str
    ch: tuple[Change, ...]


class Entry(Struct, frozen=True):
    """A decoded entry with the exact bytes it came in; a withheld body is None."""

    header: EntryHeader
    header_bytes: bytes
    salts: tuple[bytes, ...]
    bodies: tuple[bytes | None, ...]
    signature: bytes

    @property
    def hash(self) -> bytes:
        return entry_hash(self.header_bytes)

    def to_bytes(self) -> bytes:
        """The verbatim bytes (without signature)."""
        parts = [_U32.pack(len(self.header_bytes)), self.header_bytes]
        for salt, body in zip(self.salts, self.bodies, strict=True):
            raw = body or b""
            parts += [salt, _U32.pack(len(raw)), raw]
        return b"".join(parts)


def entry_hash(header_bytes: bytes) -> bytes:
    return hashlib.sha256(b"CES1 entry" + header_bytes).digest()


def body_hash(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(salt + body).hexdigest()


def first_prev(dev: str, inc: str, last_known: str = "") -> str:
    """`prev` of sequence 1 of an incarnation."""
    return hashlib.sha256(f"CES1 inc{dev}{inc}{last_known}".encode()).hexdigest()


def encode_header(header: EntryHeader) -> bytes:
    return msgspec.json.encode(header)


def decode_header(raw: bytes) -> EntryHeader:
    """Parse a header; BundleRefused when it is not one of version 1."""
    try:
        header = msgspec.json.decode(raw, type=EntryHeader)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BundleRefused(MISSHAPEN) from None
    if header.v != 1 or len(header.ch) > MOST_CHANGES or header.seq < 1:
        raise BundleRefused(
            "Un registro del archivo es de un formato que este programa no conoce. No se cambió nada."
        )
    return header


MISSHAPEN = "Un registro del archivo no tiene la forma esperada. No se cambió nada."
_ID = re.compile(r"[0-9a-f]{32}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_INC = re.compile(r"[0-9a-f]{16}\Z")
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z")
_MOST_PARENTS = 64
_MOST_MS = 253_402_300_800_000
"""The year 10000: no clock can be shown beyond it."""


def _sound(header: EntryHeader) -> bool:
    """Whether ids look like ids, clocks like clocks and days like days; what a type means is not asked here."""
    revs = [c.rev for c in header.ch]
    return (
        all(map(_ID.match, (header.dev, header.by)))
        and _INC.match(header.inc) is not None
        and _HASH.match(header.prev) is not None
        and header.seq < 1 << 53
        and all(0 <= ms < _MOST_MS for ms in (header.hlc[0], header.wall))
        and 0 <= header.hlc[1] < 1 << 53
        and len(header.app) <= 40
        and header.app.isprintable()
        and len(set(revs)) == len(revs) == len({c.doc for c in header.ch})
        and all(map(_sound_change, header.ch))
    )


def _sound_change(change: Change) -> bool:
    return (
        all(map(_ID.match, (change.doc, change.rev, *change.par, change.pat or change.doc)))
        and change.rev not in change.par
        and len(change.par) <= _MOST_PARENTS
        and _TYPE.match(change.t) is not None
        and 0 < change.tv < 1 << 31
        and (change.day is None or _DAY.match(change.day) is not None)
    )


def decode_entry(raw: bytes, signature: bytes) -> Entry:
    """Parse verbatim entry bytes and check every body against its hash; BundleRefused otherwise."""
    if len(raw) > MOST_ENTRY or len(raw) < 4:
        raise BundleRefused
    (size,) = _U32.unpack_from(raw)
    header_bytes = raw[4 : 4 + size]
    if len(header_bytes) != size:
        raise BundleRefused
    header = decode_header(header_bytes)
    if not _sound(header):
        raise BundleRefused(MISSHAPEN)
    position = 4 + size
    salts: list[bytes] = []
    bodies: list[bytes | None] = []
    for change in header.ch:
        salt = raw[position : position + SALT]
        length_bytes = raw[position + SALT : position + SALT + 4]
        if len(length_bytes) != 4:
            raise BundleRefused
        (length,) = _U32.unpack(length_bytes)
        body = raw[position + SALT + 4 : position + SALT + 4 + length]
        position += SALT + 4 + length
        if (
            len(body) != length
            or length > MOST_BODY
            or length != change.len
            or body_hash(salt, body) != change.h
        ):
            raise BundleRefused("Un registro del archivo no coincide con su huella. No se cambió nada.")
        salts.append(salt)
        bodies.append(body)
    if position != len(raw):
        raise BundleRefused
    return Entry(header, header_bytes, tuple(salts), tuple(bodies), signature)


def check_sizes(bodies: Sequence[bytes]) -> None:
    """Bounds of one commit: 64 KiB a body, 512 changes, 1 MiB an entry."""
    if any(len(b) > MOST_BODY for b in bodies):
        raise CesError("El texto es demasiado largo para un solo registro. Divídalo en dos notas.")
    if len(bodies) > MOST_CHANGES or sum(len(b) + 600 for b in bodies) > MOST_ENTRY:
        raise CesError("Son demasiados cambios para guardarlos juntos.")
