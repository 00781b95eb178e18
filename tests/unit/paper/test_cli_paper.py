"""`ces-tui paper` on a real store: text, JSON, a clear file only when told to and with a warning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.cli.app import run
from tests.support import PASSPHRASE, open_clinic
from tests.unit.paper.lp import FakeLp, fake_lp
from tests.unit.paper.samples import visited

__all__ = ["fake_lp"]


@pytest.fixture
def chart(store: Path, clock: FixedClock, tmp_path: Path) -> tuple[str, list[str]]:
    """The clinic number of somebody with a consult, and how to open the store."""
    clinic = open_clinic(store, clock)
    patient, _ = visited(clinic)
    number = clinic.registry.get(patient).record.clinic_number
    clinic.close()
    secret = tmp_path / "frase.txt"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return number, ["--dir", str(store), "--passphrase-file", str(secret)]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["receta", "{n}"], "Losartán"),
        (["nota", "{n}"], "IMSS-Bienestar"),
        (["nota", "{n}", "--layout", "juris_iv"], "Jurisdicción Sanitaria IV"),
        (["hoja-frontal", "{n}"], "Hoja frontal"),
        (["historia", "{n}"], "Heredofamiliares"),
        (["referencia", "{n}", "--hospital", "Hospital X"], "Unidad que recibe: Hospital X"),
        (["lista"], "Lista del día"),
        (["lista", "--day", "18/12/2026"], "18 de diciembre de 2026"),
        (["formatos", "gad7"], "GAD-7"),
    ],
)
def test_each_paper_is_told_as_text_and_as_json(
    chart: tuple[str, list[str]], capsys: pytest.CaptureFixture[str], command: list[str], said: str
) -> None:
    number, access = chart
    asked = ["paper", *(part.format(n=number) for part in command), *access]
    assert run(asked) == 0
    out = capsys.readouterr().out
    assert said in out and "DATOS INVENTADOS" in out
    assert run([*asked, "--json"]) == 0
    sheet = json.loads(capsys.readouterr().out)
    assert sheet["demo"] is True and sheet["blocks"]


def test_a_clear_file_is_written_only_on_request_and_says_that_it_is_clear(
    chart: tuple[str, list[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    number, access = chart
    target = tmp_path / "receta.pdf"
    assert run(["paper", "receta", number, "--to", str(target), *access]) == 0
    told = capsys.readouterr()
    assert "SIN CIFRAR" in told.err and told.out == ""
    assert target.read_bytes().startswith(b"%PDF-")
    assert run(["paper", "receta", number, "--to", str(target), *access]) == 2
    assert "no se sobrescribe" in capsys.readouterr().err


def test_a_sealed_sheet_is_opened_again_to_print_or_to_a_file(
    chart: tuple[str, list[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path, fake_lp: FakeLp
) -> None:
    number, access = chart
    stick = tmp_path / "usb"
    stick.mkdir()
    assert run(["paper", "nota", number, "--usb", str(stick), *access]) == 0
    assert "cifrada" in capsys.readouterr().out
    sealed = str(stick / "pru-hoja.age")
    assert run(["paper", "abrir", sealed, *access]) == 0
    assert run(["paper", "abrir", sealed, "--to", str(tmp_path / "n.pdf"), *access]) == 0
    assert "SIN CIFRAR" in capsys.readouterr().err
    assert fake_lp.jobs[0] == (tmp_path / "n.pdf").read_bytes()


def test_two_ways_out_at_once_are_refused(
    chart: tuple[str, list[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path, fake_lp: FakeLp
) -> None:
    number, access = chart
    target = tmp_path / "x.pdf"
    assert run(["paper", "receta", number, "--print", "--to", str(target), *access]) == 2
    assert "una sola salida" in capsys.readouterr().err
    assert not target.exists() and fake_lp.jobs == []


def test_without_a_printing_system_the_exit_code_says_so(
    chart: tuple[str, list[str]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number, access = chart
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["paper", "receta", number, "--print", *access]) == 6
    assert "CUPS" in capsys.readouterr().err


def test_what_one_signs_with_is_kept_and_shown(
    chart: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    number, access = chart
    assert run(["paper", "persona", *access]) == 0
    assert "a mano" in capsys.readouterr().out
    assert run(["paper", "persona", "--kind", "cedula", "--number", "1234567", *access]) == 0
    capsys.readouterr()
    assert run(["paper", "receta", number, *access]) == 0
    assert "Cédula profesional: 1234567" in capsys.readouterr().out
    assert (
        run(["paper", "unidad", "--unit", "Casa de Salud X", "--layout", "juris_x", "--json", *access]) == 0
    )
    assert json.loads(capsys.readouterr().out) == {"unit": "Casa de Salud X", "layout": "juris_x"}
    assert run(["paper", "unidad", "--clues", "1", *access]) == 2
    assert "CLUES" in capsys.readouterr().err
