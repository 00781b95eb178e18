"""When a safety plan counts as filled, and which alerts of risk still wait for one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ces_tui.base.text import fold
from ces_tui.care.safety_records import Contact, Handover, SafetyPlan


@dataclass(frozen=True)
class Missing:
    """What a plan lacks: the field of the form and the sentence for the person who fills it."""

    field: str
    sentence: str


NOBODY = frozenset(
    {"nadie", "ninguno", "ninguna", "no", "no hay", "no sabe", "no tiene", "na", "n/a", "nada", "sin nadie"}
    | {"solo", "sola", "se queda solo", "se queda sola", "el solo", "ella sola", "pendiente"}
)
"""What is written where there is nobody, folded: it must not pass for a person."""
LONGEST = 28
"""Days to the next contact beyond which a plan does not count: the longest interval of mhGAP-IG 2.0 (K)."""


def missing(plan: SafetyPlan, today: date, longest: int = LONGEST) -> list[Missing]:
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
    if not someone(plan.stays_tonight):
        lacks.append(Missing("stays_tonight", "Falta quién se queda con la persona esta noche."))
    if plan.next_contact is None:
        lacks.append(Missing("next_contact", "Falta la fecha del próximo contacto."))
    elif plan.next_contact < today:
        lacks.append(Missing("next_contact", "La fecha del próximo contacto ya pasó."))
    elif (plan.next_contact - today).days > longest:
        lacks.append(
            Missing(
                "next_contact",
                f"El próximo contacto va a lo más en {longest} días: ponga una fecha más cercana.",
            )
        )
    return lacks


def reachable(contact: Contact) -> bool:
    """A name and a way to reach them; where there is no telephone the way is written out ('caseta de Don Lino')."""
    return someone(contact.name) and any(c.isalnum() for c in contact.phone)


def someone(text: str) -> bool:
    """Whether the words name somebody: 'nadie', 'sola' or a dash do not."""
    words = fold(text).strip(" .-")
    return sum(c.isalpha() for c in words) >= 2 and words not in NOBODY


def settled_alerts(plans: Iterable[SafetyPlan], handovers: Iterable[Handover]) -> frozenset[str]:
    """The alerts that a plan or a hand-over answers."""
    return frozenset(a for plan in plans for a in plan.alerts) | frozenset(
        a for h in handovers for a in h.alerts
    )
