"""The plain bytes inside sealed rows: log rows, doc rows, projection rows."""

from __future__ import annotations

import struct
import zlib

from msgspec import Struct

from ces_tui.base.errors import StoreDamaged
from ces_tui.vault.dictionary import deflate, inflate
from ces_tui.vault.entry import SALT, Entry, decode_header

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_U16 = struct.Struct(">H")
_DOC = struct.Struct(">B16s16sBB")
_HEAD = struct.Struct(">16sQI")
_SIGNATURE = 64
_NO_PATIENT = bytes(16)

LIVE, REMOVED, WITHHELD = 0, 1, 2


class Head(Struct, frozen=True, gc=False):
    """A held revision that no held revision names as parent; `packed` is its deflated body."""

    rev: str
    log: int
    packed: bytes


class Held(Struct, frozen=True, gc=False):
    """A document as its drawer holds it."""

    type: int
    doc: str
    patient: str | None
    state: int
    heads: tuple[Head, ...]
    missing: tuple[str, ...] = ()
    proj: tuple[int, ...] = ()


def pack_log(entry: Entry, packed: list[bytes] | None = None) -> bytes:
    """Log row: signature | u32 | deflated header | for each change: salt | u32 | deflated body."""
    header = deflate(entry.header_bytes)
    parts = [entry.signature, _U32.pack(len(header)), header]
    for i, salt in enumerate(entry.salts):
        body = entry.bodies[i]
        squeezed = packed[i] if packed is not None else (deflate(body) if body is not None else b"")
        parts += [salt, _U32.pack(len(squeezed)), squeezed]
    return b"".join(parts)


def unpack_log(plain: bytes) -> Entry:
    """The entry of a log row with its verbatim bytes; StoreDamaged when it is not one."""
    try:
        signature = plain[:_SIGNATURE]
        (size,) = _U32.unpack_from(plain, _SIGNATURE)
        position = _SIGNATURE + 4
        header_bytes = inflate(plain[position : position + size])
        position += size
        header = decode_header(header_bytes)
        salts: list[bytes] = []
        bodies: list[bytes | None] = []
        for _ in header.ch:
            salts.append(plain[position : position + SALT])
            (length,) = _U32.unpack_from(plain, position + SALT)
            position += SALT + 4
            bodies.append(inflate(plain[position : position + length]) if length else None)
            position += length
    except (struct.error, zlib.error, ValueError):
        raise StoreDamaged from None
    return Entry(header, header_bytes, tuple(salts), tuple(bodies), signature)


def pack_doc(held: Held) -> bytes:
    """Doc row: type | doc | patient | state | heads | missing parents | own projection rows."""
    fromhex = bytes.fromhex
    patient = fromhex(held.patient) if held.patient else _NO_PATIENT
    parts = [_DOC.pack(held.type, fromhex(held.doc), patient, held.state, len(held.heads))]
    for head in held.heads:
        parts += [_HEAD.pack(fromhex(head.rev), head.log, len(head.packed)), head.packed]
    parts.append(_U16.pack(len(held.missing)))
    parts += [fromhex(r) for r in held.missing]
    own = held.proj
    parts.append(struct.pack(f">H{len(own)}Q", len(own), *own))
    return b"".join(parts)


def unpack_doc(plain: bytes) -> Held:
    """The document of a doc row; StoreDamaged when it is not one."""
    try:
        patient = plain[17:33]
        state, count = plain[33], plain[34]
        position = 35
        heads: list[Head] = []
        for _ in range(count):
            rev = plain[position : position + 16].hex()
            (log,) = _U64.unpack_from(plain, position + 16)
            (length,) = _U32.unpack_from(plain, position + 24)
            position += 28
            heads.append(Head(rev, log, plain[position : position + length]))
            position += length
        (missing,) = _U16.unpack_from(plain, position)
        position += 2
        parents = tuple(plain[position + 16 * i : position + 16 * i + 16].hex() for i in range(missing))
        position += 16 * missing
        (own,) = _U16.unpack_from(plain, position)
        proj = struct.unpack_from(f">{own}Q", plain, position + 2)
    except (struct.error, IndexError):
        raise StoreDamaged from None
    return Held(
        plain[0],
        plain[1:17].hex(),
        None if patient == _NO_PATIENT else patient.hex(),
        state,
        tuple(heads),
        parents,
        proj,
    )


def pack_proj(drawer: str, row: bytes) -> bytes:
    """Projection row: u8 length | drawer name | JSON row."""
    name = drawer.encode()
    return bytes([len(name)]) + name + row


def unpack_proj(plain: bytes) -> tuple[str, bytes]:
    """(drawer name, JSON row) of a projection row; StoreDamaged when it is not one."""
    try:
        size = plain[0]
        return plain[1 : 1 + size].decode(), plain[1 + size :]
    except (IndexError, UnicodeDecodeError):
        raise StoreDamaged from None
