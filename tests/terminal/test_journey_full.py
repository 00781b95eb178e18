"""A full consult with two diagnoses and three medicines, and a new patient, by keys alone in a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal import journey

pytestmark = pytest.mark.terminal

PER_SECOND = 40 * 5 / 60
"""Forty words a minute, five letters a word."""
SUBJECTIVE = "Dolor de cintura y ardor de boca del estomago"
OBJECTIVE = "Contractura lumbar, abdomen blando"
MEDICINES = (("paraceta", "11-1", "5"), ("omepraz", "1", "14"), ("loratad", "1", "7"))


def test_journey_full_consult_takes_at_most_ninety_seconds_of_typing(tmp_path: Path) -> None:
    """Two diagnoses, three medicines, signed: keys besides the free text, at 40 words a minute."""
    built = journey.demo(tmp_path / "demo")
    with journey.again(built.folder) as clinic:
        jose = clinic.registry.find("jose hernandez lopez")[0].id
    with journey.at_hoy(built) as t:
        journey.open_consult_with_pressure(t)
        t.type(SUBJECTIVE)
        t.press("tab")
        t.type(OBJECTIVE)
        for _ in range(3):
            t.press("tab")
            t.settle()
        for typed, shown in (("lumbal", "M54.5"), ("gastri", "K29.7")):
            t.type(typed)
            t.wait_for(shown)
            t.press("enter")
            t.settle()
        t.press("f3")
        for name, dose, days in MEDICINES:
            t.settle()
            if "un medicamento" not in t.text:
                t.press("a")
                t.wait_for("un medicamento")
            t.type(name)
            t.settle()
            t.press("enter")
            t.type(dose)
            t.press("enter", "enter")
            t.type(days)
            t.press("ctrl+s")
            t.settle()
        t.press("ctrl+s")
        t.wait_for("S Subjetivo", "D Diagnósticos", "R Receta")
        t.press("ctrl+r")
        t.wait_for("Se repitió")
        t.press("ctrl+t")
        t.wait_for("Firmar la nota")
        t.press("enter")
        t.wait_for("Nota firmada y guardada")
        keys = t.keys - len(SUBJECTIVE) - len(OBJECTIVE)
        journey.leave(t)
    journey.counted("consulta_completa", keys)
    assert keys / PER_SECOND <= 90

    with journey.again(built.folder) as clinic:
        note = clinic.consults.of(jose)[0].record
        assert [d.code for d in note.diagnoses] == ["M54.5", "K29.7"]
        assert len(note.prescription) == 3
        assert note.subjective == SUBJECTIVE


def test_journey_new_patient_takes_at_most_sixty_seconds_of_typing(tmp_path: Path) -> None:
    """Name, sex, birth and locality typed, saved with a number of the clinic."""
    built = journey.demo(tmp_path / "demo")
    with journey.at_hoy(built) as t:
        t.press("3")
        t.wait_for("Primer apellido")
        for text in ("Ximena", "Quintanar", "Zavala"):
            t.type(text)
            t.press("tab")
        t.press("m", "tab")
        t.type("3/4/81")
        t.press("ctrl+s")
        t.settle()
        t.wait_for("Ximena Quintanar Zavala")
        keys = t.keys
        journey.leave(t)
    journey.counted("paciente_nuevo", keys)
    assert keys / PER_SECOND <= 60
    with journey.again(built.folder) as clinic:
        person = clinic.registry.find("ximena quintanar zavala")[0].patient
        assert (person.sex, person.birth.year) == ("F", 1981)
