"""What a chart draws over time, from `protocols/programmes/tendencias.yaml`: series, goals and cut-offs with their source, treatment changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import msgspec

from ces_tui.base.content import load
from ces_tui.base.shape import Certainty, Part, Text
from ces_tui.care.programmes import Programmes
from ces_tui.care.shelves import live
from ces_tui.consult.records import Consult
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.formulary import Formulary
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.programme_content import Group, ProgrammeFile, thresholds
from ces_tui.screening.programme_medicines import Receta, TreatmentChange, treatments

CONTENT = "programmes/tendencias.yaml"


class Measure(Part, frozen=True, kw_only=True):
    """One line of points: a measure of `Chart.series`."""

    measure: Text
    name: Text


class Rule(Part, frozen=True, kw_only=True):
    """A line across: a value, a share of the best value of one's own, or the last value of another measure."""

    name: Text
    value: float | None = None
    percent_of_best: int | None = None
    last_of: str = ""
    programmes: list[Text] = []
    """Only for who is in one of these."""
    without: list[Text] = []
    """Not for who is in one of these."""
    source: Text
    certainty: Certainty

    def holds(self, kinds: Collection[str]) -> bool:
        wanted = not self.programmes or not set(self.programmes).isdisjoint(kinds)
        return wanted and set(self.without).isdisjoint(kinds)


class TrendRule(Part, frozen=True, kw_only=True):
    """What is drawn together on one scale."""

    id: Text
    title: Text
    unit: Text
    series: list[Measure]
    levels: list[Rule] = []
    instrument: str = ""
    """Its bands are the lines, and it is a sensitive matter."""
    groups: list[Text] = []
    """Groups of the formulary whose changes are marked."""


class TrendFile(Part, frozen=True, kw_only=True):
    version: date
    reviewed_by: str | None = None
    trends: list[TrendRule]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A goal or a cut-off across the drawing."""

    value: float
    name: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One drawing, with points; `sources` says where its lines come from."""

    id: str
    title: str
    unit: str
    series: tuple[tuple[str, tuple[Point, ...]], ...]
    levels: tuple[Line, ...]
    sources: tuple[str, ...]
    changes: tuple[TreatmentChange, ...]


Series = Callable[[str], Sequence[Point]]


@cache
def rules() -> tuple[TrendRule, ...]:
    """All drawings, in their order."""
    return tuple(msgspec.convert(load(CONTENT), TrendFile).trends)


def lines(rule: TrendRule, kinds: Collection[str], series: Series) -> list[tuple[Line, str]]:
    """The lines that hold for someone in these programmes, each with its source; those that need a value wait for it."""
    found = []
    for level in rule.levels:
        value = _value(level, rule, series) if level.holds(kinds) else None
        if value is not None:
            doubt = " (por confirmar)" if level.certainty == "U" else ""
            found.append((Line(value, level.name + doubt), level.source))
    return found


def drawn(desk: Desk, patient: str, series: Series) -> list[Trend]:
    """The drawings that have a point and that the person at the desk may see."""
    kinds = Programmes(desk).open_kinds(patient)
    recetas = [
        (s.record.day, str(s.record.at), s.record.prescription)
        for s in live(desk, "consult", Consult, patient)
        if s.record.prescription
    ]
    formulary, knows, found = Formulary(desk), desk.knows(patient), []
    for rule in rules():
        if rule.instrument and not knows:
            continue
        points = tuple((m.name, tuple(series(m.measure))) for m in rule.series)
        if not any(held for _, held in points):
            continue
        told = _bands(rule) if rule.instrument else lines(rule, kinds, series)
        found.append(
            Trend(
                rule.id,
                rule.title,
                rule.unit,
                points,
                tuple(line for line, _ in told),
                tuple(dict.fromkeys(source for _, source in told)),
                tuple(_changes(rule, recetas, formulary, desk.today())),
            )
        )
    return found


def _value(level: Rule, rule: TrendRule, series: Series) -> float | None:
    if level.last_of:
        held = series(level.last_of)
        return held[-1].value if held else None
    if level.percent_of_best is not None:
        best = max((p.value for m in rule.series for p in series(m.measure)), default=None)
        return None if best is None else round(best * level.percent_of_best / 100)
    return level.value


def _bands(rule: TrendRule) -> list[tuple[Line, str]]:
    """Where each band of severity above the lowest begins."""
    instrument = Instruments().get(rule.instrument)
    return [
        (Line(float(b.min), b.name), f"Bandas: {instrument.title}") for b in instrument.bands if b.min > 0
    ]


def _changes(
    rule: TrendRule, recetas: Sequence[Receta], formulary: Formulary, today: date
) -> list[TreatmentChange]:
    if not rule.groups:
        return []
    mine: ProgrammeFile = msgspec.structs.replace(
        thresholds(), groups=[Group(group=group, name=group) for group in rule.groups]
    )
    return treatments(recetas, formulary.get, mine, today)[1]


def by_measure(read: Callable[[str], Sequence[Point]]) -> Series:
    """`read`, each measure once: the best of one's own asks for what is drawn too."""
    kept: dict[str, Sequence[Point]] = {}

    def series(what: str) -> Sequence[Point]:
        if what not in kept:
            kept[what] = read(what)
        return kept[what]

    return series


def measures() -> Mapping[str, str]:
    """Every measure that a drawing asks for, with the drawing."""
    return {m.measure: rule.id for rule in rules() for m in rule.series} | {
        level.last_of: rule.id for rule in rules() for level in rule.levels if level.last_of
    }
