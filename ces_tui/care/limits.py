"""Limits of vital signs, from `protocols/limits/vitals.yaml`: what is refused, marked, asked again, and what is a danger. Pure.

Below the first number or from the second on: `warn` marks the value, `critical` asks once more and then raises an alert.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_tui.base import content
from ces_tui.base.dates import age_months, age_years, show_number
from ces_tui.base.errors import Refused
from ces_tui.care.records import Vitals

MEASURED = (
    "weight_kg",
    "height_cm",
    "head_cm",
    "waist_cm",
    "muac_mm",
    "systolic",
    "diastolic",
    "pulse",
    "respiration",
    "temperature_c",
    "spo2",
    "glucose_mgdl",
)
Pair = tuple[float | None, float | None]


@dataclass(frozen=True)
class Who:
    """Whose measurement it is: what the limits depend on."""

    birth: date
    sex: str
    on: date
    pregnant: bool = False
    gestation: int | None = None
    """Days of gestation at birth, of a child, where it is known."""

    @property
    def years(self) -> int:
        return age_years(self.birth, self.on)

    @property
    def months(self) -> int:
        return age_months(self.birth, self.on)

    @property
    def group(self) -> str:
        """'newborn', 'child', 'pregnant' or 'adult'."""
        groups = table()["groups"]
        if (self.on - self.birth).days < groups["newborn"]["to_days"]:
            return "newborn"
        if self.pregnant:
            return "pregnant"
        return "adult" if self.years >= groups["adult"]["from_years"] else "child"


@dataclass(frozen=True)
class Mark:
    """A value out of its usual range: the word shown beside it; `critical` ones are asked again."""

    field: str
    word: str
    critical: bool = False
    gravity: int = 0


def table() -> dict[str, Any]:
    """The limits file; read-only."""
    loaded: dict[str, Any] = content.load("limits/vitals.yaml")
    return loaded


def reviewed() -> bool:
    """Whether a clinician of CES has signed the limits."""
    return bool(table()["reviewed_by"])


def label(field: str) -> str:
    return str(table()["fields"][field]["label"])


def unit(field: str) -> str:
    return str(table()["fields"][field]["unit"])


def show(field: str, value: float) -> str:
    """'78.5 kg'."""
    return f"{show_number(value, table()['fields'][field]['digits'])} {unit(field)}"


def asked_at(field: str, months: int) -> bool:
    """Whether this measurement is taken at this age (head circumference before six years …)."""
    told = table()["fields"][field]
    return bool(told.get("from_months", 0) <= months < told.get("to_months", 10_000))


def refuse_impossible(vitals: Vitals) -> None:
    """Refused, with the field and the reason, for a value that no patient can have; pressure is both or none."""
    for field in MEASURED:
        value = getattr(vitals, field)
        if value is None:
            continue
        low, high = table()["fields"][field]["capture"]
        if not low <= value <= high:
            doubt = ", límite por confirmar" if table()["fields"][field]["certainty"] == "U" else ""
            raise Refused(
                f"{label(field)} de {show_number(value, 2)}: se aceptan de {show_number(low)} a {show(field, high)}{doubt}. "
                "Revise la medición.",
                field=field,
            )
    if (vitals.systolic is None) != (vitals.diastolic is None):
        missing = "diastolic" if vitals.diastolic is None else "systolic"
        raise Refused("La presión necesita los dos números, o ninguno.", field=missing)
    if vitals.systolic is not None and vitals.diastolic is not None and vitals.systolic < vitals.diastolic:
        raise Refused("La sistólica no puede ser menor que la diastólica.", field="systolic")


def marks(vitals: Vitals, who: Who) -> list[Mark]:
    """Every value outside its usual range for this person, in the order of the page."""
    found = []
    for field in MEASURED:
        value = getattr(vitals, field)
        if value is not None and (mark := _mark(field, value, who, fasting=vitals.fasting is True)):
            found.append(mark)
    return found


def warn_range(field: str, who: Who, *, fasting: bool = False) -> Pair:
    """The usual range for this person: marked below the first or from the second on."""
    rule = table()["groups"][who.group].get(field)
    if rule and who.group == "child" and field == "systolic":
        return child_range(field, who.months)
    if rule:
        low, high = rule["warn_fasting"] if fasting and "warn_fasting" in rule else rule["warn"]
        return low, high
    return child_range(field, who.months) if who.group == "child" and field != "weight_kg" else (None, None)


def child_range(field: str, months: int) -> Pair:
    """p5 and p95 of this age, linear between the ages of the table, its ends beyond them (WHO 2022)."""
    rows = table()["child_ranges"]["rows"]
    if field not in rows[0]:
        return None, None
    at = bisect_right([row["months"] for row in rows], months)
    if at in {0, len(rows)}:
        low, high = rows[min(at, len(rows) - 1)][field]
        return low, high
    before, after = rows[at - 1], rows[at]
    part = (months - before["months"]) / (after["months"] - before["months"])
    low, high = (round(a + part * (b - a), 1) for a, b in zip(before[field], after[field], strict=True))
    return low, high


def systolic_minimum(who: Who) -> float:
    """The lowest acceptable systolic pressure of a child, mmHg: 70 + 2 x years from one to ten (WHO 2022)."""
    rules = table()["child_systolic_minimum"]
    if who.months < 12:
        return float(rules["months_1_to_11"]["value"])
    if who.years <= 10:
        return float(rules["years_1_to_10"]["base"] + rules["years_1_to_10"]["each_year"] * who.years)
    return float(rules["over_10"]["value"])


def _mark(field: str, value: float, who: Who, *, fasting: bool) -> Mark | None:
    rule = table()["groups"][who.group].get(field, {})
    low, high = rule.get("critical", (None, None))
    gravity = rule.get("gravity", 0)
    if field == "systolic" and who.group == "child":
        low, gravity = systolic_minimum(who), 3
    if low is not None and value < low:
        return Mark(field, "muy baja" if _feminine(field) else "muy bajo", True, gravity)
    if high is not None and value >= high:
        return Mark(field, "muy alta" if _feminine(field) else "muy alto", True, gravity)
    if (
        who.group == "child"
        and field in {"systolic", "diastolic"}
        and (mark := _child_pressure(field, value, who))
    ):
        return mark
    low, high = warn_range(field, who, fasting=fasting)
    if low is not None and value < low:
        return Mark(field, "baja" if _feminine(field) else "bajo")
    # a percentile still belongs to the range; a clinical cut-off is already high
    if high is not None and (value > high if _percentile(field, who) else value >= high):
        return Mark(field, "alta" if _feminine(field) else "alto")
    return None


def _child_pressure(field: str, value: float, who: Who) -> Mark | None:
    """AAP 2017 screening: from the table's value on the pressure is taken again."""
    rows = table()["child_pressure_repeat"]["rows"]
    if who.years < 1:
        return None
    row = rows[str(min(who.years, 13))]
    at = (0 if who.sex == "M" else 2) + (field == "diastolic")
    return Mark(field, "alta: repetir") if value >= row[at] else None


def _percentile(field: str, who: Who) -> bool:
    return who.group == "child" and field in table()["child_ranges"]["rows"][0]


def _feminine(field: str) -> bool:
    return field not in {"pulse", "weight_kg", "head_cm", "muac_mm"}
