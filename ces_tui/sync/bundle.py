r"""A bundle's inside (FORMAT.md, "Bundle"), before age encrypts it and after age opened it.

    "CESB1\n" | signer's Ed25519 key 32 | signature 64 of SHA-256(manifest) | u32 | manifest
    | zlib(each entry: u32 length of what follows | signature 64 | entry) | zeros to a multiple of 64 KiB

Read in three steps, so that nothing unsigned is ever parsed: `split` (bounds, signature), `read_manifest` (only when the
caller knows the signer), `read_content`. Whole or BundleRefused.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from ces_tui.base.errors import BundleRefused
from ces_tui.base.text import is_control
from ces_tui.sync.age import DAMAGED, NOT_AGE
from ces_tui.sync.records import FROM_CLINIC, FROM_OFFICE, Manifest
from ces_tui.sync.strict import strict_json
from ces_tui.vault.credentials import KeyPair, good_signature, key_id
from ces_tui.vault.entry import MOST_ENTRY

MAGIC = b"CESB1\n"
MOST_MANIFEST = 64 * 1024
MOST_CONTENT = 64 << 20
MOST_FILE = MOST_CONTENT + (2 << 20)
MOST_RATIO = 64
_PAD = 64 * 1024
_U32 = struct.Struct(">I")
_HEAD = len(MAGIC) + 32 + 64 + 4
_SIGNATURE = 64

Signed = tuple[bytes, bytes]
"""An entry as it travels: (signature, verbatim bytes)."""

TOO_BIG = "El archivo es más grande de lo que un paquete puede ser. No se cambió nada."
NEWER = "El archivo lo escribió una versión más nueva del programa. Actualice el programa para leerlo."
MANIFEST_BAD = "La portada del archivo no tiene la forma esperada. No se cambió nada."


@dataclass(frozen=True)
class Envelope:
    """A bundle whose signature is good for the key it names; the manifest is still unread bytes."""

    signer: bytes
    manifest: bytes
    packed: bytes

    @property
    def manifest_hash(self) -> str:
        return hashlib.sha256(self.manifest).hexdigest()


# -- writing -----------------------------------------------------------------------------------------------


def join_entries(entries: Iterable[Signed]) -> bytes:
    """The content: framed entries, not yet compressed."""
    return b"".join(part for sig, raw in entries for part in (_U32.pack(_SIGNATURE + len(raw)), sig, raw))


def framed_size(raw: bytes) -> int:
    """Bytes that an entry takes in the content."""
    return 4 + _SIGNATURE + len(raw)


def pack(manifest: Manifest, content: bytes, signer: KeyPair) -> tuple[bytes, str]:
    """The plain bundle and the manifest's hash."""
    encoded = msgspec.json.encode(manifest)
    if len(encoded) > MOST_MANIFEST or len(content) > MOST_CONTENT:
        raise BundleRefused(TOO_BIG)
    digest = hashlib.sha256(encoded).digest()
    plain = b"".join(
        [MAGIC, signer.ed_public, signer.sign(digest), _U32.pack(len(encoded)), encoded, _squeeze(content)]
    )
    return plain + bytes(-len(plain) % _PAD), digest.hex()


def _squeeze(content: bytes) -> bytes:
    """Compressed; stored as it is where it would shrink so much that a reader must take it for a bomb."""
    packed = zlib.compress(content, 6)
    return packed if len(content) <= len(packed) * MOST_RATIO else zlib.compress(content, 0)


# -- reading -----------------------------------------------------------------------------------------------


def split(plain: bytes) -> Envelope:
    """Take a plain bundle apart and check its signature against the key inside; whose key it is, the caller decides."""
    if len(plain) > MOST_FILE:
        raise BundleRefused(TOO_BIG)
    if not plain.startswith(MAGIC) or len(plain) % _PAD or len(plain) < _HEAD:
        raise BundleRefused(NOT_AGE)
    signer = plain[len(MAGIC) : len(MAGIC) + 32]
    signature = plain[len(MAGIC) + 32 : _HEAD - 4]
    (size,) = _U32.unpack_from(plain, _HEAD - 4)
    if size > MOST_MANIFEST or _HEAD + size > len(plain):
        raise BundleRefused(TOO_BIG)
    manifest = plain[_HEAD : _HEAD + size]
    if not good_signature(signer, signature, hashlib.sha256(manifest).digest()):
        raise BundleRefused(
            "La firma del archivo no corresponde. No se cambió nada; pida que lo copien de nuevo."
        )
    return Envelope(signer, manifest, plain[_HEAD + size :])


def read_manifest(envelope: Envelope) -> Manifest:
    """The manifest of an envelope whose signer the caller knows."""
    value = strict_json(envelope.manifest)
    if isinstance(value, dict) and isinstance(value.get("v"), int) and value["v"] > 1:
        raise BundleRefused(NEWER)
    try:
        manifest = msgspec.convert(value, Manifest)
    except msgspec.ValidationError:
        raise BundleRefused(MANIFEST_BAD) from None
    if not _sound(manifest) or (manifest.kind == FROM_CLINIC and manifest.dev != key_id(envelope.signer)):
        raise BundleRefused(MANIFEST_BAD)
    return manifest


def read_content(envelope: Envelope, manifest: Manifest) -> list[Signed]:
    """The entries, exactly as many and as long as the manifest says."""
    content = inflate(envelope.packed, manifest.bytes)
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise BundleRefused(DAMAGED)
    entries = split_entries(content)
    if len(entries) != manifest.entries:
        raise BundleRefused(DAMAGED)
    return entries


def inflate(packed: bytes, size: int) -> bytes:
    """Exactly `size` bytes from a zlib stream followed by fewer than 64 KiB of zeros; never more memory than that."""
    if size > MOST_CONTENT or size > MOST_RATIO * len(packed):
        raise BundleRefused(TOO_BIG)
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error:
        raise BundleRefused(DAMAGED) from None
    rest = stream.unused_data
    used = len(packed) - len(rest)
    if len(content) != size or not stream.eof or size > MOST_RATIO * used:
        raise BundleRefused(DAMAGED)
    if len(rest) >= _PAD or rest.count(0) != len(rest):
        raise BundleRefused(DAMAGED)
    return content


def split_entries(content: bytes) -> list[Signed]:
    """The framed entries of a content; BundleRefused when a length lies."""
    entries: list[Signed] = []
    position = 0
    while position < len(content):
        if position + 4 > len(content):
            raise BundleRefused(DAMAGED)
        (length,) = _U32.unpack_from(content, position)
        position += 4
        end = position + length
        if not _SIGNATURE < length <= _SIGNATURE + MOST_ENTRY or end > len(content):
            raise BundleRefused(DAMAGED)
        entries.append((content[position : position + _SIGNATURE], content[position + _SIGNATURE : end]))
        position = end
    return entries


# -- what a manifest may say -------------------------------------------------------------------------------

_HEX = re.compile(r"[0-9a-f]{8,64}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_LOG = re.compile(r"[0-9a-f]{8,64}/[0-9a-f]{8,64}\Z")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z")
_MOST = 1 << 53


def _sound(m: Manifest) -> bool:
    """Whether ids look like ids, counts are counts, and no text could move a cursor or name a path."""
    counts: Sequence[int] = [*m.basis.values(), *m.months.values(), m.entries, m.bytes, m.wall]
    return (
        m.v == 1
        and m.kind in {FROM_CLINIC, FROM_OFFICE}
        and 1 <= m.number < _MOST
        and all(0 <= n < _MOST for n in counts)
        and all(map(_HEX.match, (m.clinic, m.dev, m.inc)))
        and (m.number > 1 or m.prev == "")
        and (m.prev == "" or _HASH.match(m.prev) is not None)
        and _HASH.match(m.sha256) is not None
        and all(map(_LOG.match, m.basis))
        and all(map(_MONTH.match, m.months))
        and all(_HEX.match(r.dev) and _HEX.match(r.inc) and _HASH.match(r.head) for r in m.ranges)
        and all(1 <= r.first <= r.last < _MOST for r in m.ranges)
        and not any(map(is_control, m.app + m.content))
        and max(len(m.app), len(m.content)) <= 80
    )
