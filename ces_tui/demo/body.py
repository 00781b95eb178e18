"""Bodies of the invented villagers: weight, height and the other measurements of a visit, growing with age.

Medians are rounded WHO growth points, here only to make charts that look right; the program's own growth rules use the WHO tables.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from random import Random

from ces_tui.base.dates import age_months
from ces_tui.care.records import Vitals
from ces_tui.demo.population import Villager

_MONTHS = (0, 3, 6, 12, 24, 36, 60, 84, 120, 144, 180, 216)
_WEIGHT = {
    "M": (3.3, 6.4, 7.9, 9.6, 12.2, 14.3, 18.3, 22.9, 31.2, 39.0, 52.0, 61.0),
    "F": (3.2, 5.8, 7.3, 8.9, 11.5, 13.9, 18.2, 22.4, 31.9, 40.5, 50.0, 54.0),
}
_HEIGHT = {
    "M": (49.9, 61.4, 67.6, 75.7, 87.1, 96.1, 110.0, 121.7, 137.8, 148.0, 163.0, 166.0),
    "F": (49.1, 59.8, 65.7, 74.0, 85.7, 95.1, 109.4, 120.8, 138.6, 149.5, 154.0, 155.0),
}
_HEAD_MONTHS = (0, 3, 6, 12, 24, 36, 60)
_HEAD_CM = (34.2, 40.0, 42.8, 45.5, 47.7, 49.0, 50.4)


@dataclass(frozen=True, slots=True)
class Body:
    """What a villager was born with: how tall, how heavy, how fast the heart."""

    size: float
    build: float
    pulse: int
    systolic: int

    @classmethod
    def of(cls, villager: Villager, rng: Random) -> Body:
        heavy = 0.16 if {"diabetes", "hipertension"} & set(villager.conditions) else 0.05
        return cls(
            size=max(0.9, min(1.06, rng.gauss(0.975, 0.028))),
            build=max(0.78, min(1.75, rng.gauss(1.0 + heavy, 0.12))),
            pulse=rng.randint(62, 86),
            systolic=rng.randint(104, 124),
        )


def _between(months: int, at: tuple[int, ...], values: tuple[float, ...]) -> float:
    i = bisect_right(at, months) - 1
    if i >= len(at) - 1:
        return values[-1]
    share = (months - at[i]) / (at[i + 1] - at[i])
    return values[i] + share * (values[i + 1] - values[i])


def height_cm(villager: Villager, body: Body, day: date) -> float:
    """Height (length under two years) on `day`, cm."""
    return round(_between(age_months(villager.birth, day), _MONTHS, _HEIGHT[villager.sex]) * body.size, 1)


def weight_kg(villager: Villager, body: Body, day: date, rng: Random) -> float:
    """Weight on `day`, kg: the median for age, by build, with the day's wobble and half a kilo a week of late pregnancy."""
    months = age_months(villager.birth, day)
    adult = 1 + (body.build - 1) * min(1.0, months / 216 + 0.25)
    weight = _between(months, _MONTHS, _WEIGHT[villager.sex]) * body.size * adult
    if lmp := villager.pregnant_since(day):
        weight += max(0, (day - lmp).days - 84) / 7 * 0.4
    return max(2.3, round(weight * rng.gauss(1, 0.006), 1))


def vitals(
    villager: Villager,
    body: Body,
    day: date,
    rng: Random,
    *,
    reason: str,
    fever: bool = False,
    cough: bool = False,
    systolic: int | None = None,
    glucose: int | None = None,
) -> Vitals:
    """The measurements that the nurse takes on `day`; blood pressure from twelve years on, the head under two."""
    months = age_months(villager.birth, day)
    years = months // 12
    top = systolic or body.systolic + (years - 30) // 4 + rng.randint(-8, 8) if years >= 12 else None
    small = years < 5
    breaths = (
        (38 if months < 12 else 28 if small else 21 if years < 12 else 17)
        + rng.randint(-3, 3)
        + (7 if fever and small else 0)
    )
    return Vitals(
        day=day,
        weight_kg=weight_kg(villager, body, day, rng),
        height_cm=height_cm(villager, body, day),
        head_cm=round(_between(months, _HEAD_MONTHS, _HEAD_CM) * body.size + 0.5, 1) if months < 24 else None,
        systolic=top,
        diastolic=round(top * 0.62 + rng.randint(-4, 4)) if top else None,
        pulse=(128 if months < 12 else 108 if small else body.pulse)
        + rng.randint(-6, 6)
        + (14 if fever else 0),
        respiration=breaths + (6 if cough and small and fever else 0),
        temperature_c=round(rng.uniform(38.0, 39.3) if fever else rng.uniform(36.2, 37.1), 1),
        spo2=rng.randint(93, 98) if not (cough and fever) else rng.randint(92, 96),
        glucose_mgdl=glucose,
        fasting=True if glucose else None,
        pregnant=True if villager.pregnant_since(day) else None,
        complaint=reason,
    )
