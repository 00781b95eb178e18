"""What signing a note does in the rooms above: appointments, problems, programmes, alerts, the waiting room.

All of it joins the open transaction, and everything it opens names the note as its source, so that "registrado por
error" can take it back.
"""

from __future__ import annotations

from datetime import date

from ces_tui.base.errors import Refused
from ces_tui.care.agenda import Agenda
from ces_tui.care.alerts import Alerts
from ces_tui.care.deaths import Deaths
from ces_tui.care.problems import Problems
from ces_tui.care.programmes import Programmes
from ces_tui.care.records import PROGRAMME_WORDS, SENSITIVE_PROGRAMMES, Came
from ces_tui.care.shelves import live
from ces_tui.care.vitals import VitalsService
from ces_tui.care.waiting import WaitingRoom
from ces_tui.consult.diagnoses import Diagnoses
from ces_tui.consult.records import Draft
from ces_tui.people.desk import Desk
from ces_tui.screening.records import Screening

RED = 3
"""Gravity of a protocol's outcome that opens an alert."""


class Effects:
    """The other rooms, as signing needs them."""

    def __init__(self, desk: Desk, diagnoses: Diagnoses, deaths: Deaths) -> None:
        self._desk = desk
        self._deaths = deaths
        self._diagnoses = diagnoses
        self._agenda = Agenda(desk)
        self._alerts = Alerts(desk)
        self._problems = Problems(desk)
        self._programmes = Programmes(desk)
        self._vitals = VitalsService(desk)
        self._waiting = WaitingRoom(desk)

    def vitals_today(self, patient: str) -> str:
        """Id of this visit's vitals, or nothing."""
        taken = self._vitals.today(patient)
        return taken.id if taken else ""

    def screenings_today(self, patient: str) -> tuple[str, ...]:
        """Ids of the screenings of this visit that stand, oldest first."""
        found = live(self._desk, "screening", Screening, patient)
        return tuple(s.id for s in found if s.record.day == self._desk.today())

    def came(self, patient: str, draft: Draft) -> Came:
        """How the patient came: as written, else as they arrived today, else by the appointment of today."""
        if draft.came:
            return draft.came
        if (arrived := self._waiting.of_today(patient)) is not None:
            return arrived.record.came
        today = self._desk.today()
        return "cita" if any(a.record.due == today for a in self._agenda.pending(patient)) else "sin_cita"

    def check(self, patient: str, draft: Draft) -> None:
        """Refused for a programme entered twice or left without being in it, or by a death that is not told whole."""
        inside = self._programmes.open_kinds(patient)
        for change in draft.programmes:
            word = PROGRAMME_WORDS.get(change.kind, change.kind)
            if change.outcome and change.kind not in inside:
                raise Refused(f"No está en el programa de {word}; no puede salir.", field="programmes")
            if not change.outcome and change.kind in inside:
                raise Refused(f"Ya está en el programa de {word}.", field="programmes")
            inside.symmetric_difference_update({change.kind})
        self._check_death(patient, draft)

    def apply(self, patient: str, note: str, draft: Draft, next_day: date | None) -> tuple[str, ...]:
        """Do all of it for a signed note; ids of the appointments that the visit fulfilled."""
        self._waiting.advance(
            patient, "consulta"
        )  # who came unannounced arrives before the agenda says they were seen
        kept = tuple(a.id for a in self._agenda.seen(patient) if a.record.status == "cumplida")
        self._change_programmes(patient, note, draft)
        if draft.died is not None:
            self._deaths.note(patient, draft.died, draft.death_cause)
        self._open_problems(patient, note, draft)
        self._open_alerts(patient, note, draft)
        if next_day is not None:
            self._agenda.set(
                patient,
                next_day,
                reason=draft.next_reason,
                programme=self._programme_of_return(patient),
                sensitive=bool(draft.next_reason) and self._reserved(draft),
                source=note,
            )
        self._waiting.advance(patient, "terminado")
        return kept

    def _check_death(self, patient: str, draft: Draft) -> None:
        """A programme left by death says when and of what, unless it is noted already; the dead have no next visit."""
        by_death = any(change.outcome == "defuncion" for change in draft.programmes)
        noted = self._deaths.of(patient) is not None
        if by_death and draft.died is None and not noted:
            raise Refused(
                "Para salir de un programa por defunción faltan la fecha y la causa.", field="programmes"
            )
        if draft.died is not None:
            self._deaths.check(patient, draft.died, draft.death_cause)
        if (by_death or noted) and draft.next_text.strip():
            raise Refused("Falleció: quite la próxima cita.", field="next_text")

    def _change_programmes(self, patient: str, note: str, draft: Draft) -> None:
        for change in draft.programmes:
            if not change.outcome:
                self._programmes.enrol(patient, change.kind, source=note)
                continue
            stored = next(p for p in self._programmes.open(patient) if p.record.kind == change.kind)
            self._programmes.close(patient, stored, change.outcome)

    def _open_problems(self, patient: str, note: str, draft: Draft) -> None:
        for diagnosis in draft.diagnoses:
            entry = self._diagnoses.get(diagnosis.code)
            if entry is not None and entry.chronic:
                sensitive = bool(entry.reserved)
                self._problems.add(
                    patient, diagnosis.text, code=diagnosis.code, sensitive=sensitive, source=note
                )

    def _open_alerts(self, patient: str, note: str, draft: Draft) -> None:
        for result in draft.protocols:
            if result.gravity >= RED:
                text = f"Protocolo en rojo: {result.classification}. Confirme que se atendió o se refirió."
                self._alerts.open(patient, kind="protocolo_grave", gravity=RED, text=text[:200], source=note)
        for diagnosis in draft.diagnoses:
            entry = self._diagnoses.get(diagnosis.code)
            if entry is not None and entry.immediate and diagnosis.first_time:
                self._alerts.open(
                    patient,
                    kind=f"notificacion_{entry.code}",
                    gravity=2,
                    text=f"Notificación inmediata (SUIVE): {entry.name}.",
                    sensitive=bool(entry.reserved),
                    source=note,
                )

    def _programme_of_return(self, patient: str) -> str:
        """The programme that the return visit is for, when one may stand on a list."""
        shown = sorted(self._programmes.open_kinds(patient) - SENSITIVE_PROGRAMMES)
        return shown[0] if shown else ""

    def _reserved(self, draft: Draft) -> bool:
        return any(self._diagnoses.reserved(d.code) for d in draft.diagnoses)
