"""The formulary's files: complete, consistent, every figure with its source and certainty."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ces_tui.base.content import load
from ces_tui.base.text import fold
from ces_tui.pharmacy.doses import paediatric_doses
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.interactions import interactions
from ces_tui.pharmacy.levels import parse_rule

SOURCE_ROWS = 313
FROZEN_IDS = Path(__file__).with_name("formulary_ids.txt").read_text(encoding="utf-8").split()


def _known_names() -> set[str]:
    found = {fold(e.generic) for e in entries().values()}
    return found | {fold(i) for e in entries().values() for i in e.ingredients}


def test_every_source_row_is_carried_over() -> None:
    rows = {int(row["row"]) for row in load("formulary/formulary.csv")}
    assert rows == set(range(1, SOURCE_ROWS + 1))


def test_an_id_once_given_never_changes() -> None:
    assert set(FROZEN_IDS) <= set(entries())
    assert all(v == 1 for v in Counter(r["id"] for r in load("formulary/formulary.csv")).values())


def test_a_cnis_number_stands_only_where_it_was_seen() -> None:
    rows = load("formulary/formulary.csv")
    assert all(bool(row["cnis"]) == (row["cnis_certainty"] == "V") for row in rows)
    assert len({row["row"] for row in rows if row["cnis"]}) == 101


@pytest.mark.parametrize(
    "name",
    ["formulary", "interactions", "interaction_names", "allergy_classes", "controlled", "pediatric_doses"],
)
def test_every_row_says_how_certain_it_is(name: str) -> None:
    for row in load(f"formulary/{name}.csv"):
        assert row["certainty"].split()[0] in {"V", "K", "U"}, row


@pytest.mark.parametrize("name", ["formulary", "allergy_classes", "controlled", "pediatric_doses"])
def test_every_row_names_its_source(name: str) -> None:
    assert all(row["source"] for row in load(f"formulary/{name}.csv"))


def test_every_entry_can_be_counted_and_dosed() -> None:
    for entry in entries().values():
        assert entry.unit and entry.dose_unit and entry.step > 0, entry.id
        assert entry.pack is None or entry.pack > 0, entry.id
        assert not entry.max_day or len(entry.max_day) == len(entry.ingredients), entry.id
        assert not entry.amounts or len(entry.amounts) == len(entry.ingredients), entry.id


def test_every_rule_of_the_formulary_is_understood() -> None:
    for entry in entries().values():
        for rule in (entry.pregnancy_rule, entry.lactation_rule, entry.child_rule, entry.renal_rule):
            parse_rule(rule)


def test_a_liquid_dosed_by_mass_knows_its_mg_per_ml() -> None:
    for entry in entries().values():
        if entry.dose_unit == "mL" and "mg/" in entry.strength and entry.route == "oral":
            assert entry.mg_per_ml, entry.id


def test_every_interaction_name_maps_to_the_formulary_or_is_knowingly_absent() -> None:
    known = _known_names()
    mapping = {fold(r["name"]): r for r in load("formulary/interaction_names.csv")}
    names = {name for pair in interactions() for name in pair}
    lost = {n for n in names if n not in known and n not in mapping}
    assert not lost
    assert all(mapping[n]["absent"] or mapping[n]["generics"] for n in names & set(mapping))


def test_every_generic_a_name_maps_to_exists() -> None:
    generics = {e.generic for e in entries().values()}
    for row in load("formulary/interaction_names.csv"):
        assert set(filter(None, row["generics"].split(";"))) <= generics, row


def test_every_allergy_member_is_in_the_formulary_or_knowingly_absent() -> None:
    known = _known_names()
    for row in load("formulary/allergy_classes.csv"):
        assert all(fold(m) in known for m in row["members"].split(";") if m), row["class"]
        assert not any(fold(m) in known for m in row["absent"].split(";") if m), row["class"]
        assert all(fold(c.rsplit(":", 1)[0]) in known for c in row["cross"].split(";") if c), row["class"]


def test_no_interaction_was_lost() -> None:
    assert len(load("formulary/interactions.csv")) == 635
    assert len(interactions()) == 635


def test_severities_are_the_five_known() -> None:
    assert {i.severity for i in interactions().values()} == {
        "contraindicada",
        "contraindicada_rn",
        "mayor",
        "moderada",
        "menor",
    }


def test_paediatric_rows_name_formulary_drugs_or_are_bans_of_absent_ones() -> None:
    generics = {e.generic for e in entries().values()}
    for dose in paediatric_doses():
        assert set(dose.generics) <= generics, dose.drug
        assert dose.generics or dose.kind == "ban", dose.drug


def test_a_paediatric_cap_says_its_unit_and_no_unsure_figure_computes() -> None:
    assert len(paediatric_doses()) == 103
    for dose in paediatric_doses():
        assert (dose.cap_dose is None) == (dose.cap_dose_unit == ""), dose.drug
        assert dose.certainty != "U" or dose.kind == "text", dose.drug


def test_every_paediatric_ban_reaches_the_formulary_entry() -> None:
    for dose in paediatric_doses():
        for entry in entries().values():
            if dose.kind == "ban" and entry.generic in dose.generics and entry.systemic:
                assert entry.child_rule, entry.id
