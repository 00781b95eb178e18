"""Time: the wall clock for records, the monotonic clock for locks. Clinical days are at UTC-6, always."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

CLINIC_OFFSET = timezone(timedelta(hours=-6))
"""Chiapas, fixed: the machine's own zone is never asked."""


class Clock(Protocol):
    """What the record asks of time; passed in, never imported by rules."""

    def now_ms(self) -> int:
        """Wall time, milliseconds since 1970-01-01 UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back; for idle times only."""


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class FixedClock:
    """A clock that stands where it is put; tests and the demo generator move it."""

    ms: int

    @classmethod
    def at(cls, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> FixedClock:
        """A clock standing at this clinic time (UTC-6)."""
        return cls(int(datetime(year, month, day, hour, minute, tzinfo=CLINIC_OFFSET).timestamp() * 1000))

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1000

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        self.ms += int((seconds + days * 86_400) * 1000)


def clinical_day(ms: int) -> date:
    """The day of care of an instant: UTC-6, whatever the machine says."""
    return datetime.fromtimestamp(ms / 1000, CLINIC_OFFSET).date()


def clinic_time(ms: int) -> datetime:
    """The instant as the clinic's clock shows it."""
    return datetime.fromtimestamp(ms / 1000, CLINIC_OFFSET)


def utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
