"""The PIN of the day: six digits that bring a covered screen back. Kept in memory, gone at every close.

Five wrong ones in a row, whoever they are tried for, close the store: six digits withstand five guesses, not more.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from enum import Enum
from itertools import pairwise

from ces_tui.base.errors import BadInput

DIGITS = 6
MOST_WRONG = 5


class Answer(Enum):
    """What a tried PIN leads to."""

    RIGHT = "right"
    WRONG = "wrong"
    CLOSE = "close"


class Pins:
    """PINs of those who gave their passphrase since the last close."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self._key = random(32)
        self._tags: dict[str, bytes] = {}
        self._wrong = 0

    def choose(self, person_id: str, pin: str) -> None:
        """Remember a person's PIN; BadInput when it is not six digits or one that anybody tries first."""
        if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
            raise BadInput("El PIN son seis dígitos.", field="pin")
        if easy(pin):
            raise BadInput(
                "Ese PIN se adivina pronto; elija otro, sin dígitos iguales ni seguidos.", field="pin"
            )
        self._tags[person_id] = self._tag(person_id, pin)

    def has(self, person_id: str) -> bool:
        return person_id in self._tags

    @property
    def people(self) -> list[str]:
        """Ids of those who have a PIN, in the order in which they chose it."""
        return list(self._tags)

    @property
    def tries_left(self) -> int:
        return MOST_WRONG - self._wrong

    def check(self, person_id: str, pin: str) -> Answer:
        """Try a PIN; the fifth wrong one in a row answers CLOSE and forgets everything."""
        tag = self._tags.get(person_id)
        if tag is not None and hmac.compare_digest(tag, self._tag(person_id, pin)):
            self._wrong = 0
            return Answer.RIGHT
        self._wrong += 1
        if self._wrong >= MOST_WRONG:
            self.forget()
            return Answer.CLOSE
        return Answer.WRONG

    def forget(self) -> None:
        """Drop all PINs: at close."""
        self._tags.clear()
        self._wrong = 0

    def _tag(self, person_id: str, pin: str) -> bytes:
        return hashlib.blake2b(f"{person_id}|{pin}".encode(), key=self._key, digest_size=32).digest()


def easy(pin: str) -> bool:
    """One digit repeated, or digits that go up or down by one: 000000, 123456, 987654."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, 9}
