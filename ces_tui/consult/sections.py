"""What each of the patient's programmes wants to see in a consult: today's value, the last one with its date, the goal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import age_years, show_date, show_number
from ces_tui.care.calculators_growth import Index, rule
from ces_tui.care.pregnancies import pregnancy_state
from ces_tui.care.programmes import Programmes
from ces_tui.care.records import PROGRAMME_WORDS, SENSITIVE_PROGRAMMES, Vitals
from ces_tui.care.shelves import live
from ces_tui.care.vitals import VitalsService
from ces_tui.child.growth import Growth
from ces_tui.consult import programmes, trends
from ces_tui.consult.measured import Measured
from ces_tui.consult.questions import SectionPlan, opened, plans
from ces_tui.consult.records import Consult, Draft, Finding
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.screening.screenings import Screenings

WATCHED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "hipertension": (("PA", "pressure", ""),),
    "diabetes": (
        ("glucosa", "glucose_mgdl", " mg/dL"),
        ("PA", "pressure", ""),
        ("cintura", "waist_cm", " cm"),
    ),
    "prenatal": (("PA", "pressure", ""), ("peso", "weight_kg", " kg")),
    "desnutricion": (("peso", "weight_kg", " kg"), ("MUAC", "muac_mm", " mm")),
    "asma": (("SpO2", "spo2", " %"),),
    "epilepsia": (("peso", "weight_kg", " kg"),),
}
"""Programme -> the measures that its control is judged by: name, field of Vitals, unit."""
MALNUTRITION = "desnutricion"
_INDICES: tuple[tuple[str, Index], ...] = (("des_pt", "wasting"), ("des_te", "height"), ("des_pe", "weight"))


@dataclass(frozen=True, slots=True)
class Section:
    """One programme of this patient, in one line."""

    programme: str
    word: str
    line: str


def sections(desk: Desk, patient: str) -> list[Section]:
    """One section for each open programme; a sensitive one only for who may know it."""
    taken = VitalsService(desk).before(patient)
    found, kinds = [], Programmes(desk).open_kinds(patient)
    for kind in sorted(kinds):
        if kind in SENSITIVE_PROGRAMMES:
            if desk.knows(patient):
                found.append(Section(kind, PROGRAMME_WORDS[kind], _mental(desk, patient)))
            continue
        parts = [_measure(taken, desk.today(), *measure) for measure in WATCHED.get(kind, ())]
        if kind == "prenatal" and (state := pregnancy_state(desk, patient).brief):
            parts = [state, *parts]
        line = " · ".join(
            [*(p for p in parts if p), *([pressure_goal(kinds)] if kind == "hipertension" else [])]
        )
        found.append(Section(kind, PROGRAMME_WORDS[kind], line))
    return found


def pressure_goal(kinds: Collection[str]) -> str:
    """'meta: menor de 140/90', the same that the trend draws for someone in these programmes; others are the physician's."""
    rule = next(rule for rule in trends.rules() if rule.id == "presion")
    values = [show_number(line.value) for line, _ in trends.lines(rule, kinds, lambda _: ())]
    return f"meta: menor de {'/'.join(values)}"


@dataclass(frozen=True, slots=True)
class Last:
    """The newest answer to a question, as stored, with its day."""

    value: float | str
    day: date
    elsewhere: bool = False
    """Kept with the laboratory or the pregnancy."""


def plans_for(inside: Collection[str], years: int, draft: Draft) -> tuple[SectionPlan, ...]:
    """The sections of a note of someone in these programmes: with those that it enters and without those it leaves. Pure."""
    left = {change.kind for change in draft.programmes if change.outcome}
    kinds = set(inside).difference(left) | {c.kind for c in draft.programmes if not c.outcome}
    return opened(kinds, draft.opened, years)


def plans_of(desk: Desk, patient: str, draft: Draft) -> tuple[SectionPlan, ...]:
    """The sections of this note, by the programmes that hold."""
    birth = desk.vault.shelf("patient", Patient).get(patient).record.birth
    return plans_for(Programmes(desk).open_kinds(patient), age_years(birth, desk.today()), draft)


def findings_of(desk: Desk, patient: str, draft: Draft) -> tuple[Finding, ...]:
    """The typed sections of the note as they are stored; BadInput, with the question as its field."""
    plans = plans_of(desk, patient, draft)
    found = programmes.answered(draft.sections, plans)
    if any(plan.id == MALNUTRITION for plan in plans):
        found = (*nutrition(desk, patient), *found)
    return found


def nutrition(desk: Desk, patient: str) -> tuple[Finding, ...]:
    """What today's weight, height, arm and oedema come to by the tables of the WHO; none without them."""
    taken = Growth(desk).newest(patient)
    if taken is None or taken.day != desk.today():
        return ()
    found = [Finding(section=MALNUTRITION, name="des_clase", value=taken.acute.text)] if taken.acute else []
    for name, index in _INDICES:
        if (score := taken.score(index)) is not None:
            found.append(Finding(section=MALNUTRITION, name=name, value=score.z))
    return tuple(found)


def told(desk: Desk, patient: str) -> dict[str, str]:
    """What a section says at its heading before anything is typed: how the child is nourished, and of which day."""
    taken = Growth(desk).newest(patient)
    if taken is None:
        return {}
    scores = [
        f"{rule(s.index)['short']} {s.z:+.2f}" for s in taken.scores if s.index in {"wasting", "height"}
    ]
    said = taken.acute.text if taken.acute else ", ".join(scores)
    when = "hoy" if taken.day == desk.today() else show_date(taken.day)
    return {MALNUTRITION: f"{said} ({when})"} if said else {}


def last_answers(desk: Desk, patient: str) -> dict[str, Last]:
    """Question -> its newest answer, in a note that stands or where it is kept; sensitive ones only for who may know."""
    desk.require_chart(patient)
    knows = desk.knows(patient)
    found: dict[str, Last] = {}
    notes = sorted(live(desk, "consult", Consult, patient), key=lambda c: (c.record.day, c.record.at, c.id))
    for note in notes:
        for finding in note.record.findings:
            if knows or not finding.reserved:
                found[finding.name] = Last(finding.value, note.record.day)
    for finding, day in Measured(desk).last(patient):
        if finding.name not in found or day >= found[finding.name].day:
            found[finding.name] = Last(finding.value, day, True)
    return found


def last_lines(desk: Desk, patient: str) -> list[tuple[str, str, date]]:
    """What a chart says of the sections: title, answers in words with their conclusion, the newest day; asked ones only.

    The laboratory has a line of its own in a chart, the pregnancy too.
    """
    answers = {name: last for name, last in last_answers(desk, patient).items() if not last.elsewhere}
    lines = []
    for plan in plans():
        held = [q for q in plan.questions if q.id in answers]
        if not held or not plan.programmes:
            continue
        said = [f"{q.label} {q.words(answers[q.id].value)}" for q in held]
        told = programmes.conclusions({q.id: answers[q.id].value for q in held}).get(plan.id, "")
        lines.append(
            (plan.title, " · ".join([*said, *([told] if told else [])]), max(answers[q.id].day for q in held))
        )
    return lines


def _measure(taken: list[Vitals], today: date, name: str, field: str, unit: str) -> str:
    """'PA hoy 128/82, antes 150/95 (23/10/2026)'; `taken` is newest first."""
    now = next((v for v in taken if v.day == today and getattr(v, field)), None)
    before = next((v for v in taken if v.day < today and getattr(v, field)), None)
    said = []
    if now is not None:
        said.append(f"hoy {_shown(getattr(now, field))}{unit}")
    if before is not None:
        said.append(f"antes {_shown(getattr(before, field))}{unit} ({show_date(before.day)})")
    return f"{name} {', '.join(said)}" if said else f"{name} sin medir"


def _mental(desk: Desk, patient: str) -> str:
    service = Screenings(desk)
    said = [
        f"{service.describe(last.record)} ({show_date(last.record.day)})"
        for instrument in ("phq9", "gad7")
        if (last := service.last(patient, instrument)) is not None
    ]
    return " · ".join(said) or "sin tamizajes"


def _shown(value: object) -> str:
    return show_number(value) if isinstance(value, float) else str(value)
