"""Identifiers: UUIDv7 in 32 lower-case hex digits, made before the transaction that stores them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

_HEX32 = re.compile(r"[0-9a-f]{32}\Z")

RandomBytes = Callable[[int], bytes]


def uuid7(ms: int, random: RandomBytes = os.urandom) -> str:
    """A UUIDv7 (RFC 9562) for the instant `ms`, as 32 hex digits."""
    raw = bytearray(ms.to_bytes(6, "big") + random(10))
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return raw.hex()


def is_id(text: str) -> bool:
    """Whether `text` is 32 lower-case hex digits."""
    return _HEX32.match(text) is not None


def id_ms(uuid: str) -> int:
    """The instant inside a UUIDv7, milliseconds since 1970."""
    return int(uuid[:12], 16)
