"""The parts of a pathway file, each checked as it is read: inputs, medicines, rules and additions."""

from __future__ import annotations

import re

from ces_tui.guidance import pathway as p
from ces_tui.guidance.conditions import ALWAYS
from ces_tui.guidance.raw import RawExtra, RawInput, RawMedicine, RawReferral, RawRule
from ces_tui.guidance.scope import Scope
from ces_tui.guidance.wording import no_repeats, sentence, sure

_ORIGINS = frozenset(
    {
        "",
        "age_months",
        "age_years",
        "seven_days",
        "postpartum",
        "high_risk",
        "weight",
        "weight_days",
        "respiration",
        "spo2",
        "temperature",
        "systolic",
        "diastolic",
        "pregnant",
        "gestation_weeks",
        "egfr",
        "can_be_pregnant",
        "penicillin_allergy",
        "hypertensive",
        "diabetic",
        "glucose",
    }
)
"""What a chart can fill in; `prefill.py` does it."""


def read_input(raw: RawInput, scope: Scope) -> p.Input:
    place = f"inputs.{raw.name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", raw.name):
        scope.broken(place, "el nombre lleva minúsculas, cifras y guion bajo.")
    if raw.origin not in _ORIGINS:
        scope.broken(place, f"origen desconocido «{raw.origin}».")
    if not raw.required and not raw.missing:
        scope.broken(place, "es opcional: diga en «missing» qué significa no darlo.")
    low = high = 0.0
    default: bool | float | str | None = raw.default
    if raw.type == "number":
        if len(raw.range) != 2 or not raw.unit:
            scope.broken(place, "un número lleva «unit» y «range» con dos cifras.")
        low, high = (scope.figure(name, place).value for name in raw.range)
        if isinstance(default, str):
            default = scope.figure(default, place).value
        if low >= high:
            scope.broken(place, "el rango está al revés.")
    values = [o.value for o in raw.options]
    no_repeats(values, scope, place)
    if (raw.type == "choice") != (len(values) > 1) or (
        raw.type == "choice" and default not in {None, *values}
    ):
        scope.broken(
            place, "solo «choice» lleva opciones (dos o más), y el valor por omisión es una de ellas."
        )
    if raw.type == "yes_no" and not isinstance(default, bool | None):
        scope.broken(place, "el valor por omisión es sí o no.")
    for said in (raw.label, raw.help, raw.missing, *(o.label for o in raw.options)):
        sentence(said, scope, place)
    options = tuple(p.Option(o.value, o.label) for o in raw.options)
    return p.Input(
        raw.name, raw.label, raw.type, raw.unit, raw.integer, low, high, options,
        raw.origin, raw.required, default, raw.missing, raw.help,
    )  # fmt: skip


def read_medicine(name: str, raw: RawMedicine, scope: Scope) -> p.Medicine:
    place = f"medicines.{name}"
    if bool(raw.fixed) == bool(raw.per_kg):
        scope.broken(place, "la dosis es «fixed» o «per_kg», una de las dos.")
    if not raw.max_day and not (raw.per_kg and raw.max_day_per_kg):
        scope.broken(place, "falta el máximo al día («max_day» o «max_day_per_kg»).")
    if raw.per_kg and raw.unit not in {"mg", "mL"}:
        scope.broken(place, "la dosis por kilogramo se escribe en mg o en mL.")
    sure(raw.certainty, scope, place)
    figure = {
        key: scope.figure(value, f"{place}.{key}") if value else None
        for key, value in (
            ("fixed", raw.fixed),
            ("per_kg", raw.per_kg),
            ("max_dose", raw.max_dose),
            ("max_day", raw.max_day),
            ("max_day_per_kg", raw.max_day_per_kg),
            ("days", "" if raw.days == "follow_up" else raw.days),
        )
    }
    times = scope.figure(raw.times_a_day, f"{place}.times_a_day")
    for whole in (times, figure["days"]):
        if whole and (whole.value != int(whole.value) or whole.value < 1):
            scope.broken(place, f"«{whole.name}» debe ser un entero desde uno.")
    for key in ("fixed", "per_kg", "max_dose", "max_day", "max_day_per_kg"):
        amount = figure[key]
        if amount and amount.value <= 0:
            scope.broken(place, f"«{amount.name}» debe ser mayor que cero.")
    if figure["fixed"] and figure["max_dose"] and figure["fixed"].value > figure["max_dose"].value:
        scope.broken(place, "la dosis fija pasa de su propio máximo.")
    per_kg, per_day = figure["per_kg"], figure["max_day_per_kg"]
    if per_kg and per_day and per_kg.value * times.value > per_day.value:
        scope.broken(place, "la dosis por kilogramo pasa de su propio máximo al día.")
    return p.Medicine(
        name=name,
        drug=raw.drug,
        unit=raw.unit,
        route=raw.route,
        fixed=figure["fixed"],
        per_kg=figure["per_kg"],
        max_dose=figure["max_dose"],
        max_day=figure["max_day"],
        max_day_per_kg=figure["max_day_per_kg"],
        times_a_day=times,
        days=figure["days"],
        source=scope.source(raw.source, place),
        certainty=raw.certainty,
        note=sentence(raw.note, scope, f"{place}.note"),
    )


def read_rule(
    raw: RawRule, scope: Scope, medicines: dict[str, p.Medicine], advice: dict[str, p.Text]
) -> p.Rule:
    place = f"rules.{raw.id}"
    sure(raw.certainty, scope, place)
    uses = []
    for item in raw.treatment:
        use = (
            p.Use(item)
            if isinstance(item, str)
            else p.Use(item.medicine, scope.condition(item.when, place) if item.when is not None else ALWAYS)
        )
        if use.medicine not in medicines:
            scope.broken(f"{place}.treatment", f"«{use.medicine}» no está en «medicines».")
        if medicines[use.medicine].days is None and raw.follow_up is None:
            scope.broken(
                f"{place}.treatment", f"«{use.medicine}» dura hasta el seguimiento, y la regla no lo tiene."
            )
        uses.append(use)
    return p.Rule(
        id=raw.id,
        when=scope.condition(raw.when, f"{place}.when"),
        classification=sentence(raw.classification, scope, f"{place}.classification"),
        gravity=raw.gravity,
        because=sentence(raw.because, scope, f"{place}.because"),
        source=scope.source(raw.source, place),
        certainty=raw.certainty,
        treatment=tuple(uses),
        referral=_referral(raw.referral, scope, place),
        follow_up=_follow_up(raw.follow_up, scope, place),
        advice=_advice(raw.advice, advice, scope, place),
    )


def _follow_up(name: str | None, scope: Scope, place: str) -> p.Figure | None:
    if name is None:
        return None
    figure = scope.figure(name, f"{place}.follow_up")
    if figure.value != int(figure.value) or figure.value < 0 or figure.unit != "días":
        scope.broken(f"{place}.follow_up", f"«{name}» debe ser un número entero de días.")
    return figure


def read_extra(raw: RawExtra, scope: Scope, rule_ids: list[str], advice: dict[str, p.Text]) -> p.Extra:
    place = f"extras.{raw.id}"
    sure(raw.certainty, scope, place)
    for rule in raw.rules:
        if rule not in rule_ids:
            scope.broken(place, f"no hay una regla «{rule}».")
    return p.Extra(
        id=raw.id,
        when=scope.condition(raw.when, place),
        rules=tuple(raw.rules),
        because=sentence(raw.because, scope, f"{place}.because"),
        source=scope.source(raw.source, place),
        certainty=raw.certainty,
        referral=_referral(raw.referral, scope, place),
        advice=_advice(raw.advice, advice, scope, place),
    )


def _referral(raw: RawReferral | None, scope: Scope, place: str) -> p.RuleReferral | None:
    return p.RuleReferral(raw.level, sentence(raw.text, scope, f"{place}.referral")) if raw else None


def _advice(names: list[str], known: dict[str, p.Text], scope: Scope, place: str) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            scope.broken(f"{place}.advice", f"«{name}» no está en «advice».")
    return tuple(names)
