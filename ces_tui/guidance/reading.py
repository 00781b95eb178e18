"""From a protocol file to a `Pathway`, or to a `PathwayBroken` that says where and why."""

from __future__ import annotations

from typing import Any

from ces_tui.base.shape import Misshapen, shaped, show_place
from ces_tui.guidance import pathway as p
from ces_tui.guidance.elements import read_extra, read_input, read_medicine, read_rule
from ces_tui.guidance.raw import RawPathway
from ces_tui.guidance.scope import PathwayBroken, Scope
from ces_tui.guidance.wording import no_repeats, plain_text, read_pending, read_text, sentence


def read_pathway(raw: Any, name: str) -> p.Pathway:
    """The pathway that parsed YAML `raw` describes; `name` is its file, for the messages."""
    try:
        file = shaped(raw, RawPathway)
    except Misshapen as error:
        said = f"la forma no es la esperada: {error.reason}."
        raise PathwayBroken(name, show_place(error.where) or "el archivo", said) from None
    scope = Scope(file.id)
    _names(file, scope)
    medicines = {k: read_medicine(k, m, scope) for k, m in file.medicines.items()}
    advice = {k: read_text(t, scope, f"advice.{k}") for k, t in file.advice.items()}
    rule_ids = [r.id for r in file.rules]
    no_repeats(rule_ids, scope, "rules")
    rules = tuple(read_rule(r, scope, medicines, advice) for r in file.rules)
    result = p.Pathway(
        id=file.id,
        title=plain_text(file.title, scope, "title"),
        version=file.version,
        date=file.date[:10],
        who=plain_text(file.who, scope, "who"),
        population=file.population,
        reviewed_by=file.reviewed_by,
        words=tuple(file.words),
        sources=scope.sources,
        figures=scope.figures,
        inputs=scope.inputs,
        definitions=scope.definitions,
        refusals=_refusals(file, scope),
        reasons=_reasons(file, scope),
        medicines=medicines,
        advice=advice,
        rules=rules,
        extras=tuple(read_extra(e, scope, rule_ids, advice) for e in file.extras),
        invariants=_invariants(file, scope),
        cases=_cases(file, scope),
        sections=_sections(file, scope),
        pending=tuple(read_pending(t, scope, f"pending[{i}]") for i, t in enumerate(file.pending)),
        weight=_weight(file, scope, medicines),
        decisive=frozenset(scope.decisive),
    )
    _nothing_unused(result, scope)
    return result


def _refusals(file: RawPathway, scope: Scope) -> tuple[p.Refusal, ...]:
    """What answers together can't be, each with the answer that is asked again."""
    return tuple(
        p.Refusal(
            scope.condition(r.when, f"refusals[{i}]", relations=True),
            r.field if r.field in scope.inputs else scope.broken(f"refusals[{i}].field", "no es un dato."),
            sentence(r.say, scope, f"refusals[{i}].say"),
        )
        for i, r in enumerate(file.refusals)
    )


def _invariants(file: RawPathway, scope: Scope) -> tuple[p.Invariant, ...]:
    """What must hold of every outcome, for the proof."""
    return tuple(
        p.Invariant(
            v.say,
            scope.condition(v.when, f"invariants[{i}]"),
            v.gravity_at_least,
            tuple(v.referral),
            tuple(v.never),
            tuple(v.always),
        )
        for i, v in enumerate(file.invariants)
    )


def _sections(file: RawPathway, scope: Scope) -> tuple[p.Section, ...]:
    """The chapters to read."""
    return tuple(
        p.Section(
            s.title, tuple(read_text(t, scope, f"sections[{i}].lines[{j}]") for j, t in enumerate(s.lines))
        )
        for i, s in enumerate(file.sections)
    )


def _names(file: RawPathway, scope: Scope) -> None:
    """Sources, figures, inputs and definitions: what everything else refers to."""
    no_repeats([s.id for s in file.sources], scope, "sources")
    for s in file.sources:
        scope.sources[s.id] = p.Source(s.id, s.text, s.year, s.certainty)
    for name, f in file.figures.items():
        place = f"figures.{name}"
        scope.source(f.source, place)
        scope.figures[name] = p.Figure(name, f.value, f.unit, f.text, f.source, f.certainty)
    no_repeats([i.name for i in file.inputs], scope, "inputs")
    for i in file.inputs:
        scope.inputs[i.name] = read_input(i, scope)
    for name, raw in file.definitions.items():
        if name in scope.inputs:
            scope.broken(f"definitions.{name}", "ya hay un dato con ese nombre.")
        scope.definitions[name] = scope.condition(raw, f"definitions.{name}")


def _reasons(file: RawPathway, scope: Scope) -> tuple[p.Reason, ...]:
    """Sentences only: their figures decide nothing."""
    scope.speaking = True
    found = tuple(
        p.Reason(scope.condition(r.when, f"reasons[{i}]"), sentence(r.text, scope, f"reasons[{i}].text"))
        for i, r in enumerate(file.reasons)
    )
    scope.speaking = False
    return found


def _cases(file: RawPathway, scope: Scope) -> tuple[p.Case, ...]:
    """The worked examples, each with the answers of the one that it is like."""
    no_repeats([c.name for c in file.cases], scope, "cases")
    found: dict[str, p.Case] = {}
    for c in file.cases:
        if c.like and c.like not in found:
            scope.broken(f"cases «{c.name}»", f"no hay antes un ejemplo «{c.like}».")
        start = found[c.like].answers if c.like else {}
        answers = {**start, **c.answers}
        found[c.name] = p.Case(
            c.name,
            answers,
            c.rule,
            c.gravity,
            c.referral,
            c.follow_up,
            dict(c.doses),
            tuple(c.says),
            tuple(c.says_not),
            c.refused,
        )
    return tuple(found.values())


def _weight(file: RawPathway, scope: Scope, medicines: dict[str, p.Medicine]) -> p.WeightInputs | None:
    """Where the weight comes from; a file that doses by weight must say it, and the age of that weight."""
    if file.weight is None:
        if any(m.per_kg for m in medicines.values()):
            scope.broken("weight", "hay dosis por kilogramo y no se dice qué dato es el peso.")
        return None
    for name in (file.weight.weight_kg, file.weight.days_old, file.weight.age_months):
        if name not in scope.inputs or scope.inputs[name].kind != "number":
            scope.broken("weight", f"«{name}» no es un dato numérico.")
    return p.WeightInputs(file.weight.weight_kg, file.weight.days_old, file.weight.age_months)


def _nothing_unused(result: p.Pathway, scope: Scope) -> None:
    """A figure, definition, medicine or advice that nothing names is a forgotten rule."""
    used = {u.medicine for r in result.rules for u in r.treatment}
    advised = {a for r in result.rules for a in r.advice} | {a for e in result.extras for a in e.advice}
    for place, have, named in (
        ("figures", {n for n, f in result.figures.items()}, scope.used_figures),
        ("definitions", set(result.definitions), scope.used_definitions),
        ("medicines", set(result.medicines), used),
        ("advice", set(result.advice), advised),
    ):
        for name in sorted(have - named):
            scope.broken(f"{place}.{name}", "nada lo usa.")
