"""Growth of one child: every measurement with its z-scores, what the newest ones say, and the lines to draw beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from ces_tui.base.dates import age_years, show_date
from ces_tui.base.errors import BadInput, Refused
from ces_tui.care.calculators_gestation import parse_gestation, show_gestation
from ces_tui.care.calculators_growth import (
    INDICES,
    Acute,
    Child,
    Index,
    Score,
    acute,
    arm,
    lies,
    line,
    proper_height,
    rule,
    scores,
    table,
)
from ces_tui.care.records import Vitals
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.people.registry import Registry
from ces_tui.vault.shelf import Stored

LINES = (-3.0, -2.0, 0.0, 2.0, 3.0)
"""Z-scores that are drawn; BMI of school age adds +1, from which overweight begins."""
WINDOWS: tuple[tuple[int, int, str], ...] = (
    (0, 730, "0 a 2 años"),
    (0, 1826, "0 a 5 años"),
    (1827, 6939, "5 a 19 años"),
)
"""Ages in days that a drawing may span."""
LENGTHS = (45, 120, "45 a 120 cm")


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurements of one day with their scores; `arm` is what the arm circumference is called."""

    day: date
    age_days: int
    """As the tables are read: corrected for a preterm birth."""
    height_cm: float | None
    scores: tuple[Score, ...]
    arm: str
    arm_ink: str
    lying: bool
    acute: Acute | None = None
    oedema: bool | None = None
    uncorrected: tuple[Score, ...] = ()
    """The scores at the real age, where the age was corrected."""

    def score(self, index: Index) -> Score | None:
        return next((s for s in self.scores if s.index == index), None)


@dataclass(frozen=True, slots=True)
class Point:
    """A child's mark on a drawing: age in days (for weight for height: cm) and the value."""

    x: float
    y: float
    z: float


@dataclass(frozen=True, slots=True)
class Say:
    """One line of what the newest measurements say."""

    text: str
    ink: str


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """All measurements of a child, oldest first."""

    birth: date
    sex: str
    today: date
    estimated: bool
    measured: tuple[Measured, ...]
    gestation: int | None = None
    """Days of gestation at birth, where it is known."""

    def indices(self) -> list[Index]:
        """The indices with at least one score."""
        return [i for i in INDICES if any(m.score(i) for m in self.measured)]

    def points(self, index: Index) -> list[Point]:
        """The child's marks of one index."""
        return [
            Point(m.height_cm or 0 if index == "wasting" else m.age_days, s.value, s.z)
            for m in self.measured
            if (s := m.score(index)) is not None
        ]

    def windows(self, index: Index) -> list[tuple[int, int, str]]:
        """The spans that hold a mark of this index, the one of the newest mark first."""
        if index == "wasting":
            return [LENGTHS]
        last = rule(index)["days"][1]
        points = self.points(index)
        spans = [
            (low, min(high, last), words)
            for low, high, words in WINDOWS
            if any(low <= p.x <= high for p in points) and low < last
        ]
        newest = points[-1].x if points else 0
        return sorted(spans, key=lambda s: (not s[0] <= newest <= s[1], s[1]))

    def says(self) -> list[Say]:
        """The newest score of each index with its day and its word; what is amiss first stays in the order of the indices."""
        found = []
        with_acute = [m for m in self.measured if m.acute]
        worst = with_acute[-1].acute if with_acute else None
        if worst is not None and (worst.ink or len(worst.by) > 1):
            found.append(Say(f"{show_date(with_acute[-1].day)}  {worst.text}", worst.ink or "text"))
        for index in self.indices():
            newest = next(m for m in reversed(self.measured) if m.score(index))
            score = newest.score(index)
            assert score is not None
            doubt = ", casi imposible: mida de nuevo" if score.implausible else ""
            found.append(Say(f"{show_date(newest.day)}  {score.text}{doubt}", score.ink or "text"))
        with_arm = [m for m in self.measured if m.arm]
        if with_arm:
            found.append(
                Say(
                    f"{show_date(with_arm[-1].day)}  Brazo: {with_arm[-1].arm}",
                    with_arm[-1].arm_ink or "text",
                )
            )
        return found

    def notes(self) -> list[str]:
        """What limits these numbers."""
        told = ["Patrones OMS 2006 y 2007.", *self._age_notes()]
        if any(m.oedema for m in self.measured):
            told.append(str(table()["acute"]["oedema_note"]))
        if self.estimated:
            told.append("Fecha de nacimiento aproximada: las puntuaciones sólo orientan.")
        if any(m.height_cm for m in self.measured):
            told.append("Talla: acostado antes de los 2 años, de pie después, salvo que se anote otra cosa.")
        return told

    def _age_notes(self) -> list[str]:
        """At which age the tables were read, and what they would say at the real one."""
        preterm = table()["preterm"]
        if self.gestation is None and (self.today - self.birth).days >= preterm["until_days"]:
            return ["Edad sin corregir por prematurez."]
        if self.gestation is None:
            return ["Edad sin corregir: no se sabe con cuántas semanas nació (p lo anota)."]
        weeks = f"nació de {show_gestation(self.gestation)} semanas"
        if self.gestation >= preterm["below_days"]:
            return [f"Edad sin corregir: {weeks}."]
        newest = next((m for m in reversed(self.measured) if m.uncorrected), None)
        if newest is None or newest is not self.measured[-1]:
            return [f"Prematurez: {weeks}; desde los 2 años la edad ya no se corrige."]
        real = ", ".join(f"{rule(s.index)['short']} {s.z:+.2f}" for s in newest.uncorrected)
        return [f"Edad corregida por prematurez ({weeks}), hasta los 2 años. Sin corregir: {real}."]


class Growth:
    """Reads the growth of one patient under nineteen."""

    def __init__(self, desk: Desk, registry: Registry | None = None) -> None:
        """With the registry of the clinic, which keeps the gestation at birth."""
        self.desk = desk
        self._registry = registry or Registry(desk)

    def fits(self, patient: Patient) -> bool:
        """Whether the tables hold for this age."""
        return age_years(patient.birth, self.desk.today()) < int(table()["last_years"])

    def of(self, patient: str) -> GrowthChart:
        """Every measurement that stands, scored; Refused from nineteen years on."""
        self.desk.require_chart(patient)
        person = self.desk.vault.shelf("patient", Patient).get(patient).record
        if not self.fits(person):
            raise Refused("Las curvas de crecimiento llegan hasta los 19 años.")
        self.desk.vault.note_read(patient, "crecimiento")
        return GrowthChart(
            person.birth,
            person.sex,
            self.desk.today(),
            person.birth_estimated,
            tuple(m for v in self._taken(patient) if (m := _measured(person, v)) is not None),
            person.birth_gestation,
        )

    def newest(self, patient: str) -> Measured | None:
        """The last measurements of a child; None for an adult or before the first ones."""
        self.desk.require_chart(patient)
        person = self.desk.vault.shelf("patient", Patient).get(patient).record
        taken = reversed(self._taken(patient)) if self.fits(person) else ()
        return next((m for v in taken if (m := _measured(person, v)) is not None), None)

    def born_at(self, patient: str, weeks: str) -> Stored[Patient]:
        """Note with how many weeks a child was born: '34' or '34+2'; nothing takes it back. BadInput for what can't be."""
        self.desk.require("editar_paciente")
        stored = self._registry.get(patient)
        days = parse_gestation(weeks, field="gestation") if weeks.strip() else None
        low, high = table()["preterm"]["gestation"]
        if days is not None and not low <= days <= high:
            raise BadInput(
                f"Se nace con {low // 7} a {high // 7} semanas; revise el dato.", field="gestation"
            )
        return self._registry.update(stored, msgspec.structs.replace(stored.record, birth_gestation=days))

    def _taken(self, patient: str) -> list[Vitals]:
        """The vitals that stand, oldest first."""
        found = (s.record for s in live(self.desk, "vitals", Vitals, patient))
        return sorted(found, key=lambda v: (v.day, v.at))


def lines_for(index: Index, child_months: int) -> tuple[float, ...]:
    """The z-scores to draw for an index at an age."""
    school = "bands_from_five" in rule(index) and child_months >= 60
    return (-3.0, -2.0, 0.0, 1.0, 2.0, 3.0) if school else LINES


def curve(index: Index, sex: str, z: float, span: tuple[int, int], columns: int) -> list[float | None]:
    """The WHO line at `z`, one value for each of `columns` across a span."""
    low, high = span
    step = (high - low) / max(columns - 1, 1)
    return line(index, sex, z, _along(index, low, step, columns))


def _along(index: Index, low: int, step: float, columns: int) -> Sequence[float]:
    exact = [low + step * i for i in range(columns)]
    return exact if index == "wasting" else [round(x) for x in exact]


def _measured(person: Patient, vitals: Vitals) -> Measured | None:
    """The scores of one set of vitals; None when it holds nothing that grows."""
    if not (vitals.weight_kg or vitals.height_cm or vitals.head_cm or vitals.muac_mm or vitals.oedema):
        return None
    child = Child(person.birth, person.sex, vitals.day, person.birth_gestation)
    if child.days < 0:
        return None
    found = _scores(child, vitals)
    word, ink = arm(child, vitals.muac_mm) if vitals.muac_mm else ("", "")
    wasting = next((s for s in found if s.index == "wasting"), None)
    worst = acute(child, wasting, vitals.muac_mm, vitals.oedema)
    if not found and not word and worst is None:
        return None
    return Measured(
        day=vitals.day,
        age_days=child.corrected_days,
        height_cm=proper_height(child, vitals.height_cm, vitals.lying) if vitals.height_cm else None,
        scores=found,
        arm=word,
        arm_ink=ink,
        lying=lies(child, vitals.lying),
        acute=worst,
        oedema=vitals.oedema,
        uncorrected=_scores(replace(child, gestation=None), vitals) if child.early else (),
    )


def _scores(child: Child, vitals: Vitals) -> tuple[Score, ...]:
    return tuple(
        scores(
            child,
            weight_kg=vitals.weight_kg,
            height_cm=vitals.height_cm,
            head_cm=vitals.head_cm,
            lying=vitals.lying,
        )
    )
