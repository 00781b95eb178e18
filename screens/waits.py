"""How long one waits after a wrong passphrase: 1, 2, 4 … 60 seconds; never for ever."""

from __future__ import annotations

import math

from ces_tui.base.errors import CesError, WrongPassphrase

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

    def told(self, error: CesError, now: float) -> str:
        """The sentence for an unlocking that failed; a wrong passphrase counts, and says how long to wait."""
        if not isinstance(error, WrongPassphrase):
            return str(error)
        self.failed(now)
        return f"{error} Podrá intentar de nuevo en {self.left(now)} s."
