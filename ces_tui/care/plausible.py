"""Values worth a second look: unlikely for the person, at odds with each other or with the last visit. Asked once, then kept. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import show_date, show_number
from ces_tui.care.limits import Who, child_range, label, marks, show, table
from ces_tui.care.records import Vitals

GROWTH_YEARS = 19
"""Age from which the tables of growth say nothing any more."""


@dataclass(frozen=True)
class Ask:
    """One question before saving: the field it is about and the sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Danger:
    """A confirmed critical value: it becomes an alert of this kind and gravity."""

    kind: str
    gravity: int
    text: str


def asks(vitals: Vitals, who: Who, before: Sequence[Vitals] = ()) -> list[Ask]:
    """What to ask again, at most one question a field, in the order of the page; `before` is newest first."""
    found: dict[str, str] = {}
    for mark in marks(vitals, who):
        if mark.critical:
            found[mark.field] = f"{label(mark.field)} {mark.word}: {_told(vitals, mark.field)}. ¿Es correcto?"
    for check in _CHECKS:
        for ask in check(vitals, who, before):
            found.setdefault(ask.field, ask.sentence)
    order = list(table()["fields"])
    return [Ask(field, found[field]) for field in sorted(found, key=order.index)]


def dangers(vitals: Vitals, who: Who) -> list[Danger]:
    """The alerts that these values ask for: a crisis of pressure as one, each other critical value for itself."""
    found: list[Danger] = []
    critical = [mark for mark in marks(vitals, who) if mark.critical and mark.gravity]
    pressure = [m for m in critical if m.field in {"systolic", "diastolic"}]
    if pressure:
        high = any("alt" in mark.word for mark in pressure)
        kind, said = (
            ("crisis_hipertensiva", "Crisis hipertensiva") if high else ("presion_baja", "Presión muy baja")
        )
        if who.group == "pregnant" and high:
            said = "Crisis hipertensiva en el embarazo"
        found.append(Danger(kind, max(m.gravity for m in pressure), f"{said}: {vitals.pressure} mmHg"))
    for mark in critical:
        if mark not in pressure:
            text = f"{label(mark.field)} {mark.word}: {_told(vitals, mark.field)}"
            found.append(Danger(f"signo_{mark.field}", mark.gravity, text))
    return sorted(found, key=lambda danger: -danger.gravity)


def _told(vitals: Vitals, field: str) -> str:
    if field in {"systolic", "diastolic"}:
        return f"{vitals.pressure} mmHg"
    if field == "glucose_mgdl" and vitals.glucose_high:
        return f"más de {vitals.glucose_mgdl} mg/dL"
    return show(field, getattr(vitals, field))


def _pulse_pressure(vitals: Vitals, _who: Who, _before: Sequence[Vitals]) -> list[Ask]:
    if vitals.systolic is None or vitals.diastolic is None:
        return []
    low, high = table()["cross"]["pulse_pressure"]["between"]
    if low <= vitals.systolic - vitals.diastolic <= high:
        return []
    return [Ask("diastolic", f"Presión {vitals.pressure}: la diferencia es poco común. ¿Es correcta?")]


def _bmi(vitals: Vitals, _who: Who, _before: Sequence[Vitals]) -> list[Ask]:
    low, high = table()["cross"]["bmi"]["between"]
    if vitals.bmi is None or low <= vitals.bmi <= high:
        return []
    return [
        Ask("weight_kg", f"El IMC saldría {show_number(vitals.bmi)}. ¿No están cambiados el peso y la talla?")
    ]


def _changed_height(vitals: Vitals, who: Who, before: Sequence[Vitals]) -> list[Ask]:
    last = _last(before, "height_cm")
    if vitals.height_cm is None or last is None:
        return []
    was, day = last
    rule = table()["cross"]["adult_height_change_cm"]
    if who.years >= rule["from_years"]:
        if abs(vitals.height_cm - was) > rule["most"]:
            return [
                Ask("height_cm", f"La talla era {show('height_cm', was)} el {show_date(day)}. ¿Es correcta?")
            ]
    elif vitals.height_cm < was:
        return [
            Ask(
                "height_cm", f"La talla bajó: era {show('height_cm', was)} el {show_date(day)}. ¿Es correcta?"
            )
        ]
    return []


def _changed_weight(vitals: Vitals, who: Who, before: Sequence[Vitals]) -> list[Ask]:
    last = _last(before, "weight_kg")
    rule = table()["cross"]["weight_change_percent"]
    if (
        vitals.weight_kg is None
        or last is None
        or (vitals.day - last[1]).days >= rule["days"]
        or who.group == "newborn"
    ):
        return []
    was, day = last
    most = rule["adult"] if who.group in {"adult", "pregnant"} else rule["child"]
    if abs(vitals.weight_kg - was) / was * 100 <= most:
        return []
    return [Ask("weight_kg", f"El peso era {show('weight_kg', was)} el {show_date(day)}. ¿Es correcto?")]


def _smaller_head(vitals: Vitals, _who: Who, before: Sequence[Vitals]) -> list[Ask]:
    last = _last(before, "head_cm")
    if vitals.head_cm is None or last is None or vitals.head_cm >= last[0]:
        return []
    return [
        Ask(
            "head_cm",
            f"El perímetro cefálico era {show('head_cm', last[0])} el {show_date(last[1])}. ¿Es correcto?",
        )
    ]


def _hot(vitals: Vitals, _who: Who, _before: Sequence[Vitals]) -> list[Ask]:
    if vitals.temperature_c is None or vitals.temperature_c < table()["cross"]["hot_c"]["from"]:
        return []
    return [
        Ask("temperature_c", f"Temperatura de {show('temperature_c', vitals.temperature_c)}. ¿Es correcta?")
    ]


def _child_slip(vitals: Vitals, who: Who, _before: Sequence[Vitals]) -> list[Ask]:
    """A slip of the finger in a child: far outside what children of that age measure (no clinical rule)."""
    if who.group != "child":
        return []
    told = table()["child_slip"]
    found = []
    for field in ("weight_kg", "pulse", "respiration", "systolic"):
        value = getattr(vitals, field)
        low, high = child_range(field, who.months)
        factor = told["weight_factor" if field == "weight_kg" else "measure_factor"]
        if (
            value is not None
            and low is not None
            and high is not None
            and not low / factor <= value <= high * factor
        ):
            found.append(
                Ask(field, f"{label(field)} de {show(field, value)} es raro a esta edad. ¿Es correcto?")
            )
    return found


def _improbable_growth(vitals: Vitals, who: Who, _before: Sequence[Vitals]) -> list[Ask]:
    """Z-scores that WHO takes as biologically improbable; one question for the measure that several indices blame."""
    if who.years >= GROWTH_YEARS or not (vitals.weight_kg or vitals.height_cm or vitals.head_cm):
        return []
    from ces_tui.care.calculators_growth import Child, rule, scores

    found = scores(
        Child(who.birth, who.sex, who.on, who.gestation),
        weight_kg=vitals.weight_kg,
        height_cm=vitals.height_cm,
        head_cm=vitals.head_cm,
        lying=vitals.lying,
    )
    blamed = {"height": "height_cm", "head": "head_cm"}
    asked: dict[str, Ask] = {}
    for score in (s for s in found if s.implausible):
        field = blamed.get(score.index, "weight_kg")
        words = f"{label(field)} de {show(field, getattr(vitals, field))}"
        short = rule(score.index)["short"]
        asked.setdefault(
            field,
            Ask(field, f"{words} es casi imposible a esta edad ({short} {score.z:+.1f} DE). ¿Es correcto?"),
        )
    return list(asked.values())


_CHECKS: tuple[Callable[[Vitals, Who, Sequence[Vitals]], list[Ask]], ...] = (
    _pulse_pressure,
    _bmi,
    _changed_height,
    _changed_weight,
    _smaller_head,
    _hot,
    _improbable_growth,
    _child_slip,
)


def _last(before: Sequence[Vitals], field: str) -> tuple[float, date] | None:
    """The newest earlier value and its day."""
    return next(((value, v.day) for v in before if (value := getattr(v, field)) is not None), None)
