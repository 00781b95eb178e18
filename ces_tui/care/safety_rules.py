"""When a safety plan counts as filled, and which alerts of risk still wait for one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ces_tui.care.safety_records import Contact, Handover, SafetyPlan


@dataclass(frozen=True)
class Missing:
    """What a plan lacks: the field of the form and the sentence for the person who fills it."""

    field: str
    sentence: str


def missing(plan: SafetyPlan, today: date) -> list[Missing]:
    """What keeps the plan from counting as filled, in the order of the form; empty = filled."""
    lacks = []
    if not plan.means_asked:
        lacks.append(
            Missing(
                "means_asked", "Falta preguntar por los medios: plaguicidas, medicamentos, machete, arma."
            )
        )
    if plan.has_means and not plan.means_done.strip():
        lacks.append(
            Missing("means_done", "Hay medios al alcance: escriba qué se hizo con ellos y quién los guarda.")
        )
    if not any(reachable(c) for c in plan.people):
        lacks.append(
            Missing("people", "Falta una persona a quien llamar, con nombre y teléfono o cómo avisarle.")
        )
    if not plan.stays_tonight.strip():
        lacks.append(Missing("stays_tonight", "Falta quién se queda con la persona esta noche."))
    if plan.next_contact is None:
        lacks.append(Missing("next_contact", "Falta la fecha del próximo contacto."))
    elif plan.next_contact < today:
        lacks.append(Missing("next_contact", "La fecha del próximo contacto ya pasó."))
    return lacks


def reachable(contact: Contact) -> bool:
    """A name and a way to reach them; where there is no telephone the way is written out ('caseta de Don Lino')."""
    return bool(contact.name.strip() and contact.phone.strip())


def settled_alerts(plans: Iterable[SafetyPlan], handovers: Iterable[Handover]) -> frozenset[str]:
    """The alerts that a plan or a hand-over answers."""
    return frozenset(a for plan in plans for a in plan.alerts) | frozenset(
        a for h in handovers for a in h.alerts
    )
