"""The fields of a registration and how they become a record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput
from ces_tui.people.births import parse_birth
from ces_tui.people.localities import Place
from ces_tui.people.notice import notice
from ces_tui.people.places import municipalities
from ces_tui.people.records import CONSENT_WORDS, INSURANCE_WORDS, Patient
from screens.widgets.fields import CheckField, ChoiceField, Field, LookupField, Option, Suggestion, TextField
from screens.widgets.form import Form, Section

_YES_NO = [Option("si", "Sí"), Option("no", "No")]
_TOLD = {"si": True, "no": False}
_TEXTS = (
    "given",
    "surname1",
    "surname2",
    "mother_name",
    "phone",
    "curp",
    "address",
    "acompanante",
    "insurance_number",
)
_YES_NOES = ("indigenous", "migrant", "disability", "reads")


def fields(more: Collection[str] = ()) -> list[Field | Section]:
    """Required ones first; Enter goes through them, Ctrl+S saves at any moment. `more` municipalities than the clinics'."""
    names = sorted({*municipalities(), *more})
    return [*_first(), Section("Lo demás puede esperar", "Ctrl+S guarda"), *_rest(names), *_agreed()]


def _first() -> list[Field]:
    return [
        TextField("given", "Nombre(s)", required=True, limit=60),
        TextField("surname1", "Primer apellido", required=True, limit=60),
        TextField("surname2", "Segundo apellido", limit=60),
        ChoiceField("sex", "Sexo", required=True, options=[Option("F", "Mujer"), Option("M", "Hombre")]),
        TextField(
            "birth",
            "Nacimiento",
            required=True,
            width=18,
            hint="03/04/1981, 1981 o 45 años",
            help="Fecha, año o edad; con año o edad queda como estimada.",
        ),
        TextField("mother_name", "Nombre de la madre", limit=80, help="Distingue a quienes se llaman igual."),
        LookupField(
            "locality",
            "Localidad",
            free=True,
            rows=4,
            limit=80,
            help="Las que ya tienen pacientes y las del catálogo; si no está, se escribe tal cual.",
        ),
        TextField("phone", "Teléfono", width=16, limit=40, hint="diez números"),
    ]


def _rest(municipality_names: Sequence[str]) -> list[Field]:
    return [
        TextField(
            "curp", "CURP", width=20, limit=30, help="Como está en su documento; el programa no la inventa."
        ),
        ChoiceField(
            "municipality",
            "Municipio",
            options=[Option(name, name) for name in municipality_names],
        ),
        TextField("address", "Domicilio", width=40, limit=120),
        TextField("acompanante", "Acompañante", limit=80),
        ChoiceField(
            "insurance",
            "Derechohabiencia",
            options=[
                Option(key, words.capitalize() if words.islower() else words)
                for key, words in INSURANCE_WORDS.items()
            ],
        ),
        TextField("insurance_number", "Número de afiliación", width=20, limit=40),
        TextField("old_numbers", "Números anteriores", hint="separados por coma", limit=120),
        ChoiceField("indigenous", "Se considera indígena", options=_YES_NO),
        ChoiceField("migrant", "Migrante", options=_YES_NO),
        ChoiceField("disability", "Discapacidad", options=_YES_NO),
        ChoiceField(
            "reads", "Sabe leer", options=_YES_NO, help="Si no lee, los tamizajes se leen en voz alta."
        ),
    ]


def _agreed() -> list[Field]:
    """How the person was found, and what they were told and agreed to."""
    return [
        CheckField("case_finding", "Búsqueda activa", help="Se encontró en búsqueda activa de casos."),
        CheckField(
            "privacy_notice",
            "Aviso de privacidad leído",
            help=" ".join([*notice()["read_aloud"], notice()["confirm"]]),
        ),
        ChoiceField(
            "consent",
            "Consentimiento",
            options=[Option(key, words.capitalize()) for key, words in CONSENT_WORDS.items()],
            help="La ley pide que sea expreso y por escrito para datos de salud, salvo para atender; quedan día y quién lo anotó.",
        ),
    ]


def read_patient(form: Form, today: date, old: Patient | None = None) -> Patient:
    """The record that the page says; BadInput, with its field, for what can't be read. What the page lacks stays as it was."""
    sex = form.text("sex")
    if not sex:
        raise BadInput("Falta el sexo.", field="sex")
    if not form.text("birth"):
        raise BadInput("Falta la fecha de nacimiento o la edad.", field="birth")
    birth, estimated = parse_birth(form.text("birth"), today)
    if old is not None and birth == old.birth and not estimated:
        estimated = old.birth_estimated
    notice = form.flag("privacy_notice")
    place = form.field("locality")
    told: dict[str, Any] = {name: form.text(name) for name in _TEXTS}
    told |= {name: _TOLD.get(form.text(name)) for name in _YES_NOES}
    told |= {name: form.text(name) for name in ("municipality", "insurance", "consent")}
    told |= {
        "sex": sex,
        "birth": birth,
        "birth_estimated": estimated,
        "locality": place.text.strip() if isinstance(place, LookupField) else "",
        "locality_key": place_key(place),
        "old_numbers": [n.strip() for n in form.text("old_numbers").split(",") if n.strip()],
        "case_finding": form.flag("case_finding"),
        "privacy_notice": ((old.privacy_notice if old else None) or today) if notice else None,
    }
    return msgspec.structs.replace(old, **told) if old is not None else Patient(day=today, **told)


def values_of(patient: Patient) -> dict[str, Any]:
    """A registration as the page's values, to correct it."""
    values: dict[str, Any] = {name: getattr(patient, name) for name in _TEXTS}
    values |= {name: {True: "si", False: "no", None: ""}[getattr(patient, name)] for name in _YES_NOES}
    values |= {
        name: getattr(patient, name)
        for name in ("sex", "municipality", "insurance", "consent", "case_finding")
    }
    return values | {
        "locality": {"key": patient.locality_key, "text": patient.locality},
        "birth": show_date(patient.birth),
        "old_numbers": ", ".join(patient.old_numbers),
        "privacy_notice": patient.privacy_notice is not None,
    }


def place_key(place: Field) -> str:
    """INEGI's key of a locality that was chosen from the catalogue."""
    chosen = place.chosen.key if isinstance(place, LookupField) and place.chosen else ""
    return chosen if len(chosen) == 9 and chosen.isdigit() else ""


def suggestion(place: Place) -> Suggestion:
    """A place as a line below the field: its municipality, its key where it has one, and who lives there."""
    people = f"{place.people} paciente{'s' if place.people != 1 else ''}" if place.people else ""
    told = (place.municipality, place.key[5:], people)
    return Suggestion(place.key or place.name, place.name, " · ".join(t for t in told if t), place)
