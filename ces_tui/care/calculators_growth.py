"""Z-scores of children by the WHO tables, and what they are called. Pure.

The tables (pygrowup, identical to the WHO files) load in about 10 ms an index, at the first child; nothing else imports them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any, Literal

from ces_tui.base import content
from ces_tui.base.dates import age_months

Index = Literal["height", "weight", "bmi", "wasting", "head"]
INDICES: tuple[Index, ...] = ("height", "weight", "bmi", "wasting", "head")
_TABLES = {"height": "lfa", "weight": "wfa", "bmi": "bmifa", "head": "hcfa"}
_DAILY_TO = 1856
"""Last day of age of the daily tables; the monthly reference of 2007 follows."""
_MONTH = 365.25 / 12
_LENGTH = (45, 110)
_HEIGHT = (65, 120)
"""Centimetres that weight for length (lying) and for height (standing) hold."""


@dataclass(frozen=True, slots=True)
class Child:
    """Whose measurements they are, on which day; `gestation` in days at birth where it is known."""

    birth: date
    sex: str
    on: date
    gestation: int | None = None

    @property
    def days(self) -> int:
        return (self.on - self.birth).days

    @property
    def months(self) -> int:
        return age_months(self.birth, self.on)

    @property
    def early(self) -> int:
        """Days that were missing at birth, as long as the age is corrected for them."""
        told = table()["preterm"]
        if self.gestation is None or self.gestation >= told["below_days"] or self.days >= told["until_days"]:
            return 0
        return int(told["term_days"]) - self.gestation

    @property
    def corrected_days(self) -> int:
        """The age at which the tables of age are read; below zero before the day of term."""
        return self.days - self.early


@dataclass(frozen=True, slots=True)
class Score:
    """One index: its z-score with two decimals and what it is called; `implausible` beyond what WHO takes as real."""

    index: Index
    value: float
    z: float
    word: str
    ink: str
    implausible: bool

    @property
    def text(self) -> str:
        """'T/E -2.14 DE: baja talla'."""
        return f"{rule(self.index)['short']} {self.z:+.2f} DE: {self.word}"


def table() -> dict[str, Any]:
    """Indices, limits and words; read-only."""
    loaded: dict[str, Any] = content.load("calculators/growth.yaml")
    return loaded


def rule(index: Index) -> Mapping[str, Any]:
    found: Mapping[str, Any] = table()["indices"][index]
    return found


def lies(child: Child, lying: bool | None = None) -> bool:
    """Whether a length was taken lying: as told, else by the custom of WHO (below two years)."""
    return child.days < table()["lying"]["below_days"] if lying is None else lying


def proper_height(child: Child, height_cm: float, lying: bool | None = None) -> float:
    """The height as the table of this age wants it: 0.7 cm more or less when the child was measured the other way."""
    told = table()["lying"]
    young, lay = child.days < told["below_days"], lies(child, lying)
    if young == lay:
        return height_cm
    difference = float(told["difference_cm"])
    return round(height_cm + (difference if young else -difference), 1)


def score(
    index: Index,
    child: Child,
    *,
    weight_kg: float | None = None,
    height_cm: float | None = None,
    head_cm: float | None = None,
    lying: bool | None = None,
) -> Score | None:
    """The z-score of one index; None without its measurements or outside the ages and lengths of its table."""
    first, last = rule(index)["days"]
    if not first <= child.corrected_days <= last or child.sex not in {"F", "M"}:
        return None
    height = proper_height(child, height_cm, lying) if height_cm else None
    value = _value(index, weight_kg, height, head_cm)
    if value is None:
        return None
    lms = _lms(index, child, height)
    if lms is None:
        return None
    z = _z(value, lms, linear=index in {"weight", "bmi", "wasting"})
    low, high = rule(index)["implausible"]
    word, ink = named(index, child, z)
    return Score(index, round(value, 2), z, word, ink, not low <= z <= high)


def scores(child: Child, **measured: Any) -> list[Score]:
    """Every index that these measurements give, in the order of INDICES."""
    return [s for index in INDICES if (s := score(index, child, **measured)) is not None]


def named(index: Index, child: Child, z: float) -> tuple[str, str]:
    """What a z-score of this index is called at this age, and its ink ('' where nothing is wrong)."""
    told = rule(index)
    bands = told["bands_from_five"] if "bands_from_five" in told and child.months >= 60 else told["bands"]
    return _band(z, bands)


def arm(child: Child, muac_mm: float) -> tuple[str, str]:
    """What a mid-upper arm circumference is called, 6 to 59 months; ('', '') outside."""
    told = table()["muac"]
    if not told["from_months"] <= child.months < told["to_months"]:
        return "", ""
    return _band(muac_mm, told["bands"])


@dataclass(frozen=True, slots=True)
class Acute:
    """Acute malnutrition by the gravest of its signs, with the signs that were looked at."""

    word: str
    ink: str
    by: tuple[str, ...]

    @property
    def text(self) -> str:
        """'Desnutrición aguda grave: edema de ambos pies, P/T -1.20 DE'."""
        return f"{self.word[:1].upper()}{self.word[1:]}: {', '.join(self.by)}"


def acute(child: Child, wasting: Score | None, muac_mm: float | None, oedema: bool | None) -> Acute | None:
    """What weight for height, arm and oedema say together below five years; None when none of the first two was measured
    and there is no oedema.
    """
    told = table()["acute"]
    if not 0 <= child.months < told["to_months"]:
        return None
    signs: list[tuple[int, str]] = []
    if oedema:
        signs.append((2, "edema de ambos pies"))
    if wasting is not None:
        signs.append((_grade(wasting.word), f"{rule('wasting')['short']} {wasting.z:+.2f} DE"))
    word = arm(child, muac_mm)[0] if muac_mm else ""
    if word:
        signs.append((_grade(word), f"brazo {muac_mm:.0f} mm"))
    if not signs:
        return None
    worst = max(grade for grade, _ in signs)
    words = (told["words"]["sin"], told["words"]["moderada"], told["words"]["grave"])
    return Acute(words[worst], "bad" if worst else "", tuple(sign for _, sign in signs))


def _grade(word: str) -> int:
    words = table()["acute"]["words"]
    return 2 if word == words["grave"] else 1 if word == words["moderada"] else 0


def line(index: Index, sex: str, z: float, along: Sequence[float]) -> list[float | None]:
    """The value at `z` for each age in days (for `wasting`: each length in cm); None outside the table."""
    found: list[float | None] = []
    for t in along:
        lms = _look_up(index, sex, t, lying=t < 87) if index == "wasting" else _by_age(index, sex, int(t))
        found.append(None if lms is None else _at(z, lms))
    return found


def _value(index: Index, weight: float | None, height: float | None, head: float | None) -> float | None:
    match index:
        case "height":
            return height
        case "head":
            return head or None
        case "bmi":
            return weight / (height / 100) ** 2 if weight and height else None
        case "wasting":
            return weight if weight and height else None
        case _:
            return weight or None


Lms = tuple[float, float, float]


def _lms(index: Index, child: Child, height: float | None) -> Lms | None:
    if index != "wasting":
        return _by_age(index, child.sex, child.corrected_days)
    assert height is not None
    return _look_up(index, child.sex, height, lying=child.days < table()["lying"]["below_days"])


def _by_age(index: Index, sex: str, days: int) -> Lms | None:
    first, last = rule(index)["days"]
    if not first <= days <= last:
        return None
    daily = days <= _DAILY_TO
    return _row(
        f"{'by_day' if daily else 'by_month'}.{_TABLES[index]}", sex, days if daily else round(days / _MONTH)
    )


def _look_up(_index: Index, sex: str, cm: float, *, lying: bool) -> Lms | None:
    low, high = _LENGTH if lying else _HEIGHT
    if not low <= cm <= high:
        return None
    return _row(f"by_day.{'wfl' if lying else 'wfh'}", sex, Decimal(str(cm)).quantize(Decimal("0.1")))


def _row(name: str, sex: str, t: int | Decimal) -> Lms | None:
    data = import_module(f"pygrowup.tables.{name}").DATA
    row = data["male" if sex == "M" else "female"].get(t)
    return None if row is None else (float(row["l"]), float(row["m"]), float(row["s"]))


def _z(value: float, lms: Lms, *, linear: bool) -> float:
    """WHO: ((y/M)^L - 1) / (L S); of weight-based indices beyond 3, on by the distance between SD2 and SD3."""
    power, median, spread = lms
    z = ((value / median) ** power - 1) / (power * spread)
    if linear and z > 3:
        z = 3 + (value - _at(3, lms)) / (_at(3, lms) - _at(2, lms))
    elif linear and z < -3:
        z = -3 + (value - _at(-3, lms)) / (_at(-2, lms) - _at(-3, lms))
    return round(float(z), 2)


def _at(z: float, lms: Lms) -> float:
    power, median, spread = lms
    found: float = median * (1 + power * spread * z) ** (1 / power)
    return found


def _band(value: float, bands: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    for b in bands:
        if value < b["below"] if "below" in b else value <= b["upto"] if "upto" in b else True:
            return str(b["word"]), str(b.get("ink", ""))
    return "", ""
