"""A tiny pathway that holds, as its file would be: mutants of it must not."""

from __future__ import annotations

import copy
from typing import Any

TINY: dict[str, Any] = {
    "format": 1,
    "id": "prueba",
    "title": "Protocolo de prueba",
    "version": "1",
    "date": "2026-11-20",
    "who": "Nadie.",
    "population": "child",
    "sources": [{"id": "S", "text": "Fuente", "year": 2014, "certainty": "K"}],
    "figures": {
        name: {"value": value, "unit": unit, "text": name, "source": "S", "certainty": "K"}
        for name, value, unit in (
            ("edad_min", 0, "meses"),
            ("edad_max", 59, "meses"),
            ("kg_min", 2, "kg"),
            ("kg_max", 40, "kg"),
            ("cero", 0, "días"),
            ("mucho", 100, "días"),
            ("corte", 12, "meses"),
            ("mg_kg", 40, "mg/kg"),
            ("tope", 1000, "mg"),
            ("tope_dia", 2000, "mg"),
            ("dos", 2, "al día"),
            ("cinco", 5, "días"),
            ("control", 2, "días"),
        )
    },
    "inputs": [
        {"name": "edad", "label": "Edad", "type": "number", "integer": True, "unit": "meses", "range": ["edad_min", "edad_max"], "origin": "age_months"},
        {"name": "enfermo", "label": "¿Enfermo?", "type": "yes_no"},
        {"name": "peso", "label": "Peso", "type": "number", "unit": "kg", "range": ["kg_min", "kg_max"]},
        {"name": "dias", "label": "Días", "type": "number", "integer": True, "unit": "días", "range": ["cero", "mucho"], "required": False, "default": "cero", "missing": "Hoy."},
    ],
    "weight": {"weight_kg": "peso", "days_old": "dias", "age_months": "edad"},
    "medicines": {
        "amoxicilina": {"drug": "amoxicilina", "unit": "mg", "route": "oral", "per_kg": "mg_kg", "max_dose": "tope", "max_day": "tope_dia", "times_a_day": "dos", "days": "cinco", "source": "S", "certainty": "K"},
    },
    "advice": {"volver": {"text": "Volver si empeora.", "source": "S"}},
    "rules": [
        {"id": "tratar", "when": {"all": ["enfermo", ["edad", ">=", "corte"]]}, "classification": "Enfermo", "gravity": 2, "because": "Está enfermo", "treatment": ["amoxicilina"], "follow_up": "control", "advice": ["volver"], "source": "S", "certainty": "K"},
        {"id": "referir", "when": "enfermo", "classification": "Enfermo pequeño", "gravity": 3, "because": "Menor de {corte} meses", "referral": {"level": "urgente", "text": "Hoy."}, "source": "S", "certainty": "K"},
        {"id": "sano", "when": {"not": "enfermo"}, "classification": "Sano", "gravity": 1, "because": "No está enfermo", "source": "S", "certainty": "K"},
    ],
    "invariants": [{"say": "el pequeño se refiere", "when": {"all": ["enfermo", ["edad", "<", "corte"]]}, "referral": ["urgente"], "gravity_at_least": 3}],
    "cases": [
        {"name": "sano", "answers": {"edad": 20, "enfermo": False, "peso": 10}, "rule": "sano", "gravity": 1},
        {"name": "corte", "like": "sano", "answers": {"edad": 12, "enfermo": True}, "rule": "tratar", "gravity": 2, "follow_up": 2, "doses": {"amoxicilina": [400, 2, 5, 1000, 2000]}},
        {"name": "tope", "like": "corte", "answers": {"peso": 40}, "rule": "tratar", "gravity": 2, "follow_up": 2, "doses": {"amoxicilina": [1000, 2, 5, 1000, 2000]}},
        {"name": "menos", "like": "corte", "answers": {"edad": 11}, "rule": "referir", "gravity": 3, "referral": "urgente"},
        {"name": "cero meses", "like": "sano", "answers": {"edad": 0}, "rule": "sano", "gravity": 1},
        {"name": "59", "like": "sano", "answers": {"edad": 59}, "rule": "sano", "gravity": 1},
        {"name": "60", "like": "sano", "answers": {"edad": 60}, "refused": "edad"},
        {"name": "2 kg", "like": "sano", "answers": {"peso": 2}, "rule": "sano", "gravity": 1},
        {"name": "1.9 kg", "like": "sano", "answers": {"peso": 1.9}, "refused": "peso"},
        {"name": "40.1 kg", "like": "sano", "answers": {"peso": 40.1}, "refused": "peso"},
        {"name": "peso de hoy", "like": "corte", "answers": {"dias": 30}, "rule": "tratar", "gravity": 2, "follow_up": 2, "doses": {"amoxicilina": [400, 2, 5, 1000, 2000]}},
        {"name": "dias 0", "like": "sano", "answers": {"dias": 0}, "rule": "sano", "gravity": 1},
        {"name": "dias 100", "like": "sano", "answers": {"dias": 100}, "rule": "sano", "gravity": 1},
        {"name": "dias 101", "like": "sano", "answers": {"dias": 101}, "refused": "dias"},
    ],
}  # fmt: skip


def tiny() -> dict[str, Any]:
    """A fresh copy, to be broken."""
    return copy.deepcopy(TINY)
