"""Every possible sheet of PHQ-9 and GAD-7 against tables written from the papers, not from the files."""

from __future__ import annotations

import itertools

import pytest

from ces_tui.screening.instruments import Instruments
from ces_tui.screening.rules import score

PHQ9 = ["minima"] * 5 + ["leve"] * 5 + ["moderada"] * 5 + ["moderadamente_grave"] * 5 + ["grave"] * 8
"""Kroenke 2001: 0-4, 5-9, 10-14, 15-19, 20-27."""
GAD7 = ["minima"] * 5 + ["leve"] * 5 + ["moderada"] * 5 + ["grave"] * 7
"""Spitzer 2006: 0-4, 5-9, 10-14, 15-21."""


def test_all_262144_sheets_of_phq9_give_the_published_total_band_and_item_9_flag() -> None:
    phq9 = Instruments().get("phq9")
    seen = 0
    for sheet in itertools.product(range(4), repeat=9):
        result = score(phq9, sheet)
        total = (
            sheet[0] + sheet[1] + sheet[2] + sheet[3] + sheet[4] + sheet[5] + sheet[6] + sheet[7] + sheet[8]
        )
        flags = ("item9",) if sheet[8] else ()
        if (
            result.total != total
            or result.band != PHQ9[total]
            or result.flags != flags
            or not result.complete
        ):
            pytest.fail(f"{sheet}: {result}")
        seen += 1
    assert seen == 262_144


def test_all_16384_sheets_of_gad7_give_the_published_total_and_band() -> None:
    gad7 = Instruments().get("gad7")
    seen = 0
    for sheet in itertools.product(range(4), repeat=7):
        result = score(gad7, sheet)
        total = sheet[0] + sheet[1] + sheet[2] + sheet[3] + sheet[4] + sheet[5] + sheet[6]
        if result.total != total or result.band != GAD7[total] or result.flags or not result.complete:
            pytest.fail(f"{sheet}: {result}")
        seen += 1
    assert seen == 16_384


@pytest.mark.parametrize("name", ["phq2", "gad2"])
def test_every_sheet_of_a_short_form_is_positive_from_three_on(name: str) -> None:
    short = Instruments().get(name)
    for a, b in itertools.product(range(4), repeat=2):
        result = score(short, (a, b))
        assert (result.total, result.band) == (a + b, "positivo" if a + b >= 3 else "negativo")
