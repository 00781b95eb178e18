"""What needs a store on the command line: stable JSON, sealed FHIR, and no way around the safety plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from ces_tui.base.clock import FixedClock
from ces_tui.cli import main
from ces_tui.clinic import Clinic
from ces_tui.office.setup import office_keys
from ces_tui.people.audit_acts import EXPORT
from ces_tui.sync import age
from tests.support import PASSPHRASE, open_clinic
from tests.unit.care.test_safety import OVER, PLAN
from tests.unit.consult.visits import page, someone
from tests.unit.office.support import Pair, make_pair
from tests.unit.screening.charts import in_care


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """The commands see the same fixed day as the fixtures."""
    made = make_pair(tmp_path, clock)
    monkeypatch.setattr("ces_tui.clinic.SystemClock", lambda: clock)
    (tmp_path / "frase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    yield made
    made.close()


class Shell:
    def __init__(self, pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
        self._pair, self._capsys = pair, capsys
        self.out = self.err = ""

    def __call__(self, *args: str, code: int = 0, person: str = "pasante") -> str:
        """Run on the clinic's store, which the commands open for themselves."""
        self._pair.clinic.close()
        root = self._pair.root
        told = [
            "--dir",
            str(root / "clinic"),
            *args,
            "--person",
            person,
            "--passphrase-file",
            str(root / "frase"),
        ]
        got = main(told)
        self.out, self.err = self._capsys.readouterr()
        assert got == code, self.out + self.err
        return self.out

    def json(self, *args: str, **more: Any) -> Any:
        return json.loads(self(*args, "--json", **more))


@pytest.fixture
def shell(pair: Pair, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(pair, capsys)


def risky_draft(clinic: Clinic) -> tuple[str, str]:
    """A person with a positive item 9 today, and a page that could otherwise be signed; (patient, draft)."""
    patient = someone(clinic)
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [0] * 8 + [1])
    draft = clinic.vault.new_id()
    clinic.consults.drafts.save(draft, patient, page())
    return patient, draft


def test_the_command_line_signs_over_no_open_risk(pair: Pair, shell: Shell) -> None:
    """Refused with the same sentence as on screen, nothing written, the draft kept."""
    _, draft = risky_draft(pair.clinic)
    [listed] = shell.json("consult", "drafts")
    assert listed["id"] == draft and any("riesgo de suicidio" in m for m in listed["missing"])
    shell("consult", "sign", draft, code=2)
    assert "Hay una respuesta de riesgo de suicidio sin atender" in shell.err
    assert len(shell.json("consult", "drafts")) == 1


@pytest.mark.parametrize("how", ["plan", "handover"])
def test_with_a_plan_or_a_named_hand_over_the_command_line_signs(pair: Pair, shell: Shell, how: str) -> None:
    patient, draft = risky_draft(pair.clinic)
    if how == "plan":
        pair.clinic.safety.fill(patient, PLAN)
    else:
        pair.clinic.safety.hand_over(patient, OVER)
    assert shell.json("consult", "sign", draft)["id"] == draft
    assert shell.json("consult", "drafts") == []


def test_nobody_signs_another_persons_draft(pair: Pair, shell: Shell) -> None:
    _, draft = risky_draft(pair.clinic)
    shell("consult", "sign", draft, person="supervision", code=2)
    assert "No hay un borrador suyo" in shell.err
    shell("consult", "drafts", person="enfermeria")
    assert shell.out == ""


def test_the_register_names_numbers_and_flags_and_is_closed_to_a_nurse(pair: Pair, shell: Shell) -> None:
    patient = in_care(pair.clinic)
    number = pair.clinic.registry.get(patient).record.clinic_number
    [found] = shell.json("screening", "register")
    assert found["number"] == number and found["flags"][0]["id"] == "sin_contacto"
    text = shell("screening", "register")
    assert number in text and "Gómez" not in text and "Rosa" not in text
    shell("screening", "register", person="enfermeria", code=3)


def test_the_indicators_of_a_month_are_stable_json_with_definition_and_certainty(
    pair: Pair, shell: Shell
) -> None:
    risky_draft(pair.clinic)
    found = shell.json("screening", "indicators", "--month", "2026-11")
    assert found["month"] == "2026-11"
    same_day = next(i for i in found["indicators"] if i["id"] == "riesgo_mismo_dia")
    assert (same_day["numerator"], same_day["denominator"], same_day["percent"], same_day["goal"]) == (
        0,
        1,
        0.0,
        100,
    )
    assert set(same_day) == {
        "id", "name", "numerator", "denominator", "percent", "goal", "of", "counted", "certainty", "source",
    }  # fmt: skip
    assert "Positivos con tratamiento: sin casos (por confirmar)" in shell(
        "screening", "indicators", "--month", "2026-11"
    )
    shell("screening", "indicators", "--month", "noviembre", code=2)


def test_questionnaires_are_public_and_need_no_store(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screening", "fhir", "phq9"]) == 0
    Questionnaire.model_validate(json.loads(capsys.readouterr().out))
    assert main(["screening", "fhir"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9 and {json.loads(x)["resourceType"] for x in lines} == {"Questionnaire"}


def test_sheets_leave_only_sealed_for_the_office_and_the_leaving_is_on_record(
    pair: Pair, shell: Shell
) -> None:
    patient, _ = risky_draft(pair.clinic)
    keys = office_keys(pair.office_clinic.vault)
    found = shell.json("screening", "fhir-responses", "--to", str(pair.stick))
    [written] = list(pair.stick.iterdir())
    data = written.read_bytes()
    assert (
        data.startswith(b"age-encryption.org/v1")
        and patient.encode() not in data
        and b"Questionnaire" not in data
    )
    lines = age.decrypt(data, [keys.x.private_bytes_raw()]).splitlines()
    assert len(lines) == found["resources"] == 2
    response = json.loads(lines[0])
    QuestionnaireResponse.model_validate(response)
    assert response["subject"]["reference"] == f"Patient/{patient}"
    after = open_clinic(pair.root / "clinic", pair.clock, "supervision")
    assert [a.text for a in after.audit.acts() if a.what == EXPORT] == ["tamizajes en FHIR para la oficina"]
    after.close()


def test_without_an_office_a_folder_or_the_right_nothing_is_written(
    pair: Pair, shell: Shell, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    risky_draft(pair.clinic)
    shell("screening", "fhir-responses", "--to", str(tmp_path / "nada"), code=2)
    shell("screening", "fhir-responses", "--to", str(pair.stick), person="enfermeria", code=3)
    told = ["--dir", str(store), "screening", "fhir-responses", "--to", str(pair.stick)]
    assert main([*told, "--passphrase-file", str(tmp_path / "frase")]) == 2
    assert "todavía no tiene oficina" in capsys.readouterr().err
    assert list(pair.stick.iterdir()) == []
