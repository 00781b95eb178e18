"""What several papers share: the letterhead, who the patient is, who signs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_tui.base.dates import show_date, show_number
from ces_tui.care.records import Vitals
from ces_tui.paper.records import LICENCE_WORDS, Block, Field, Licence, Sheet, Signature, Unit
from ces_tui.paper.wording import age_on_paper
from ces_tui.people.records import INSURANCE_WORDS, SEX_WORDS, Patient


@dataclass(frozen=True, slots=True)
class Desktop:
    """Where and by whom a paper is made: the same for all papers of a moment."""

    unit: Unit
    clinic: str
    """Name of the clinic, where the unit has no official one."""
    printed: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs: name and licence."""

    name: str
    licence: Licence


def head(desk: Desktop, template: str, title: str, *, patient: Patient | None = None) -> Sheet:
    """A sheet with its letterhead and no blocks yet."""
    unit = desk.unit
    place = ", ".join(part for part in (unit.address, unit.locality, unit.municipality) if part)
    clues = f"CLUES {unit.clues}" if unit.clues else ""
    return Sheet(
        template=template,
        title=title,
        unit=unit.unit or desk.clinic,
        place=" · ".join(part for part in (f"{place}, Chiapas" if place else "Chiapas", clues) if part),
        who=f"{patient.name} · {patient.clinic_number}" if patient else "",
        printed=desk.printed,
        demo=desk.demo,
    )


def identity(patient: Patient, on: date, when: str) -> Block:
    """Name, number, age, sex, birth: what NOM-004 asks of every note."""
    return Block(
        key="identity",
        fields=(
            Field(label="Paciente", value=patient.name, span=3),
            Field(label="Expediente", value=patient.clinic_number),
            Field(label="Edad", value=age_on_paper(patient, on)),
            Field(label="Sexo", value=SEX_WORDS[patient.sex]),
            Field(label="Fecha de nacimiento", value=show_date(patient.birth) + (" (aprox.)" if patient.birth_estimated else "")),
            Field(label="Fecha y hora", value=when),
        ),
    )  # fmt: skip


def whereabouts(patient: Patient) -> tuple[Field, ...]:
    """Identity papers, insurance and address, as registered."""
    insurance = INSURANCE_WORDS.get(patient.insurance, "")
    return (
        Field(label="CURP", value=patient.curp, span=2),
        Field(
            label="Afiliación", value=" ".join(p for p in (insurance, patient.insurance_number) if p), span=2
        ),
        Field(label="Localidad", value=patient.locality, span=2),
        Field(label="Municipio", value=patient.municipality, span=2),
        Field(label="Domicilio", value=patient.address, span=3),
        Field(label="Teléfono", value=patient.phone),
        Field(label="Nombre de la madre", value=patient.mother_name, span=2),
        Field(label="Acompañante", value=patient.acompanante, span=2),
    )


def vitals_fields(vitals: Vitals | None) -> tuple[Field, ...]:
    """The measurements that the note's layout needs (ces.md 2.5); those not taken are lines to fill."""
    v = vitals or Vitals(day=date.min)
    glucose = _with(v.glucose_mgdl, " mg/dL")
    if glucose and v.glucose_high:
        glucose = f"HI (más de {glucose})"
    if glucose and v.fasting is not None:
        glucose += " en ayuno" if v.fasting else " sin ayuno"
    return (
        Field(label="Peso", value=_with(v.weight_kg, " kg")),
        Field(label="Talla", value=_with(v.height_cm / 100 if v.height_cm else None, " m", 2)),
        Field(label="IMC", value=_with(v.bmi, " kg/m²")),
        Field(label="T/A", value=f"{v.pressure} mmHg" if v.pressure else ""),
        Field(label="FC", value=_with(v.pulse, " /min")),
        Field(label="FR", value=_with(v.respiration, " /min")),
        Field(label="Temp.", value=_with(v.temperature_c, " °C")),
        Field(label="SpO₂", value=_with(v.spo2, " %")),
        Field(label="Glucosa capilar", value=glucose),
        Field(label="Cintura", value=_with(v.waist_cm, " cm")),
    )


def allergies(sentence: str, *, known: bool, asked: bool) -> Block:
    """The loud line: what is known, that there is none, or that nobody asked."""
    if not known:
        sentence = "Sin alergias conocidas." if asked else "NO SE HAN PREGUNTADO. Pregunte antes de surtir."
    return Block(key="allergies", heading="ALERGIAS", paragraphs=(sentence,), loud=known or not asked)


def signature(author: Author | None, *, caption: str = "Nombre y firma") -> Signature:
    """The line to sign on; a licence that is not known is a line to fill, never made up."""
    if author is None:
        return Signature(caption=caption, lines=("Cédula o constancia: ____________________",))
    licence = author.licence
    if licence.kind and licence.number:
        lines = [f"{LICENCE_WORDS[licence.kind]}: {licence.number}"]
    else:
        word = LICENCE_WORDS.get(licence.kind, "Cédula o constancia")
        lines = [f"{word}: ____________________"]
    lines.append(f"Institución: {licence.school}" if licence.school else "Institución: ____________________")
    if licence.supervisor:
        cedula = licence.supervisor_cedula or "____________________"
        lines.append(f"Supervisa: {licence.supervisor} · cédula {cedula}")
    return Signature(name=author.name, lines=tuple(lines), caption=caption)


def _with(value: float | None, unit: str, digits: int = 1) -> str:
    return "" if value is None else f"{show_number(float(value), digits)}{unit}"
