"""Running a pathway: the next question while one is needed, then one outcome. Pure: no clock, no store, no chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ces_tui.base.dates import show_number
from ces_tui.base.errors import BadInput, InternalError
from ces_tui.guidance.answers import Answers, lookup, read_answers, show_answer
from ces_tui.guidance.bottles import measure
from ces_tui.guidance.conditions import Condition, Gap, judge
from ces_tui.guidance.dosing import compute, plain, refuse_stale_weight
from ces_tui.guidance.pathway import Extra, Figure, Input, Medicine, Pathway, Rule
from ces_tui.guidance.records import Level, Outcome, Referral, Treatment
from ces_tui.guidance.wording import PLACEHOLDER


@dataclass(frozen=True)
class Place:
    """Where the answers end: one rule, the medicines it gives them, and what is added to it."""

    rule: Rule
    medicines: tuple[Medicine, ...]
    extras: tuple[Extra, ...]


def decide(pathway: Pathway, answers: Answers, past: int = 0) -> Place | str:
    """The place where `answers` end, or the name of the next input on which it depends.

    The first `past` rules are known not to hold (`first_open` says so); more answers never bring them back.
    """
    index, need = first_open(pathway, answers, past)
    if need:
        return need
    if index == len(pathway.rules):
        raise InternalError(f"El protocolo «{pathway.id}» no tiene salida para estas respuestas.")
    return _furnish(pathway, pathway.rules[index], answers)


def first_open(pathway: Pathway, answers: Answers, past: int = 0) -> tuple[int, str | None]:
    """The first rule that holds or may still hold, and in the second case the input on which that hangs."""
    look = lookup(answers)
    for index in range(past, len(pathway.rules)):
        truth, need = judge(pathway.rules[index].when, look)
        if need or truth:
            return index, need
    return len(pathway.rules), None


def next_question(pathway: Pathway, given: Mapping[str, object]) -> Input | None:
    """The one input still needed after `given` (None in it: "not known"), or None when the outcome is certain."""
    place = decide(pathway, read_answers(pathway, given, partial=True))
    return pathway.inputs[place] if isinstance(place, str) else None


def run(pathway: Pathway, given: Mapping[str, object], *, partial: bool = False) -> Outcome:
    """The outcome for these answers; BadInput names the field that is missing, impossible or too old.

    Every required input must be there; with `partial` (the screen, which asks only what is needed) those on which the
    outcome does not depend may be absent.
    """
    answers = read_answers(pathway, given, partial=partial)
    place = decide(pathway, answers)
    if isinstance(place, str):
        spec = pathway.inputs[place]
        raise BadInput(f"Falta: {spec.label} ({spec.name}).", field=spec.name)
    rule = place.rule
    treatment = tuple(_treat(pathway, m, rule, answers) for m in place.medicines)
    advice = [*rule.advice, *(a for e in place.extras for a in e.advice)]
    return Outcome(
        protocol=pathway.id,
        title=pathway.title,
        version=pathway.version,
        date=pathway.date,
        rule=rule.id,
        classification=fill(pathway, rule.classification, answers),
        gravity=rule.gravity,
        why=tuple(_why(pathway, place, answers)),
        treatment=treatment,
        referral=_referral(pathway, place, answers),
        follow_up_days=int(rule.follow_up.value) if rule.follow_up else None,
        advice=tuple(fill(pathway, pathway.advice[a].text, answers) for a in dict.fromkeys(advice)),
        sources=tuple(_cited(pathway, place)),
        reviewed_by=pathway.reviewed_by,
        answers=tuple(
            f"{i.label}{'' if i.label.endswith('?') else ':'} {show_answer(i, answers[i.name])}"
            for i in pathway.inputs.values()
            if i.name in answers and answers[i.name] is not Gap.MISSING
        ),
    )


def fill(pathway: Pathway, text: str, answers: Answers) -> str:
    """`text` with figures and answers in their places; an answer that is not there reads «—»."""

    def value(name: str) -> str:
        if name in pathway.figures:
            return show_number(pathway.figures[name].value, 2)
        answer = answers.get(name, Gap.UNKNOWN)
        if isinstance(answer, int | float) and not isinstance(answer, bool):
            return show_number(answer, 2)
        return "—" if isinstance(answer, Gap) else show_answer(pathway.inputs[name], answer)

    return PLACEHOLDER.sub(lambda m: value(m.group(1)), text)


def certainly(condition: Condition, answers: Answers) -> bool:
    """Whether `condition` holds already, whatever has not been asked."""
    return judge(condition, lookup(answers))[0] is True


def _furnish(pathway: Pathway, rule: Rule, answers: Answers) -> Place | str:
    """What goes with `rule`; a missing answer that matters is asked for, the weight last."""
    look = lookup(answers)
    medicines, extras = [], []
    for use in rule.treatment:
        truth, need = judge(use.when, look)
        if need:
            return need
        if truth:
            medicines.append(pathway.medicines[use.medicine])
    for extra in pathway.extras:
        if extra.rules and rule.id not in extra.rules:
            continue
        truth, need = judge(extra.when, look)
        if need:
            return need
        if truth:
            extras.append(extra)
    if pathway.weight and any(m.per_kg for m in medicines):
        for name in (pathway.weight.age_months, pathway.weight.weight_kg, pathway.weight.days_old):
            if name not in answers:
                return name
    return Place(rule, tuple(medicines), tuple(extras))


def _treat(pathway: Pathway, medicine: Medicine, rule: Rule, answers: Answers) -> Treatment:
    weight = None
    if medicine.per_kg:
        weight = _weigh(pathway, answers)
    dose = compute(medicine, weight)
    mass = {"mg": 1, "g": 1000}.get(medicine.unit)
    dose_mg = plain(dose.amount * mass) if mass else None
    days: Figure | None = medicine.days or rule.follow_up
    assert days is not None
    return Treatment(
        drug=medicine.drug,
        dose=plain(dose.amount),
        unit=medicine.unit,
        dose_mg=dose_mg,
        route=medicine.route,
        times_a_day=int(medicine.times_a_day.value),
        days=int(days.value),
        max_a_day=plain(dose.max_a_day),
        max_dose=plain(dose.max_dose),
        rule=dose.rule,
        note=fill(pathway, medicine.note, answers),
        source=cite(pathway, medicine.source, medicine.certainty),
        bottles=measure(medicine.drug, medicine.route, dose_mg) if dose_mg else (),
    )


def _weigh(pathway: Pathway, answers: Answers) -> float:
    """The weight, refused when too old for this child (facts: dosis_por_peso, K)."""
    assert pathway.weight is not None
    names = pathway.weight
    weight, days_old, age = (answers.get(n) for n in (names.weight_kg, names.days_old, names.age_months))
    if not isinstance(weight, int | float) or not isinstance(age, int | float):
        raise BadInput("Falta el peso: la dosis se calcula por kilogramo.", field=names.weight_kg)
    refuse_stale_weight(age, days_old if isinstance(days_old, int | float) else 0, field=names.weight_kg)
    return float(weight)


def _why(pathway: Pathway, place: Place, answers: Answers) -> Iterator[str]:
    yield fill(pathway, place.rule.because, answers)
    for reason in pathway.reasons:
        if certainly(reason.when, answers):
            yield fill(pathway, reason.text, answers)
    for extra in place.extras:
        yield fill(pathway, extra.because, answers)


def _referral(pathway: Pathway, place: Place, answers: Answers) -> Referral | None:
    """The gravest of the rule's and the extras' referrals, with every text of that level."""
    all_of_them = [r for r in (place.rule.referral, *(e.referral for e in place.extras)) if r]
    if not all_of_them:
        return None
    level: Level = "urgente" if any(r.level == "urgente" for r in all_of_them) else "ordinaria"
    texts = [fill(pathway, r.text, answers) for r in all_of_them]
    return Referral(level=level, text=" ".join(dict.fromkeys(texts)))


def _cited(pathway: Pathway, place: Place) -> Iterator[str]:
    """The sources of everything in this outcome, once each, with year and certainty."""
    names = [place.rule.source, *(m.source for m in place.medicines), *(e.source for e in place.extras)]
    for name in dict.fromkeys(part.strip() for n in names for part in n.split(",")):
        source = pathway.sources[name]
        yield f"{source.text}, {source.year} ({source.certainty})"


def cite(pathway: Pathway, names: str, certainty: str) -> str:
    """'AIEPI 2014 (K)' for the source ids of one element."""
    found = [pathway.sources[n.strip()] for n in names.split(",")]
    return ", ".join(f"{s.id} {s.year}" for s in found) + f" ({certainty})"
