"""What the safety checks know of a patient, and what they find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import age_months, age_years
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.levels import Level
from ces_tui.pharmacy.rules import CurrentMedicine

Lookup = Callable[[str], Entry | None]

LEVEL_WORDS: dict[Level, str] = {
    "contraindicada": "CONTRAINDICADO",
    "mayor": "GRAVE",
    "moderada": "atención",
}


@dataclass(frozen=True)
class Finding:
    """One finding. `key` is stable: the reason given for it is kept under it."""

    key: str
    level: Level
    text: str
    source: str
    item: str


@dataclass(frozen=True)
class KnownAllergy:
    substance: str
    group: str = ""
    severity: str = ""


@dataclass(frozen=True)
class PatientFacts:
    """What the checks need to know; None where nobody has said."""

    on: date
    birth: date
    sex: str
    weight_kg: float | None = None
    weight_day: date | None = None
    pregnant: bool | None = None
    gestation_weeks: int | None = None
    lactating: bool | None = None
    infant_weeks: int | None = None
    allergies: tuple[KnownAllergy, ...] = ()
    allergies_asked: bool = False
    """Whether there is an allergy or the explicit statement that none is known."""
    current: tuple[CurrentMedicine, ...] = ()
    egfr: float | None = None

    @property
    def years(self) -> int:
        return age_years(self.birth, self.on)

    @property
    def months(self) -> int:
        return age_months(self.birth, self.on)
