"""`ces-tui patient` on a real store: stable JSON, plain text, exit codes, nothing reserved for the wrong role."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.care.records import Vitals
from ces_tui.cli.app import run
from tests.support import PASSPHRASE, open_clinic
from tests.unit.care.people_of import TODAY, someone


@pytest.fixture
def chart(store: Path, clock: FixedClock, tmp_path: Path) -> tuple[list[str], str]:
    """Arguments that open the store, and the clinic number of a person with a full summary."""
    clinic = open_clinic(store, clock)
    rosa = someone(clinic, given="Rosa", mother_name="Elvira")
    clinic.allergies.add(rosa, "penicilina", severity="grave")
    clinic.problems.add(rosa, "Hipertensión esencial", code="I10")
    clinic.programmes.enrol(rosa, "hipertension")
    clinic.programmes.enrol(rosa, "salud_mental")
    clinic.vitals.take(rosa, Vitals(day=TODAY, weight_kg=62.5, height_cm=155.0, systolic=138, diastolic=86))
    clinic.agenda.set(rosa, TODAY + timedelta(days=3650 // 10))
    clinic.alerts.open(rosa, kind="violencia", gravity=3, text="violencia en casa", sensitive=True)
    number = clinic.registry.get(rosa).record.clinic_number
    clinic.close()
    secret = tmp_path / "frase.txt"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return ["--dir", str(store), "--passphrase-file", str(secret)], number


def test_find_gives_the_misspelt_person_as_json(
    chart: tuple[list[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    access, number = chart
    assert run(["patient", "find", "rosa gomes dias, 1/5/80", "--json", *access]) == 0
    [found] = json.loads(capsys.readouterr().out)
    assert found["clinic_number"] == number
    assert found["birth"] == "1980-05-01"
    assert found["programmes"] == ["hipertensión"]


def test_find_nobody_is_no_error(chart: tuple[list[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["patient", "find", "zzzz", *chart[0]]) == 0
    assert "Nadie" in capsys.readouterr().out
    assert run(["patient", "find", "zzzz", "--json", *chart[0]]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_show_tells_the_summary_as_text(
    chart: tuple[list[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    access, number = chart
    assert run(["patient", "show", number.lower(), *access]) == 0
    out = capsys.readouterr().out
    for part in (
        "Rosa Gómez Díaz",
        number,
        "penicilina (grave)",
        "Hipertensión esencial I10",
        "presión 138/86",
        "IMC 26",
        "salud mental",
    ):
        assert part in out


def test_show_hides_what_is_reserved_from_the_nurse(
    chart: tuple[list[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    access, number = chart
    assert run(["patient", "show", number, "--json", "--person", "enfermeria", *access]) == 0
    body = json.loads(capsys.readouterr().out)
    assert [p["kind"] for p in body["programmes"]] == ["hipertension"]
    assert [a["text"] for a in body["alerts"]] == ["asunto reservado"]
    assert body["allergies"]["known"] == ["penicilina"]
    assert body["last_vitals"]["pressure"] == "138/86"


def test_an_unknown_number_is_a_sentence_and_exit_two(
    chart: tuple[list[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["patient", "show", "PRU5999999", *chart[0]]) == 2
    assert "No hay paciente" in capsys.readouterr().err
