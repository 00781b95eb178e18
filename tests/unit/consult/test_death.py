"""A programme left by death notes the death with the note, and goes back with it."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.clinic import Clinic
from ces_tui.consult.reading import parts
from ces_tui.consult.records import Draft, ProgrammeChange
from tests.support import PASSPHRASE
from tests.unit.consult.visits import TODAY, page, pressure, someone

LEFT = (ProgrammeChange(kind="diabetes", outcome="defuncion"),)


@pytest.fixture
def patient(clinic: Clinic) -> str:
    """In two programmes, with an appointment ahead."""
    found = someone(clinic)
    pressure(clinic, found)
    clinic.programmes.enrol(found, "diabetes")
    clinic.programmes.enrol(found, "hipertension")
    clinic.agenda.set(found, date(2026, 12, 18))
    return found


def last_page(**fields: object) -> Draft:
    told = {"programmes": LEFT, "died": date(2026, 11, 19), "death_cause": "infarto", "next_text": ""}
    return page(**(told | fields))


def test_leaving_by_death_notes_it_everywhere_in_one_save(clinic: Clinic, patient: str) -> None:
    """The registration, every programme, the appointments and the note say it after one entry of the log."""
    before = clinic.vault.state.n
    stored = clinic.consults.sign(last_page(), patient)
    assert clinic.vault.state.n == before + 1
    record = clinic.registry.get(patient).record
    assert (record.died, record.death_cause) == (date(2026, 11, 19), "infarto")
    assert {p.record.outcome for p in clinic.programmes.all(patient)} == {"defuncion"}
    assert clinic.agenda.pending(patient) == []
    said = {part.heading: part.lines for part in parts(clinic.chart.note(patient, stored.id))}
    assert said["Defunción"] == ("19/11/2026, infarto",)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"died": None, "death_cause": ""}, "programmes"),
        ({"died": date(2026, 11, 21)}, "programmes"),
        ({"death_cause": " "}, "programmes"),
        ({"next_text": "28"}, "next_text"),
    ],
)
def test_a_death_that_is_not_whole_stops_the_signature(
    clinic: Clinic, patient: str, fields: dict[str, object], place: str
) -> None:
    """Without day or cause, on a day that can't be, or with a next visit: refused, and nothing is written."""
    before = clinic.vault.state.n
    with pytest.raises(CesError) as caught:
        clinic.consults.sign(last_page(**fields), patient)
    assert caught.value.field == place
    assert clinic.vault.state.n == before
    assert clinic.registry.get(patient).record.died is None


def test_a_death_noted_before_needs_no_second_telling(clinic: Clinic, patient: str) -> None:
    """Whoever was noted as dead is in no programme; a later note of the papers gives no appointment."""
    clinic.deaths.note(patient, TODAY, "infarto")
    with pytest.raises(CesError, match="Falleció"):
        clinic.consults.sign(page(), patient)
    clinic.consults.sign(page(next_text=""), patient)


@pytest.mark.parametrize("role", ["pasante", "enfermeria"])
def test_a_note_in_the_wrong_chart_gives_the_life_back(
    clinic: Clinic, patient: str, clock: FixedClock, role: str
) -> None:
    """«Registrado por error» takes the death back, with its reason, and the programmes hold again."""
    stored = clinic.consults.sign(last_page(), patient)
    person = next(p for p in clinic.people() if p.role == role)
    clinic.login(person.id, PASSPHRASE)
    marked = clinic.consults.mark_error(patient, stored.id, "era otra Rosa", {})
    record = clinic.registry.get(patient).record
    assert record.died is None
    assert "era otra Rosa" in record.note
    assert clinic.programmes.open_kinds(patient) == {"diabetes", "hipertension"}
    assert any("defunción" in sentence for sentence in marked.said)


def test_a_copy_for_the_right_patient_carries_no_death(clinic: Clinic, patient: str) -> None:
    """The text travels; who died is said anew."""
    stored = clinic.consults.sign(last_page(), patient)
    draft = clinic.consults.drafts.get(
        clinic.consults.copy_to_draft(patient, stored.id, someone(clinic))
    ).draft
    assert draft.died is None
    assert draft.programmes == ()
