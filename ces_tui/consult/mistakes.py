"""«Registrado por error»: the way out of a note in the wrong chart. Nothing is deleted; everything it did is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.base.text import clean_line
from ces_tui.care.agenda import MISSED_AFTER, Agenda
from ces_tui.care.alerts import Alerts
from ces_tui.care.deaths import Deaths
from ces_tui.care.records import PROGRAMME_WORDS, Appointment, Problem, Programme
from ces_tui.care.safety_records import SafetyPlan
from ces_tui.care.vitals import VitalsService
from ces_tui.care.waiting import WaitingRoom
from ces_tui.consult.events_more import READERS
from ces_tui.consult.records import Consult, Void
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.records import Dispense, GivenLot
from ces_tui.screening.programme_records import ANSWER, QUESTION, REASON_WORDS
from ces_tui.vault.projections import void_drawer
from ces_tui.vault.shelf import Stored

MARKABLE = frozenset(
    {
        "vitals",
        "screening",
        "plan",
        "handover",
        "allergy",
        "problem",
        "programme",
        "dispense",
        "pregnancy",
        "prenatal",
        "lab",
        "history",
    }
)
"""What can be marked on its own, besides a consult."""
REGISTER_NOTE = "addendum"
"""Type of the notes of the register of mental health; other addenda are followed by another one."""
WHY = "El registro que la abrió se marcó como hecho por error."


@dataclass(frozen=True, slots=True)
class DispensedLot:
    """What left of one lot: asked back when the note was recorded by mistake."""

    lot: str
    number: str
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Made:
    """Something else of the same visit, which may be right or wrong too: the person says."""

    id: str
    type: str
    words: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What was struck, what it took back, in sentences, and the draft for the right patient."""

    voids: tuple[Stored[Void], ...]
    said: tuple[str, ...]
    draft: str = ""


class Mistakes:
    """Strikes notes and other records."""

    def __init__(self, desk: Desk, deaths: Deaths) -> None:
        self._desk = desk
        self._deaths = deaths

    def dispensed(self, patient: str, consult: str) -> list[DispensedLot]:
        """What left with a note, lot by lot."""
        return self.lots_of(d.record for d in self._dispenses(patient, consult))

    def lots_of(self, dispenses: Iterable[Dispense]) -> list[DispensedLot]:
        """What left with these dispenses, lot by lot; a lot in two lines is asked once."""
        names: dict[str, tuple[str, str]] = {}
        sums: Counter[str] = Counter()
        for line in (line for dispense in dispenses for line in dispense.lines):
            for given in line.given:
                names[given.lot] = given.number, line.name
                sums[given.lot] += given.quantity
        return [DispensedLot(lot, *names[lot], quantity) for lot, quantity in sums.items()]

    def made_with(self, patient: str, consult: str) -> list[Made]:
        """The vitals, screenings and safety plan of the same visit that still stand."""
        note = self._desk.vault.shelf("consult", Consult, patient=patient).get(consult).record
        plans = self._desk.vault.shelf("plan", SafetyPlan, patient=patient).all()
        named = [("vitals", note.vitals), *(("screening", s) for s in note.screenings)]
        named += [("plan", p.id) for p in plans if p.record.day == note.day]
        found = []
        for kind, doc in named:
            record, reader = READERS[kind]
            stored = self._desk.vault.shelf(kind, record, patient=patient).find(doc) if doc else None
            if stored is not None and not self._struck(doc):
                said = reader(stored.record)
                found.append(Made(doc, kind, f"{said.title}: {said.line}"))
        return found

    def mark(
        self,
        patient: str,
        consult: str,
        reason: str,
        returned: Mapping[str, int],
        *,
        also: Sequence[str] = (),
        copied_draft: str = "",
    ) -> Marked:
        """Strike the note, its dispenses and what of the visit is named in `also`; take back what it opened. One save.

        `returned` must answer for every dispensed lot: units that came back, from 0 to what left.
        """
        self._desk.require("marcar_error")
        note = self._desk.vault.shelf("consult", Consult, patient=patient).get(consult)
        why = self._reason(reason)
        self._refuse_struck(consult)
        lots = self.dispensed(patient, consult)
        check_returned(lots, returned)
        others = {m.id: m.type for m in self.made_with(patient, consult)}
        if unknown := set(also) - set(others):
            raise BadInput(f"Hay {len(unknown)} registro que no es de esta visita.")
        left = Counter(returned)
        with self._desk.vault.transaction(day=self._desk.today()):
            voids = [self._void(patient, consult, "consult", why, copied_draft=copied_draft)]
            for dispense in self._dispenses(patient, consult):
                back = _back(self.lots_of([dispense.record]), left)
                voids.append(self._void(patient, dispense.id, "dispense", why, returned=back))
            voids += [self._void(patient, doc, kind, why) for doc, kind in self._measured(patient, consult)]
            for doc in also:
                voids.append(self._void(patient, doc, others[doc], why))
            said = self._take_back(patient, note, why, voids)
        return Marked(tuple(voids), tuple(said), copied_draft)

    def mark_other(
        self, patient: str, target: str, kind: str, reason: str, returned: Mapping[str, int] | None = None
    ) -> Marked:
        """Strike one record that is no note (vitals, screening, allergy, problem, programme, dispense of its own).

        A note of the register of mental health (an addendum) too; an answer of the supervision only by the supervision.
        """
        self._desk.require("marcar_error")
        body = (
            self._desk.vault.doc_body(kind, target, patient) if kind in MARKABLE | {REGISTER_NOTE} else None
        )
        if body is None or (kind == REGISTER_NOTE and body.get("kind") not in REASON_WORDS):
            raise BadInput("Este registro no se puede marcar por error desde aquí.")
        if kind in {"screening", "plan", "handover", REGISTER_NOTE} and not self._desk.knows(patient):
            raise NotAllowed
        if body.get("kind") == ANSWER:
            self._desk.require("revisar_casos")
        why = self._reason(reason)
        self._refuse_struck(target)
        back: tuple[GivenLot, ...] = ()
        if kind == "dispense":
            dispense = self._desk.vault.shelf("dispense", Dispense, patient=patient).get(target)
            lots = self.lots_of([dispense.record])
            check_returned(lots, returned or {})
            back = _back(lots, Counter(returned))
        with self._desk.vault.transaction(day=self._desk.today()):
            void = self._void(patient, target, kind, why, returned=back)
            gone = [target, *(self._answers_to(patient, target) if body.get("kind") == QUESTION else ())]
            closed = sum(Alerts(self._desk).close_from(patient, doc, WHY) for doc in gone)
            Agenda(self._desk).cancel_from(patient, target, WHY)
        return Marked((void,), _alerts_said(closed))

    # -- taking back -------------------------------------------------------------------------------------------

    def _take_back(
        self, patient: str, note: Stored[Consult], why: str, voids: list[Stored[Void]]
    ) -> list[str]:
        said: list[str] = []
        if n := Agenda(self._desk).cancel_from(patient, note.id, WHY):
            said.append("Se canceló la cita que había dejado." if n == 1 else f"Se cancelaron {n} citas.")
        said += self._reopen_kept(patient, note.record)
        for void in voids[1:]:
            Agenda(self._desk).cancel_from(patient, void.record.target, WHY)
        said += _alerts_said(
            sum(Alerts(self._desk).close_from(patient, v.record.target, WHY) for v in tuple(voids))
        )
        if undone := self._undo_opened(patient, note.id, why, voids):
            said.append(f"Se quitó lo que había abierto: {', '.join(undone)}.")
        said += self._take_back_death(patient, note.record, why)
        said += self._back_into_programmes(patient, note.record)
        said += self._take_back_arrival(patient, note.record, why, voids)
        return said

    def _undo_opened(self, patient: str, note: str, why: str, voids: list[Stored[Void]]) -> list[str]:
        """Strike the problems and programmes that the note opened; their words."""
        undone = []
        opened: list[tuple[str, type[Problem] | type[Programme]]] = [
            ("problem", Problem),
            ("programme", Programme),
        ]
        for kind, record in opened:
            for doc in self._desk.vault.shelf(kind, record, patient=patient).all():
                if doc.record.source == note and not self._struck(doc.id):
                    voids.append(self._void(patient, doc.id, kind, why))
                    undone.append(
                        doc.record.label
                        if isinstance(doc.record, Problem)
                        else f"programa de {PROGRAMME_WORDS[doc.record.kind]}"
                    )
        return undone

    def _reopen_kept(self, patient: str, note: Consult) -> list[str]:
        """An appointment that this visit had fulfilled was not kept: it waits again (unless it is long past)."""
        shelf = self._desk.vault.shelf("appointment", Appointment, patient=patient)
        said = []
        for doc in note.kept:
            stored = shelf.find(doc)
            late = (self._desk.today() - stored.record.due).days if stored else 0
            if stored is None or stored.record.status != "cumplida" or late > MISSED_AFTER[-1]:
                continue
            waiting = msgspec.structs.replace(stored.record, status="pendiente", day=self._desk.today())
            shelf.replace(stored, waiting)
            said.append(f"La cita del {show_date(stored.record.due)} vuelve a quedar pendiente.")
        return said

    def _back_into_programmes(self, patient: str, note: Consult) -> list[str]:
        shelf = self._desk.vault.shelf("programme", Programme, patient=patient)
        left = {c.kind for c in note.programmes if c.outcome}
        said = []
        for doc in shelf.all():
            ended = doc.record.kind in left or (note.died is not None and doc.record.outcome == "defuncion")
            if ended and doc.record.closed == note.day and not self._struck(doc.id):
                shelf.replace(doc, msgspec.structs.replace(doc.record, closed=None, outcome=""))
                said.append(f"Sigue en el programa de {PROGRAMME_WORDS[doc.record.kind]}.")
        return said

    def _take_back_death(self, patient: str, note: Consult, why: str) -> list[str]:
        if note.died is None or not self._deaths.undo(patient, note.died, why):
            return []
        return ["Se quitó la defunción que había anotado; ponga otra vez sus citas."]

    def _take_back_arrival(
        self, patient: str, note: Consult, why: str, voids: list[Stored[Void]]
    ) -> list[str]:
        """On the same day: who has vitals is here and waits again; who has none was probably not here at all."""
        waiting = WaitingRoom(self._desk)
        arrival = waiting.of_today(patient)
        if note.day != self._desk.today() or arrival is None or arrival.record.state != "terminado":
            return []
        taken = VitalsService(self._desk).today(patient)
        if taken is not None and all(v.record.target != taken.id for v in voids):
            waiting.move(patient, arrival, "signos")
            return ["El paciente vuelve a la sala de espera."]
        voids.append(self._void(patient, arrival.id, "arrival", why))
        return ["Se quitó su llegada de hoy."]

    # -- inside ------------------------------------------------------------------------------------------------

    def _void(
        self,
        patient: str,
        target: str,
        kind: str,
        why: str,
        *,
        returned: tuple[GivenLot, ...] = (),
        copied_draft: str = "",
    ) -> Stored[Void]:
        void = Void(
            target=target,
            target_type=kind,
            reason=why,
            author=self._desk.me.id,
            at=self._desk.now(),
            day=self._desk.today(),
            returned=returned,
            copied_draft=copied_draft,
        )
        return self._desk.vault.shelf("void", Void, patient=patient).add(void)

    def _measured(self, patient: str, consult: str) -> list[tuple[str, str]]:
        """The laboratory results and fetal measures that were typed in the note."""
        return [
            (doc.id, kind)
            for kind in ("lab", "prenatal")
            for doc in self._desk.vault.shelf(kind, READERS[kind][0], patient=patient).all()
            if doc.record.source == consult and not self._struck(doc.id)
        ]

    def _answers_to(self, patient: str, question: str) -> list[str]:
        """The supervision's answers to a question: what they opened goes with it."""
        vault = self._desk.vault
        bodies = ((i, vault.doc_body("addendum", i, patient)) for i in vault.doc_ids("addendum", patient))
        return [i for i, body in bodies if body and body.get("question") == question]

    def _dispenses(self, patient: str, consult: str) -> list[Stored[Dispense]]:
        found = self._desk.vault.shelf("dispense", Dispense, patient=patient).all()
        return [d for d in found if d.record.consult == consult and not self._struck(d.id)]

    def _refuse_struck(self, doc: str) -> None:
        if self._struck(doc):
            raise Refused("Ya estaba marcado como registrado por error.")

    def _struck(self, doc: str) -> bool:
        return bool(self._desk.vault.projection(void_drawer(doc)))

    @staticmethod
    def _reason(text: str) -> str:
        why = clean_line(text, field="reason", limit=400)
        if len(why) < 3:
            raise BadInput("Escriba por qué se registró por error; queda en el expediente.", field="reason")
        return why


def check_returned(lots: Sequence[DispensedLot], returned: Mapping[str, int]) -> None:
    """BadInput, with the lot's field, unless every lot is answered for with 0 to what left."""
    for lot in lots:
        if lot.lot not in returned:
            raise BadInput(f"Falta decir si volvió {lot.name}, lote {lot.number}.", field=f"back_{lot.lot}")
        if not 0 <= returned[lot.lot] <= lot.quantity:
            raise BadInput(
                f"De {lot.name}, lote {lot.number}, salieron {lot.quantity}; no puede volver otra cantidad.",
                field=f"back_{lot.lot}",
            )


def _back(lots: Sequence[DispensedLot], left: Counter[str]) -> tuple[GivenLot, ...]:
    """What of `left` came back of these lots; taken off `left`, so that a second dispense gets the rest."""
    back = []
    for lot in lots:
        if quantity := min(lot.quantity, left[lot.lot]):
            left[lot.lot] -= quantity
            back.append(GivenLot(lot=lot.lot, quantity=quantity))
    return tuple(back)


def _alerts_said(closed: int) -> tuple[str, ...]:
    if not closed:
        return ()
    return ("Se cerró la alerta que había abierto." if closed == 1 else f"Se cerraron {closed} alertas.",)
