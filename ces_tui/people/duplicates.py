"""Whether two registrations may be one person, and why: pure comparison, a person decides.

Weights follow the present system's idea (phone and mother's name tell most, place little) on top of name and birth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ces_tui.base.text import fold
from ces_tui.people.query import Candidate
from ces_tui.people.records import Patient
from ces_tui.people.sound import sounds, words

LIKELY = 72.0
"""Score from which a registration is offered as the same person."""
_LIKE = 0.86


@dataclass(frozen=True)
class Comparison:
    """`score` 0 to 100, `reasons` in Spanish, the strongest first."""

    score: float
    reasons: tuple[str, ...]

    @property
    def likely(self) -> bool:
        return self.score >= LIKELY


def compare(one: Candidate, other: Patient) -> Comparison:
    """How likely `one`, perhaps half typed, is the registered `other`."""
    if one.curp and one.curp.strip().upper() == other.curp:
        return Comparison(100.0, ("misma CURP",))
    name, given, reasons = _names(one, other)
    if not name:
        return Comparison(0.0, ())
    if (born := _born(one, other)) is None:
        score = 80 * name
    else:
        score = 60 * name + 40 * born[0]
        reasons.append(born[1])
    if given < 0.75 or name < 0.7:
        score *= 0.7
    if one.sex and one.sex != other.sex:
        score -= 12
        reasons.append("sexo distinto")
    score += _told_apart(one, other, reasons)
    return Comparison(round(max(0.0, min(score, 100.0)), 1), tuple(reasons))


def candidate_of(patient: Patient) -> Candidate:
    """A registered person as a candidate, to look for their double."""
    return Candidate(
        patient.given,
        patient.surname1,
        patient.surname2,
        patient.birth,
        patient.birth_estimated,
        patient.sex,
        patient.mother_name,
        patient.phone,
        patient.curp,
        patient.locality,
    )


def _names(one: Candidate, other: Patient) -> tuple[float, float, list[str]]:
    """Likeness of the whole name, of the given name, and what had to be supposed to reach it."""
    given = _several(words(one.given), words(other.given))
    a1, a2 = "".join(words(one.surname1)), "".join(words(one.surname2))
    b1, b2 = "".join(words(other.surname1)), "".join(words(other.surname2))
    if not a1 or not b1 or not one.given:
        return 0.0, given, []
    ways: list[tuple[float, str]] = []
    if a2 and b2:
        ways.append((0.58 * _word(a1, b1) + 0.42 * _word(a2, b2), ""))
        ways.append((0.97 * (0.5 * _word(a1, b2) + 0.5 * _word(a2, b1)), "apellidos invertidos"))
    else:
        lone, pair = (a1, (b1, b2)) if not a2 else (b1, (a1, a2))
        ways.append(
            (
                (0.95 if a2 or b2 else 1.0) * _word(lone, pair[0]),
                "falta el segundo apellido" if a2 or b2 else "",
            )
        )
        if pair[1]:
            ways.append((0.90 * _word(lone, pair[1]), "falta el primer apellido"))
    surnames, supposed = max(ways)
    name = 0.42 * given + 0.58 * surnames
    reasons = [supposed] if supposed else []
    if fold(f"{one.given} {one.surname1} {one.surname2}") == fold(other.name):
        reasons.append("mismo nombre")
    elif name > 0.8:
        reasons.append("nombre parecido")
    return name, given, reasons


def _several(some: list[str], others: list[str]) -> float:
    """Likeness of given names: each of the shorter list found in the longer, a little less when one has more names."""
    if not some or not others:
        return 0.0
    few, many = sorted((some, others), key=len)
    total = sum(max(_word(word, candidate) for candidate in many) for word in few) / len(few)
    return total if len(few) == len(many) else total * 0.94


def _word(one: str, other: str) -> float:
    """1 written alike, 0.97 sounding alike, less for a slip of the pen, 0 below that."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    from rapidfuzz.distance import OSA, JaroWinkler

    ones, others = sounds(one), sounds(other)
    if set(ones) & set(others):
        return 0.97
    pairs = [(a, b) for a in ones for b in others]
    like = max((JaroWinkler.similarity(a, b) for a, b in pairs), default=0.0)
    if any(min(len(a), len(b)) >= 3 and len(a + b) >= 7 and OSA.distance(a, b) <= 1 for a, b in pairs):
        like = max(like, 0.88)
    return like if like >= _LIKE else 0.0


def _born(one: Candidate, other: Patient) -> tuple[float, str] | None:
    """How well the births agree and in what way; None while no birth is typed."""
    if one.birth is None:
        return None
    a, b = one.birth, other.birth
    if a == b:
        return 1.0, "misma fecha de nacimiento"
    if one.birth_estimated or other.birth_estimated:
        years = abs((a - b).days) / 365.25
        return (
            (0.7, "edad parecida (estimada)")
            if years <= 2.5
            else (0.45, "edad cercana (estimada)")
            if years <= 5
            else (0.0, "otra edad")
        )
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return 0.92, "día y mes intercambiados"
    if _one_part_off(a, b):
        return 0.65, "fecha de nacimiento casi igual"
    return 0.0, "otra fecha de nacimiento"


def _one_part_off(a: date, b: date) -> bool:
    same = (a.year == b.year) + (a.month == b.month) + (a.day == b.day)
    return same == 2 and abs(a.year - b.year) in {0, 1, 10}


def _told_apart(one: Candidate, other: Patient, reasons: list[str]) -> float:
    """Points from phone, mother and place; adds its reasons."""
    points = 0.0
    phone = re.sub(r"\D", "", one.phone)
    if len(phone) >= 7 and phone[-7:] == re.sub(r"\D", "", other.phone)[-7:]:
        points += 20
        reasons.append("mismo teléfono")
    if one.mother_name and other.mother_name:
        if _several(words(one.mother_name)[:1], words(other.mother_name)[:1]):
            points += 5
            reasons.append("misma madre")
        else:
            points -= 8
    if one.locality and fold(one.locality) == fold(other.locality):
        points += 2
        reasons.append("misma localidad")
    return points
