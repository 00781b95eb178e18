"""Doses of a prescription against the caps: by day for adults, by dose and day for children, no stale weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ces_tui.base.errors import Refused
from ces_tui.pharmacy.doses import (
    CHILD_UNTIL,
    PaediatricDose,
    check_age_weight,
    day_cap,
    dose_cap,
    doses_for,
    fresh_weight,
    round_mass,
    wanted_mass,
)
from ces_tui.pharmacy.findings import Finding, PatientFacts
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import parts, per_day, plural, show_amount

TOLERANCE = Decimal("1.1")
"""A typed dose may pass a cap by what rounding to a half tablet or 0.5 mL does."""


def dose_warnings(prescribed: Sequence[tuple[PrescriptionLine, Entry]], facts: PatientFacts) -> list[Finding]:
    """What the amounts themselves say: too much in a day (summed over products), too much for a child, daily methotrexate."""
    found = [*_adult_day(prescribed, facts), *_weekly(prescribed)]
    if facts.years < CHILD_UNTIL:
        for line, entry in prescribed:
            found += _child_dose(line, entry, facts)
    return found


def _adult_day(
    prescribed: Sequence[tuple[PrescriptionLine, Entry]], facts: PatientFacts
) -> Iterable[Finding]:
    if facts.years < CHILD_UNTIL:
        return
    totals: dict[str, Decimal] = defaultdict(Decimal)
    tops: dict[str, Decimal] = {}
    last: dict[str, Entry] = {}
    for line, entry in prescribed:
        for n, ingredient in enumerate(entry.ingredients):
            mass = entry.mass_per_dose_unit(n)
            if mass is None or entry.amount_unit != "mg":
                continue
            totals[ingredient] += mass * per_day(line)
            last[ingredient] = entry
            if n < len(entry.max_day) and (top := entry.max_day[n]) is not None:
                tops[ingredient] = min(top, tops.get(ingredient, top))
    for ingredient, top in tops.items():
        if totals[ingredient] > top:
            text = (
                f"{ingredient.capitalize()}: {show_amount(totals[ingredient])} mg al día en esta receta; "
                f"el máximo es {show_amount(top)} mg."
            )
            entry = last[ingredient]
            yield Finding(f"tope_dia:{ingredient}", "mayor", text, "Formulario (K)", entry.id)


def _weekly(prescribed: Sequence[tuple[PrescriptionLine, Entry]]) -> Iterable[Finding]:
    for line, entry in prescribed:
        if entry.generic == "Metotrexato" and line.weekday is None and per_day(line):
            text = "Metotrexato: UNA VEZ POR SEMANA, nunca diario. Escriba el día de la semana."
            yield Finding(f"semanal:{entry.id}", "contraindicada", text, "Regla de seguridad 7", entry.id)


def _child_dose(line: PrescriptionLine, entry: Entry, facts: PatientFacts) -> Iterable[Finding]:
    """Against the most generous row of this drug: above it, no indication allows the dose."""
    rows = [d for d in doses_for(entry) if d.kind in {"dose", "bands"} and d.certainty != "U"]
    rows = [d for d in rows if _allowed(d, facts)]
    if not rows or not per_day(line):
        return
    source = rows[0].source
    try:
        weight = fresh_weight(facts.weight_kg, facts.weight_day, facts.birth, facts.on)
    except Refused as refusal:
        yield Finding(f"peso:{entry.id}", "mayor", f"{entry.name}: {refusal}", source, entry.id)
        return
    unit = entry.mass_per_dose_unit()
    per_dose_top: list[Decimal] = []
    per_day_top: list[Decimal] = []
    for row in rows:
        mass = Decimal(1) if row.unit == entry.dose_unit else unit if row.unit == entry.amount_unit else None
        if mass is None:
            return
        one, day = row_limits(row, weight, facts.months)
        per_dose_top += [one / mass] if one is not None else []
        per_day_top += [day / mass] if day is not None else []
    most = max(parts(line))
    tops = [("por toma", most, per_dose_top), ("al día", per_day(line), per_day_top)]
    for words, given, limits in tops:
        if limits and given > max(limits) * TOLERANCE:
            top = max(limits)
            text = (
                f"{entry.name}: {show_amount(given)} {plural(line.unit, given)} {words} pasa de lo que permite "
                f"el peso ({show_amount(weight)} kg): máximo {show_amount(round_mass(top))} {plural(line.unit, top)}."
            )
            yield Finding(f"tope_nino:{entry.id}:{words}", "contraindicada", text, source, entry.id)


def row_limits(row: PaediatricDose, weight: Decimal, months: int) -> tuple[Decimal | None, Decimal | None]:
    """The most a dose and a day may hold by one row, in the row's unit: its range by weight under its caps."""
    wanted = wanted_mass(row, weight, months, high=True)
    cap, day = dose_cap(row, weight, months), day_cap(row, weight, months)
    one = min((x for x in (wanted, cap) if x is not None), default=None)
    if wanted is not None and row.times_most:
        by_weight = wanted * row.times_most
        day = min(day, by_weight) if day is not None else by_weight
    return one, day


def _allowed(row: PaediatricDose, facts: PatientFacts) -> bool:
    try:
        check_age_weight(row, None, facts.months)
    except Refused:
        return False
    return True
