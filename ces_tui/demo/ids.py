"""Seeded ids and the bent clock of today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from ces_tui.base.ids import uuid7
from ces_tui.demo.story import instant


@dataclass
class SeededIds:
    """UUIDv7s whose random half comes from the seed and whose instant is the story's own.

    Built before noon, today's events would lie ahead of the clock: their recorded instants are pressed into the hours
    that have passed, while their ids keep the story's instants, so that they are the same whenever it is built.
    """

    seed: int
    today: date
    now: int
    """The real instant of the build, ms."""
    nominal: int = 0
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(f"ces-demo/{self.seed}/ids")

    def __call__(self, _ms: int) -> str:
        return uuid7(self.nominal, self._random.randbytes)

    def at(self, nominal: int) -> int:
        """The instant to record for an instant of the story, ms; ids made from here on carry the story's."""
        self.nominal = nominal
        midnight = instant(self.today, 0)
        if nominal < midnight or self.now >= instant(self.today, _LAST_MINUTE):
            return nominal
        share = (nominal - midnight) / (instant(self.today, _LAST_MINUTE) - midnight)
        return midnight + int(share * max(0, self.now - midnight))


_LAST_MINUTE = 13 * 60
"""Minute of the day before which everything of today's story happens."""
