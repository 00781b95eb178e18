"""Whether the machine slept: the clock that runs while it sleeps against the one that stops."""

from __future__ import annotations

import time


def slept_seconds() -> float:
    """Seconds spent suspended since the machine started; 0 where the system does not say (Windows: the idle time counts)."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    if boot is None:
        return 0.0
    return max(time.clock_gettime(boot) - time.clock_gettime(time.CLOCK_MONOTONIC), 0.0)
