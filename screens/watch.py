"""The two locks' clock: cover after two idle minutes, close after fifteen or when the machine slept. Monotonic only."""

from __future__ import annotations

from ces_tui.base.clock import Clock
from ces_tui.base.platform.suspend import slept_seconds

COVER_AFTER = 120.0
CLOSE_AFTER = 900.0
SLEPT_AT_LEAST = 10.0


class Watch:
    """How long nobody has touched the keyboard."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.monotonic()
        self._slept = slept_seconds()

    def touch(self) -> None:
        """Someone is there."""
        self._last = self._clock.monotonic()

    @property
    def idle(self) -> float:
        """Seconds since the last key."""
        return self._clock.monotonic() - self._last

    def must_cover(self) -> bool:
        return self.idle >= COVER_AFTER

    def must_close(self) -> str:
        """The sentence that says why the store closes now, or nothing."""
        slept = slept_seconds()
        woke = slept - self._slept >= SLEPT_AT_LEAST
        self._slept = slept
        if woke:
            return "La computadora estuvo suspendida; el expediente se cerró. Nada se perdió."
        if self.idle >= CLOSE_AFTER:
            return "Pasaron quince minutos sin uso; el expediente se cerró. Nada se perdió."
        return ""
