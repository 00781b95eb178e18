"""What the benchmarks count with, and that the command runs from one end to the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.benchmarks import report
from tests.benchmarks.core import misspelt
from tests.benchmarks.figures import Figure, median, percentile, under

ROOT = Path(__file__).resolve().parents[3]


def test_a_percentile_is_a_measured_value() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.95) == 95
    assert percentile(values, 0.99) == 99
    assert percentile([7.0], 0.5) == 7
    assert median([1, 2, 9]) == 2


def test_a_goal_that_is_missed_says_so_in_the_table() -> None:
    figures = {
        "a": [under("rápido", 3, "ms", 5), under("lento", 9, "ms", 5)],
        "b": [Figure("sin meta", 1.5, "MB")],
    }
    lines = report.table(figures, {"python": "x"}).splitlines()
    assert "| yes |" in next(line for line in lines if "rápido" in line)
    assert "| NO |" in next(line for line in lines if "lento" in line)
    assert [row["met"] for row in report.rows(figures)] == [True, False, None]


def test_a_ratio_is_taken_to_its_floor() -> None:
    figure = Figure("x", 6, "ms", floor=4, floor_name="piso")
    assert figure.ratio == 1.5
    assert "1.50" in report.table({"x": [figure]}, {})


def test_a_misspelt_query_differs_by_one_slip() -> None:
    rng = Random(1)
    for _ in range(200):
        slip = misspelt("velazquez guillen jose", rng)
        assert slip != ""
        assert abs(len(slip) - len("velazquez guillen jose")) <= 1


@pytest.mark.bench
def test_the_command_measures_a_small_clinic_and_answers_in_json(tmp_path: Path) -> None:
    only = ["unlock", "charts", "search", "save", "fsyncs", "size"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--json", "--patients", "30", "--years", "0.3", "--rounds", "1",
         *(word for name in only for word in ("--only", name))],
        cwd=ROOT, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert {row["benchmark"] for row in told["figures"]} >= {"unlock", "charts", "search", "save", "size"}
    assert all(row["value"] >= 0 for row in told["figures"])
