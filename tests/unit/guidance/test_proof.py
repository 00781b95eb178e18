"""The checker proves what is whole and catches every small mistake."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from ces_tui.base import content
from ces_tui.base.paths import content_dir
from ces_tui.guidance.cells import Cell, cells
from ces_tui.guidance.proof import prove
from ces_tui.guidance.reading import read_pathway
from ces_tui.guidance.walk import size, walk
from tests.unit.guidance.mutants import caught, mutants
from tests.unit.guidance.support import tiny

NAMES = [name.rsplit("/")[-1].removesuffix(".yaml") for name in content.names("pathways")]
SAME = {
    "tos_ninez": {"comparación vecina en ('rules', 10, 'when')"},
    "diarrea_ninez": {"comparación vecina en ('rules', 9, 'when')"},
    "hipertension": set[str](),
}
"""Mutants that mean the same: the rule before has taken that day already."""


def raw_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = content.parse(content_dir() / "pathways" / f"{name}.yaml")
    return found


def findings(raw: dict[str, Any]) -> str:
    return " / ".join(f"{f.place}: {f.reason}" for f in prove(raw, "prueba").findings)


@pytest.mark.parametrize("name", NAMES)
def test_every_installed_pathway_is_proved(name: str) -> None:
    report = prove(raw_of(name), name)
    assert report.ok, report.findings
    assert report.protocol == name
    assert report.combinations > 20_000


def test_the_tiny_pathway_is_proved_over_all_its_combinations() -> None:
    report = prove(tiny(), "prueba")
    assert (report.findings, report.combinations) == ([], 6)


def test_blocks_of_answers_add_up_to_all_combinations() -> None:
    for name in NAMES:
        pathway = read_pathway(raw_of(name), name)
        table = cells(pathway)
        if size(table, {}) < 10**8:
            assert sum(end.combinations for end in walk(pathway, table)) == size(table, {})


def test_cells_stand_at_the_cut_off_and_on_both_sides() -> None:
    table = cells(read_pathway(tiny(), "prueba"))
    assert table["edad"] == (Cell(0, 11), Cell(12, 12), Cell(13, 59))


def test_answers_that_reach_no_rule_are_shown() -> None:
    raw = tiny()
    raw["rules"][1]["when"] = {"all": ["enfermo", ["edad", ">=", "corte"]]}
    assert "no llegan a ninguna regla: enfermo = sí, edad = 0 a 11 meses" in findings(raw)


def test_a_rule_behind_a_wider_one_is_dead() -> None:
    raw = tiny()
    raw["rules"][0]["when"] = "enfermo"
    assert "rules.referir: ninguna combinación" in findings(raw)


def test_a_comparison_that_never_decides_is_dead() -> None:
    raw = tiny()
    raw["rules"][0]["when"]["all"].append({"any": [["edad", ">=", "corte"], ["edad", ">=", "edad_max"]]})
    assert "nunca decide" in findings(raw)


def test_an_invariant_that_breaks_names_the_rule_and_the_answers() -> None:
    raw = tiny()
    raw["invariants"][0]["always"] = ["gentamicina"]
    assert (
        "no se cumple «el pequeño se refiere»: regla «referir» con enfermo = sí, edad = 0 a 11"
        in findings(raw)
    )


DOSE_MISTAKES: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("ten times per kg", lambda r: r["figures"]["mg_kg"].update(value=400), "fuera de 40-40"),
    ("a tenth per kg", lambda r: r["figures"]["mg_kg"].update(value=4), "fuera de 40-40"),
    ("ten times the cap", lambda r: (r["figures"]["tope"].update(value=10_000), r["figures"]["tope_dia"].update(value=20_000)), "pasa de 1000"),
    ("six times a day", lambda r: (r["figures"]["dos"].update(value=6), r["figures"]["tope_dia"].update(value=9000)), "pasa de 2000"),
    ("too young", lambda r: (r["figures"]["corte"].update(value=1)), "piden 2"),
    ("not in the formulary", lambda r: r["medicines"]["amoxicilina"].update(drug="amoxapina"), "no está en el formulario"),
    ("no limit written", lambda r: r["medicines"]["amoxicilina"].update(drug="loratadina"), "no tiene topes"),
    ("another route", lambda r: r["medicines"]["amoxicilina"].update(route="IM"), "no tiene topes"),
    ("mg where mg/kg belongs", lambda r: r["figures"]["mg_kg"].update(unit="mg"), "debe estar en mg/kg"),
    ("twice the same drug", lambda r: (r["medicines"].update(otra=r["medicines"]["amoxicilina"]), r["rules"][0]["treatment"].append("otra")), "dos veces"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"), [m[1:] for m in DOSE_MISTAKES], ids=[m[0] for m in DOSE_MISTAKES]
)
def test_a_dose_mistake_is_found_without_any_example(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    raw = tiny()
    change(raw)
    raw["cases"] = []
    assert said in findings(raw)


def test_a_rule_without_example_and_a_figure_that_could_move_are_found() -> None:
    raw = tiny()
    raw["cases"] = [c for c in raw["cases"] if c["name"] != "menos"]
    said = findings(raw)
    assert "rules.referir: ningún ejemplo" in said
    assert "figures.corte: podría valer 11" in said


def test_an_example_that_comes_out_otherwise_is_found() -> None:
    raw = tiny()
    raw["cases"][1]["doses"]["amoxicilina"][0] = 401
    assert "el tratamiento es" in findings(raw)


def worth_trying(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Every mutant but those of figures that stand in sentences only: no computation can tell that they moved."""
    pathway = read_pathway(raw_of(name), name)
    only_said = set(pathway.figures) - pathway.decisive
    return [m for m in mutants(raw_of(name)) if m[0] not in SAME[name] and m[0].split()[1] not in only_said]


@pytest.mark.parametrize("name", ["diarrea_ninez", "tos_ninez"])
def test_seeded_mutants_are_caught(name: str) -> None:
    """Forty mistakes drawn by seed; the slow suite tries them all."""
    every = worth_trying(name)
    drawn = random.Random(20261120).sample(every, 40)
    assert [what for what, mutant in drawn if not caught(mutant, name)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SAME))
def test_every_mutant_is_caught(name: str) -> None:
    every = worth_trying(name)
    assert [what for what, mutant in every if not caught(mutant, name)] == []
    assert len(every) > 200
