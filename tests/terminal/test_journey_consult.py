"""A returning hypertensive patient, from Hoy with nobody chosen to the signed note, by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.care.records import Appointment, Arrival, Vitals
from ces_tui.consult.records import Consult
from ces_tui.pharmacy.records import Dispense
from tests.terminal import journey

pytestmark = pytest.mark.terminal

LOSARTAN = "losartan-tableta-50-mg"


def test_journey_hypertensive_patient_in_at_most_thirty_keys_and_stored_whole(tmp_path: Path) -> None:
    built = journey.demo(tmp_path / "demo")
    with journey.again(built.folder) as clinic:
        jose = clinic.registry.find("jose hernandez lopez")[0].id
        before = clinic.stock.on_hand(LOSARTAN)
        notes = len(clinic.consults.of(jose))
    with journey.at_hoy(built) as t:
        journey.open_consult_with_pressure(t)
        t.press("ctrl+r")
        t.wait_for("Se repitió")
        t.press("ctrl+t")
        t.wait_for("Falta el subjetivo")
        t.type("bien")
        t.press("ctrl+t")
        t.wait_for("Firmar la nota")
        assert "José Hernández López" in t.text
        t.press("enter")
        t.wait_for("Nota firmada y guardada")
        keys = t.keys
        journey.leave(t)
    journey.counted("hipertenso", keys)
    assert keys <= 30

    with journey.again(built.folder) as clinic:
        today = clinic.desk.today()
        vault = clinic.vault
        assert len(clinic.consults.of(jose)) == notes + 1
        note = clinic.consults.of(jose)[0].record
        assert note.day == today
        assert note.author == clinic.me.id
        assert note.subjective == "bien"
        assert [d.code for d in note.diagnoses] == ["I10"]
        assert not note.diagnoses[0].first_time
        taken = {v.id: v.record for v in vault.shelf("vitals", Vitals, patient=jose).all()}
        assert (taken[note.vitals].systolic, taken[note.vitals].diastolic) == (128, 82)
        given = vault.shelf("dispense", Dispense, patient=jose).get(note.dispense).record
        assert [(line.item, line.total) for line in given.lines] == [(LOSARTAN, 30)]
        assert clinic.stock.on_hand(LOSARTAN) == before - 30
        dues = vault.shelf("appointment", Appointment, patient=jose).all()
        assert [a.record.due for a in dues if a.record.status == "pendiente"] == [note.next_day]
        assert {a.id for a in dues if a.record.due == today and a.record.status == "cumplida"} == set(
            note.kept
        )
        here = [
            a.record for a in vault.shelf("arrival", Arrival, patient=jose).all() if a.record.day == today
        ]
        assert [a.state for a in here] == ["terminado"]
        assert vault.shelf("consult", Consult, patient=jose).get(clinic.consults.of(jose)[0].id)
        assert not [d for d in clinic.today.drafts() if d.patient == jose]
