"""Another validated wording is loaded from a file by the supervision; words change, scores, codes and bands do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_tui.base.errors import CesError, NotAllowed, NotFound, Refused
from ces_tui.cli import main
from ces_tui.clinic import Clinic
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.loading import BrokenInstrument, read_instrument, read_text
from ces_tui.screening.rules import score
from tests.support import open_clinic
from tests.unit.consult.visits import someone
from tests.unit.office.support import Pair
from tests.unit.screening.charts import become
from tests.unit.screening.test_cli_clinic import Shell, pair, shell
from tests.unit.screening.test_loading import wording

LOADED = "es-prueba"
__all__ = ["pair", "shell"]
"""Fixtures of the command line, used here too."""


@pytest.fixture
def rural(tmp_path: Path) -> Path:
    """What CES would hand over: nine items, four options, the difficulty item, in other words."""
    path = tmp_path / "phq9-rural.yaml"
    path.write_text(wording(), encoding="utf-8")
    return path


def test_a_loaded_wording_is_offered_used_kept_and_scored_like_the_first(clinic: Clinic, rural: Path) -> None:
    become(clinic, "supervision")
    found = clinic.texts.load(rural)
    assert (found.id, found.text.version) == ("phq9", LOADED)
    assert [i.text.version for i in clinic.instruments.texts("phq9")] == ["es-MX", LOADED]
    become(clinic, "pasante")
    patient = someone(clinic)
    sheet = [1, 2, 1, 0, 2, 1, 0, 3, 0]
    worded = clinic.instruments.get("phq9", LOADED)
    saved = clinic.screenings.save(patient, worded, sheet, difficulty=1)
    assert saved.score == score(Instruments().get("phq9"), sheet)
    [kept] = clinic.screenings.history(patient)
    assert kept.record.text_version == LOADED


def test_it_lies_in_the_log_so_that_it_reaches_the_other_laptops_and_the_office(
    clinic: Clinic, rural: Path
) -> None:
    become(clinic, "supervision")
    before = clinic.vault.state.n
    clinic.texts.load(rural)
    assert clinic.vault.state.n == before + 1
    clinic.texts.load(rural)
    assert clinic.vault.state.n == before + 1, "the same file twice changes nothing"


def test_the_short_form_is_asked_in_the_loaded_words_too(clinic: Clinic, rural: Path) -> None:
    become(clinic, "supervision")
    clinic.texts.load(rural)
    assert clinic.instruments.get("phq2", LOADED).items[0].text == "¿Frase inventada número 1?"


def test_the_same_version_with_other_words_is_refused(clinic: Clinic, rural: Path) -> None:
    become(clinic, "supervision")
    clinic.texts.load(rural)
    rural.write_text(wording().replace("Nunca", "Jamás"), encoding="utf-8")
    before = clinic.vault.state.n
    with pytest.raises(Refused, match="cambie «version»"):
        clinic.texts.load(rural)
    rural.write_text(wording().replace(LOADED, "es-MX"), encoding="utf-8")
    with pytest.raises(Refused, match="es-MX"):
        clinic.texts.load(rural)
    assert clinic.vault.state.n == before


def test_a_withdrawn_wording_is_no_longer_offered_and_its_sheets_still_read(
    clinic: Clinic, rural: Path
) -> None:
    become(clinic, "supervision")
    clinic.texts.load(rural)
    clinic.texts.withdraw("PHQ-9", LOADED)
    assert [i.text.version for i in clinic.instruments.texts("phq9")] == ["es-MX"]
    assert clinic.instruments.get("phq9", LOADED).text.version == LOADED
    with pytest.raises(NotFound):
        clinic.texts.withdraw("phq9", LOADED)
    with pytest.raises(Refused):
        clinic.texts.load(rural)


@pytest.mark.parametrize("role", ["pasante", "enfermeria", "visitante"])
def test_only_the_supervision_loads(clinic: Clinic, rural: Path, role: str) -> None:
    become(clinic, role)
    with pytest.raises(NotAllowed):
        clinic.texts.load(rural)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (wording().replace("of: phq9", "of: phq99"), "No hay un instrumento «phq99»"),
        (wording().replace("of: phq9\n", ""), "línea 1: falta «of»"),
        (wording(items=8), "hay 8 ítems y el instrumento tiene 9"),
        (wording(extra="bands: []"), "sobra «bands»"),
        (wording() + "lead: otra vez\n", "«lead» está dos veces"),
        ("", "está vacío"),
        ("a: &x [1]\nb: *x\n", "línea 2: aquí no se usan referencias"),
        ("[" * 5000, "demasiado grande"),
        ("a: !!python/object/apply:os.system [ls]", "no es YAML válido"),
        ("a: 'x" + "y" * 300_000 + "'", "demasiado grande"),
        ("? [a, b]\n: c\n", "no es YAML válido"),
        ("solo palabras", "falta «of»"),
    ],
)
def test_a_broken_file_is_refused_with_its_reason_and_nothing_is_written(
    clinic: Clinic, tmp_path: Path, broken: str, said: str
) -> None:
    become(clinic, "supervision")
    path = tmp_path / "phq9-rota.yaml"
    path.write_text(broken, encoding="utf-8")
    before = clinic.vault.state.n
    with pytest.raises(CesError) as error:
        clinic.texts.load(path)
    assert said in str(error.value)
    assert clinic.vault.state.n == before


@given(st.text(max_size=200) | st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_file_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    path = tmp_path_factory.mktemp("texto") / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    phq9 = Instruments().get("phq9")
    for read in (lambda: read_instrument(path), lambda: read_text(path, phq9)):
        with pytest.raises(BrokenInstrument):
            read()


def test_the_command_checks_a_file_without_a_store(
    tmp_path: Path, rural: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screening", "check", str(rural)]) == 0
    assert "PHQ-9, redacción de prueba" in capsys.readouterr().out
    bad = tmp_path / "rota.yaml"
    bad.write_text(wording().replace("Pocos días, ", ""), encoding="utf-8")
    assert main(["screening", "check", str(bad)]) != 0
    line = next(n for n, row in enumerate(bad.read_text().split("\n"), 1) if row.startswith("options:"))
    assert f"rota.yaml, línea {line}: el ítem 1 tiene 4 opciones" in capsys.readouterr().err


def test_the_supervision_loads_and_withdraws_by_command(pair: Pair, shell: Shell, rural: Path) -> None:
    found = shell.json("screening", "load-text", str(rural), person="supervision")
    assert found == {"instrument": "phq9", "text": LOADED, "certainty": "U"}
    shell("screening", "load-text", str(rural), person="pasante", code=NotAllowed.exit_code)
    assert "por confirmar" in shell("screening", "load-text", str(rural), person="supervision")
    shell("screening", "withdraw-text", "PHQ-9", LOADED, person="supervision")
    again = open_clinic(pair.root / "clinic", pair.clock)
    assert [i.text.version for i in again.instruments.texts("phq9")] == ["es-MX"]
    again.close()
