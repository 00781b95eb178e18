"""The fields of the safety plan and of the hand-over, and what was typed in them as records. No rules here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ces_tui.base.dates import show_date
from ces_tui.care.safety_records import HOW_WORDS, Contact, Handover, SafetyPlan
from ces_tui.people.desk import Person
from ces_tui.people.roles import ROLES
from screens.widgets.form import CheckField, ChoiceField, DateField, Field, Form, Option, Section, TextField
from screens.widgets.paper import Para

YES_NO = (Option("si", "Sí"), Option("no", "No"))
SURE = {"V": "", "K": "", "U": " (por confirmar)"}
PEOPLE, PROFESSIONALS = 2, 1
FIELD_OF = {"people": "person1", "due": "next_contact"}
"""Field of the record, or of a service, -> field of the form."""


def plan_items(today: date, staff: Sequence[Person], me: str) -> list[Field | Section]:
    """The page, top to bottom, in the order in which one talks with the person."""
    owner = ChoiceField(
        "owner", "Responsable", options=[Option(p.id, f"{p.name} ({ROLES[p.role]})") for p in staff]
    )
    owner.load(me)
    return [
        Section("Riesgo hoy", "pregunte con calma, a solas"),
        ChoiceField("has_plan", "¿Plan o intención?", options=YES_NO),
        ChoiceField("has_means", "¿Medios al alcance?", options=YES_NO),
        Section("Medios", "plaguicidas, medicamentos, machete, arma"),
        CheckField("means_asked", "Medios preguntados", required=True),
        _line("means", "Qué hay"),
        _line("means_done", "Qué se hizo con ellos", hint="y quién los guarda"),
        Section("Lo que ayuda"),
        _line("warning_signs", "Señales de alarma", hint="cómo empieza a ponerse mal"),
        _line("coping", "Qué le ayuda"),
        Section("A quién llamar", "al menos una persona, con teléfono o cómo avisarle"),
        TextField("person1", "Persona 1", required=True, width=30),
        TextField("phone1", "  teléfono o aviso", required=True, width=30, hint="número, o cómo avisarle"),
        TextField("person2", "Persona 2", width=30),
        TextField("phone2", "  teléfono o aviso", width=30),
        TextField("professional1", "Personal de salud", width=30),
        TextField("professional_phone1", "  teléfono", width=30),
        Section("Hoy y después"),
        TextField("stays_tonight", "Esta noche se queda", required=True, width=30),
        DateField("next_contact", "Próximo contacto", required=True, today=today, hint="+1, +7 o la fecha"),
        owner,
        _line("notes", "Notas"),
    ]


def plan_of(form: Form, today: date) -> SafetyPlan:
    """The record that was typed; BadInput with the field when a date is none."""
    return SafetyPlan(
        day=today,
        owner=form.text("owner"),
        warning_signs=form.text("warning_signs"),
        coping=form.text("coping"),
        people=_contacts(form, "person", "phone", PEOPLE),
        professionals=_contacts(form, "professional", "professional_phone", PROFESSIONALS),
        means_asked=form.flag("means_asked"),
        means=form.text("means"),
        means_done=form.text("means_done"),
        stays_tonight=form.text("stays_tonight"),
        next_contact=form.day("next_contact", today),
        has_plan=_said(form.text("has_plan")),
        has_means=_said(form.text("has_means")),
        notes=form.text("notes"),
    )


def bring_over(form: Form, last: SafetyPlan) -> None:
    """What usually stays true comes over from the last plan; what must be asked today only stands beside its field."""
    on = show_date(last.day)
    for name in ("warning_signs", "coping"):
        form.set_value(name, getattr(last, name))
    for i, contact in enumerate(last.people[:PEOPLE], 1):
        form.set_value(f"person{i}", contact.name)
        form.set_value(f"phone{i}", contact.phone)
    for contact in last.professionals[:PROFESSIONALS]:
        form.set_value("professional1", contact.name)
        form.set_value("professional_phone1", contact.phone)
    for name in ("means", "means_done", "stays_tonight"):
        form.set_last(name, getattr(last, name), on)
    if last.next_contact:
        form.set_last("next_contact", show_date(last.next_contact), on)


def handover_items() -> list[Field | Section]:
    """Who takes over, in which role, how and why."""
    return [
        TextField("person", "Nombre de quien recibe", required=True, width=34),
        TextField("role", "Función o unidad", required=True, width=34),
        TextField("phone", "Teléfono", width=20),
        ChoiceField("how", "Cómo", required=True, options=[Option(k, v) for k, v in HOW_WORDS.items()]),
        _line("reason", "Por qué", required=True),
    ]


def guidance_paras(guidance: dict[str, Any], *, danger: bool) -> list[Para]:
    """What the protocol asks; with plan or means at hand, what it does, first. Each line with its source."""
    lines: list[Para] = []
    if danger:
        lines.append(Para("HAY PLAN O MEDIOS AL ALCANCE", "bad"))
        lines += [_sourced(guidance, line, "warn") for line in guidance["when_plan_or_means"]]
    lines.append(Para("Preguntas", "title"))
    for line in guidance["ask"]:
        text = f"«{line['text']}»" if line["literal"] else line["text"]
        lines.append(_sourced(guidance, {**line, "text": text}, "text"))
    if not danger:
        lines.append(Para("Con plan o medios al alcance", "title"))
        lines += [_sourced(guidance, line, "text") for line in guidance["when_plan_or_means"]]
    for level in guidance["levels"]:
        lines.append(Para(level["name"].capitalize(), "title"))
        lines.append(_sourced(guidance, {**level, "text": f"Si {level['when']}: {level['action']}"}, "text"))
    crisis = guidance["crisis_line"]
    lines.append(Para(crisis["text"] + SURE[crisis["certainty"]], "strong"))
    lines.append(Para("V: leído en la fuente. K: de uso general.", "dim"))
    if not guidance["reviewed_by"]:
        lines.append(Para("Pendiente de revisión clínica.", "dim"))
    return lines


def described(answer: SafetyPlan | Handover) -> str:
    """One line for the history: what was agreed and with whom."""
    if isinstance(answer, Handover):
        return f"{show_date(answer.day)} entregado a {answer.person} ({answer.role}): {HOW_WORDS[answer.how]}"
    contact = show_date(answer.next_contact) if answer.next_contact else "sin fecha"
    return (
        f"{show_date(answer.day)} plan firmado; próximo contacto {contact}; esta noche {answer.stays_tonight}"
    )


def _line(name: str, label: str, *, required: bool = False, hint: str = "") -> TextField:
    return TextField(name, label, required=required, hint=hint, width=44, limit=400)


def _said(key: str) -> bool | None:
    return {"si": True, "no": False}.get(key)


def _contacts(form: Form, name: str, phone: str, count: int) -> list[Contact]:
    found = [
        Contact(name=form.text(f"{name}{i}"), phone=form.text(f"{phone}{i}")) for i in range(1, count + 1)
    ]
    return [c for c in found if c.name or c.phone]


def _sourced(guidance: dict[str, Any], line: dict[str, Any], ink: str) -> Para:
    source = guidance["sources"][line["source"]].partition(",")[0]
    return Para(f"{line['text']}  [{source}; {line['certainty']}]{SURE[line['certainty']]}", ink, mark="· ")
