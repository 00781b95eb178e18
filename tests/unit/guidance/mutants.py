"""Small mistakes that someone could make in a pathway file, each with what it is called."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from ces_tui.guidance.cases import case_problem
from ces_tui.guidance.proof import prove
from ces_tui.guidance.reading import read_pathway
from ces_tui.guidance.scope import PathwayBroken

OTHER_SIGN = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
NEAR_SIGN = {">=": ">", ">": ">=", "<": "<=", "<=": "<"}
RULE_CONDITIONS = ("definitions", "rules", "extras")


def mutants(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mutant of a file: figures moved, comparisons turned, parts dropped, outcomes changed."""
    for name in raw["figures"]:
        yield from _figure(raw, name)
    for path in list(_comparisons(raw)):
        for kind, signs in (("vuelta", OTHER_SIGN), ("vecina", NEAR_SIGN)):
            mutant = copy.deepcopy(raw)
            leaf = _at(mutant, path)
            leaf[1] = signs[leaf[1]]
            yield f"comparación {kind} en {path}", mutant
    for path in list(_alternatives(raw)):
        mutant = copy.deepcopy(raw)
        _at(mutant, path[:-1]).pop(path[-1])
        yield f"sin la parte {path}", mutant
    for i, rule in enumerate(raw["rules"]):
        yield from _rule(raw, i, rule)


def caught(raw: dict[str, Any], name: str) -> bool:
    """Whether the checker refuses `raw`; the cheap checks first."""
    try:
        pathway = read_pathway(raw, name)
    except PathwayBroken:
        return True
    if any(case_problem(pathway, case) for case in pathway.cases):
        return True
    return not prove(raw, name).ok


def _figure(raw: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    changes: list[tuple[str, Any]] = [
        ("por diez", lambda f: f.update(value=f["value"] * 10)),
        ("entre diez", lambda f: f.update(value=f["value"] / 10)),
        ("por confirmar", lambda f: f.update(certainty="U")),
        ("sin fuente", lambda f: f.pop("source")),
    ]
    for what, change in changes:
        mutant = copy.deepcopy(raw)
        before = dict(mutant["figures"][name])
        change(mutant["figures"][name])
        if mutant["figures"][name] != before:
            yield f"cifra {name} {what}", mutant


def _rule(raw: dict[str, Any], i: int, rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    name = rule["id"]
    changes: list[tuple[str, Any]] = [
        ("sin regla", lambda r: r["rules"].pop(i)),
        ("otra gravedad", lambda r: r["rules"][i].update(gravity=rule["gravity"] % 3 + 1)),
    ]
    if "referral" in rule:
        other = "ordinaria" if rule["referral"]["level"] == "urgente" else "urgente"
        changes += [
            ("sin referencia", lambda r: r["rules"][i].pop("referral")),
            ("otra referencia", lambda r: r["rules"][i]["referral"].update(level=other)),
        ]
    if "follow_up" in rule:
        changes.append(("sin seguimiento", lambda r: r["rules"][i].pop("follow_up")))
    for j in range(len(rule.get("treatment", []))):
        changes.append((f"sin medicina {j}", _without(i, j)))
    for what, change in changes:
        mutant = copy.deepcopy(raw)
        change(mutant)
        yield f"{name}: {what}", mutant


def _without(i: int, j: int) -> Any:
    return lambda r: r["rules"][i]["treatment"].pop(j)


def _comparisons(raw: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for root in RULE_CONDITIONS:
        for path, value in _visit(raw.get(root, []), (root,)):
            if isinstance(value, list) and len(value) == 3 and str(value[1]) in OTHER_SIGN:
                yield path


def _alternatives(raw: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for root in RULE_CONDITIONS:
        for path, value in _visit(raw.get(root, []), (root,)):
            if path[-1] in {"any", "all", "two_of"} and isinstance(value, list) and len(value) > 1:
                for i in range(len(value)):
                    yield (*path, i)


def _visit(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield from _visit(part, (*path, key))


def _at(raw: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        raw = raw[key]
    return raw
