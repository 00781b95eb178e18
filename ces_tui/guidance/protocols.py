"""The protocols of the clinic: list, search, fill in from the chart, run, and depart from one with a reason."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ces_tui.base.dates import age_months
from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line
from ces_tui.guidance import library
from ces_tui.guidance.halfway import Halfway
from ces_tui.guidance.pathway import Input, Pathway
from ces_tui.guidance.prefill import Prefill, prefill
from ces_tui.guidance.records import Outcome
from ces_tui.guidance.runner import next_question, run
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient


class Protocols:
    """Every pathway of `protocols/pathways/`, for the patients of one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.halfway = Halfway(desk)

    def all(self) -> tuple[Pathway, ...]:
        """The protocols that can be used, by title."""
        return library.installed()

    def search(self, text: str) -> tuple[Pathway, ...]:
        """The protocols with every word of `text`, accents and case forgiven; all of them for an empty text."""
        return library.search(text)

    def get(self, protocol: str) -> Pathway:
        """One protocol; NotFound or PathwayBroken."""
        return library.get(protocol)

    def fits(self, pathway: Pathway, patient_id: str) -> bool:
        """Whether the patient's age is one for which the protocol is written."""
        self.desk.require_part(patient_id)
        birth = self.desk.vault.shelf("patient", Patient).get(patient_id).record.birth
        months = age_months(birth, self.desk.today())
        for spec in pathway.inputs.values():
            unit = {"age_months": 1, "age_years": 12}.get(spec.origin)
            if unit:
                return spec.low <= months // unit <= spec.high
        return True

    def prefill(self, protocol: str, patient_id: str) -> Prefill:
        """What the chart already answers, each with its day."""
        self.desk.require("protocolos")
        self.desk.require_chart(patient_id)
        self.desk.vault.note_read(patient_id, "protocolo")
        return prefill(self.desk, self.get(protocol), patient_id)

    def next_question(self, protocol: str, given: Mapping[str, object]) -> Input | None:
        """The one question still needed, or None when the outcome is certain; BadInput for impossible answers."""
        return next_question(self.get(protocol), given)

    def answered(
        self, protocol: str, given: Mapping[str, object], name: str, value: object
    ) -> dict[str, object]:
        """`given` with one more answer typed now: a weight that is typed was taken today."""
        weight = self.get(protocol).weight
        answers = {**given, name: value}
        if weight and name == weight.weight_kg:
            answers[weight.days_old] = 0
        return answers

    def run(self, protocol: str, given: Mapping[str, object]) -> Outcome:
        """The outcome; what it does not depend on may be absent from `given`. BadInput or Refused names its field."""
        self.desk.require("protocolos")
        return run(self.get(protocol), given, partial=True)

    def deviate(self, outcome: Outcome, reason: str) -> Outcome:
        """The same outcome with the written reason for doing otherwise."""
        self.desk.require("consulta")
        text = clean_line(reason, field="reason", limit=500)
        if len(text) < 5:
            raise BadInput("Escriba por qué se aparta del protocolo; queda en la nota.", field="reason")
        return msgspec.structs.replace(outcome, deviation=text)
