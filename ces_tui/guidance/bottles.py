"""Which bottle, and how much of it: mL, tablets or fractions for a dose in mg, from the formulary's presentations."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from ces_tui.base import content
from ces_tui.base.dates import show_number
from ces_tui.base.text import fold
from ces_tui.guidance.dosing import exact, floor_to, plain
from ces_tui.guidance.records import Bottle

FORMULARY_FILE = "formulary/formulary.csv"
FINE_ML = Fraction(1, 10)
"""Where the step of the bottle would lose more than `LOSS` of the dose: an oral syringe reads 0.1 mL."""
LOSS = Fraction(5, 100)
_INJECTED = frozenset({"IM", "IV", "SC"})
_FRACTIONS = {Fraction(1, 4): "1/4", Fraction(1, 2): "1/2", Fraction(3, 4): "3/4"}


@dataclass(frozen=True)
class Presentation:
    """What one unit of a formulary entry holds: `mg` per mL or per unit."""

    name: str
    strength: str
    form: str
    routes: frozenset[str]
    per: str
    mg: Fraction
    unit: str
    step: Fraction


@cache
def generics() -> frozenset[str]:
    """Every generic name of the formulary, folded."""
    return frozenset(fold(row["generic"]) for row in content.load(FORMULARY_FILE))


@cache
def presentations(drug: str, route: str) -> tuple[Presentation, ...]:
    """The single-ingredient presentations of `drug` by `route` whose content in mg is known."""
    found = []
    for row in content.load(FORMULARY_FILE):
        if fold(row["generic"]) != fold(drug) or row["amount_unit"] != "mg" or ";" in row["amounts"]:
            continue
        routes = frozenset(row["route"].split("/"))
        if route not in routes or row["amount_per"] not in {"mL", "unidad"}:
            continue
        found.append(
            Presentation(
                row["generic"],
                row["strength"],
                row["form"],
                routes,
                row["amount_per"],
                Fraction(row["amounts"]),
                row["dose_unit"],
                Fraction(row["step"]),
            )
        )
    return tuple(found)


def measure(drug: str, route: str, dose_mg: float) -> tuple[Bottle, ...]:
    """Ways to give `dose_mg`: never more than it; presentations that can't come within 5 % are left out."""
    ways = [_one(p, route, exact(dose_mg)) for p in presentations(drug, route)]
    return tuple(w for w in ways if w is not None)


def _one(p: Presentation, route: str, dose: Fraction) -> Bottle | None:
    whole = dose / p.mg
    if p.per == "mL":
        amount = floor_to(whole, p.step)
        if dose - amount * p.mg > dose * LOSS and p.step > FINE_ML:
            amount = floor_to(whole, FINE_ML)
        if amount == 0:
            return None
        return _bottle(p, amount, "mL", f"{show_number(float(amount), 2)} mL de {p.form} {p.strength}")
    if route in _INJECTED:
        # the formulary does not say the volume: the part of the container is exact whatever it was diluted in
        amount = floor_to(whole, Fraction(1, 100))
        text = f"{show_number(float(amount), 2)} de {p.unit} de {p.strength} (lea mg y mL del envase)"
        return _bottle(p, amount, p.unit, text) if amount else None
    amount = floor_to(whole, p.step)
    if amount == 0 or dose - amount * p.mg > dose * LOSS:
        return None
    unit = p.unit if amount <= 1 else f"{p.unit}s"
    return _bottle(p, amount, p.unit, f"{_number(amount)} {unit} de {p.strength}")


def _bottle(p: Presentation, amount: Fraction, unit: str, text: str) -> Bottle:
    gives = plain(floor_to(amount * p.mg, Fraction(1, 100)))
    return Bottle(
        presentation=f"{p.name} {p.form} {p.strength}",
        text=text,
        amount=plain(amount),
        unit=unit,
        gives_mg=gives,
    )


def _number(amount: Fraction) -> str:
    """'2.9', '1/4', '1 1/2': quarters as people cut tablets."""
    part = amount % 1
    if part not in _FRACTIONS:
        return show_number(float(amount), 2)
    return _FRACTIONS[part] if amount < 1 else f"{amount // 1} {_FRACTIONS[part]}"
