"""How depression goes in the demo: answer to treatment, relapse, and answers to PHQ-9 and GAD-7 that fit the day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ces_tui.demo.population import Villager

_PHQ9_PULL = (1.2, 1.3, 1.3, 1.3, 0.9, 1.0, 0.9, 0.6, 0.12)
_GAD7_PULL = (1.3, 1.2, 1.2, 1.0, 0.7, 0.9, 0.6)
ITEMS = {"phq9": _PHQ9_PULL, "gad7": _GAD7_PULL}


@dataclass(frozen=True, slots=True)
class Mood:
    """The course of one person: where it starts, where treatment brings it, and when it comes back."""

    since: date
    start: float
    floor: float
    speed: float
    relapse: date | None
    peak: float

    def level(self, day: date) -> float:
        """Expected PHQ-9 total on `day`."""
        months = max(0, (day - self.since).days) / 30
        level = self.floor + (self.start - self.floor) * math.exp(-self.speed * months)
        if self.relapse and day >= self.relapse:
            since = (day - self.relapse).days / 30
            level = max(level, self.peak * math.exp(-0.22 * max(0.0, since - 1.5)))
        return level


def mood_of(villager: Villager, today: date, rng: Random) -> Mood:
    """Two of three answer to treatment, one in six hardly, one in six relapses; nearly everybody else is well."""
    if "depresion" not in villager.conditions:
        return Mood(villager.since, rng.uniform(0, 5), rng.uniform(0, 4), 0.1, None, 0)
    span = max(1, (today - villager.since).days)
    kind = rng.random()
    relapse = villager.since + timedelta(days=int(span * rng.uniform(0.5, 0.95))) if kind > 0.84 else None
    floor, speed = (
        (rng.uniform(9, 12), 0.12) if 0.68 < kind <= 0.84 else (rng.uniform(1.5, 4.5), rng.uniform(0.3, 0.6))
    )
    start, peak = rng.uniform(12, 21), rng.uniform(14, 19)
    if villager.role == "recaida":
        return Mood(villager.since, 18.0, 3.5, 0.5, today - timedelta(days=20), 18.0)
    return Mood(villager.since, start, floor, speed, relapse, peak)


def answers(instrument: str, level: float, rng: Random, *, ninth: int | None = None) -> tuple[int, ...]:
    """Answers 0-3 of each item whose sum is about `level`; `ninth` fixes PHQ-9's last item."""
    pull = ITEMS[instrument]
    total = max(0, min(3 * (len(pull) - 1), round(rng.gauss(level, 1.2))))
    given = [0] * len(pull)
    weights = list(pull)
    if instrument == "phq9":
        if ninth is not None or level < 11:
            weights[8] = 0.0
        given[8] = ninth or 0
    while sum(given) < total:
        item = rng.choices(range(len(pull)), weights)[0]
        given[item] += 1
        if given[item] == 3:
            weights[item] = 0.0
    return tuple(given)


def difficulty(total: int) -> int:
    """The functional question (0-3) that goes with a PHQ-9 total."""
    return min(3, total // 6)
