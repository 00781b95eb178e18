"""Z-scores are those of the WHO tables; bands are those of the facts; measuring lying or standing counts."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pygrowup import Observation

from ces_tui.care.calculators_growth import Child, Index, arm, line, named, rule, score, scores, table

BIRTH = date(2020, 1, 1)


def child(days: int, sex: str = "F") -> Child:
    return Child(BIRTH, sex, BIRTH + timedelta(days=days))


def test_they_are_those_of_the_library_on_every_day_of_the_first_five_years() -> None:
    """The library was compared with the WHO files (facts/clinical.md); 600 drawn children, each index, both ways to measure."""
    draw = random.Random(5)
    for _ in range(600):
        days, sex, lying = draw.randint(0, 1856), draw.choice("FM"), draw.choice([True, False])
        weight, height, head = (
            round(draw.uniform(*r), 1) for r in ((1.5, 30), (46 + days / 40, 64 + days / 40), (31, 54))
        )
        seen = Observation(
            "male" if sex == "M" else "female",
            dob=BIRTH,
            date_of_observation=BIRTH + timedelta(days=days),
        )
        expected = {
            "height": seen.lhfa(Decimal(str(height)), recumbent=lying),
            "weight": seen.wfa(Decimal(str(weight))),
            "head": seen.hcfa(Decimal(str(head))),
        }
        found = {
            s.index: s.z
            for s in scores(child(days, sex), weight_kg=weight, height_cm=height, head_cm=head, lying=lying)
        }
        for index, z in expected.items():
            assert found[index] == pytest.approx(float(z), abs=0.011), (index, days)  # type: ignore[index]


@pytest.mark.parametrize("index", ["height", "weight", "bmi", "head"])
@pytest.mark.parametrize("days", [0, 30, 400, 729, 730, 1856])
def test_a_value_on_a_drawn_line_has_that_score(index: Index, days: int) -> None:
    """The curve and the score are the same table read both ways."""
    for z in (-3, -2, 0, 2, 3):
        [value] = line(index, "M", z, [days])
        assert value is not None
        told = {"height": {"height_cm": value}, "head": {"head_cm": value}, "weight": {"weight_kg": value}}
        measured = told.get(index) or {"weight_kg": value, "height_cm": 100.0}
        found = score(index, child(days, "M"), **measured)  # type: ignore[arg-type]
        assert found is not None and found.z == pytest.approx(z, abs=0.01)


def test_a_child_under_two_measured_standing_gets_seven_millimetres_and_the_other_way_round() -> None:
    low = score("height", child(600), height_cm=80.0, lying=False)
    same = score("height", child(600), height_cm=80.7, lying=True)
    assert low is not None and same is not None and low.z == same.z
    told = score("height", child(800), height_cm=85.7, lying=True)
    usual = score("height", child(800), height_cm=85.0)
    assert told is not None and usual is not None and told.z == usual.z


def test_the_day_of_birth_is_an_age() -> None:
    """The library takes age 0 for none; here it is a day like others."""
    found = score("weight", child(0), weight_kg=3.2)
    assert found is not None and -1 < found.z < 1


@pytest.mark.parametrize(
    ("index", "days", "z", "word"),
    [
        ("wasting", 400, -3.01, "desnutrición aguda grave"),
        ("wasting", 400, -3.0, "desnutrición aguda moderada"),
        ("wasting", 400, -2.01, "desnutrición aguda moderada"),
        ("wasting", 400, -2.0, "peso normal para la talla"),
        ("wasting", 400, 2.01, "sobrepeso"),
        ("height", 400, -2.01, "baja talla"),
        ("height", 400, -3.01, "baja talla grave"),
        ("bmi", 3000, -2.01, "delgadez"),
        ("bmi", 3000, -3.01, "delgadez grave"),
        ("bmi", 3000, 1.0, "IMC normal"),
        ("bmi", 3000, 1.01, "sobrepeso"),
        ("bmi", 3000, 2.01, "obesidad"),
        ("bmi", 1000, 1.01, "IMC normal"),
        ("weight", 400, -1.01, "desnutrición leve por peso para la edad"),
    ],
)
def test_bands_are_those_of_the_facts(index: Index, days: int, z: float, word: str) -> None:
    assert named(index, child(days), z)[0] == word


def test_the_arm_is_read_from_6_to_59_months() -> None:
    assert arm(child(400), 114)[0] == "desnutrición aguda grave"
    assert arm(child(400), 124)[0] == "desnutrición aguda moderada"
    assert arm(child(400), 125)[0] == "sin desnutrición aguda"
    assert arm(child(90), 114) == ("", "")
    assert arm(child(1900), 114) == ("", "")


def test_outside_a_table_there_is_no_score() -> None:
    """Weight to ten years, head to five, weight for length within its lengths."""
    assert score("weight", child(3653), weight_kg=30) is None
    assert score("head", child(1857), head_cm=50) is None
    assert score("wasting", child(400), weight_kg=8, height_cm=44) is None
    assert score("height", child(6940), height_cm=160) is None


def test_a_score_beyond_what_who_takes_as_real_says_so() -> None:
    found = score("weight", child(400), weight_kg=30)
    assert found is not None and found.implausible
    assert not any(s.implausible for s in scores(child(400), weight_kg=9, height_cm=75, head_cm=45))


def test_every_index_has_words_source_and_certainty() -> None:
    for index in table()["indices"]:
        told = rule(index)
        assert set(told["source"]) <= set(table()["sources"]) and told["certainty"] in {"V", "K", "U"}
        assert "below" not in told["bands"][-1] and "upto" not in told["bands"][-1]


def test_the_tables_are_not_loaded_before_the_first_child() -> None:
    program = (
        "import sys, ces_tui.care.calculators_growth, ces_tui.care.vitals; print('pygrowup' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
