"""What a registration must be before it is stored, and how a person is named on a screen. Pure."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from ces_tui.base.dates import age_years, show_age
from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line, clean_text
from ces_tui.people import curp as curps
from ces_tui.people.births import OLDEST
from ces_tui.people.query import proper
from ces_tui.people.records import SEX_WORDS, Patient

_LINES = {
    "given": 60,
    "surname1": 60,
    "surname2": 60,
    "mother_name": 80,
    "phone": 40,
    "municipality": 60,
    "locality": 80,
    "address": 120,
    "acompanante": 80,
    "insurance_number": 40,
}
_LETTERS = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"[^\d<>@#$%&*=+/\\|{}\[\]_]*\Z")
_NAMED = {"given": "el nombre", "surname1": "el primer apellido", "surname2": "el segundo apellido"}


def tidy(patient: Patient, today: date) -> Patient:
    """The registration as it may be stored: blanks, capitals and CURP in order; BadInput with the field for what can't be."""
    lines = {
        name: clean_line(getattr(patient, name), field=name, limit=most) for name, most in _LINES.items()
    }
    for name, called in _NAMED.items():
        lines[name] = proper(lines[name])
        if name != "surname2" and not _LETTERS.search(lines[name]):
            raise BadInput(f"Falta {called}.", field=name)
        if not _NAME.match(lines[name]):
            raise BadInput(f"Revise {called}: lleva números o signos.", field=name)
    lines["mother_name"] = proper(lines["mother_name"])
    check_days(patient, today)
    if patient.locality_key and not re.fullmatch(r"[0-9]{9}", patient.locality_key):
        raise BadInput("La clave de la localidad son nueve cifras.", field="locality")
    return msgspec.structs.replace(
        patient,
        **lines,
        curp=clean_line(patient.curp, field="curp", limit=30).replace(" ", "").upper(),
        old_numbers=[clean_line(n, field="old_numbers", limit=30) for n in patient.old_numbers if n.strip()],
        note=clean_text(patient.note, field="note", limit=1000),
    )


def doubts(patient: Patient) -> list[str]:
    """What to look at again before saving: sentences that warn and never block."""
    found = curps.doubts(
        patient.curp, birth=patient.birth, sex=patient.sex, birth_estimated=patient.birth_estimated
    )
    digits = re.sub(r"\D", "", patient.phone)
    if patient.phone and len(digits) != 10:
        found.append("El teléfono no tiene diez números.")
    if patient.privacy_notice is None:
        found.append("Falta leerle el aviso de privacidad.")
    return found


def show_patient_age(patient: Patient, today: date) -> str:
    """'45 a', '~45 a' when the birth is an estimate, 'falleció' for the dead."""
    if patient.died:
        return "falleció"
    return ("~" if patient.birth_estimated else "") + show_age(patient.birth, today)


def identity_line(patient: Patient, today: date) -> str:
    """'María López Gómez · 45 a · mujer · LET5000012': what stands on every screen of a consult."""
    parts = (patient.name, show_patient_age(patient, today), SEX_WORDS[patient.sex], patient.clinic_number)
    return " · ".join(part for part in parts if part)


def check_days(patient: Patient, today: date) -> None:
    """BadInput, with its field, for a birth or a death that can't be."""
    if patient.birth > today:
        raise BadInput("La fecha de nacimiento está en el futuro.", field="birth")
    if age_years(patient.birth, patient.died or today) > OLDEST:
        raise BadInput(f"Con esa fecha tendría más de {OLDEST} años; revise el año.", field="birth")
    if patient.died and not patient.birth <= patient.died <= today:
        raise BadInput("La fecha de defunción no es posible.", field="died")
