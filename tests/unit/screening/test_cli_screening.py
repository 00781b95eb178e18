"""`screening score` keeps its shape: others lean on it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.cli.screening import screening
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.sheets import parse_sheet, show_sheet


def run(*args: str) -> str:
    result = CliRunner().invoke(screening, args, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_an_incomplete_phq9_has_a_null_total_and_names_item_9() -> None:
    shape = json.loads(run("score", "phq9", "--answers", "0,1,2,3,0,0,0,0,-", "--json"))
    assert shape == {
        "instrument": "phq9",
        "complete": False,
        "total": None,
        "band": None,
        "flags": ["item9_sin_respuesta"],
    }


def test_a_whole_phq9_has_its_total_band_and_positive_item_9() -> None:
    shape = json.loads(run("score", "phq9", "--answers", "2,2,2,2,2,2,2,2,1", "--json"))
    assert (shape["complete"], shape["total"], shape["band"]) == (True, 17, "moderadamente_grave")
    assert shape["flags"] == ["item9"]


def test_the_words_for_a_person_never_show_a_total_of_an_incomplete_sheet() -> None:
    words = run("score", "phq9", "--answers", "3,3,3,-,-,-,3,3,0")
    assert "INCOMPLETO (6 de 9), sin puntaje" in words
    assert "15" not in words


@pytest.mark.parametrize(
    "sheet", ["0,1,2", "0,1,2,3,0,0,0,0,4", "0,1,2,3,0,0,0,0,x", "", "0,1,2,3,0,0,0,0,-1"]
)
def test_a_sheet_that_is_not_one_is_refused_as_usage(sheet: str) -> None:
    with pytest.raises(BadInput) as refusal:
        run("score", "phq9", "--answers", sheet)
    assert refusal.value.exit_code == 2


def test_an_unknown_instrument_names_those_that_exist() -> None:
    with pytest.raises(NotFound, match="gad7"):
        run("score", "beck", "--answers", "0")


def test_list_and_show_give_every_instrument_with_its_items_and_sources() -> None:
    listed = json.loads(run("list", "--json"))
    assert {i["instrument"] for i in listed} == {i.id for i in Instruments().all()}
    for entry in listed:
        whole = json.loads(run("show", entry["instrument"], "--json"))
        assert len(whole["questions"]) == entry["items"] and whole["sources"]
        assert "Fuente:" in run("show", entry["instrument"])


def test_a_sheet_reads_back_as_it_was_shown() -> None:
    assert parse_sheet(show_sheet([0, None, 3])) == [0, None, 3]
