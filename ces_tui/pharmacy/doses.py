"""Doses by weight and age, from `protocols/formulary/pediatric_doses.csv`: never from a stale weight, never above a cap.

Every figure there has its source and certainty; rows that could not be structured are shown and never computed, and
no figure marked U is a limit here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from ces_tui.base.content import load
from ces_tui.base.dates import age_months, age_years
from ces_tui.base.errors import Refused
from ces_tui.pharmacy.formulary import Entry

CHILD_UNTIL = 15
"""Doses go by weight below this age, years (IMCI and the WHO pocket book reach to 12-15; K)."""

_BAND = re.compile(r"(<=|>=|<|>)(\d+(?:\.\d+)?)(kg|m)=(\d+(?:\.\d+)?)\Z")


@dataclass(frozen=True)
class PaediatricDose:
    """One row: what a child gets of a drug for an indication."""

    drug: str
    generics: tuple[str, ...]
    indication: str
    kind: str
    """dose (a range, by kg when `per_kg`), bands (by weight or age), text (shown only), ban."""
    level: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    per_kg: bool
    per_day: bool
    """The range is for the whole day and is divided by `times`."""
    bands: str
    dose_text: str
    times: int | None
    """Fewest doses a day."""
    times_most: int | None
    cap_dose: Decimal | None
    cap_dose_unit: str
    cap_day: Decimal | None
    cap_day_per_kg: Decimal | None
    cap_day_bands: str
    frequency: str
    route: str
    min_months: Decimal | None
    min_kg: Decimal | None
    note: str
    source: str
    certainty: str

    @property
    def label(self) -> str:
        """'neumonía (AIEPI): 40 mg/kg/dosis, cada 12 h'."""
        return f"{self.indication}: {self.dose_text}, {self.frequency.lower()}"


def parse_row(row: Mapping[str, str]) -> PaediatricDose:
    """A dose of one CSV row."""
    least, _, most = row["times"].partition("-")
    return PaediatricDose(
        drug=row["drug"],
        generics=tuple(g for g in row["generics"].split(";") if g),
        indication=row["indication"],
        kind=row["kind"],
        level=row["level"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        unit=row["unit"],
        per_kg=bool(row["per_kg"]),
        per_day=row["basis"] == "día",
        bands=row["bands"],
        dose_text=row["dose_text"],
        times=int(least) if least else None,
        times_most=int(most or least) if least else None,
        cap_dose=_number(row["cap_dose"]),
        cap_dose_unit=row["cap_dose_unit"],
        cap_day=_number(row["cap_day"]),
        cap_day_per_kg=_number(row["cap_day_per_kg"]),
        cap_day_bands=row["cap_day_bands"],
        frequency=row["frequency"],
        route=row["route"],
        min_months=_number(row["min_months"]),
        min_kg=_number(row["min_kg"]),
        note=row["note"],
        source=row["source"],
        certainty=row["certainty"],
    )


@cache
def paediatric_doses() -> tuple[PaediatricDose, ...]:
    return tuple(parse_row(row) for row in load("formulary/pediatric_doses.csv"))


def doses_for(entry: Entry) -> list[PaediatricDose]:
    """The rows of an entry's generic whose route is the entry's."""
    return [
        d
        for d in paediatric_doses()
        if entry.generic in d.generics and _routes(d.route) & _routes(entry.route)
    ]


def weight_limit_days(birth: date, on: date) -> int | None:
    """How old a weight may be for a dose: same day under 2 months, then 14, 30 and 90 days; None for adults (K)."""
    months = age_months(birth, on)
    if months < 2:
        return 0
    if months < 12:
        return 14
    if months < 60:
        return 30
    return 90 if age_years(birth, on) < 18 else None


def fresh_weight(weight_kg: float | None, weighed: date | None, birth: date, on: date) -> Decimal:
    """The weight to compute with; Refused when there is none or it is too old for this age."""
    if weight_kg is None or weighed is None:
        raise Refused("Falta el peso: tómelo antes de calcular la dosis.", field="weight")
    limit = weight_limit_days(birth, on)
    if limit is not None and (on - weighed).days > limit:
        allowed = "debe ser de hoy" if limit == 0 else f"no puede tener más de {limit} días"
        raise Refused(
            f"El peso es de hace {(on - weighed).days} días y a esta edad {allowed}. Péselo de nuevo.",
            field="weight",
        )
    return Decimal(str(weight_kg))


@dataclass(frozen=True)
class Dose:
    """One dose of a presentation: what is given, what that is in mass, and how far rounding moved it."""

    amount: Decimal
    """In the entry's dose unit."""
    unit: str
    mass: Decimal
    """In `mass_unit` (mg, UI)."""
    mass_unit: str
    times: int | None
    capped: bool
    error_percent: int

    @property
    def text(self) -> str:
        """'200 mg = 2 mL cada vez': mass and volume of the bottle chosen, both."""
        from ces_tui.pharmacy.rules import plural, show_amount

        mass = f"{show_amount(round_mass(self.mass))} {plural(self.mass_unit, self.mass)}"
        given = f"{show_amount(self.amount)} {plural(self.unit, self.amount)}"
        return f"{mass} = {given}" if self.mass_unit != self.unit else given


def compute(dose: PaediatricDose, entry: Entry, weight: Decimal, months: int, *, high: bool = False) -> Dose:
    """A dose for a child of `weight` kg and `months` of age, from `entry`; Refused when it can't be given.

    The lower end of the range unless `high`. Never above the cap by dose nor by day, also after rounding.
    """
    wanted = wanted_mass(dose, weight, months, high=high)
    if wanted is None:
        raise Refused("Esa dosis se lee en el protocolo; no se calcula aquí.", field="dose")
    check_age_weight(dose, weight, months)
    top = dose_cap(dose, weight, months)
    capped = top is not None and wanted > top
    if top is not None and capped:
        wanted = top
    per_unit = entry.mass_per_dose_unit()
    if dose.unit == entry.dose_unit:
        per_unit = Decimal(1)
    elif per_unit is None or dose.unit != entry.amount_unit:
        raise Refused("Con esta presentación la dosis no se puede calcular; elija otra.", field="item")
    given = round_to_step(wanted / per_unit, entry, top=None if top is None else top / per_unit)
    mass = given * per_unit
    error = int(((mass - wanted) * 100 / wanted).to_integral_value(ROUND_HALF_UP))
    if abs(error) > 15 or not given:
        raise Refused("Con esta presentación no se puede dar esa dosis; elija otra.", field="item")
    return Dose(given, entry.dose_unit, mass, dose.unit, dose.times, capped, error)


def check_age_weight(dose: PaediatricDose, weight: Decimal | None, months: int) -> None:
    """Refused below the least age or weight of the row."""
    if dose.min_months is not None and months < dose.min_months:
        raise Refused(f"{dose.drug} para {dose.indication}: no a esta edad.", field="item")
    if dose.min_kg is not None and weight is not None and weight < dose.min_kg:
        raise Refused(f"{dose.drug} para {dose.indication}: no con este peso.", field="item")


def dose_cap(dose: PaediatricDose, weight: Decimal, months: int) -> Decimal | None:
    """The most one dose may hold: its own cap, and the day's cap divided by the doses of a day."""
    tops = []
    if dose.cap_dose is not None and dose.cap_dose_unit == dose.unit:
        tops.append(dose.cap_dose)
    day = day_cap(dose, weight, months)
    if day is not None and dose.times:
        tops.append(day / dose.times)
    return min(tops, default=None)


def day_cap(dose: PaediatricDose, weight: Decimal, months: int) -> Decimal | None:
    """The most one day may hold, in the row's unit."""
    tops = [cap for cap in (dose.cap_day, _band(dose.cap_day_bands, weight, months)) if cap is not None]
    if dose.cap_day_per_kg is not None:
        tops.append(dose.cap_day_per_kg * weight)
    return min(tops, default=None)


def round_to_step(wanted: Decimal, entry: Entry, *, top: Decimal | None = None) -> Decimal:
    """To the nearest half tablet or 0.5 mL (0.1 mL by syringe when that would move the dose by over 10 %), never above `top`."""
    steps = [entry.step]
    if entry.dose_unit == "mL" and entry.step > Decimal("0.1"):
        steps.append(Decimal("0.1"))
    given = Decimal(0)
    for step in steps:
        given = (wanted / step).to_integral_value(ROUND_HALF_UP) * step
        if top is not None and given > top:
            given = (top / step).to_integral_value(ROUND_DOWN) * step
        if abs(given - wanted) * 10 <= wanted:
            break
    return given


def round_mass(mass: Decimal) -> Decimal:
    """To what is worth reading: whole from 10 on, two decimals below 1."""
    digits = "1" if mass >= 10 else "0.1" if mass >= 1 else "0.001"
    return mass.quantize(Decimal(digits), ROUND_HALF_UP)


def wanted_mass(dose: PaediatricDose, weight: Decimal, months: int, *, high: bool) -> Decimal | None:
    """The mass of one dose before caps and rounding; None where the row is only shown."""
    if dose.certainty == "U":
        return None
    if dose.kind == "bands":
        value = _band(dose.bands, weight, months)
    elif dose.kind == "dose":
        value = dose.high if high else dose.low
    else:
        return None
    if value is None:
        return None
    if dose.per_kg:
        value *= weight
    if dose.per_day:
        value /= dose.times or 1
    return value


def _band(bands: str, weight: Decimal, months: int) -> Decimal | None:
    for part in filter(None, bands.split("|")):
        match = _BAND.match(part)
        if match is None:
            continue
        sign, bound, unit, value = match.groups()
        measured = weight if unit == "kg" else Decimal(months)
        limit = Decimal(bound)
        holds = {
            "<": measured < limit,
            "<=": measured <= limit,
            ">": measured > limit,
            ">=": measured >= limit,
        }
        if holds[sign]:
            return Decimal(value)
    return None


def _routes(text: str) -> set[str]:
    return {part.strip() for part in text.split("/")} if text else {""}


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
