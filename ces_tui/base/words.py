"""Plain Spanish words for what people compare aloud or remember: fingerprints and proposed passphrases."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from functools import cache, lru_cache

from ces_tui.base.errors import CesError
from ces_tui.base.paths import content_dir

COUNT = 2048
"""Words in the list: 11 bits each. No two share their first four letters."""


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 words of `protocols/catalogues/words.txt`, in their fixed order."""
    try:
        words = tuple((content_dir() / "catalogues" / "words.txt").read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        raise CesError("Falta la lista de palabras; vuelva a instalar el programa.") from None
    if len(words) != COUNT:
        raise CesError("La lista de palabras no está completa; vuelva a instalar el programa.")
    return words


def four_words(fingerprint: bytes) -> str:
    """The first 44 bits of `fingerprint` as four words, to be compared on two screens."""
    bits = int.from_bytes(fingerprint[:6], "big") >> 4
    words = word_list()
    return " ".join(words[bits >> shift & 0x7FF] for shift in (33, 22, 11, 0))


@lru_cache(maxsize=64)
def key_words(*public: bytes) -> str:
    """Four words for public keys.

    The keys go through scrypt (16 MiB) first: 44 bits of a plain hash could be hit by trying keys for some days,
    at 30 ms a trial they can't.
    """
    return four_words(hashlib.scrypt(b"".join(public), salt=b"CES1 words", n=1 << 14, r=8, p=1, dklen=16))


def five_words(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A proposed passphrase: five words, 55 bits; `below(n)` gives a random number under n."""
    words = word_list()
    return " ".join(words[below(COUNT)] for _ in range(5))


def same_words(typed: str, expected: str) -> bool:
    """Whether `typed` says the same words, whatever the blanks, hyphens and capitals; four letters of each are enough."""
    given = typed.casefold().replace("-", " ").replace(",", " ").split()
    return len(given) == len(expected.split()) and all(
        len(g) >= 4 and w.startswith(g[:4]) and (len(g) == 4 or g == w)
        for g, w in zip(given, expected.split(), strict=True)
    )
