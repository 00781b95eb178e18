"""Every pair of the list can fire: a name that reaches no item of the formulary is an alert that never comes."""

from __future__ import annotations

from itertools import product

from ces_tui.base.content import load
from ces_tui.base.text import fold
from ces_tui.pharmacy.formulary import Entry, entries
from ces_tui.pharmacy.interactions import between, interactions, names_of


def _by_name() -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries().values():
        if entry.systemic:
            for name in names_of(entry):
                found.setdefault(name, []).append(entry)
    return found


def test_every_pair_fires_for_some_items_or_names_something_knowingly_absent() -> None:
    absent = {fold(r["name"]) for r in load("formulary/interaction_names.csv") if r["absent"]}
    reach = _by_name()
    silent = []
    for pair, hit in interactions().items():
        if pair & absent:
            continue
        names = sorted(pair)
        sides = product(reach.get(names[0], []), reach.get(names[-1], []))
        if not any(hit in between(x, y) for x, y in sides):
            silent.append(sorted(pair))
    assert silent == []


def test_a_pair_is_found_from_either_side() -> None:
    shelf = entries()
    a, b = shelf["losartan-tableta-50-mg"], shelf["espironolactona-tableta-25-mg"]
    assert between(a, b) == between(b, a) != []


def test_an_item_never_interacts_with_itself() -> None:
    for entry in entries().values():
        assert between(entry, entry) == []


def test_pantoprazole_is_not_taken_for_omeprazole_with_clopidogrel() -> None:
    shelf = entries()
    clopidogrel = shelf["clopidogrel-tableta-75-mg"]
    assert between(clopidogrel, shelf["omeprazol-capsula-20-mg"])
    assert not between(clopidogrel, shelf["pantoprazol-tableta-40-mg"])
