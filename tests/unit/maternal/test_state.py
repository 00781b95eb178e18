"""One answer to "is she pregnant": the record first, then the enrolment, then what was said; nothing outlives its time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.care.pregnancies import Pregnancy, Scan, judge
from ces_tui.care.records import Programme, Vitals

TODAY = date(2026, 11, 20)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def begun(days: int = 150, **fields: object) -> Pregnancy:
    told: dict[str, object] = {"day": ago(days - 40), "lmp": ago(days), "lmp_certainty": "segura"}
    return Pregnancy(**(told | fields))  # type: ignore[arg-type]


def enrolled(days: int) -> Programme:
    return Programme(day=ago(days), kind="prenatal", opened=ago(days))


def said(pregnant: bool, days: int) -> Vitals:
    return Vitals(day=ago(days), pregnant=pregnant)


def test_an_open_record_says_how_far_and_until_when() -> None:
    found = judge([("a", begun(150))], [], [], TODAY)
    assert (found.pregnant, found.days, found.weeks, found.record) == (True, 150, 21, "a")
    assert found.brief == f"emb. 21+3, FPP {(ago(150) + timedelta(days=280)):%d/%m/%Y}"


def test_an_ultrasound_beyond_the_table_counts_for_the_weeks() -> None:
    scan = Scan(day=ago(80), gestation_days=90)
    assert judge([("a", begun(150, scans=[scan]))], [], [], TODAY).days == 170


def test_a_record_without_dates_is_a_pregnancy_without_weeks() -> None:
    found = judge([("a", begun(150, lmp=None, lmp_certainty="desconocida"))], [], [], TODAY)
    assert (found.pregnant, found.days, found.brief) == (True, None, "embarazada")


def test_a_record_nobody_closed_is_no_pregnancy_after_44_weeks() -> None:
    assert judge([("a", begun(307))], [], [], TODAY).pregnant is True
    assert judge([("a", begun(308))], [], [], TODAY).pregnant is None


def test_what_was_said_before_a_birth_counts_no_more_and_what_is_said_after_does() -> None:
    born = begun(300, ended=ago(20), outcome="parto", breastfeeding=True)
    old, new = [enrolled(200), said(True, 30)], [said(True, 2)]
    found = judge([("a", born)], [old[0]], [old[1]], TODAY)  # type: ignore[list-item]
    assert (found.pregnant, found.lactating, found.infant_weeks, found.birth_days) == (False, True, 2, 20)
    assert judge([("a", born)], [], new, TODAY).pregnant is True


def test_after_a_loss_nobody_is_said_to_breastfeed() -> None:
    lost = begun(100, ended=ago(40), outcome="aborto")
    found = judge([("a", lost)], [], [], TODAY)
    assert (found.pregnant, found.lactating, found.infant_weeks, found.birth_days) == (None, None, None, None)


def test_breastfeeding_is_asked_anew_after_two_years() -> None:
    born = begun(1100, ended=ago(731), outcome="cesarea", breastfeeding=True)
    assert judge([("a", born)], [], [], TODAY).lactating is None


@pytest.mark.parametrize(("days", "expected"), [(0, True), (294, True), (295, None)])
def test_a_pregnancy_said_with_the_vitals_holds_42_weeks(days: int, expected: bool | None) -> None:
    assert judge([], [], [said(True, days)], TODAY).pregnant is expected


@pytest.mark.parametrize(("days", "expected"), [(0, False), (30, False), (31, None)])
def test_not_pregnant_said_with_the_vitals_holds_30_days(days: int, expected: bool | None) -> None:
    assert judge([], [], [said(False, days)], TODAY).pregnant is expected


def test_an_enrolment_outweighs_a_no_and_ends_with_44_weeks() -> None:
    assert judge([], [enrolled(307)], [said(False, 0)], TODAY).pregnant is True
    assert judge([], [enrolled(308)], [], TODAY).pregnant is None


@given(st.integers(0, 400), st.integers(0, 400), st.booleans())
def test_weeks_are_given_only_to_the_pregnant(begun_days: int, said_days: int, word: bool) -> None:
    found = judge([("a", begun(begun_days))], [], [said(word, said_days)], TODAY)
    assert found.days is None or (found.pregnant and 0 <= found.days < 308)
