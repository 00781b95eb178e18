"""Who of the register needs someone first, and why: flags and order. Pure; every number is the content file's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ces_tui.base.dates import show_date, show_number
from ces_tui.base.text import fold
from ces_tui.screening.course import Point, episode, relapse
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.programme_content import Effective, Monitor, ProgrammeFile
from ces_tui.screening.programme_medicines import Taken, TreatmentChange
from ces_tui.screening.programme_records import Setting
from ces_tui.screening.seizures import Seizures

FlagId = Literal[
    "riesgo",
    "empeoro",
    "crisis",
    "sin_cambio",
    "recaida",
    "sin_respuesta",
    "sin_medir",
    "falto",
    "sin_contacto",
    "dosis_baja",
    "vigilancia",
]
LEVELS: dict[FlagId, int] = {
    "riesgo": 0,
    "empeoro": 1,
    "crisis": 1,
    "recaida": 1,
    "sin_cambio": 1,
    "falto": 2,
    "sin_contacto": 2,
    "sin_medir": 3,
    "sin_respuesta": 3,
    "dosis_baja": 3,
    "vigilancia": 4,
}
"""How early a flag puts its person; without any flag one comes last."""
ORDER_RULE = (
    "Orden: riesgo abierto; empeora o no mejora; no viene; falta medir o subir dosis; vigilancia; los demás. "
    "En cada grupo, primero quien tiene más avisos y más semanas sin contacto."
)
NO_FLAG = 9
_FRESH_DAYS = 30
"""A measurement this long before the start still counts as the one of the start, and this early as that of its turn."""


@dataclass(frozen=True)
class Flag:
    """One reason why someone needs attention; `doubtful` ones are shown "por confirmar" and never count for the order."""

    id: FlagId
    words: str
    doubtful: bool = False


@dataclass(frozen=True)
class Scored:
    """One instrument's complete sheets of one person, oldest first; never empty."""

    instrument: Instrument
    points: tuple[Point, ...]

    @property
    def present(self) -> Sequence[Point]:
        """The scores of the present episode."""
        rules, case = self.instrument.change, self.instrument.source.case
        if rules is None or case is None:
            return self.points
        return episode(self.points, case.cut, rules.remission.below)

    @property
    def words(self) -> str:
        """'PHQ-9 17→9' (first of the episode and last), or 'PHQ-9 9'."""
        first, last = self.present[0], self.points[-1]
        moved = f"{first.total}→{last.total}" if len(self.present) > 1 else str(last.total)
        return f"{self.instrument.title} {moved}"


@dataclass(frozen=True)
class Watched:
    """Something watched under an antipsychotic: when it was last measured and whether it is due."""

    monitor: Monitor
    last: date | None
    due: bool
    confirmed: bool
    """False where the interval is not confirmed: shown, never due."""


@dataclass(frozen=True)
class Session:
    """One session of PM+."""

    number: int
    day: date
    text: str


@dataclass(frozen=True)
class CaseFacts:
    """What the register knows of one person today."""

    patient: str
    today: date
    years: int
    conditions: tuple[str, ...] = ()
    since: date | None = None
    """Day of enrolment; None for someone who is here for an open risk alone."""
    scores: tuple[Scored, ...] = ()
    seizures: Seizures | None = None
    """As the notes' section Epilepsia holds them; None without a count."""
    taken: tuple[Taken, ...] = ()
    changes: tuple[TreatmentChange, ...] = ()
    last_contact: date | None = None
    missed: date | None = None
    """The oldest pending appointment that has passed."""
    risk_due: date | None = None
    """The next contact of an open risk; None without one."""
    measured: Mapping[str, date] = field(default_factory=dict)
    """Last day of weight, glucose, pressure, movements."""
    sessions: tuple[Session, ...] = ()
    home_visits: tuple[date, ...] = ()


def flags(case: CaseFacts, rules: ProgrammeFile, setting: Setting | None = None) -> tuple[Flag, ...]:
    """Every reason, gravest first; what rests on an unconfirmed number is doubtful unless the supervisor decided."""
    found: list[Flag] = []
    if case.risk_due is not None:
        late = "vencido" if case.risk_due < case.today else "para"
        found.append(Flag("riesgo", f"riesgo abierto, {late} {show_date(case.risk_due)}"))
    for scored in case.scores:
        found += _course_flags(scored, case.today, rules, setting)
    found += _seizures(case.seizures)
    found += _absence(case, rules)
    found += _low_doses(case, rules, setting)
    due = [w.monitor.name for w in watched(case, rules, setting) if w.due]
    if due:
        found.append(Flag("vigilancia", f"falta {', '.join(due)} (antipsicótico)"))
    return tuple(sorted(found, key=lambda f: (f.doubtful, LEVELS[f.id])))


def order_key(case: CaseFacts, found: Sequence[Flag]) -> tuple[int, int, int, str]:
    """Sorts the register so that the one who needs you is first (`ORDER_RULE`)."""
    sure = [f for f in found if not f.doubtful]
    level = min((LEVELS[f.id] for f in sure), default=NO_FLAG)
    weeks = weeks_since(case.last_contact, case.today)
    return level, -len(sure), -(10_000 if weeks is None else weeks), case.patient


def weeks_since(day: date | None, today: date) -> int | None:
    """Whole weeks; None without a contact."""
    return None if day is None else max(0, (today - day).days) // 7


def watched(case: CaseFacts, rules: ProgrammeFile, setting: Setting | None = None) -> tuple[Watched, ...]:
    """What is watched while an antipsychotic is taken; nothing for who takes none."""
    starts = [t.since for t in case.taken if t.group == rules.monitoring.group]
    if not starts:
        return ()
    found = []
    for monitor in rules.monitoring.items:
        every = monitor.every_days
        first = monitor.first_days
        if every is None and monitor.id == "movimientos" and setting is not None:
            every = first = setting.movement_days
        last = case.measured.get(monitor.id)
        due = every is not None and first is not None and is_due(min(starts), last, case.today, first, every)
        found.append(Watched(monitor, last, due, every is not None))
    return tuple(found)


def is_due(start: date, last: date | None, today: date, first_days: int, every_days: int) -> bool:
    """Whether a measurement of the start, of `first_days` after it, or of the year is missing."""
    if last is None or (start - last).days > _FRESH_DAYS:
        return True
    on = (today - start).days
    if on >= first_days and (last - start).days < first_days - _FRESH_DAYS:
        return True
    return (today - last).days > every_days


def _course_flags(scored: Scored, today: date, rules: ProgrammeFile, setting: Setting | None) -> list[Flag]:
    change, case = scored.instrument.change, scored.instrument.source.case
    if change is None or case is None:
        return []
    title, present, last = scored.instrument.title, scored.present, scored.points[-1]
    found = []
    if len(present) > 1 and last.total - present[-2].total >= change.points.at_least:
        found.append(Flag("empeoro", f"empeora: {title} de {present[-2].total} a {last.total}"))
    found += _slow(scored, today, rules)
    back = relapse(scored.instrument, scored.points)
    if back is not None:
        on = setting is not None and setting.relapse
        doubt = "" if on else " (por confirmar)"
        found.append(
            Flag("recaida", f"recaída: {title} {back.total} el {show_date(back.day)}{doubt}", not on)
        )
    return found


def _seizures(told: Seizures | None) -> list[Flag]:
    """More seizures than before treatment, or seizures again after none: both are facts, no threshold."""
    if told is None or not (told.more or told.again):
        return []
    now = show_number(told.last.seizures)
    before = "ninguna antes" if told.again else f"{show_number(told.base or 0)} al mes antes del tratamiento"
    return [Flag("crisis", f"{'otra vez' if told.again else 'más'} crisis: {now} en 4 semanas, {before}")]


def _slow(scored: Scored, today: date, rules: ProgrammeFile) -> list[Flag]:
    """By week 8 of an episode: not measured again, no change that counts, or less than half of the fall that counts."""
    change, case = scored.instrument.change, scored.instrument.source.case
    first, last, title = scored.present[0], scored.points[-1], scored.instrument.title
    if change is None or case is None or first.total < case.cut:
        return []
    days, fall = (today - first.day).days, first.total - last.total
    if days >= rules.no_change.days and (last.day - first.day).days < _earliest(scored.instrument):
        return [Flag("sin_medir", f"sin medir: {title} {first.total} hace {days // 7} semanas")]
    if last.total < case.cut:
        return []
    told = f"{title} {first.total}→{last.total} en {days // 7} semanas"
    if days >= rules.no_change.days and fall < change.points.at_least:
        return [Flag("sin_cambio", f"sin mejoría: {told}")]
    if days >= rules.no_response.days and fall * 100 < change.response.fall_percent * first.total:
        return [Flag("sin_respuesta", f"respuesta parcial: {told}")]
    return []


def _earliest(instrument: Instrument) -> int:
    """Days after the first score from which a second one says something of the treatment: 28 where the file says nothing."""
    early = instrument.change.early if instrument.change else None
    return early.from_days if early else 28


def _absence(case: CaseFacts, rules: ProgrammeFile) -> list[Flag]:
    found = []
    if case.missed is not None and (case.today - case.missed).days >= rules.missed.days:
        found.append(Flag("falto", f"faltó a su cita del {show_date(case.missed)}"))
    if case.since is None:
        return found
    seen = case.last_contact or case.since
    if (case.today - seen).days > rules.no_contact.days:
        found.append(Flag("sin_contacto", f"{(case.today - seen).days} días sin contacto"))
    return found


def _low_doses(case: CaseFacts, rules: ProgrammeFile, setting: Setting | None) -> list[Flag]:
    if case.years < rules.effective_from_years:
        return []
    found = []
    for taken in case.taken:
        rule = _effective(rules, taken.ingredient)
        if rule is None or taken.mg_day is None or not taken.covers(case.today):
            continue
        if taken.mg_day >= rule.mg or (case.today - taken.since).days < rule.after_days:
            continue
        accepted = setting is not None and rule.ingredient in setting.doses
        doubtful = rule.certainty == "U" and not accepted
        doubt = " (por confirmar)" if doubtful else ""
        least = show_number(rule.mg)
        found.append(Flag("dosis_baja", f"dosis baja: {taken.words}, menos de {least}{doubt}", doubtful))
    return found


def _effective(rules: ProgrammeFile, ingredient: str) -> Effective | None:
    wanted = fold(ingredient)
    return next((e for e in rules.effective if e.ingredient == wanted), None)
