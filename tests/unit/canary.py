"""An invented patient whose words must be found nowhere outside the seal, in any of the ways that bytes can hold them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ces_tui.care.records import Vitals
from ces_tui.care.safety_records import Contact, SafetyPlan
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Diagnosis
from ces_tui.people.records import Patient
from tests.unit.consult.visits import TODAY, line, page, stock

GIVEN, SURNAME, MOTHER, PLACE = "Xochiñátlali", "Canaryúñez", "Zoqueñandúa", "Ejido Ñuxcuátzin"
SAID = "Le duele el tlacuachíñe desde antier"
PLANNED = "Guardar el machetíñuco lejos"
WORDS = ("Xochiñátlali", "Canaryúñez", "Zoqueñandúa", "Ñuxcuátzin", "tlacuachíñe", "machetíñuco")


def forms() -> dict[str, bytes]:
    """Each word as UTF-8, UTF-16, Latin-1, upper and lower case, decomposed, reversed, hexadecimal and base64."""
    import unicodedata

    found: dict[str, bytes] = {}
    for word in WORDS:
        raw = word.encode()
        found |= {
            f"{word} utf-8": raw,
            f"{word} mayúsculas": word.upper().encode(),
            f"{word} minúsculas": word.lower().encode(),
            f"{word} descompuesta": unicodedata.normalize("NFD", word).encode(),
            f"{word} utf-16": word.encode("utf-16-le"),
            f"{word} latin-1": word.encode("latin-1"),
            f"{word} al revés": word[::-1].encode(),
            f"{word} bytes al revés": raw[::-1],
            f"{word} hex": raw.hex().encode(),
            f"{word} HEX": raw.hex().upper().encode(),
            f"{word} json": word.encode("ascii", "backslashreplace"),
        }
        for shift in range(3):  # base64 reads three bytes at a time: the word may begin at each of them
            coded = base64.b64encode(bytes(shift) + raw + bytes(3))
            found[f"{word} base64 {shift}"] = coded[4:-8]
    return found


def live_through(clinic: Clinic) -> str:
    """The canary goes through registration, vitals, draft, screening, plan, consult with dispensing, addendum, waiting room."""
    stock(clinic)
    told = Patient(
        given=GIVEN,
        surname1=SURNAME,
        mother_name=MOTHER,
        locality=PLACE,
        sex="F",
        birth=date(1980, 2, 3),
        day=TODAY,
    )
    patient = clinic.registry.register(told).id
    clinic.waiting.arrive(patient)
    vitals = Vitals(day=TODAY, systolic=128, diastolic=82, weight_kg=61.5, complaint=SAID)
    clinic.vitals.take(patient, vitals, confirmed={"systolic", "diastolic"})
    draft = clinic.consults.drafts.open(patient).id
    clinic.consults.drafts.save(draft, patient, page(subjective=SAID))
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [1] * 8 + [2], difficulty=None)
    clinic.safety.fill(patient, _plan())
    diagnosis = Diagnosis(code="I10", text="Hipertensión arterial", first_time=True)
    note = clinic.consults.sign(
        page(subjective=SAID, prescription=(line(),), diagnoses=(diagnosis,)), patient, draft
    )
    clinic.consults.addendum(patient, note.id, "consult", SAID)
    clinic.access.restrict(patient, "otro", SAID)
    clinic.consults.drafts.save(clinic.vault.new_id(), patient, page(subjective=SAID))
    clinic.chart.timeline(patient)
    return patient


def _plan() -> SafetyPlan:
    return SafetyPlan(
        day=TODAY, warning_signs=SAID, coping=PLANNED, people=[Contact(name=MOTHER, phone="9671234567")],
        professionals=[Contact(name="Clínica", phone="9671234567")], means_asked=True, means=PLANNED,
        means_done=PLANNED, stays_tonight=MOTHER, next_contact=date(2026, 11, 21), has_plan=False, has_means=False,
    )  # fmt: skip


def hits(folders: Iterable[Path]) -> list[str]:
    """Where the canary stands: file and form; file names too."""
    found = []
    wanted = forms()
    for folder in folders:
        for path in folder.rglob("*"):
            data = path.read_bytes() if path.is_file() else b""
            told = str(path.relative_to(folder)).encode() + b"\n" + data
            found += [f"{path.name}: {name}" for name, form in wanted.items() if form in told]
    return found
