"""A PHQ-9 whose item 9 is above zero: one key an answer, and nothing is signed before there is a safety plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base.errors import Refused
from ces_tui.care.records import Alert
from ces_tui.care.safety_records import SafetyPlan
from ces_tui.screening.records import Screening
from tests.benchmarks.core import draft_for
from tests.terminal import journey
from tests.terminal.harness import Terminal

pytestmark = pytest.mark.terminal


def to_first_item(t: Terminal) -> None:
    """From Hoy to the first question for José."""
    t.press("/")
    t.wait_for("Buscar paciente")
    t.type("jos")
    t.wait_for("José Hernández López")
    t.settle()
    t.press("enter")
    t.wait_for("Expediente")
    t.press("t")
    t.wait_for("PHQ-9")
    t.settle()
    t.press("enter")
    t.wait_for("Pregunta 1 de")


def test_journey_phq9_in_at_most_twelve_keys_opens_the_plan_and_stops_the_signature(tmp_path: Path) -> None:
    built = journey.demo(tmp_path / "demo")
    with journey.again(built.folder) as clinic:
        jose = clinic.registry.find("jose hernandez lopez")[0].id
        sheets = len(clinic.vault.shelf("screening", Screening, patient=jose).all())
    with journey.at_hoy(built) as t:
        to_first_item(t)
        t.keys = 0
        for n, answer in enumerate("211110012", start=1):
            assert f"Pregunta {n} de" in t.text
            assert "de 27" not in t.text  # no total before every item has its answer
            t.press(answer)
            t.settle()
        t.press("2")
        t.wait_for("PHQ-9: 9 de 27")
        t.press("enter")
        t.wait_for("FALTA EL PLAN")
        keys = t.keys
        journey.leave(t)
    journey.counted("phq9", keys)
    assert keys <= 12

    with journey.again(built.folder) as clinic:
        vault = clinic.vault
        stored = vault.shelf("screening", Screening, patient=jose).all()
        assert len(stored) == sheets + 1
        sheet = max(stored, key=lambda s: s.record.at).record
        assert sheet.answers == [2, 1, 1, 1, 1, 0, 0, 1, 2]
        assert (sheet.total, sheet.complete, sheet.difficulty) == (9, True, 2)
        assert sheet.flags == ["item9"]
        assert sheet.author == clinic.me.id
        alerts = [a.record for a in vault.shelf("alert", Alert, patient=jose).all() if not a.record.closed]
        assert [(a.sensitive, a.due) for a in alerts] == [(True, clinic.desk.today())]
        number = clinic.registry.get(jose).record.clinic_number
        lines = [line for line in clinic.today.view().alerts if line.patient == jose]
        assert [(line.who, line.what) for line in lines] == [(number, "asunto reservado")]
        assert vault.shelf("plan", SafetyPlan, patient=jose).all() == []
        with pytest.raises(Refused):
            clinic.consults.sign(draft_for(), jose)


def test_journey_phq9_left_half_way_is_found_again_after_a_power_cut(tmp_path: Path) -> None:
    built = journey.demo(tmp_path / "demo")
    with journey.at_hoy(built) as t:
        to_first_item(t)
        t.press("1", "1", "1")
        t.wait_for("Pregunta 4 de")
        t.settle(1.5)  # at most a second until it is sealed
        t.kill()
    with journey.again(built.folder) as clinic:
        jose = clinic.registry.find("jose hernandez lopez")[0].id
        held = clinic.screenings.held(jose)
        assert [list(answering.answers.values()) for _, answering in held] == [[1, 1, 1]]
