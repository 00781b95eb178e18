"""What a person or a file answered, checked against the questions of a pathway."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ces_tui.base.dates import parse_number, show_number
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.guidance.conditions import Gap, Lookup, Span, Value, judge
from ces_tui.guidance.pathway import Input, Pathway

Answers = dict[str, Value | Gap]
"""Input name -> value, or MISSING; what has not been asked yet is absent."""

_YES = frozenset({"si", "s", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


def read_answers(pathway: Pathway, given: Mapping[str, object], *, partial: bool = False) -> Answers:
    """The answers in `given` as values; BadInput names the field that is unknown, impossible or (unless `partial`) missing.

    None means "not known": allowed for optional inputs only. An optional input that is absent takes its default, or is
    missing; with `partial` it stays unasked.
    """
    for name in given:
        if name not in pathway.inputs:
            raise BadInput(f"«{name[:40]}» no es un dato de este protocolo.", field=name[:40])
    answers: Answers = {}
    for spec in pathway.inputs.values():
        if spec.name in given and given[spec.name] is not None:
            answers[spec.name] = read_value(spec, given[spec.name])
        elif spec.required:
            if spec.name in given or not partial:
                raise BadInput(f"Falta: {spec.label} ({spec.name}).", field=spec.name)
        elif spec.name in given or not partial:
            answers[spec.name] = Gap.MISSING if spec.default is None else spec.default
    refuse_impossible(pathway, answers)
    return answers


def read_value(spec: Input, raw: object) -> Value:
    """One answer as a value of its kind and range; BadInput otherwise."""
    if spec.kind == "yes_no":
        return _yes_no(spec, raw)
    if spec.kind == "choice":
        text = (
            show_number(raw)
            if isinstance(raw, int | float) and not isinstance(raw, bool)
            else str(raw).strip()
        )
        for option in spec.options:
            if text == option.value:
                return option.value
        allowed = ", ".join(o.value for o in spec.options)
        raise BadInput(f"{spec.label}: «{text[:30]}» no es una opción ({allowed}).", field=spec.name)
    return _number(spec, raw)


def lookup(answers: Answers) -> Lookup:
    """How a condition sees `answers`."""
    return lambda name: answers.get(name, Gap.UNKNOWN)


def refuse_impossible(pathway: Pathway, answers: Answers) -> None:
    """BadInput when answers contradict each other."""
    for refusal in pathway.refusals:
        if judge(refusal.when, lookup(answers))[0]:
            raise BadInput(refusal.say, field=refusal.field)


def show_answer(spec: Input, value: Value | Gap) -> str:
    """'7.3 kg', 'sí', the option's label, or 'no se sabe'."""
    if isinstance(value, Gap):
        return "no se sabe"
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, Span):
        same = value.low == value.high
        span = (
            show_number(value.low, 3)
            if same
            else f"{show_number(value.low, 3)} a {show_number(value.high, 3)}"
        )
        return f"{span} {spec.unit}"
    if isinstance(value, str):
        return next((o.label for o in spec.options if o.value == value), value)
    return f"{show_number(value, 2)} {spec.unit}"


def _yes_no(spec: Input, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = fold(str(raw))
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise BadInput(f"{spec.label}: conteste sí o no (true o false).", field=spec.name)


def _number(spec: Input, raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise BadInput(f"{spec.label}: se espera un número en {spec.unit}.", field=spec.name)
    value = parse_number(raw, field=spec.name) if isinstance(raw, str) else raw
    if not math.isfinite(value):
        raise BadInput(f"{spec.label}: se espera un número en {spec.unit}.", field=spec.name)
    if spec.integer and value != int(value):
        raise BadInput(f"{spec.label}: se espera un número entero de {spec.unit}.", field=spec.name)
    if not spec.low <= value <= spec.high:
        limits = f"de {show_number(spec.low)} a {show_number(spec.high)} {spec.unit}"
        raise BadInput(f"{spec.label}: {show_number(value, 2)} no es posible ({limits}).", field=spec.name)
    return int(value) if spec.integer else float(value)
