"""Notes: signing, which asks all the rooms above, addenda, and the way out of a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from ces_tui.base.content import load
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.base.text import clean_line, clean_text
from ces_tui.care.deaths import Deaths
from ces_tui.care.records import Came
from ces_tui.care.safety import SafetyPlans
from ces_tui.care.shelves import live
from ces_tui.consult import rules
from ces_tui.consult.diagnoses import Diagnoses, proposes_first_time, same_diagnosis
from ces_tui.consult.drafts import Drafts
from ces_tui.consult.effects import Effects
from ces_tui.consult.events import of_consult
from ces_tui.consult.measured import Measured, kept_here
from ces_tui.consult.mistakes import DispensedLot, Made, Marked, Mistakes
from ces_tui.consult.notes import copied, note_of
from ces_tui.consult.questions import question
from ces_tui.consult.records import TEACHING, URGENT, Addendum, Consult, Diagnosis, Draft
from ces_tui.consult.rules import Missing
from ces_tui.consult.sections import findings_of
from ces_tui.people.desk import Desk, Person
from ces_tui.people.registry import Registry
from ces_tui.pharmacy import safety
from ces_tui.pharmacy.dispensing import Dispensing
from ces_tui.pharmacy.formulary import Formulary
from ces_tui.pharmacy.records import Dispense
from ces_tui.pharmacy.rules import check_line
from ces_tui.vault.shelf import Shelf, Stored

PAGE = (
    "came", "reason", "subjective", "objective", "sections", "diagnosis", "analysis", "prescription", "plan", "prognosis",
    "programmes", "next_text", "next_reason", "safety",
)  # fmt: skip
"""The places of the page, from top to bottom: where the cursor goes when something is missing."""

ADDENDUM_TARGETS = frozenset(
    {"consult", "dispense", "screening", "plan", "visit", "vitals", "prenatal", "lab"}
)
"""What an addendum may follow. An urgent note follows the patient (target_type "patient")."""


class Consults:
    """The notes of the open store."""

    def __init__(
        self, desk: Desk, diagnoses: Diagnoses | None = None, registry: Registry | None = None
    ) -> None:
        """With the registry of the clinic, so that its index of names learns of a death that a note says."""
        self._desk = desk
        self.diagnoses = diagnoses or Diagnoses()
        self.drafts = Drafts(desk)
        deaths = Deaths(desk, registry)
        self._effects = Effects(desk, self.diagnoses, deaths)
        self._mistakes = Mistakes(desk, deaths)
        self._measured = Measured(desk)
        self._dispensing = Dispensing(desk)
        self._formulary = Formulary(desk)

    # -- what stands -------------------------------------------------------------------------------------------

    def of(self, patient: str) -> list[Stored[Consult]]:
        """The notes that stand, newest first; those "registrado por error" are left out, and sensitive ones for who may
        not know them.
        """
        self._desk.require_chart(patient)
        return [c for c in self._standing(patient) if self._desk.knows(patient) or not self._sensitive(c)]

    def last(self, patient: str) -> Stored[Consult] | None:
        """The newest note that stands."""
        return next(iter(self.of(patient)), None)

    def diagnosed(self, patient: str) -> set[str]:
        """The keys (`same_diagnosis`) of everything diagnosed before in this chart."""
        self._desk.require("consulta")
        return {same_diagnosis(d.code, d.text) for c in self._standing(patient) for d in c.record.diagnoses}

    def propose(self, patient: str, code: str, text: str, *, primary: bool = False) -> Diagnosis:
        """A diagnosis with "1a vez" proposed; the person decides."""
        first = proposes_first_time(code, text, self.diagnosed(patient))
        return Diagnosis(code=code, text=text, first_time=first, primary=primary)

    def same_as_last(self, patient: str) -> tuple[Diagnosis, ...]:
        """The chronic diagnoses of the newest note that has any (a cold in between hides nothing); none is "1a vez"."""
        for note in self.of(patient):
            chronic = [d for d in note.record.diagnoses if self._chronic(d.code)]
            if chronic:
                return tuple(msgspec.structs.replace(d, first_time=False) for d in chronic)
        return ()

    def came(self, patient: str) -> Came:
        """How the patient came, as far as it is known: the arrival of today, else the appointment."""
        self._desk.require("consulta")
        return self._effects.came(patient, Draft())

    # -- signing -----------------------------------------------------------------------------------------------

    def problems(self, draft: Draft, patient: str) -> list[Missing]:
        """Everything that stops the signature now, in the order of the page; empty = it can be signed."""
        self._desk.require("consulta")
        found = _refusals(lambda: self._check_page(draft), "subjective")
        found += _refusals(lambda: self._check_receta(draft), "prescription")
        found += _refusals(lambda: self._check_sections(patient, draft), "sections")
        vitals = bool(self._effects.vitals_today(patient))
        found += rules.missing(draft, vitals=vitals, minimum=_minimum())
        found += [Missing("prescription", sentence) for sentence in self.unanswered(draft, patient)]
        found += _refusals(lambda: self._effects.check(patient, draft), "programmes")
        found += _refusals(lambda: SafetyPlans(self._desk).require_settled(patient), "safety")
        return sorted(found, key=lambda m: PAGE.index(m.field if m.field in PAGE else "sections"))

    def doubts(self, draft: Draft, patient: str) -> list[str]:
        """Results of the sections that are rare: shown once more before signing, which confirms them."""
        self._desk.require("consulta")
        return self._measured.doubts(findings_of(self._desk, patient, draft))

    def unanswered(self, draft: Draft, patient: str) -> list[str]:
        """Medication warnings that stop the signature: contraindicated, or major without a reason."""
        self._desk.require("consulta")
        warnings = self._dispensing.check(patient, draft.prescription)
        return [
            w.text
            + (" No se puede recetar." if w.level == "contraindicada" else " Escriba por qué, o quítelo.")
            for w in safety.unanswered(draft.prescription, warnings)
        ]

    def sign(self, draft: Draft, patient: str, draft_id: str | None = None) -> Stored[Consult]:
        """Sign the note: note, dispense, appointment, problems, programmes, arrival and alerts in one save.

        Refused, with the field, before anything is written: NOM-004, an open risk without plan, a medicine that may
        not be given. The note takes the draft's id, so that the same draft is never signed twice.
        """
        me = self._desk.require("firmar")
        if draft.prescription:
            self._desk.require("recetar")
        vault, today = self._desk.vault, self._desk.today()
        with vault.transaction(day=today):
            if draft_id and self._shelf(patient).find(draft_id):
                raise Refused("Esta consulta ya está firmada.")
            if stops := self.problems(draft, patient):
                raise Refused(stops[0].sentence, field=stops[0].field)
            note_id = draft_id or vault.new_id()
            clean = msgspec.structs.replace(
                rules.cleaned(draft), screenings=self._effects.screenings_today(patient)
            )
            next_day = rules.parse_next(clean.next_text, today)
            came = self._effects.came(patient, clean)
            dispensed = self._dispense(patient, clean, note_id)
            kept = self._effects.apply(patient, note_id, clean, next_day)
            answers = findings_of(self._desk, patient, clean)
            stored = self._shelf(patient).add(
                note_of(
                    clean,
                    today,
                    self._desk.now(),
                    me.id,
                    came=came,
                    vitals=self._effects.vitals_today(patient),
                    dispense=dispensed,
                    next_day=next_day,
                    kept=kept,
                    findings=kept_here(answers),
                    measured=self._measured.keep(patient, note_id, answers),
                ),
                id=note_id,
            )
            if draft_id:
                vault.drafts.drop(draft_id)
        return stored

    # -- after signing -----------------------------------------------------------------------------------------

    def addendum(
        self,
        patient: str,
        target: str,
        target_type: str,
        text: str,
        reason: str = "",
        *,
        draft_id: str = "",
    ) -> Stored[Addendum]:
        """Add to a signed record, which itself never changes; BadInput without text. The draft goes with the save.

        From a visitor it is a teaching comment. With the patient as the target (type "patient") it is an urgent note,
        all that the envelope's credential may write.
        """
        kind, me = self._addendum_kind(patient, target_type)
        known = target_type in ADDENDUM_TARGETS or (kind == URGENT and target == patient)
        if not known or self._desk.vault.doc_body(target_type, target, patient) is None:
            raise BadInput("No se encontró el registro al que quiere agregar.")
        self._require_reserved(patient, target, target_type)
        body = clean_text(text, field="text")
        if not body.strip():
            raise BadInput("Escriba la adenda.", field="text")
        added = Addendum(
            target=target,
            target_type=target_type,
            text=body,
            reason=clean_line(reason, field="reason"),
            author=me.id,
            at=self._desk.now(),
            day=self._desk.today(),
            kind=kind,
        )
        with self._desk.vault.transaction(day=added.day):
            if draft_id:
                self._desk.vault.drafts.drop(draft_id)
            return self._desk.vault.shelf("addendum", Addendum, patient=patient).add(added)

    def dispensed(self, patient: str, consult: str) -> list[DispensedLot]:
        """What left with this note, lot by lot: each has to be asked back when it was recorded by mistake."""
        self._desk.require("marcar_error")
        return self._mistakes.dispensed(patient, consult)

    def lots_of(self, patient: str, doc: str, kind: str) -> list[DispensedLot]:
        """The same for any record: a note, a dispense of its own, or nothing."""
        self._desk.require("marcar_error")
        if kind == "consult":
            return self.dispensed(patient, doc)
        if kind != "dispense":
            return []
        stored = self._desk.vault.shelf("dispense", Dispense, patient=patient).get(doc)
        return self._mistakes.lots_of([stored.record])

    def made_with(self, patient: str, consult: str) -> list[Made]:
        """The vitals and screenings of the same visit: `also` of `mark_error` names those that are wrong too."""
        self._desk.require("marcar_error")
        return self._mistakes.made_with(patient, consult)

    def mark_other(
        self, patient: str, target: str, kind: str, reason: str, returned: Mapping[str, int] | None = None
    ) -> Marked:
        """Strike one record that is no note. See `Mistakes.mark_other`."""
        return self._mistakes.mark_other(patient, target, kind, reason, returned)

    def mark_error(
        self,
        patient: str,
        consult: str,
        reason: str,
        returned: Mapping[str, int],
        *,
        also: Sequence[str] = (),
        copy_to: str = "",
    ) -> Marked:
        """Mark as «registrado por error»: strike the note and what it did, in one save. See `Mistakes.mark`."""
        self._desk.require("marcar_error")
        self._require_reserved(patient, consult, "consult")
        draft_id = self.copy_to_draft(patient, consult, copy_to) if copy_to else ""
        try:
            return self._mistakes.mark(patient, consult, reason, returned, also=also, copied_draft=draft_id)
        except BaseException:
            if draft_id:
                self._desk.vault.drafts.drop(draft_id)
            raise

    def copy_to_draft(self, patient: str, consult: str, right_patient: str) -> str:
        """A draft for the right patient with the note's texts, diagnoses and receta; its id.

        Vitals, screenings and reasons given for warnings belong to the other person and stay behind.
        """
        self._desk.require("consulta")
        if right_patient == patient:
            raise BadInput("Elija a otro paciente: la nota está en este mismo expediente.")
        if self._desk.vault.doc_body("patient", right_patient) is None:
            raise BadInput("Elija al paciente correcto.")
        self._require_reserved(patient, consult, "consult")
        note = self._shelf(patient).get(consult)
        known = self.diagnosed(right_patient)
        draft_id = self._desk.vault.new_id()
        measured = self._measured.of_note(patient, note.record)
        self.drafts.save(draft_id, right_patient, copied(note, known, measured))
        return draft_id

    # -- inside ------------------------------------------------------------------------------------------------

    def _require_reserved(self, patient: str, doc: str, kind: str) -> None:
        """NotAllowed when the record is a sensitive matter that the role may not know."""
        if self._desk.knows(patient) or kind not in {"consult", "screening", "plan"}:
            return
        if kind != "consult" or self._sensitive(self._shelf(patient).get(doc)):
            raise NotAllowed("Es un asunto reservado: lo abre el pasante o la supervisión.")

    def _addendum_kind(self, patient: str, target_type: str) -> tuple[str, Person]:
        """What is being added, by what the person at the desk may write here; NotAllowed when that is nothing."""
        if target_type == "patient":
            me = self._desk.require("nota_urgente")  # to write what is urgent nobody has to see the chart
            self._desk.require_part(patient)
            return URGENT, me
        self._desk.require_chart(patient)
        if self._desk.may("adenda"):
            return "", self._desk.me
        return TEACHING, self._desk.require("docencia")

    def _standing(self, patient: str) -> list[Stored[Consult]]:
        return sorted(
            live(self._desk, "consult", Consult, patient),
            key=lambda c: (c.record.day, c.record.at, c.id),
            reverse=True,
        )

    def _sensitive(self, stored: Stored[Consult]) -> bool:
        return of_consult(stored.record, self.diagnoses.reserved).sensitive

    def _check_page(self, draft: Draft) -> None:
        rules.cleaned(draft)
        rules.parse_next(draft.next_text, self._desk.today())

    def _check_sections(self, patient: str, draft: Draft) -> None:
        self._measured.check(patient, findings_of(self._desk, patient, draft))

    def _check_receta(self, draft: Draft) -> None:
        for line in draft.prescription:
            entry = self._formulary.get(line.item)
            if entry is None:
                raise Refused(
                    f"{line.name} ya no está en el formulario. Quítelo de la receta.", field="prescription"
                )
            check_line(line, entry)

    def _chronic(self, code: str) -> bool:
        entry = self.diagnoses.get(code)
        return entry is not None and entry.chronic

    def _dispense(self, patient: str, draft: Draft, note_id: str) -> str:
        if not draft.dispense:
            return ""
        dispensed = self._dispensing.dispense(patient, draft.prescription, consult=note_id)
        return dispensed.id if dispensed else ""

    def _shelf(self, patient: str) -> Shelf[Consult]:
        return self._desk.vault.shelf("consult", Consult, patient=patient)


def _refusals(check: Callable[[], object], place: str) -> list[Missing]:
    """What a check refuses, where it says it is, or at `place`."""
    try:
        check()
    except BadInput as bad:
        known = bad.field if bad.field in PAGE or question(bad.field or "") else place
        return [Missing(known or place, str(bad))]
    return []


def _minimum() -> list[dict[str, object]]:
    found: list[dict[str, object]] = load("catalogues/nom004_evolution.yaml")["requires"]
    return found
