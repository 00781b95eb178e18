"""A broken pathway file is refused with its place and the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ces_tui.guidance.reading import read_pathway
from ces_tui.guidance.scope import PathwayBroken
from tests.unit.guidance.support import tiny

Break = Callable[[dict[str, Any]], object]


def rule(raw: dict[str, Any], i: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = raw["rules"][i]
    return found


BROKEN: list[tuple[str, Break, str, str]] = [
    ("misspelt key", lambda r: r.update(titel="x"), "titel", "sobra «titel»"),
    ("gravity 4", lambda r: rule(r).update(gravity=4), "rules", "4 no es un valor permitido"),
    ("unknown source", lambda r: r["figures"]["corte"].update(source="X"), "figures.corte", "fuente"),
    ("figure without source", lambda r: r["figures"]["corte"].pop("source"), "figures", "source"),
    ("unsure figure", lambda r: r["figures"]["corte"].update(certainty="U"), "rules.tratar", "por confirmar"),
    ("unsure rule", lambda r: rule(r).update(certainty="U"), "rules.tratar", "por confirmar"),
    ("unsure medicine", lambda r: r["medicines"]["amoxicilina"].update(certainty="U"), "medicines", "por confirmar"),
    ("loose number in a condition", lambda r: rule(r).update(when=["edad", ">=", 12]), "rules.tratar.when", "suelto"),
    ("loose number in a sentence", lambda r: rule(r).update(because="Tiene 12 meses"), "rules.tratar.because", "sin fuente"),
    ("loose number in advice", lambda r: r["advice"]["volver"].update(text="En 3 días."), "advice.volver", "sin fuente"),
    ("unknown figure", lambda r: rule(r).update(when=["edad", ">=", "nada"]), "rules.tratar.when", "figures"),
    ("unknown input", lambda r: rule(r).update(when="fiebre"), "rules.tratar.when", "fiebre"),
    ("number as yes or no", lambda r: rule(r).update(when="edad"), "rules.tratar.when", "sí o no"),
    ("yes or no as number", lambda r: rule(r).update(when=["enfermo", ">=", "corte"]), "rules.tratar.when", "número"),
    ("unknown comparison", lambda r: rule(r).update(when=["edad", "==", "corte"]), "rules.tratar.when", "comparación"),
    ("code for a condition", lambda r: rule(r).update(when={"eval": "edad > 3"}), "rules.tratar.when", "forma"),
    ("empty all", lambda r: rule(r).update(when={"all": []}), "rules.tratar.when", "forma"),
    ("two rules of one name", lambda r: rule(r).update(id="referir"), "rules", "dos veces"),
    ("unknown medicine", lambda r: rule(r).update(treatment=["aspirina"]), "rules.tratar.treatment", "aspirina"),
    ("unknown advice", lambda r: rule(r).update(advice=["nada"]), "rules.tratar.advice", "nada"),
    ("no maximum a day", lambda r: r["medicines"]["amoxicilina"].pop("max_day"), "medicines.amoxicilina", "máximo al día"),
    ("fixed and per kg", lambda r: r["medicines"]["amoxicilina"].update(fixed="tope"), "medicines.amoxicilina", "una de las dos"),
    ("per kg in puffs", lambda r: r["medicines"]["amoxicilina"].update(unit="disparo"), "medicines.amoxicilina", "mg"),
    ("half a time a day", lambda r: r["figures"]["dos"].update(value=2.5), "medicines.amoxicilina", "entero"),
    ("dose of nothing", lambda r: r["figures"]["mg_kg"].update(value=0), "medicines.amoxicilina", "mayor que cero"),
    ("doses by weight without a weight", lambda r: r.pop("weight"), "weight", "peso"),
    ("optional without a meaning", lambda r: r["inputs"][3].pop("missing"), "inputs.dias", "missing"),
    ("range upside down", lambda r: r["inputs"][0].update(range=["edad_max", "edad_min"]), "inputs.edad", "revés"),
    ("choice without options", lambda r: r["inputs"][1].update(type="choice"), "inputs.enfermo", "opciones"),
    ("unused figure", lambda r: r["figures"].update(otra={"value": 1, "unit": "kg", "text": "x", "source": "S", "certainty": "K"}), "figures.otra", "nada lo usa"),
    ("unused medicine", lambda r: rule(r).pop("treatment"), "medicines.amoxicilina", "nada lo usa"),
    ("sure thing among the pending", lambda r: r.update(pending=[{"text": "x", "source": "S", "certainty": "K"}]), "pending", "por confirmar"),
    ("control characters", lambda r: rule(r).update(classification="a\x1b[31m"), "rules.tratar", "control"),
    ("follow-up in weeks", lambda r: r["figures"]["control"].update(unit="semanas"), "rules.tratar.follow_up", "días"),
    ("case like none", lambda r: r["cases"][0].update(like="nadie"), "cases", "nadie"),
    ("two numbers compared in a rule", lambda r: rule(r).update(when=["edad", "<", "peso"]), "rules.tratar.when", "refusals"),
    ("not a mapping", lambda r: r.clear(), "archivo", "format"),
]  # fmt: skip


def test_the_tiny_file_is_whole() -> None:
    assert read_pathway(tiny(), "prueba").id == "prueba"


@pytest.mark.parametrize(("change", "place", "reason"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_file_says_where_and_why(change: Break, place: str, reason: str) -> None:
    raw = tiny()
    change(raw)
    with pytest.raises(PathwayBroken) as raised:
        read_pathway(raw, "prueba")
    assert place in raised.value.place
    assert reason in raised.value.reason
    assert raised.value.exit_code == 2
