"""People in care who do not exist: screenings and recetas of other days, written as the services write them."""

from __future__ import annotations

from datetime import date

from ces_tui.care.records import Programme, Vitals
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult, Diagnosis
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.screening.records import Screening
from tests.support import PASSPHRASE
from tests.unit.consult.visits import someone

TODAY = date(2026, 11, 20)
FLUOXETINE = "fluoxetina-capsula-20-mg"
SERTRALINE = "sertralina-capsula-o-tableta-50-mg"
RISPERIDONE = "risperidona-tableta-2-mg"
DEPOT = "haloperidol-decanoato-inyectable-50-mg-ml"


def become(clinic: Clinic, role: str) -> None:
    clinic.login(next(p.id for p in clinic.people() if p.role == role), PASSPHRASE)


def receta(item: str, morning: str = "1", **fields: object) -> PrescriptionLine:
    entry = entries()[item]
    told = {"morning": morning, "days": 30, "quantity": 30} | fields
    return PrescriptionLine(item=item, name=entry.name, unit=entry.dose_unit, **told)  # type: ignore[arg-type]


def in_care(
    clinic: Clinic, kind: str = "salud_mental", opened: date = date(2026, 3, 2), **about: object
) -> str:
    """A registered person with an open enrolment."""
    patient = someone(clinic, **about)
    enrol(clinic, patient, kind, opened)
    return patient


def enrol(clinic: Clinic, patient: str, kind: str, opened: date) -> None:
    record = Programme(day=opened, kind=kind, opened=opened)  # type: ignore[arg-type]
    clinic.vault.shelf("programme", Programme, patient=patient).add(record)


def seen(clinic: Clinic, patient: str, day: date, *lines: PrescriptionLine, code: str = "F32.1") -> str:
    """A signed note of another day with this receta."""
    note = Consult(
        day=day,
        at=0,
        author=clinic.me.id,
        subjective="Sigue en control.",
        diagnoses=(Diagnosis(text="Episodio depresivo", code=code),),
        prescription=lines,
    )
    return clinic.vault.shelf("consult", Consult, patient=patient).add(note).id


def scored(clinic: Clinic, patient: str, day: date, total: int, instrument: str = "phq9") -> str:
    """A whole sheet of another day with this total and nothing on the safety item."""
    items = len(clinic.instruments.get(instrument).items)
    left, answers = total, []
    for n in range(items):
        take = 0 if instrument == "phq9" and n == 8 else min(3, left)
        answers.append(take)
        left -= take
    assert left == 0
    band = clinic.instruments.get(instrument).band_of[total].id
    record = Screening(
        day=day,
        at=0,
        author=clinic.me.id,
        instrument=instrument,
        instrument_version="1",
        text_version="es-MX",
        answers=list(answers),
        complete=True,
        total=total,
        band=band,
        read_by=clinic.me.id,
    )
    return clinic.vault.shelf("screening", Screening, patient=patient).add(record).id


def weighed(clinic: Clinic, patient: str, day: date, **measures: object) -> None:
    clinic.vault.shelf("vitals", Vitals, patient=patient).add(Vitals(day=day, **measures))  # type: ignore[arg-type]
