"""A protocol's treatment becomes lines of the receta that fit the dose exactly, or stays words."""

from __future__ import annotations

from datetime import date

from ces_tui.clinic import Clinic
from ces_tui.consult.proposals import full_instruments, propose
from ces_tui.guidance.bottles import measure
from ces_tui.guidance.records import Outcome, Treatment
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.rules import check_line
from tests.support import PASSPHRASE
from tests.unit.consult.visits import AMLODIPINE, someone, stock


def treatment(drug: str, mg: float, times: int, days: int, route: str = "oral") -> Treatment:
    return Treatment(
        drug=drug, dose=mg, unit="mg", dose_mg=mg, route=route, times_a_day=times, days=days,
        max_a_day=mg * times, max_dose=mg, rule="", bottles=measure(drug, route, mg),
    )  # fmt: skip


def outcome(*treatments: Treatment) -> Outcome:
    return Outcome(
        protocol="p", title="p", version="1", date="2026", classification="c", gravity=2, treatment=treatments
    )


def test_a_dose_becomes_whole_lines_that_may_be_signed(clinic: Clinic) -> None:
    """Amlodipine 5 mg once a day for 28 days: one tablet in the morning, what is on the shelf first."""
    patient = someone(clinic)
    stock(clinic, AMLODIPINE, 60)
    found = propose(clinic.desk, patient, outcome(treatment("amlodipino", 5, 1, 28)))
    best = found.lines[0]
    assert (best.line.item, best.stocked) == (AMLODIPINE, True)
    assert (best.line.morning, best.line.night, best.line.days, best.line.quantity) == ("1", "", 28, 28)
    for proposal in found.lines:
        check_line(proposal.line, entries()[proposal.line.item])


def test_twice_a_day_is_morning_and_night(clinic: Clinic) -> None:
    """Amoxicillin for a child every 12 h in millilitres, with the bottles counted."""
    patient = someone(clinic, birth=date(2026, 3, 1))
    found = propose(clinic.desk, patient, outcome(treatment("amoxicilina", 292, 2, 5)))
    liquid = [p.line for p in found.lines if p.line.unit == "mL"]
    assert liquid and all(line.morning == line.night != "" and line.noon == "" for line in liquid)
    assert all(line.quantity >= 1 for line in liquid)


def test_what_is_given_at_once_or_fits_no_presentation_stays_in_the_note(clinic: Clinic) -> None:
    """No line is made up: the reason is said instead."""
    patient = someone(clinic)
    found = propose(
        clinic.desk,
        patient,
        outcome(treatment("gentamicina", 60, 1, 1, "IM"), treatment("amlodipino", 0.7, 1, 28)),
    )
    assert found.lines == ()
    assert [text.split(",")[0].split(":")[0] for text in found.left] == [
        "Se da aquí",
        "Sin presentación que dé la dosis exacta",
    ]


def test_a_positive_short_screen_asks_for_the_full_one_until_it_was_applied(clinic: Clinic) -> None:
    """PHQ-2 of 3 proposes the PHQ-9; a negative one nothing; applied, nothing more; the nurse is told nothing."""
    patient, other = someone(clinic), someone(clinic, given="Ana")
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    pasante = clinic.me
    clinic.login(nurse.id, PASSPHRASE)
    clinic.screenings.save(patient, clinic.instruments.get("phq2"), [2, 1])
    clinic.screenings.save(other, clinic.instruments.get("gad2"), [0, 1])
    assert full_instruments(clinic.desk, patient) == []
    clinic.login(pasante.id, PASSPHRASE)
    assert full_instruments(clinic.desk, patient) == [("PHQ-2", "phq9")]
    assert full_instruments(clinic.desk, other) == []
    clinic.screenings.save(patient, clinic.instruments.get("phq9"), [1, 1, 0, 0, 0, 0, 0, 0, 0])
    assert full_instruments(clinic.desk, patient) == []
