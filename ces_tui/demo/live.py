"""The last days of the demo, through the services that the screens use: what they leave is what a person would leave."""

from __future__ import annotations

from typing import cast

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput
from ces_tui.care.records import Came, ProgrammeKind, Severity
from ces_tui.consult.records import Draft, ProgrammeChange
from ces_tui.demo.events import Note, Visit
from ces_tui.demo.recipes import prescription
from ces_tui.demo.records import diagnoses_of, patient_of
from ces_tui.demo.writer import MINUTE, Chart, Writer
from ces_tui.pharmacy.records import Override, PrescriptionLine

LIVE_DAYS = 5
"""Days before today (weekends included) that are written like this, and today itself."""


class LiveWriter(Writer):
    """Writes visits by registering, measuring, drafting and signing."""

    refused = 0
    """Notes that a rule of care refused and that were written as history instead; 0 in a plausible story."""

    def register(self, visit: Visit, nurse: str) -> str:
        clinic, villager = self.clinic, visit.villager
        patient = clinic.registry.register(patient_of(villager, visit, "", nurse)).id
        for known in villager.allergies:
            clinic.allergies.add(
                patient,
                known.substance,
                group=known.group,
                reaction=known.reaction,
                severity=cast("Severity", known.severity),
            )
        if villager.asked_allergies and not villager.allergies:
            clinic.allergies.none_known(patient)
        return patient

    def arrive(self, visit: Visit) -> Chart:
        nurse = self.act("enfermeria", visit.at)
        chart = self.charts.get(visit.villager.index)
        if chart is None:
            chart = self.charts[visit.villager.index] = Chart(self.register(visit, nurse))
        self.clinic.waiting.arrive(chart.id, came=cast("Came", visit.came))
        if visit.stage != "espera":
            self.act("enfermeria", visit.at + 5 * MINUTE)
            self.measure(visit, chart.id)
        return chart

    def measure(self, visit: Visit, patient: str) -> None:
        """Vitals as the nurse enters them, unlikely values confirmed."""
        asked = self.clinic.vitals.check(patient, visit.vitals).asks
        with self.vault.transaction(day=visit.day):
            self.clinic.vitals.take(patient, visit.vitals, confirmed={ask.field for ask in asked})
            self.clinic.waiting.advance(patient, "signos")

    def visit(self, visit: Visit) -> None:
        if visit.stage != "consulta":
            super().visit(visit)
            return
        chart = self.arrive(visit)
        self.act("pasante", visit.at + 10 * MINUTE)
        self.clinic.waiting.advance(chart.id, "consulta")
        begun = msgspec.structs.replace(
            self.draft_of(visit.note, chart.id, ()),
            objective="",
            analysis="",
            plan="",
            prescription=(),
            next_text="",
        )
        self.clinic.consults.drafts.save(self.vault.new_id(), chart.id, begun)

    def sign(self, visit: Visit, chart: Chart, screenings: tuple[str, ...]) -> None:
        self.act("pasante", visit.at + 10 * MINUTE)
        draft_id = self.vault.new_id()
        draft = self.draft_of(visit.note, chart.id, screenings)
        self.clinic.consults.drafts.save(draft_id, chart.id, draft)
        self.act("pasante", visit.at + 16 * MINUTE)
        try:
            self.clinic.consults.sign(draft, chart.id, draft_id)
        except BadInput:
            self.refused += 1
            self.clinic.consults.drafts.drop(draft_id)
            super().sign(visit, chart, screenings)

    def draft_of(self, note: Note, patient: str, screenings: tuple[str, ...]) -> Draft:
        """The note as it stands on the page before signing, each grave warning answered."""
        inside = self.clinic.programmes.open_kinds(patient)
        enters = [ProgrammeChange(kind=cast("ProgrammeKind", k)) for k in note.enters if k not in inside]
        leaves = [
            ProgrammeChange(kind=cast("ProgrammeKind", k), outcome="tratamiento_completo")
            for k in note.leaves
            if k in inside
        ]
        return Draft(
            reason=note.reason,
            subjective=note.subjective,
            objective=note.objective,
            analysis=note.analysis,
            plan=note.plan,
            prognosis="bueno",
            diagnoses=diagnoses_of(note),
            prescription=self._answered(patient, tuple(prescription(order) for order in note.orders)),
            screenings=screenings,
            programmes=(*enters, *leaves),
            next_text=show_date(note.next_due) if note.next_due else "",
            next_reason=note.next_reason,
            sections={name: str(value) for name, value in note.sections},
        )

    def _answered(self, patient: str, lines: tuple[PrescriptionLine, ...]) -> tuple[PrescriptionLine, ...]:
        if not lines:
            return ()
        warnings = self.clinic.dispensing.check(patient, lines)
        barred = {w.item for w in warnings if w.level == "contraindicada"}
        kept = [line for line in lines if line.item not in barred]
        for warning in warnings:
            if warning.level != "mayor":
                continue
            at = next((i for i, line in enumerate(kept) if line.item == warning.item), 0)
            if kept:
                reason = Override(
                    warning=warning.key,
                    reason="Se valoró el riesgo y se explicó; se vigila en la próxima visita.",
                )
                kept[at] = msgspec.structs.replace(kept[at], overrides=(*kept[at].overrides, reason))
        return tuple(kept)
