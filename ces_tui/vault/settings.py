"""The list of the sealed settings: a name and a fingerprint each, so that one taken away or put back is noticed.

`head` and `drafts` are not on it: every save writes them, and the log and the drafts themselves tell whether they are right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

LIST = "settings"
"""Name of the kv row that holds the list."""
MOVING = frozenset({"head", "drafts", LIST})


def fingerprint(value: bytes) -> str:
    """16 hex digits of SHA-256; it lies sealed beside what it names."""
    return hashlib.sha256(value).hexdigest()[:16]


def listing(values: Mapping[str, bytes]) -> bytes:
    """The list of these settings, as it lies in kv."""
    return msgspec.json.encode({n: fingerprint(v) for n, v in values.items() if n not in MOVING})


def relisted(before: bytes, name: str, value: bytes) -> bytes:
    """The list after one setting was written."""
    return msgspec.json.encode(read_listing(before) | {name: fingerprint(value)})


def read_listing(raw: bytes) -> dict[str, str]:
    """Name -> fingerprint."""
    return msgspec.json.decode(raw, type=dict[str, str])
