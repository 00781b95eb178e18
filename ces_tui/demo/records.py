"""The story's plain data as the records that a vault stores."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from ces_tui.care.records import Came, ProgrammeKind
from ces_tui.care.safety_records import Contact, SafetyPlan
from ces_tui.consult.records import Consult, Diagnosis, Finding, ProgrammeChange
from ces_tui.demo import names
from ces_tui.demo.events import Note, Visit
from ces_tui.demo.population import Villager
from ces_tui.demo.recipes import prescription
from ces_tui.people.records import Patient, Sex


def patient_of(villager: Villager, visit: Visit, number: str, nurse: str) -> Patient:
    """A villager as registered at their first visit."""
    return Patient(
        clinic_number=number,
        given=villager.given,
        surname1=villager.surname1,
        surname2=villager.surname2,
        sex=cast("Sex", villager.sex),
        birth=villager.birth,
        birth_estimated=villager.birth_estimated,
        mother_name=villager.mother_name,
        phone=villager.phone,
        municipality=names.MUNICIPALITY,
        locality=villager.locality,
        acompanante=villager.acompanante,
        insurance="imss_bienestar" if villager.index % 3 else "ninguno",
        reads=villager.age(visit.day) < 55 if villager.age(visit.day) >= 12 else None,
        case_finding=villager.index % 29 == 4,
        privacy_notice=visit.day,
        consent="verbal",
        day=visit.day,
        registered=visit.day,
        registered_by=nurse,
    )


def consult_of(visit: Visit, at: int, author: str) -> Consult:
    """The signed note."""
    note = visit.note
    return Consult(
        day=visit.day,
        at=at,
        author=author,
        came=cast("Came", visit.came),
        reason=note.reason,
        subjective=note.subjective,
        objective=note.objective,
        analysis=note.analysis,
        plan=note.plan,
        prognosis="bueno",
        diagnoses=diagnoses_of(note),
        prescription=tuple(prescription(order) for order in note.orders),
        programmes=tuple(
            [ProgrammeChange(kind=cast("ProgrammeKind", kind)) for kind in note.enters]
            + [
                ProgrammeChange(kind=cast("ProgrammeKind", kind), outcome="tratamiento_completo")
                for kind in note.leaves
            ]
        ),
        next_day=note.next_due,
        next_reason=note.next_reason,
        findings=tuple(
            Finding(section="epilepsia", name=name, value=float(value)) for name, value in note.sections
        ),
    )


def diagnoses_of(note: Note) -> tuple[Diagnosis, ...]:
    """The note's diagnoses, the first one primary."""
    return tuple(
        Diagnosis(text=f.text, code=f.code, first_time=f.first_time, primary=n == 0)
        for n, f in enumerate(note.findings)
    )


def safety_plan(visit: Visit, owner: str) -> SafetyPlan:
    """A filled safety plan, as it would be made with the person."""
    return SafetyPlan(
        day=visit.day,
        at=0,
        author="",
        owner=owner,
        warning_signs="Se encierra, deja de comer y no contesta.",
        coping="Rezar, salir al patio, escuchar música.",
        people=[
            Contact(name="Hermana mayor", phone=f"992{visit.villager.index + 1_000_000}", relation="hermana")
        ],
        professionals=[
            Contact(name="Acompañante de salud mental", phone="9921000001", relation="acompañante")
        ],
        means_asked=True,
        means="Herbicida en el cuarto de herramientas.",
        means_done="La hermana se lo llevó a su casa bajo llave.",
        stays_tonight="La hermana mayor",
        next_contact=visit.day + timedelta(days=3),
        has_plan=False,
        has_means=True,
    )
