"""Limits of vital signs: refused, marked, asked again, and when an alert follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput, Refused
from ces_tui.care.limits import MEASURED, Who, child_range, marks, refuse_impossible, systolic_minimum, table
from ces_tui.care.measures import read_measures
from ces_tui.care.plausible import asks, dangers
from ces_tui.care.records import Vitals

TODAY = date(2026, 11, 20)
WOMAN = Who(date(1980, 5, 1), "F", TODAY)
PREGNANT = Who(date(2000, 5, 1), "F", TODAY, pregnant=True)
NEWBORN = Who(TODAY - timedelta(days=5), "M", TODAY)
CHILD = Who(date(2021, 11, 20), "F", TODAY)


def vitals(**values: object) -> Vitals:
    return Vitals(day=TODAY, **values)  # type: ignore[arg-type]


def test_every_number_of_the_file_has_source_and_certainty() -> None:
    """No limit without where it comes from; every source named is listed; U is only a capture limit."""
    told = table()
    rules = list(told["fields"].values()) + [
        rule for group in told["groups"].values() for rule in group.values() if isinstance(rule, dict)
    ]
    rules += [
        told["child_ranges"],
        told["child_pressure_repeat"],
        told["child_slip"],
        *told["cross"].values(),
    ]
    for rule in rules:
        assert rule["certainty"] in {"V", "K", "U"}
        assert rule["source"]
        assert set(rule["source"]) <= set(told["sources"])
        assert rule["certainty"] != "U" or "capture" in rule
    assert set(told["fields"]) == set(MEASURED)


def test_warn_lies_inside_critical_and_critical_inside_capture() -> None:
    """A value that is asked again was marked before, and what is refused was asked before."""
    for group in table()["groups"].values():
        for field, rule in group.items():
            if not isinstance(rule, dict):
                continue
            (low, high), (worst_low, worst_high) = rule["warn"], rule["critical"]
            first, last = table()["fields"][field]["capture"]
            assert worst_low is None or low is None or first < worst_low <= low
            assert worst_high is None or high is None or high <= worst_high < last


@pytest.mark.parametrize("field", MEASURED)
def test_a_value_just_outside_is_refused_at_its_field_and_just_inside_is_kept(field: str) -> None:
    low, high = table()["fields"][field]["capture"]
    other = {"systolic": ("diastolic", 10), "diastolic": ("systolic", 300)}.get(field)
    pair = {other[0]: other[1]} if other else {}
    for value in (low, high):
        refuse_impossible(vitals(**{field: value, **pair}))
    for value in (low - 0.1, high + 0.1):
        with pytest.raises(Refused) as caught:
            refuse_impossible(vitals(**{field: value, **pair}))
        assert caught.value.field == field


def test_pressure_is_both_or_none_and_systolic_is_not_below() -> None:
    for odd, field in (
        ({"systolic": 120}, "diastolic"),
        ({"diastolic": 80}, "systolic"),
        ({"systolic": 80, "diastolic": 120}, "systolic"),
    ):
        with pytest.raises(Refused) as caught:
            refuse_impossible(vitals(**odd))
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("who", "values", "kinds"),
    [
        (WOMAN, {"systolic": 120, "diastolic": 80}, []),
        (WOMAN, {"systolic": 179, "diastolic": 109}, []),
        (WOMAN, {"systolic": 180, "diastolic": 100}, ["crisis_hipertensiva"]),
        (WOMAN, {"systolic": 150, "diastolic": 110}, ["crisis_hipertensiva"]),
        (PREGNANT, {"systolic": 159, "diastolic": 109}, []),
        (PREGNANT, {"systolic": 160, "diastolic": 90}, ["crisis_hipertensiva"]),
        (WOMAN, {"systolic": 79, "diastolic": 50}, ["presion_baja"]),
        (WOMAN, {"spo2": 89}, ["signo_spo2"]),
        (WOMAN, {"spo2": 90}, []),
        (WOMAN, {"glucose_mgdl": 53}, ["signo_glucose_mgdl"]),
        (WOMAN, {"glucose_mgdl": 400}, ["signo_glucose_mgdl"]),
        (NEWBORN, {"respiration": 60}, ["signo_respiration"]),
        (NEWBORN, {"respiration": 59}, []),
        (NEWBORN, {"temperature_c": 37.5}, ["signo_temperature_c"]),
        (CHILD, {"systolic": 79, "diastolic": 50}, ["presion_baja"]),
        (CHILD, {"systolic": 80, "diastolic": 50}, []),
        (CHILD, {"systolic": 180, "diastolic": 90}, ["crisis_hipertensiva"]),
    ],
)
def test_critical_values_become_alerts_exactly_from_their_limit(
    who: Who, values: dict[str, object], kinds: list[str]
) -> None:
    assert [d.kind for d in dangers(vitals(**values), who)] == kinds


def test_every_danger_is_asked_again_before() -> None:
    """No alert from a slip of the finger: its value was asked once more."""
    for values in (
        {"systolic": 210, "diastolic": 120},
        {"spo2": 60},
        {"glucose_mgdl": 20},
        {"temperature_c": 34.0},
    ):
        reading = vitals(**values)
        assert dangers(reading, WOMAN)
        assert {ask.field for ask in asks(reading, WOMAN)}


@pytest.mark.parametrize(
    ("who", "values", "before", "field"),
    [
        (WOMAN, {"systolic": 120, "diastolic": 110}, {}, "diastolic"),
        (WOMAN, {"weight_kg": 160.0, "height_cm": 58.0}, {}, "weight_kg"),
        (WOMAN, {"height_cm": 158.0}, {"height_cm": 150.0}, "height_cm"),
        (WOMAN, {"weight_kg": 70.0}, {"weight_kg": 60.0}, "weight_kg"),
        (CHILD, {"height_cm": 100.0}, {"height_cm": 101.0}, "height_cm"),
        (CHILD, {"head_cm": 48.0}, {"head_cm": 49.0}, "head_cm"),
        (CHILD, {"weight_kg": 180.0}, {}, "weight_kg"),
        (CHILD, {"respiration": 90}, {}, "respiration"),
        (WOMAN, {"temperature_c": 41.0}, {}, "temperature_c"),
    ],
)
def test_what_does_not_fit_is_asked_again(
    who: Who, values: dict[str, object], before: dict[str, object], field: str
) -> None:
    earlier = [Vitals(day=TODAY - timedelta(days=10), **before)] if before else []  # type: ignore[arg-type]
    assert field in [ask.field for ask in asks(vitals(**values), who, earlier)]


def test_ordinary_values_ask_nothing() -> None:
    """A page of usual values is kept with no question."""
    usual = vitals(
        weight_kg=62.5,
        height_cm=155,
        systolic=128,
        diastolic=82,
        pulse=78,
        respiration=16,
        temperature_c=36.6,
        spo2=96,
        glucose_mgdl=98,
    )
    assert asks(usual, WOMAN, [Vitals(day=TODAY - timedelta(days=28), weight_kg=61.8, height_cm=155)]) == []
    assert marks(usual, WOMAN) == []


def test_child_ranges_are_linear_between_the_ages_of_the_table() -> None:
    assert child_range("pulse", 12) == (100, 170)
    assert child_range("pulse", 18) == (95, 165)
    assert child_range("pulse", 0) == (110, 180)
    assert child_range("pulse", 200) == (60, 100)
    assert systolic_minimum(CHILD) == 80


@given(st.integers(0, 14 * 12), st.sampled_from(["pulse", "respiration", "systolic"]))
def test_child_ranges_never_cross(months: int, field: str) -> None:
    low, high = child_range(field, months)
    assert low is not None
    assert high is not None
    assert low < high


@given(st.floats(0.4, 350), st.floats(25, 230))
def test_bmi_is_weight_over_height_squared(weight: float, height: float) -> None:
    assert vitals(weight_kg=weight, height_cm=height).bmi == round(weight / (height / 100) ** 2, 1)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"weight_kg": "78,5"}, {"weight_kg": 78.5}),
        ({"weight_kg": "78.5", "height_cm": "1,58"}, {"weight_kg": 78.5, "height_cm": 158.0}),
        ({"pressure": "120/80"}, {"systolic": 120, "diastolic": 80}),
        ({"pressure": "120 80"}, {"systolic": 120, "diastolic": 80}),
        ({"glucose_mgdl": "HI"}, {"glucose_mgdl": 600, "glucose_high": True}),
        ({"glucose_mgdl": ">500"}, {"glucose_mgdl": 500, "glucose_high": True}),
        ({"spo2": "96 %", "pulse": " "}, {"spo2": 96}),
    ],
)
def test_values_are_read_as_typed(typed: dict[str, str], read: dict[str, object]) -> None:
    assert read_measures(typed) == read


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"pressure": "120"}, "pressure"),
        ({"pulse": "7o"}, "pulse"),
        ({"pulse": "72,5"}, "pulse"),
        ({"weight_kg": "-5x"}, "weight_kg"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(typed: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_measures(typed)
    assert caught.value.field == field
