"""Dose limits written apart from the protocols, and how long a weight may be used for a dose."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

from ces_tui.base import content
from ces_tui.base.text import fold
from ces_tui.guidance.raw import RawSource

LIMITS_FILE = "pathways/limits/doses.yaml"


class DrugLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most of a drug by one route; `max_dose` and `max_day` in `unit`, `per_kg` in that unit per kg and dose."""

    drug: str
    population: Literal["child", "adult"]
    route: str
    unit: str
    from_months: int
    source: str
    certainty: Literal["V", "K"]
    max_dose: float | None = None
    max_day: float | None = None
    per_kg: tuple[float, float] | None = None


class WeightValid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From this age on, a weight is good for so many days."""

    from_months: int
    days: int
    source: str
    certainty: Literal["V", "K"]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal[1]
    sources: list[RawSource]
    weight_valid: list[WeightValid]
    drugs: list[DrugLimit]

    def of(self, drug: str, population: str, route: str) -> DrugLimit | None:
        """The limit for a generic name (accents and case forgiven), or None."""
        for limit in self.drugs:
            if (fold(limit.drug), limit.population, limit.route) == (fold(drug), population, route):
                return limit
        return None

    def weight_days(self, age_months: float) -> int:
        """For how many days a weight taken at this age may dose (dosis_por_peso, K): 0 below 2 months, 14, 30, 90."""
        return max(
            (w for w in self.weight_valid if w.from_months <= age_months), key=lambda w: w.from_months
        ).days


@cache
def limits() -> Limits:
    """The limits file, decoded; read-only."""
    return msgspec.convert(content.load(LIMITS_FILE), Limits)
