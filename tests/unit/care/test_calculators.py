"""Formulas with their source: the published vectors, the limits, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput, Refused
from ces_tui.care.calculators import bmi, cardiovascular, egfr, egfr_child
from ces_tui.care.calculators_gestation import (
    Dated,
    check_lmp,
    date_pregnancy,
    days_by_crl,
    show_gestation,
    table,
)

LMP = date(2026, 1, 10)


@pytest.mark.parametrize(
    ("creatinine", "years", "sex", "expected"),
    [
        (1.0, 60, "F", 64.5),
        (1.0, 60, "M", 86.2),
        (0.8, 35, "F", 98.5),
        (2.3, 70, "M", 29.8),
        (0.6, 30, "F", 123.8),
        (4.5, 55, "M", 14.6),
    ],
)
def test_ckd_epi_2021_gives_the_published_values(
    creatinine: float, years: int, sex: str, expected: float
) -> None:
    assert egfr(creatinine, years=years, sex=sex).value == pytest.approx(expected, abs=0.051)


@pytest.mark.parametrize(
    ("creatinine", "word"), [(0.7, "G1"), (1.0, "G2"), (1.3, "G3a"), (1.7, "G3b"), (3.0, "G4"), (6.0, "G5")]
)
def test_a_filtration_says_its_stage_and_its_source(creatinine: float, word: str) -> None:
    found = egfr(creatinine, years=60, sex="F")
    assert found.words.startswith(word)
    assert "CKD-EPI 2021" in found.cited and found.certainty == "V" and found.notes


@given(st.floats(0.2, 20), st.integers(18, 110), st.sampled_from("FM"))
def test_more_creatinine_never_means_a_better_kidney(creatinine: float, years: int, sex: str) -> None:
    assert egfr(creatinine + 0.2, years=years, sex=sex).value <= egfr(creatinine, years=years, sex=sex).value


def test_filtration_is_refused_for_the_young_the_pregnant_and_what_is_no_creatinine() -> None:
    with pytest.raises(Refused, match="Schwartz"):
        egfr(0.5, years=17, sex="F")
    with pytest.raises(Refused, match="embarazo"):
        egfr(0.5, years=25, sex="F", pregnant=True)
    with pytest.raises(Refused, match="mg/dL"):
        egfr(88, years=25, sex="F")


def test_schwartz_is_for_one_to_seventeen_years() -> None:
    assert egfr_child(0.5, 110, years=5).value == pytest.approx(90.9)
    for years in (0, 18):
        with pytest.raises(Refused):
            egfr_child(0.5, 110, years=years)


@pytest.mark.parametrize(
    ("weight", "height", "sex", "years", "word"),
    [
        (50, 165, "F", 30, "bajo peso"),
        (52, 148, "F", 30, "sobrepeso (talla baja)"),
        (55, 148, "F", 30, "obesidad (talla baja)"),
        (52, 150, "F", 30, "peso normal"),
        (60, 159, "M", 30, "sobrepeso (talla baja)"),
        (70, 165, "M", 30, "sobrepeso"),
        (40, 140, "F", 18, ""),
    ],
)
def test_bmi_knows_short_adults_and_leaves_children_to_their_tables(
    weight: float, height: float, sex: str, years: int, word: str
) -> None:
    assert bmi(weight, height, years=years, sex=sex).words == word


def test_a_cardiovascular_risk_needs_the_chart_it_was_read_in() -> None:
    assert cardiovascular(12, "oms_lab", years=55).words.startswith("alto")
    assert any("diabetes" in n for n in cardiovascular(12, "oms_sin_lab", years=55, diabetic=True).notes)
    assert cardiovascular(3, "oms_lab", years=35).notes
    with pytest.raises(BadInput, match="tabla"):
        cardiovascular(12, "", years=55)
    with pytest.raises(Refused):
        cardiovascular(101, "oms_lab", years=55)


def test_last_period_gives_due_date_and_age() -> None:
    """The vector of facts/calculadoras.yaml."""
    dating = date_pregnancy(LMP, "segura", [])
    assert dating is not None
    assert dating.due == date(2026, 10, 17)
    assert show_gestation(dating.days(date(2026, 6, 1))) == "20+2"


def test_crown_rump_length_gives_days_and_only_from_7_to_84_mm() -> None:
    assert days_by_crl(45) == 79  # 78.7: 11 weeks and 1.7 days
    for wrong in (6.9, 84.5):
        with pytest.raises(Refused):
            days_by_crl(wrong)


@pytest.mark.parametrize(
    ("by_lmp", "over"),
    [(62, 5), (63, 7), (97, 7), (98, 7), (111, 7), (112, 10), (153, 10), (154, 14), (195, 14), (196, 21)],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_an_ultrasound_changes_the_date_only_beyond_the_table(by_lmp: int, over: int, sign: int) -> None:
    """Exactly the allowed difference keeps the last period; one day more takes the ultrasound."""
    day = LMP + timedelta(days=by_lmp)
    kept = date_pregnancy(LMP, "segura", [Dated(day, by_lmp + sign * over)])
    changed = date_pregnancy(LMP, "segura", [Dated(day, by_lmp + sign * (over + 1))])
    assert kept is not None and kept.basis == "fum" and kept.start == LMP and not kept.redated
    assert changed is not None and changed.basis == "us" and changed.redated
    assert changed.start == LMP - timedelta(days=sign * (over + 1))
    assert bool(changed.warning) == (by_lmp >= 196)


def test_the_earliest_ultrasound_counts() -> None:
    """A later one never moves the date again."""
    early, late = Dated(LMP + timedelta(days=70), 60), Dated(LMP + timedelta(days=200), 230)
    dating = date_pregnancy(LMP, "segura", [late, early])
    assert dating is not None and dating.start == early.day - timedelta(days=60)


def test_an_unknown_last_period_leaves_the_ultrasound_or_nothing() -> None:
    scan = Dated(LMP + timedelta(days=70), 75)
    by_scan = date_pregnancy(LMP, "desconocida", [scan])
    assert by_scan is not None and by_scan.basis == "us" and not by_scan.redated
    assert date_pregnancy(LMP, "desconocida", []) is None
    assert date_pregnancy(None, "", []) is None


@given(st.integers(-60, 400), st.integers(20, 300))
def test_a_dating_is_always_one_of_the_two(by_lmp: int, by_scan: int) -> None:
    """Whatever the dates are, the start is the last period's or the ultrasound's, with its reasons."""
    scan = Dated(LMP + timedelta(days=by_lmp), by_scan)
    dating = date_pregnancy(LMP, "segura", [scan])
    assert dating is not None
    assert dating.start in {LMP, scan.day - timedelta(days=by_scan)}
    assert (dating.due - dating.start).days == 280 and len(dating.why) == 4


def test_a_last_period_ahead_or_too_long_ago_is_refused() -> None:
    today = date(2026, 11, 20)
    check_lmp(today, today)
    check_lmp(today - timedelta(days=308), today)
    for wrong in (today + timedelta(days=1), today - timedelta(days=309)):
        with pytest.raises(Refused):
            check_lmp(wrong, today)


def test_every_figure_of_the_gestation_file_has_source_and_certainty() -> None:
    known = set(table()["sources"])
    rows = [*table()["due"], table()["visits"], table()["intervals"], table()["term"]]
    for row in rows:
        assert set(row["source"]) <= known and row["certainty"] in {"V", "K", "U"}
