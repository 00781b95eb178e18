"""Doses: per kilogram or fixed, never above the maximum of a dose nor of a day, in exact arithmetic, rounded down only."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ces_tui.base.dates import show_number
from ces_tui.base.errors import BadInput, Refused
from ces_tui.guidance.limits import limits
from ces_tui.guidance.note import plural
from ces_tui.guidance.pathway import Medicine

STEP_MG = Fraction(1, 100)
"""A computed dose is cut (never raised) to a hundredth of a milligram."""
STEP_ML = Fraction(1)
"""A computed volume is cut to a whole millilitre: it is for cups and drips, not for syringes."""


@dataclass(frozen=True)
class Dose:
    """One dose in the medicine's unit, the most of a dose and of a day for this weight, and how it came about."""

    amount: Fraction
    max_dose: Fraction
    max_a_day: Fraction
    rule: str


def compute(medicine: Medicine, weight_kg: float | None) -> Dose:
    """The dose of `medicine`; the weight is needed by a dose per kilogram, else may be None."""
    times = exact(medicine.times_a_day.value)
    days = [exact(medicine.max_day.value)] if medicine.max_day else []
    if medicine.per_kg is None:
        assert medicine.fixed is not None
        wanted = exact(medicine.fixed.value)
        rule = f"Dosis fija: {show_number(medicine.fixed.value, 2)} {plural(medicine.unit, medicine.fixed.value)}"
    else:
        if weight_kg is None:
            raise BadInput("Falta el peso: la dosis se calcula por kilogramo.", field="peso_kg")
        weight = exact(weight_kg)
        wanted = exact(medicine.per_kg.value) * weight
        if medicine.max_day_per_kg is not None:
            days.append(exact(medicine.max_day_per_kg.value) * weight)
        rule = f"{show_number(medicine.per_kg.value, 2)} {medicine.unit}/kg × {show_number(weight_kg, 2)} kg"
    day = min(days)
    top = exact(medicine.max_dose.value) if medicine.max_dose else day / times
    amount = min(wanted, top, day / times)
    if amount < wanted:
        rule += f", con tope de {show_number(float(amount), 2)} {medicine.unit}"
    step = step_of(medicine.unit)
    return Dose(floor_to(amount, step), floor_to(top, step), floor_to(day, step), rule)


def refuse_stale_weight(age_months: float, days_old: float, *, field: str) -> None:
    """Refused when the weight is too old to dose a child of this age."""
    valid = limits().weight_days(age_months)
    if days_old > valid:
        ago = f"El peso es de hace {show_number(days_old)} días"
        rule = "debe ser de hoy" if valid == 0 else f"vale {valid} días"
        raise Refused(
            f"{ago} y a esta edad {rule}: pese al paciente y vuelva a correr el protocolo.", field=field
        )


def step_of(unit: str) -> Fraction:
    """To what a computed dose in `unit` is cut."""
    return STEP_ML if unit == "mL" else STEP_MG


def exact(number: float) -> Fraction:
    """The decimal number as written, without binary rounding (7.3 is 73/10)."""
    return Fraction(str(number))


def floor_to(amount: Fraction, step: Fraction) -> Fraction:
    """The largest multiple of `step` not above `amount`."""
    return amount // step * step


def plain(amount: Fraction) -> float:
    """As a JSON number: an int where it is whole."""
    return int(amount) if amount.denominator == 1 else float(amount)
