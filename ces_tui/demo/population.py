"""The invented villagers: an age pyramid of the rural Sierra, illnesses by age, and ten people whom the demo needs.

Pure: a seed, a size and the last day in; villagers out. Shares are plausible for a poor rural population (INEGI 2020 pyramid of
rural Chiapas and ENSANUT prevalences, rounded); they serve to fill screens, not to be quoted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ces_tui.base.dates import age_years
from ces_tui.demo import names

_PYRAMID = (
    (0, 5, 10.5), (5, 10, 11.0), (10, 15, 11.0), (15, 20, 10.4), (20, 25, 9.0), (25, 30, 8.0), (30, 35, 7.0),
    (35, 40, 6.3), (40, 45, 5.5), (45, 50, 4.8), (50, 55, 4.0), (55, 60, 3.3), (60, 65, 2.8), (65, 70, 2.2),
    (70, 75, 1.7), (75, 80, 1.2), (80, 95, 1.3),
)  # fmt: skip
"""From age, to age (not included), percent of the people."""

_PREVALENCE: dict[str, tuple[tuple[int, float], ...]] = {
    "hipertension": ((70, 0.42), (60, 0.34), (50, 0.24), (40, 0.13), (30, 0.05)),
    "diabetes": ((60, 0.20), (50, 0.16), (40, 0.10), (30, 0.04)),
    "asma": ((5, 0.025),),
    "epilepsia": ((3, 0.009),),
    "depresion": ((60, 0.035), (18, 0.03), (14, 0.01)),
    "psicosis": ((18, 0.005),),
}
"""Condition -> (from this age on, share), oldest band first."""

_ALLERGIES = (
    ("penicilina", "penicilinas", "urticaria", "moderada", 0.022),
    ("trimetoprima con sulfametoxazol", "sulfas antibióticas", "exantema", "leve", 0.010),
    ("metamizol", "AINE/aspirina", "hipotensión", "grave", 0.005),
    ("ácido acetilsalicílico", "AINE/aspirina", "broncoespasmo", "grave", 0.005),
)


@dataclass(frozen=True, slots=True)
class KnownAllergy:
    """What the villager reacts to."""

    substance: str
    group: str
    reaction: str
    severity: str


@dataclass(frozen=True, slots=True)
class Villager:
    """One invented person; `since` is the day of their first visit, when they are registered."""

    index: int
    given: str
    surname1: str
    surname2: str
    sex: str
    birth: date
    birth_estimated: bool
    mother_name: str
    phone: str
    locality: str
    since: date
    conditions: tuple[str, ...] = ()
    allergies: tuple[KnownAllergy, ...] = ()
    asked_allergies: bool = True
    leaves: date | None = None
    """Last day on which they come, when they have left or were lost."""
    pregnancies: tuple[date, ...] = ()
    """First day of the last menstruation of each pregnancy in the record; the last one may still run."""
    acompanante: str = ""
    role: str = ""
    """Key of the part that this person plays in the demo ('recaida', 'psicosis', …), else nothing."""

    def age(self, on: date) -> int:
        return age_years(self.birth, on)

    def pregnant_since(self, on: date) -> date | None:
        """First day of the last menstruation of the pregnancy that runs on `on`."""
        return next((lmp for lmp in self.pregnancies if 0 <= (on - lmp).days <= GESTATION), None)


GESTATION = 277
"""Days from the last menstruation to the birth, in this village."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A person whom the demo needs: what is fixed of them."""

    role: str
    sex: str
    age: int
    conditions: tuple[str, ...] = ()
    given: str = ""
    surnames: tuple[str, str] | None = None
    birth: date | None = None
    allergy: int | None = None
    pregnant_weeks: int | None = None


CAST = (
    _Part("hipertenso", "M", 45, ("hipertension",), "José", ("Hernández", "López"), date(1981, 4, 3)),
    _Part("recaida", "F", 34, ("depresion",)),
    _Part("psicosis", "M", 29, ("psicosis",)),
    _Part("tos", "M", 2),
    _Part("embarazo", "F", 23, pregnant_weeks=27),
    _Part("diabetica", "F", 58, ("diabetes", "hipertension")),
    _Part("epilepsia", "F", 17, ("epilepsia",)),
    _Part("asma", "M", 11, ("asma",)),
    _Part("alergia", "F", 7, allergy=0),
    _Part("recien_nacido", "F", 0),
)
"""Whoever else is drawn, these ten live in the village, so that each room of the program has something to show."""


def populate(seed: int, size: int, first: date, today: date) -> list[Villager]:
    """`size` villagers registered between `first` and `today`; the same for the same four arguments."""
    people: list[Villager] = []
    for index in range(size):
        rng = Random(f"ces-demo/{seed}/villager/{index}")
        part = CAST[index] if index < len(CAST) else None
        people.append(_villager(rng, index, part, first, today))
    return people


def _villager(rng: Random, index: int, part: _Part | None, first: date, today: date) -> Villager:
    sex = part.sex if part else ("F" if rng.random() < 0.54 else "M")
    birth = (part.birth if part else None) or _birth(rng, part, today)
    age = age_years(birth, today)
    given = names.given_name(rng, sex, birth.year)
    surname1, surname2 = names.surname(rng), names.surname(rng)
    mother = f"{names.given_name(rng, 'F', birth.year - 24)} {surname2} {names.surname(rng)}"
    conditions = part.conditions if part else _conditions(rng, sex, age)
    if part and part.surnames:
        given, (surname1, surname2) = part.given, part.surnames
    elif age > 40 and rng.random() < 0.04:
        surname2 = ""
    since = max(
        birth + timedelta(days=rng.randint(3, 25)), _first_visit(rng, bool(part or conditions), first, today)
    )
    pregnancies = _pregnancies(rng, part, sex, birth, since=since, today=today) if not conditions else ()
    since = birth + timedelta(days=4) if part and part.role == "recien_nacido" else min(since, today)
    return Villager(
        index=index,
        given=given,
        surname1=surname1,
        surname2=surname2,
        sex=sex,
        birth=birth,
        birth_estimated=age > 65 and rng.random() < 0.15,
        mother_name=mother,
        phone=f"992{rng.randint(1_000_000, 9_999_999)}" if rng.random() < 0.45 else "",
        locality=names.locality(rng),
        since=since,
        conditions=conditions,
        allergies=_allergies(rng, part, age),
        asked_allergies=rng.random() < 0.8,
        leaves=None if pregnancies else _leaves(rng, part.role if part else "", since, today),
        pregnancies=pregnancies,
        acompanante=_acompanante(rng, conditions),
        role=part.role if part else "",
    )


def _birth(rng: Random, part: _Part | None, today: date) -> date:
    if part and part.role == "recien_nacido":
        return today - timedelta(days=rng.randint(9, 20))
    if part:
        age = part.age
    else:
        low, high, _ = rng.choices(_PYRAMID, [share for _, _, share in _PYRAMID])[0]
        age = rng.randrange(low, high)
    return today - timedelta(days=int(age * 365.25) + rng.randint(30, 364))


def _first_visit(rng: Random, ill: bool, first: date, today: date) -> date:
    """In a short record most people come in the first two months; in a long one they come all along."""
    span = max(1, (today - first).days)
    short = span <= 400
    share = (0.85 if ill else 0.5) if short else 0.2
    reach = min(span, 60 if short else 365)
    return first + timedelta(days=rng.randint(0, reach) if rng.random() < share else rng.randint(0, span - 1))


def _leaves(rng: Random, role: str, since: date, today: date) -> date | None:
    """The last day on which this person comes: moved away, lost, or better; most are still here after a year."""
    if role:
        return None
    last = since + timedelta(days=int(rng.expovariate(1 / 1300)) + 20)
    return last if last < today else None


def _conditions(rng: Random, sex: str, age: int) -> tuple[str, ...]:
    found: list[str] = []
    for condition, bands in _PREVALENCE.items():
        share = next((share for start, share in bands if age >= start), 0.0)
        if condition == "depresion" and sex == "F":
            share *= 1.6
        if rng.random() < share:
            found.append(condition)
    if "psicosis" in found and "depresion" in found:
        found.remove("depresion")
    return tuple(found)


def _pregnancies(
    rng: Random, part: _Part | None, sex: str, birth: date, *, since: date, today: date
) -> tuple[date, ...]:
    """About one pregnancy in nine years of a woman between 15 and 42, the first weeks before registration included."""
    if part and part.pregnant_weeks:
        return (today - timedelta(days=part.pregnant_weeks * 7 + rng.randint(0, 6)),)
    if part or sex != "F":
        return ()
    found: list[date] = []
    day = since - timedelta(days=250)
    while (day := day + timedelta(days=int(rng.expovariate(1 / 2800)))) < today - timedelta(days=60):
        if 15 <= age_years(birth, day) <= 42:
            found.append(day)
        day += timedelta(days=600)
    return tuple(found)


def _allergies(rng: Random, part: _Part | None, age: int) -> tuple[KnownAllergy, ...]:
    if part and part.allergy is not None:
        return (KnownAllergy(*_ALLERGIES[part.allergy][:4]),)
    return tuple(
        KnownAllergy(*row[:4]) for row in _ALLERGIES if rng.random() < row[4] * (0.5 if age < 5 else 1)
    )


def _acompanante(rng: Random, conditions: tuple[str, ...]) -> str:
    if not conditions or rng.random() < 0.4:
        return ""
    return rng.choice(ACOMPANANTES)


ACOMPANANTES = ("Elvira Chanona Ruiz", "Romelia Barrios Tovilla", "Natividad Ventura Girón")
"""Community health companions of the demo clinic."""
