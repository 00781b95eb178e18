"""Checks of a prescription before it is signed: pure, from the lines and what is known of the patient.

Levels (facts: clinical.md, safety rules 2, 4, 7): `contraindicada` stops, `mayor` asks a reason, `moderada` shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from ces_tui.pharmacy.allergies import allergy_level
from ces_tui.pharmacy.findings import Finding, Lookup, PatientFacts
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.interactions import NEWBORN_DAYS, Interaction, between
from ces_tui.pharmacy.levels import LEVELS, Level, fertile_level, judge
from ces_tui.pharmacy.limits import dose_warnings
from ces_tui.pharmacy.records import PrescriptionLine

FERTILE_AGES = range(10, 50)
"""Years of age in which a woman counts as someone who may become pregnant (K)."""


def check(lines: Sequence[PrescriptionLine], facts: PatientFacts, lookup: Lookup) -> list[Finding]:
    """Everything to be said about a prescription, gravest first; stopped medicines count no more."""
    stopped = {line.item for line in lines if line.stopped}
    active = [line for line in lines if not line.stopped]
    prescribed = [(line, e) for line in active if (e := lookup(line.item)) is not None]
    replaced = stopped | {line.item for line in active}
    others = [e for m in facts.current if m.line.item not in replaced and (e := lookup(m.line.item))]
    found: list[Finding] = []
    for _, entry in prescribed:
        found += _allergy(entry, facts)
        found += _pregnancy(entry, facts)
        found += _child(entry, facts)
        found += _kidney(entry, facts)
        found += _notices(entry)
    found += _duplicates([e for _, e in prescribed], others)
    found += _interactions([e for _, e in prescribed], others, facts)
    found += dose_warnings(prescribed, facts)
    unique = {w.key: w for w in sorted(found, key=lambda w: LEVELS.index(w.level))}
    return sorted(unique.values(), key=lambda w: (-LEVELS.index(w.level), w.key))


def unanswered(lines: Iterable[PrescriptionLine], warnings: Iterable[Finding]) -> list[Finding]:
    """What still stops a signature: whatever is contraindicated, and major findings without a reason on any line."""
    answered = {o.warning for line in lines for o in line.overrides if o.reason.strip()}
    return [
        w for w in warnings if w.level == "contraindicada" or (w.level == "mayor" and w.key not in answered)
    ]


def _allergy(entry: Entry, facts: PatientFacts) -> Iterable[Finding]:
    for allergy in facts.allergies:
        if hit := allergy_level(entry, allergy.substance, allergy.group, allergy.severity):
            level, why = hit
            yield Finding(
                f"alergia:{entry.id}", level, f"{entry.name}: {why}.", "Clases de alergia (K)", entry.id
            )


def _pregnancy(entry: Entry, facts: PatientFacts) -> Iterable[Finding]:
    if facts.sex != "F":
        return
    source = "Formulario: embarazo y lactancia (K)"
    if facts.pregnant:
        if level := judge(entry.pregnancy_rule, facts.gestation_weeks):
            text = f"{entry.name} en el embarazo: {_lower(entry.pregnancy)}."
            yield Finding(f"embarazo:{entry.id}", level, text, source, entry.id)
    elif facts.years in FERTILE_AGES and (level := fertile_level(entry.pregnancy_rule)):
        text = f"{entry.name}: {_lower(entry.pregnancy)}."
        yield Finding(f"fertil:{entry.id}", level, text, source, entry.id)
    elif _to_be_asked(facts) and judge(entry.pregnancy_rule, None) == "contraindicada":
        text = f"{entry.name}: {_lower(entry.pregnancy)} en el embarazo. Pregunte si puede estar embarazada."
        yield Finding(f"embarazo?:{entry.id}", "moderada", text, source, entry.id)
    if facts.lactating and (level := judge(entry.lactation_rule, facts.infant_weeks)):
        text = f"{entry.name} en la lactancia: {_lower(entry.lactation)}."
        yield Finding(f"lactancia:{entry.id}", level, text, source, entry.id)


def _to_be_asked(facts: PatientFacts) -> bool:
    return facts.pregnant is None and facts.years in FERTILE_AGES


def _child(entry: Entry, facts: PatientFacts) -> Iterable[Finding]:
    if level := judge(entry.child_rule, facts.months, weight=facts.weight_kg):
        text = f"{entry.name}: no se da a esta edad o con este peso. {entry.alert}".strip()
        yield Finding(f"edad:{entry.id}", level, text, "Formulario y OMS 2022", entry.id)


def _kidney(entry: Entry, facts: PatientFacts) -> Iterable[Finding]:
    if facts.egfr is not None and (level := judge(entry.renal_rule, facts.egfr)):
        text = f"{entry.name}: filtración glomerular de {facts.egfr:.0f} mL/min. {entry.alert}".strip()
        yield Finding(f"rinon:{entry.id}", level, text, "Formulario (K)", entry.id)


def _notices(entry: Entry) -> Iterable[Finding]:
    if entry.high_alert:
        text = f"{entry.name}, segunda revisión. {entry.alert}"
        yield Finding(
            f"alto_riesgo:{entry.id}", "moderada", text, "Medicamentos de alto riesgo (K)", entry.id
        )
    if entry.controlled:
        group = entry.fraction.replace("(cotejar)", "por cotejar").replace("cotejar", "por cotejar").strip()
        text = f"{entry.name}: controlado, grupo {group}; anote la receta y el saldo."
        yield Finding(f"controlado:{entry.id}", "moderada", text, "LGS art. 226", entry.id)


def _duplicates(prescribed: Sequence[Entry], others: Sequence[Entry]) -> Iterable[Finding]:
    source = "Ingredientes del formulario"
    for one, other in combinations([e for e in prescribed if e.systemic], 2):
        if shared := set(one.ingredients) & set(other.ingredients):
            text = f"{_and(sorted(shared))} dos veces: {one.name} y {other.name}."
            yield Finding(f"doble:{_pair(one, other)}", "mayor", text, source, other.id)
    for one in prescribed:
        for other in others:
            shared = set(one.ingredients) & set(other.ingredients)
            if not shared or not (one.systemic and other.systemic):
                continue
            text = (
                f"Ya toma {other.name}, que también tiene {_and(sorted(shared))}: suspéndalo o dé la razón."
            )
            yield Finding(f"doble:{_pair(one, other)}", "mayor", text, source, one.id)


def _interactions(
    prescribed: Sequence[Entry], others: Sequence[Entry], facts: PatientFacts
) -> Iterable[Finding]:
    pairs = [*combinations(prescribed, 2), *((a, b) for a in prescribed for b in others)]
    for one, other in pairs:
        for hit in between(one, other):
            level = _interaction_level(hit, facts)
            if level and not (level != "contraindicada" and set(one.ingredients) & set(other.ingredients)):
                text = f"{one.generic} con {other.generic}: {hit.effect}. Conducta: {hit.action}."
                key = f"interaccion:{_pair(one, other)}"
                yield Finding(key, level, text, f"Interacciones ({hit.certainty})", one.id)
                break


def _interaction_level(hit: Interaction, facts: PatientFacts) -> Level | None:
    if hit.severity == "menor":
        return None
    if hit.severity == "contraindicada_rn":
        return "contraindicada" if (facts.on - facts.birth).days < NEWBORN_DAYS else "moderada"
    return hit.severity  # type: ignore[return-value]


def _pair(one: Entry, other: Entry) -> str:
    return "+".join(sorted((one.id, other.id)))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _and(names: Sequence[str]) -> str:
    text = " y ".join(names)
    return text[:1].upper() + text[1:]
