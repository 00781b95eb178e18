"""The safety plan: who is at risk, what was agreed, who answers for it, and when the next contact is.

A positive suicide item opens a reserved alert. No consult of that person is signed before a plan is filled or the
person is handed over to someone with a name, and the alert stays open until someone closes it with a reason.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ces_tui.base import content
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.base.text import clean_line, clean_text
from ces_tui.care.agenda import Agenda
from ces_tui.care.alerts import Alerts
from ces_tui.care.records import Alert
from ces_tui.care.safety_records import HOW_WORDS, RISK_KIND, Contact, Handover, SafetyPlan
from ces_tui.care.safety_rules import Missing, missing, settled_alerts
from ces_tui.care.shelves import live, struck
from ces_tui.people.desk import Desk
from ces_tui.vault.drafts import Draft
from ces_tui.vault.shelf import Shelf, Stored

POSITIVE, UNANSWERED = 3, 2
"""Gravity of the alert after a positive item, and after one that stayed unanswered."""

PLACE = "plan"
"""Where an unfinished plan waits among the drafts."""
OPENED_BY_PLAN = "Plan de seguridad abierto por el equipo."
READ_PART = "plan de seguridad"
"""How a look at it stands in the record's history of reads."""

NOTHING_TO_HAND_OVER = "No hay un riesgo abierto que entregar."
UNSETTLED = (
    "Hay una respuesta de riesgo de suicidio sin atender. Antes de firmar, llene el plan de seguridad "
    "o entregue el caso a una persona con nombre."
)


class SafetyPlans:
    """What stands between a positive suicide item and a signed note."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # -- what is open ------------------------------------------------------------------------------------------

    def open_alerts(self, patient: str) -> list[Stored[Alert]]:
        """The person's alerts of risk that nobody has closed, oldest first."""
        self.desk.require("plan_seguridad")
        return [a for a in self._risk_alerts(patient) if a.record.closed is None]

    def shown(self, patient: str) -> list[Stored[Alert]]:
        """Of the open alerts, those that the person at the desk may know of: by role or reason, or they answer for it or wrote it.

        The nurse who asked item 9 stands before her own alert; in another's chart she learns nothing here.
        """
        found = self.open_alerts(patient)
        return found if self.desk.knows(patient) else [a for a in found if self._mine(patient, a)]

    def pending(self, patient: str) -> list[Stored[Alert]]:
        """The alerts of risk that neither a plan nor a hand-over answers; one closed without either still waits."""
        self.desk.require("plan_seguridad")
        answered = settled_alerts(
            (p.record for p in self._live(self._plans(patient))),
            (h.record for h in self._live(self._handovers(patient))),
        )
        return [
            a
            for a in self._risk_alerts(patient)
            if a.id not in answered and not (a.record.closed and a.record.gravity < POSITIVE)
        ]

    def require_settled(self, patient: str) -> None:
        """Refused while a risk of suicide is unattended: asked by every way of signing a consult."""
        if self.pending(patient):
            raise Refused(UNSETTLED)

    def last(self, patient: str) -> Stored[SafetyPlan] | None:
        """The plan that holds now, if the person at the desk may read it."""
        plans = [s for s in self.history(patient) if isinstance(s.record, SafetyPlan)]
        return plans[-1] if plans else None

    def history(self, patient: str) -> list[Stored[SafetyPlan] | Stored[Handover]]:
        """Plans and hand-overs, oldest first: all for the roles of "ver_reservado", else one's own. The look is recorded."""
        me = self.desk.require("plan_seguridad")
        self.desk.require_chart(patient)
        found = [*self._live(self._plans(patient)), *self._live(self._handovers(patient))]
        if not self.desk.knows(patient):
            found = [s for s in found if me.id in {s.record.author, getattr(s.record, "owner", "")}]
        if found:
            self.desk.vault.note_read(patient, READ_PART)
        return sorted(found, key=lambda s: (s.record.at, s.id))

    @staticmethod
    def guidance() -> dict[str, Any]:
        """What the protocol asks and does when there is a plan or access to means, with source and certainty."""
        found: dict[str, Any] = content.load("instruments/riesgo/suicidio.yaml")
        return found

    # -- what opens it -----------------------------------------------------------------------------------------

    def raise_risk(
        self, patient: str, *, text: str, source: str = "", gravity: int = POSITIVE, owner: str = ""
    ) -> Stored[Alert]:
        """Open the reserved alert of a risk, due today; part of the transaction that is open, if one is.

        Without an `owner` it is the clinician at the desk, else the clinic's pasante.
        """
        self.desk.require("plan_seguridad")
        return Alerts(self.desk).open(
            patient, kind=RISK_KIND, gravity=gravity, text=text, owner=owner, sensitive=True, source=source
        )

    def withdraw(self, patient: str, source: str, reason: str) -> int:
        """Close what a document raised, because the document was recorded by mistake; how many. Joins the transaction."""
        self.desk.require("plan_seguridad")
        mine = [a for a in self.open_alerts(patient) if source and a.record.source == source]
        for alert in mine:
            self._close(patient, alert, reason)
        return len(mine)

    def answered_after_all(self, patient: str, reason: str) -> None:
        """Close the alerts of items that had stayed unanswered: the item was asked again and the answer was no."""
        self.desk.require("plan_seguridad")
        for alert in self.open_alerts(patient):
            if alert.record.gravity < POSITIVE:
                self._close(patient, alert, reason)

    # -- what settles it ---------------------------------------------------------------------------------------

    def lacking(self, plan: SafetyPlan) -> list[Missing]:
        """Everything that keeps a plan from counting as filled, in the order of the page."""
        return missing(plan, self.desk.today(), int(self.guidance()["next_contact_days"]["longest"]))

    def late_contact(self, plan: SafetyPlan) -> str:
        """What to ask once more: the next contact is later than the protocol has it; empty when it is not."""
        rule = self.guidance()["next_contact_days"]
        days = (plan.next_contact - self.desk.today()).days if plan.next_contact else 0
        if days <= rule["at_most"]:
            return ""
        source = self.guidance()["sources"][rule["source"]]
        return (
            f"El próximo contacto es en {days} días; al principio se hace a lo más en {rule['at_most']} "
            f"({source}; {rule['certainty']})."
        )

    def fill(self, patient: str, plan: SafetyPlan, *, draft: str = "") -> Stored[SafetyPlan]:
        """Sign the plan, move the alert's date to the next contact and put that contact in the agenda: one save.

        Refused, with the field, while anything that makes it count as filled is missing.
        """
        me = self.desk.require("plan_seguridad")
        vault, today = self.desk.vault, self.desk.today()
        plan = msgspec.structs.replace(
            _clean(plan),
            day=today,
            at=self.desk.now(),
            author=me.id,
            owner=plan.owner or Alerts(self.desk).answerable(),
        )
        if lacks := self.lacking(plan):
            raise Refused(lacks[0].sentence, field=lacks[0].field)
        assert plan.next_contact is not None
        plan_id = vault.new_id()
        with vault.transaction(day=today):
            alerts = self.open_alerts(patient) or [
                self.raise_risk(patient, text=OPENED_BY_PLAN, source=plan_id, owner=plan.owner)
            ]
            waiting = [a.id for a in self.pending(patient)]
            named = sorted({*waiting, *(a.id for a in alerts)})
            stored = self._plans(patient).add(msgspec.structs.replace(plan, alerts=named), id=plan_id)
            for alert in alerts:
                moved = msgspec.structs.replace(alert.record, owner=plan.owner, due=plan.next_contact)
                self._alerts(patient).replace(alert, moved, day=today)
            self._replace_contacts(patient, stored)
            if draft:
                vault.drafts.drop(draft)
        return stored

    def hand_over(self, patient: str, handover: Handover, *, draft: str = "") -> Stored[Handover]:
        """Record who takes over, by name, role, how and why; the alert stays open until it is closed."""
        me = self.desk.require("plan_seguridad")
        vault, today = self.desk.vault, self.desk.today()
        if not self.desk.knows(patient):
            self._require_shown(patient, NOTHING_TO_HAND_OVER)
        handover = msgspec.structs.replace(
            handover,
            day=today,
            at=self.desk.now(),
            author=me.id,
            person=_needed(handover.person, "person", "Escriba el nombre de la persona que recibe."),
            role=_needed(handover.role, "role", "Escriba la función de la persona que recibe."),
            reason=_needed(handover.reason, "reason", "Escriba por qué se entrega el caso."),
            phone=clean_line(handover.phone, field="phone"),
        )
        if handover.how not in HOW_WORDS:
            raise BadInput("Elija cómo se entrega.", field="how")
        with vault.transaction(day=today):
            waiting = [a.id for a in self.pending(patient)]
            if not waiting:
                self._require_shown(patient, NOTHING_TO_HAND_OVER)
            named = sorted({*waiting, *(a.id for a in self.open_alerts(patient))})
            stored = self._handovers(patient).add(msgspec.structs.replace(handover, alerts=named))
            if draft:
                vault.drafts.drop(draft)
        return stored

    def close(self, patient: str, reason: str, *, draft: str = "") -> None:
        """Close the matter with a reason; Refused while a positive answer has neither a plan nor a hand-over."""
        me = self.desk.require("plan_seguridad")
        reason = _needed(reason, "reason", "Escriba por qué se cierra.")
        with self.desk.vault.transaction(day=self.desk.today()):
            alerts = self.open_alerts(patient)
            self._require_shown(patient, "No hay un riesgo abierto que cerrar.")
            if not self.desk.knows(patient) and any(a.record.owner != me.id for a in alerts):
                raise NotAllowed("Es un asunto reservado: lo cierra quien responde por él, o la supervisión.")
            if any(a.record.gravity >= POSITIVE for a in self.pending(patient)):
                raise Refused(
                    "Primero llene el plan de seguridad o entregue el caso; después se puede cerrar."
                )
            for alert in alerts:
                self._close(patient, alert, reason)
            if draft:
                self.desk.vault.drafts.drop(draft)

    # -- what is being written ---------------------------------------------------------------------------------

    def hold(self, patient: str, typed: dict[str, Any], *, draft: str = "") -> str:
        """Seal what was typed into the plan's page; the draft's id."""
        self.desk.require("plan_seguridad")
        draft_id = draft or self.desk.vault.new_id()
        self.desk.vault.drafts.save(draft_id, place=PLACE, patient=patient, data=typed)
        return draft_id

    def held(self, patient: str) -> Draft | None:
        """One's own unfinished plan of this person, the newest."""
        self.desk.require("plan_seguridad")
        drafts = self.desk.vault.drafts.open_drafts()
        return next((d for d in drafts if d.place == PLACE and d.patient == patient), None)

    # -- shelves -----------------------------------------------------------------------------------------------

    def _alerts(self, patient: str) -> Shelf[Alert]:
        return self.desk.vault.shelf("alert", Alert, patient=patient)

    def _plans(self, patient: str) -> Shelf[SafetyPlan]:
        return self.desk.vault.shelf("plan", SafetyPlan, patient=patient)

    def _handovers(self, patient: str) -> Shelf[Handover]:
        return self.desk.vault.shelf("handover", Handover, patient=patient)

    def _risk_alerts(self, patient: str) -> list[Stored[Alert]]:
        """Alerts of risk whose source still stands: a screening recorded by mistake asks for nothing."""
        alerts = [a for a in live(self.desk, "alert", Alert, patient) if a.record.kind == RISK_KIND]
        return [a for a in alerts if not struck(self.desk, a.record.source)]

    def _require_shown(self, patient: str, none: str) -> None:
        """Who may not know of a matter is told the same whether there is one or not."""
        if not self.shown(patient):
            if self.desk.knows(patient):
                raise Refused(none)
            raise NotAllowed("Es un asunto reservado: lo atiende quien responde por él, o la supervisión.")

    def _mine(self, patient: str, alert: Stored[Alert]) -> bool:
        vault, me = self.desk.vault, self.desk.me.id
        if alert.record.owner == me:
            return True
        held = vault.held(f"chart/{patient}", alert.id)
        # an alert of the transaction that is open is one's own
        return held is None or any(vault.entry_at(h.log).header.by == me for h in held.heads)

    def _live(self, shelf: Shelf[Any]) -> list[Stored[Any]]:
        return [s for s in shelf.all() if not struck(self.desk, s.id)]

    def _close(self, patient: str, alert: Stored[Alert], reason: str) -> None:
        closed = msgspec.structs.replace(
            alert.record, closed=self.desk.today(), closed_reason=reason, closed_by=self.desk.me.id
        )
        self._alerts(patient).replace(alert, closed, day=self.desk.today())

    def _replace_contacts(self, patient: str, plan: Stored[SafetyPlan]) -> None:
        """The agenda holds one next contact: that of the plan that holds now."""
        agenda = Agenda(self.desk)
        plans = {p.id for p in self._plans(patient).all()}
        for old in agenda.pending(patient):
            if old.record.source in plans:
                agenda.cancel(patient, old, "Hay un plan más nuevo.")
        assert plan.record.next_contact is not None
        agenda.set(
            patient,
            plan.record.next_contact,
            reason="Contacto de seguimiento",
            sensitive=True,
            source=plan.id,
        )


def _needed(text: str, field: str, sentence: str) -> str:
    line = clean_line(text, field=field, limit=400)
    if not line:
        raise BadInput(sentence, field=field)
    return line


def _clean(plan: SafetyPlan) -> SafetyPlan:
    texts = {
        name: clean_text(getattr(plan, name), field=name, limit=4000)
        for name in ("warning_signs", "coping", "means", "means_done", "stays_tonight", "notes")
    }
    return msgspec.structs.replace(
        plan,
        **texts,
        people=_contacts(plan.people, "people"),
        professionals=_contacts(plan.professionals, "professionals"),
    )


def _contacts(contacts: list[Contact], field: str) -> list[Contact]:
    cleaned = [
        Contact(
            name=clean_line(c.name, field=field),
            phone=clean_line(c.phone, field=field),
            relation=clean_line(c.relation, field=field),
        )
        for c in contacts
    ]
    return [c for c in cleaned if c.name or c.phone]
