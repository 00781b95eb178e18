"""The month's indicators of mental health, from projections alone; definitions in `protocols/indicators/salud_mental.yaml`.

The counting is pure: rows in, numerators and denominators out. No indicator names anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import msgspec

from ces_tui.base.content import load
from ces_tui.base.dates import age_years
from ces_tui.base.errors import BadInput, NotAllowed
from ces_tui.base.shape import Certainty, Part, Positive, Text
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.pharmacy.facts import month_drawer
from ces_tui.pharmacy.formulary import Formulary
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.instruments import Instruments

DEPRESSION = frozenset({"phq2", "phq9", "phq_a"})
"""Instruments that count as having looked for depression."""
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")
_LOOK_BACK_MONTHS = 13

Row = Mapping[str, Any]


class Definition(Part, frozen=True, kw_only=True):
    """One indicator as its file defines it; U is shown "por confirmar"."""

    id: Text
    name: Text
    den: Text
    num: Text
    goal: Positive | None = None
    certainty: Certainty
    source: Text


class IndicatorFile(Part, frozen=True, kw_only=True):
    id: Text
    version: Text
    reviewed_by: list[str]
    youngest_years: Positive
    baseline_days: tuple[Positive, Positive]
    treated_days: Positive
    treated_groups: list[Text]
    indicators: list[Definition]


@dataclass(frozen=True)
class Indicator:
    """One count of one month."""

    definition: Definition
    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """One decimal; None where there was nobody to count."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None

    @property
    def words(self) -> str:
        """'3 de 4 (75 %)', or that there was nobody."""
        if self.percent is None:
            return "sin casos"
        return f"{self.numerator} de {self.denominator} ({round(self.percent)} %)"


@dataclass(frozen=True)
class MonthFacts:
    """Bare rows: screenings of the month and the thirteen before, the rest of the month and the next."""

    month: str
    """yyyy-mm."""
    screenings: Sequence[Row]
    consults: Sequence[tuple[str, str]]
    """(patient, day) of the consults of those old enough."""
    settled: frozenset[tuple[str, str]]
    """(patient, day) on which a plan or a hand-over was signed."""
    treated: Mapping[str, Sequence[str]]
    """Patient -> days with an antidepressant handed out or a session of PM+."""


@cache
def definitions() -> IndicatorFile:
    return msgspec.convert(load("indicators/salud_mental.yaml"), IndicatorFile)


def month_indicators(
    facts: MonthFacts, rules: IndicatorFile, instruments: Mapping[str, Instrument]
) -> list[Indicator]:
    """Every indicator of the file, in its order."""
    counted = {
        "tamizados": _screened(facts),
        "positivos": _positive(facts, _cut(instruments, "phq9")),
        "tratados": _treated(facts, _cut(instruments, "phq9"), rules.treated_days),
        "riesgo_mismo_dia": _same_day(facts),
    }
    answered, remitted, both = _outcomes(facts, "phq9", instruments, rules)
    counted |= {"respuesta": (answered, both), "remision": (remitted, both)}
    calmer, _, anxious = _outcomes(facts, "gad7", instruments, rules)
    counted["respuesta_ansiedad"] = (calmer, anxious)
    return [Indicator(d, *counted[d.id]) for d in rules.indicators if d.id in counted]


def parse_month(text: str, *, field: str = "month") -> str:
    """'2026-11' as it is; BadInput for anything else."""
    match = _MONTH.match(text.strip())
    if not match or not 1 <= int(match.group(2)) <= 12 or not 2000 <= int(match.group(1)) <= 2100:
        raise BadInput("Escriba el mes como 2026-11.", field=field)
    return text.strip()


class MonthIndicators:
    """Gathers the rows of a month and counts."""

    def __init__(self, desk: Desk, instruments: Instruments | None = None) -> None:
        self._desk = desk
        self._instruments = instruments or Instruments()

    def month(self, month: str) -> list[Indicator]:
        """The indicators of 'yyyy-mm'; NotAllowed for roles that neither care nor coordinate."""
        if not (self._desk.may("ver_reservado") or self._desk.may("oficina")):
            raise NotAllowed
        rules = definitions()
        known = {i.id: i for i in self._instruments.all()}
        return month_indicators(self._facts(parse_month(month), rules), rules, known)

    def _facts(self, month: str, rules: IndicatorFile) -> MonthFacts:
        read = self._desk.vault.projection
        first = date.fromisoformat(f"{month}-01")
        screenings = [
            row for n in range(_LOOK_BACK_MONTHS + 1) for row in read(f"month/screening/{_shift(first, -n)}")
        ]
        treated: dict[str, list[str]] = {}
        for later in (_shift(first, 0), _shift(first, 1)):
            for row in read(f"month/session/{later}"):
                treated.setdefault(str(row["p"]), []).append(str(row["d"]))
            for row in read(month_drawer(later)):
                if self._antidepressant(row, rules):
                    treated.setdefault(str(row["p"]), []).append(str(row["d"]))
        return MonthFacts(
            month=month,
            screenings=screenings,
            consults=self._old_enough(read(f"month/consult/{month}"), rules.youngest_years),
            settled=frozenset((str(r["patient"]), str(r["day"])) for r in read(f"month/plan/{month}")),
            treated=treated,
        )

    def _antidepressant(self, row: Row, rules: IndicatorFile) -> bool:
        entries = (Formulary(self._desk).get(str(line[0])) for line in row["l"] if line[2] > 0)
        return any(e is not None and e.group in rules.treated_groups for e in entries)

    def _old_enough(self, rows: Iterable[Row], years: int) -> list[tuple[str, str]]:
        shelf = self._desk.vault.shelf("patient", Patient)
        births: dict[str, date | None] = {}
        found = []
        for row in rows:
            patient, day = str(row["p"]), str(row["d"])
            if patient not in births:
                stored = shelf.find(patient)
                births[patient] = stored.record.birth if stored else None
            birth = births[patient]
            if birth is not None and age_years(birth, date.fromisoformat(day)) >= years:
                found.append((patient, day))
        return found


# -- counting --------------------------------------------------------------------------------------------------


def _screened(facts: MonthFacts) -> tuple[int, int]:
    done = {
        (r["patient"], r["day"]) for r in _of_month(facts) if r["complete"] and DEPRESSION & set(r["codes"])
    }
    return sum(visit in done for visit in facts.consults), len(facts.consults)


def _positive(facts: MonthFacts, cut: int) -> tuple[int, int]:
    scored = [r for r in _of_month(facts) if _total(r, "phq9") is not None]
    people = {r["patient"] for r in scored}
    return len({r["patient"] for r in scored if r["total"] >= cut}), len(people)


def _treated(facts: MonthFacts, cut: int, days: int) -> tuple[int, int]:
    first: dict[str, str] = {}
    for r in _of_month(facts):
        if (total := _total(r, "phq9")) is not None and total >= cut:
            first[r["patient"]] = min(r["day"], first.get(r["patient"], r["day"]))
    done = 0
    for patient, day in first.items():
        until = (date.fromisoformat(day) + timedelta(days=days)).isoformat()
        done += any(day <= d <= until for d in facts.treated.get(patient, ()))
    return done, len(first)


def _same_day(facts: MonthFacts) -> tuple[int, int]:
    """Positive safety items by (patient, day): two instruments on one day are one matter."""
    raised = {
        (r["patient"], r["day"])
        for r in _of_month(facts)
        if any(not str(flag).endswith("_sin_respuesta") for flag in r["flags"])
    }
    return len(raised & facts.settled), len(raised)


def _outcomes(
    facts: MonthFacts, name: str, instruments: Mapping[str, Instrument], rules: IndicatorFile
) -> tuple[int, int, int]:
    """(response, remission, people): the last score of the month against the first case 60 to 365 days before it."""
    instrument = instruments[name]
    change = instrument.change
    if change is None:
        return 0, 0, 0
    cut, (nearest, farthest) = _cut(instruments, name), rules.baseline_days
    scores: dict[str, list[tuple[str, int]]] = {}
    for row in facts.screenings:
        if (total := _total(row, name)) is not None:
            scores.setdefault(str(row["patient"]), []).append((str(row["day"]), total))
    response = remission = people = 0
    for told in scores.values():
        told.sort()
        last = next((t for t in reversed(told) if t[0].startswith(facts.month)), None)
        if last is None:
            continue
        on = date.fromisoformat(last[0])
        low, high = (on - timedelta(days=n) for n in (farthest, nearest))
        base = next((t for d, t in told if low.isoformat() <= d <= high.isoformat() and t >= cut), None)
        if base is None:
            continue
        people += 1
        response += (base - last[1]) * 100 >= change.response.fall_percent * base
        remission += last[1] < change.remission.below
    return response, remission, people


def _of_month(facts: MonthFacts) -> list[Row]:
    return [r for r in facts.screenings if str(r["day"]).startswith(facts.month)]


def _total(row: Row, instrument: str) -> int | None:
    if row["codes"] != [instrument] or not row["complete"] or row.get("total") is None:
        return None
    return int(row["total"])


def _cut(instruments: Mapping[str, Instrument], name: str) -> int:
    case = instruments[name].source.case
    assert case is not None
    return case.cut


def _shift(first: date, months: int) -> str:
    count = first.year * 12 + first.month - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
