"""How long one waits after a wrong passphrase: 1, 2, 4 … 60 seconds; never for ever."""

from __future__ import annotations

import math

LONGEST = 60


class Waits:
    """Counts failures; the monotonic instant is passed in."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def failed(self, now: float) -> None:
        """One more wrong passphrase."""
        self._until = now + min(2**self._failures, LONGEST)
        self._failures += 1

    def left(self, now: float) -> int:
        """Whole seconds still to wait, 0 when one may try."""
        return max(math.ceil(self._until - now), 0)
