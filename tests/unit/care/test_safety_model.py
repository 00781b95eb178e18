"""Any order of screenings, plans, hand-overs, closings and mistakes, against a small model written apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base.errors import Refused
from ces_tui.clinic import Clinic
from tests.unit.care.test_safety import OVER, PLAN

STEPS = ("positive", "unanswered", "negative", "fill", "hand_over", "close", "mistake")


@dataclass
class Risk:
    sure: bool
    """A positive answer, not only a missing one."""
    answered: bool = False
    open: bool = True


@dataclass
class Model:
    """What must hold, in the words of the issue: settled by plan or hand-over, open until closed with a reason."""

    risks: list[Risk] = field(default_factory=list)
    sheets: list[Risk | None] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        return any(not r.answered and (r.sure or r.open) for r in self.risks)

    @property
    def open(self) -> list[Risk]:
        return [r for r in self.risks if r.open]

    def screen(self, kind: str) -> None:
        if kind == "negative":
            self.sheets.append(None)
            for risk in self.open:
                risk.open = risk.sure
            return
        self.risks.append(Risk(kind == "positive"))
        self.sheets.append(self.risks[-1])

    def answer(self) -> None:
        if not self.open:
            self.risks.append(Risk(sure=True))
        for risk in self.risks:
            risk.answered = risk.answered or risk.open

    def mistake(self) -> None:
        struck = self.sheets.pop()
        self.risks = [r for r in self.risks if r is not struck]


class Real:
    """The same steps on the services; each says whether it was refused."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.patient = clinic.vault.new_id()
        self.sheets: list[str] = []

    def screen(self, kind: str) -> None:
        last = {"positive": 2, "unanswered": None, "negative": 0}[kind]
        phq9 = self.clinic.instruments.get("phq9")
        self.sheets.append(self.clinic.screenings.save(self.patient, phq9, [0] * 8 + [last]).stored.id)

    def mistake(self) -> None:
        self.clinic.consults.mark_other(self.patient, self.sheets.pop(), "screening", "paciente equivocado")

    def blocked(self) -> bool:
        try:
            self.clinic.safety.require_settled(self.patient)
        except Refused:
            return True
        return False


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=10))
def test_what_blocks_a_signature_and_what_stays_on_hoy_is_what_the_model_says(
    clinic: Clinic, steps: list[str]
) -> None:
    real, model = Real(clinic), Model()
    safety, patient = clinic.safety, real.patient
    for step in steps:
        match step:
            case "fill":
                safety.fill(patient, PLAN)
                model.answer()
            case "hand_over" if model.open:
                safety.hand_over(patient, OVER)
                model.answer()
            case "hand_over":
                with pytest.raises(Refused):
                    safety.hand_over(patient, OVER)
            case "close" if model.open and not any(r.sure and not r.answered for r in model.risks):
                safety.close(patient, "sin ideas en tres contactos")
                for risk in model.risks:
                    risk.open = False
            case "close":
                with pytest.raises(Refused):
                    safety.close(patient, "sin ideas")
            case "mistake":
                if model.sheets:
                    real.mistake()
                    model.mistake()
            case _:
                real.screen(step)
                model.screen(step)
        assert real.blocked() is model.blocked
        assert len(safety.open_alerts(patient)) == len(model.open)
        assert [row["patient"] for row in clinic.vault.projection("hot/plans")].count(patient) == len(
            model.open
        )
        assert [line.patient for line in clinic.alerts.lines()].count(patient) == len(model.open)
