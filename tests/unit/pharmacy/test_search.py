"""The formulary is found by what clinicians type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.search import Finder

FINDER = Finder(entries().values())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("losartan 50", "losartan-tableta-50-mg"),
        ("Losartán", "losartan-tableta-100-mg"),
        ("paracetmol 500", "paracetamol-tableta-500-mg"),
        ("metformina850", "metformina-tableta-850-mg"),
        ("amoxi susp", "amoxicilina-suspension-500-mg-5-ml"),
        ("enalpril", "enalapril-tableta-o-capsula-10-mg"),
        ("aspirina 100", "acido-acetilsalicilico-tableta-100-mg"),
        ("ibuprofeno gotas", "ibuprofeno-gotas-40-mg-ml"),
        ("hidroclorotiacida", "hidroclorotiazida-tableta-25-mg"),
        ("omeprasol", "omeprazol-capsula-20-mg"),
        ("nph", "insulina-nph-suspension-inyectable-100-ui-ml-10-ml"),
        ("suero", "electrolitos-orales-polvo-27p9-g"),
        ("adrenalina", "epinefrina-inyectable-1-mg-ml"),
        ("salbutamol inhalador", "salbutamol-aerosol-100-mcg-dosis"),
        ("tmp susp", "trimetoprima-sulfametoxazol-suspension-40-200-mg-5-ml"),
    ],
)
def test_what_is_typed_finds_the_medicine_first(typed: str, first: str) -> None:
    assert FINDER.find(typed)[0].id == first


def test_a_wrong_strength_finds_nothing_rather_than_another_strength() -> None:
    assert FINDER.find("losartan 75") == []


@given(st.text(max_size=40))
def test_any_text_is_a_search(text: str) -> None:
    assert len(FINDER.find(text, 5)) <= 5


def test_every_entry_is_found_by_its_own_name() -> None:
    for entry in entries().values():
        assert entry in FINDER.find(entry.name, 8), entry.id


@pytest.mark.parametrize("width", [33, 60])
def test_a_shortened_name_never_loses_its_strength(width: int) -> None:
    for entry in entries().values():
        short = entry.short(width)
        assert entry.strength in short, entry.id
        assert len(short) <= max(width, len(entry.strength) + 14), entry.id
