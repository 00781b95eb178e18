"""`protocol list|check|run`: stable shapes, Spanish sentences, exit codes, and no store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ces_tui.cli.app import run
from ces_tui.guidance import library
from tests.unit.guidance.support import tiny

WELL: dict[str, Any] = dict(library.get("tos_ninez").cases[0].answers)


def written(tmp_path: Path, value: object) -> str:
    path = tmp_path / "entrada.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def test_run_prints_exactly_the_agreed_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = written(tmp_path, {**WELL, "tiraje": True, "peso_kg": 7.3, "edad_meses": 8})
    assert run(["protocol", "run", "tos_ninez", "--input", source, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert list(body) == [
        "protocol",
        "version",
        "classification",
        "gravity",
        "why",
        "treatment",
        "referral",
        "follow_up_days",
    ]
    assert body["treatment"] == [
        {"drug": "amoxicilina", "dose": 292, "unit": "mg", "dose_mg": 292, "route": "oral", "times_a_day": 2, "days": 5, "max_a_day": 2000}
    ]  # fmt: skip
    assert (body["referral"], body["follow_up_days"], body["gravity"]) == (None, 2, 2)


def test_an_urgent_referral_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["protocol", "run", "tos_ninez", "--input", written(tmp_path, {**WELL, "letargico": True}), "--json"])
    body = json.loads(capsys.readouterr().out)
    assert (
        body["referral"].startswith("urgente: ") and body["gravity"] == 3 and body["follow_up_days"] is None
    )


def test_puffs_are_not_dosed_by_mass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        [
            "protocol",
            "run",
            "tos_ninez",
            "--input",
            written(tmp_path, {**WELL, "sibilancias": True}),
            "--json",
        ]
    )
    [line] = json.loads(capsys.readouterr().out)["treatment"]
    assert (line["unit"], line["dose"], line["dose_mg"]) == ("disparo", 2, None)


def test_the_list_says_all_that_an_input_file_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["protocol", "list", "--json"]) == 0
    listed = {p["protocol"]: p for p in json.loads(capsys.readouterr().out)}
    assert set(listed) == {"tos_ninez", "hipertension", "diarrea_ninez"}
    for protocol, described in listed.items():
        answers: dict[str, object] = {}
        for spec in described["inputs"]:
            assert spec["required"] or spec["when_missing"]
            assert (spec["type"] == "number") == (spec["unit"] is not None and spec["min"] < spec["max"])
            assert (spec["allowed"] is None) == (spec["type"] == "number")
            if spec["required"]:
                middle = (spec["min"] + spec["max"]) // 2 if spec["type"] == "number" else spec["allowed"][-1]
                answers[spec["name"]] = middle
        answers.update({"pad_mmhg": 70} if protocol == "hipertension" else {"edad_meses": 20})
        answers.update({"puerperio": False} if protocol == "hipertension" else {})
        assert run(["protocol", "run", protocol, "--input", written(tmp_path, answers), "--json"]) == 0
        capsys.readouterr()


def test_the_list_and_a_run_read_as_spanish_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["protocol", "list"]) == 0
    assert "peso_kg: Peso [número de 0.5 a 40 kg] obligatorio" in capsys.readouterr().out
    run(["protocol", "run", "tos_ninez", "--input", written(tmp_path, {**WELL, "tiraje": True})])
    text = capsys.readouterr().out
    assert (
        "Neumonía [amarillo: tratar y vigilar de cerca]" in text and "pendiente de revisión clínica" in text
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({**WELL, "peso_kg": None}, "peso_kg"),
        ({**WELL, "peso_kg": 900}, "no es posible"),
        ({**WELL, "otra_cosa": 1}, "otra_cosa"),
        ({**WELL, "tiraje": True, "peso_hace_dias": 40}, "pese"),
        ('{"peso_kg": 1, "peso_kg": 2}', "dos veces"),
        ('{"peso_kg": NaN}', "NaN"),
        ("[1, 2]", "objeto"),
        ("{", "JSON"),
        ("[" * 100_000, "demasiado grande"),
        ("[" * 50_000, "JSON"),
    ],
)
def test_bad_input_is_said_in_a_sentence_with_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: object, said: str
) -> None:
    assert run(["protocol", "run", "tos_ninez", "--input", written(tmp_path, value), "--json"]) == 2
    caught = capsys.readouterr()
    assert said in caught.err and caught.out == ""


def test_a_missing_file_or_protocol_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["protocol", "run", "tos_ninez", "--input", str(tmp_path / "no.json")]) == 2
    assert run(["protocol", "run", "nada", "--input", written(tmp_path, WELL)]) == 2
    assert "No hay un protocolo «nada»" in capsys.readouterr().err


def test_check_shows_progress_and_says_what_was_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prueba.yaml"
    path.write_text(yaml.safe_dump(tiny()), encoding="utf-8")
    assert run(["protocol", "check", str(path)]) == 0
    caught = capsys.readouterr()
    assert "[1/1] prueba" in caught.err and "6 combinaciones" in caught.err
    assert "prueba 1: correcto. 6 combinaciones" in caught.out


def test_check_refuses_a_broken_file_with_place_reason_and_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tiny()
    raw["figures"]["tope"]["value"] = 10_000
    path = tmp_path / "mala.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    assert run(["protocol", "check", str(path)]) == 2
    assert "NO SE PUEDE USAR" in capsys.readouterr().out
    assert run(["protocol", "check", str(path), "--json"]) == 2
    [report] = json.loads(capsys.readouterr().out)
    assert report["ok"] is False and report["findings"][0]["place"]
    path.write_text("a: [", encoding="utf-8")
    assert run(["protocol", "check", str(path)]) == 2
