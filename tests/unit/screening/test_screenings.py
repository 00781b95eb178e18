"""A saved sheet keeps every answer, shows no total it does not have, and an alarming one opens its alert in the same commit."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.care.records import Alert
from ces_tui.clinic import Clinic
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.records import Answering
from tests.support import PASSPHRASE
from tests.unit.care.test_safety import PLAN, strike


@pytest.fixture
def patient(clinic: Clinic) -> str:
    return clinic.vault.new_id()


@pytest.fixture
def phq9(clinic: Clinic) -> Instrument:
    return clinic.instruments.get("phq9")


def become(clinic: Clinic, role: str) -> None:
    clinic.login(next(p.id for p in clinic.people() if p.role == role), PASSPHRASE)


def test_a_sheet_is_stored_with_its_answers_text_version_reader_and_score(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    saved = clinic.screenings.save(patient, phq9, [1, 2, 1, 0, 2, 1, 0, 3, 0], difficulty=2, consult="c")
    [stored] = clinic.screenings.history(patient)
    sheet = stored.record
    assert stored == saved.stored
    assert sheet.answers == [1, 2, 1, 0, 2, 1, 0, 3, 0]
    assert (sheet.total, sheet.band, sheet.complete, sheet.difficulty) == (10, "moderada", True, 2)
    assert (sheet.instrument, sheet.text_version, sheet.author, sheet.read_by, sheet.consult) == (
        "phq9",
        "es-MX",
        clinic.me.id,
        clinic.me.id,
        "c",
    )
    assert sheet.day == date(2026, 11, 20)
    assert clinic.screenings.of_consult(patient, "c") == [stored]
    assert clinic.screenings.of_consult(patient, "") == []


def test_the_difficulty_never_counts(clinic: Clinic, patient: str, phq9: Instrument) -> None:
    easy = clinic.screenings.save(patient, phq9, [1] * 8 + [0], difficulty=0)
    hard = clinic.screenings.save(patient, phq9, [1] * 8 + [0], difficulty=3)
    assert easy.score == hard.score


def test_a_refused_item_leaves_the_sheet_incomplete_without_a_total(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    saved = clinic.screenings.save(patient, phq9, [3, 3, None, 3, 3, 3, 3, 3, 0])
    assert (saved.stored.record.total, saved.stored.record.band, saved.stored.record.complete) == (
        None,
        "",
        False,
    )
    assert clinic.screenings.describe(saved.stored.record) == "PHQ-9: incompleto, sin puntaje"
    assert clinic.screenings.last(patient, "phq9") is None


@pytest.mark.parametrize("value", [1, 2, 3])
def test_any_positive_item_9_opens_a_reserved_alert_in_the_same_commit(
    clinic: Clinic, patient: str, phq9: Instrument, value: int
) -> None:
    entries = clinic.vault.state.n
    saved = clinic.screenings.save(patient, phq9, [0] * 8 + [value])
    assert clinic.vault.state.n == entries + 1
    [alert] = clinic.safety.open_alerts(patient)
    assert alert.id == saved.alert and alert.record.source == saved.stored.id
    assert (alert.record.gravity, alert.record.sensitive, alert.record.due) == (3, True, date(2026, 11, 20))
    with pytest.raises(Refused):
        clinic.safety.require_settled(patient)


def test_an_item_9_of_zero_opens_nothing(clinic: Clinic, patient: str, phq9: Instrument) -> None:
    assert clinic.screenings.save(patient, phq9, [3] * 8 + [0]).alert == ""
    assert clinic.safety.open_alerts(patient) == []


def test_an_unanswered_item_9_is_an_open_matter_until_it_is_asked_again(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    clinic.screenings.save(patient, phq9, [0] * 8 + [None])
    [alert] = clinic.safety.open_alerts(patient)
    assert alert.record.gravity == 2
    with pytest.raises(Refused):
        clinic.safety.require_settled(patient)
    clinic.screenings.save(patient, phq9, [0] * 9)
    assert clinic.safety.open_alerts(patient) == []
    clinic.safety.require_settled(patient)


def test_an_unanswered_item_9_can_be_closed_with_a_reason_alone(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    clinic.screenings.save(patient, phq9, [0] * 8 + [None])
    clinic.safety.close(patient, "Se exploró en entrevista: niega ideas.")
    clinic.safety.require_settled(patient)


def test_a_later_zero_does_not_close_a_positive_answer(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    clinic.screenings.save(patient, phq9, [0] * 8 + [1])
    clinic.screenings.save(patient, phq9, [0] * 9)
    assert len(clinic.safety.open_alerts(patient)) == 1
    with pytest.raises(Refused):
        clinic.safety.require_settled(patient)


def test_an_instrument_without_safety_item_closes_nothing(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    clinic.screenings.save(patient, phq9, [0] * 8 + [None])
    clinic.screenings.save(patient, clinic.instruments.get("gad7"), [0] * 7)
    assert len(clinic.safety.open_alerts(patient)) == 1


def test_the_change_is_against_the_last_complete_sheet_of_the_same_instrument(
    clinic: Clinic, patient: str, phq9: Instrument, clock: FixedClock
) -> None:
    assert clinic.screenings.save(patient, phq9, [2] * 9).change is None
    clock.advance(days=30)
    clinic.screenings.save(patient, phq9, [None] * 8 + [1])
    clinic.screenings.save(patient, clinic.instruments.get("gad7"), [3] * 7)
    clock.advance(days=30)
    change = clinic.screenings.save(patient, phq9, [1, 1, 1, 1, 0, 0, 0, 0, 0]).change
    assert change is not None
    assert (change.before, change.now, change.response, change.remission) == (18, 4, True, True)


def test_the_latest_of_each_instrument_is_the_last_one_with_a_total(
    clinic: Clinic, patient: str, phq9: Instrument, clock: FixedClock
) -> None:
    gad7 = clinic.instruments.get("gad7")
    for sheet, instrument in (([2] * 9, phq9), ([1] * 9, phq9), ([1] * 7, gad7), ([None] * 9, phq9)):
        clinic.screenings.save(patient, instrument, sheet)
        clock.advance(days=7)
    found = clinic.screenings.latest(patient)
    assert {k: v.record.total for k, v in found.items()} == {"phq9": 9, "gad7": 7}
    last = clinic.screenings.last(patient, "phq9")
    assert last == found["phq9"]


def test_a_sheet_recorded_by_mistake_is_neither_history_nor_month_nor_comparison(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    wrong = clinic.screenings.save(patient, phq9, [2] * 8 + [0])
    assert len(clinic.vault.projection("month/screening/2026-11")) == 1
    strike(clinic, patient, wrong.stored.id, "screening")
    assert clinic.screenings.history(patient) == []
    assert clinic.vault.projection("month/screening/2026-11") == []
    assert clinic.screenings.save(patient, phq9, [1] * 8 + [0]).change is None


def test_an_administration_stopped_half_way_goes_on_and_its_draft_goes_with_the_save(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    half = Answering(instrument="phq9", text_version="es-MX", answers={"1": 1, "2": None})
    draft = clinic.screenings.hold(patient, half)
    clinic.screenings.hold(
        patient,
        Answering(instrument="phq9", text_version="es-MX", answers={"1": 1, "2": None, "3": 0}),
        draft=draft,
    )
    [(kept, answering)] = clinic.screenings.held(patient)
    assert kept.id == draft and answering.answers == {"1": 1, "2": None, "3": 0}
    assert clinic.screenings.held(clinic.vault.new_id()) == []
    clinic.screenings.save(patient, phq9, [0] * 9, draft=draft)
    assert clinic.screenings.held(patient) == []


def test_a_refused_sheet_changes_nothing_and_keeps_the_draft(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    draft = clinic.screenings.hold(patient, Answering(instrument="phq9", text_version="es-MX"))
    entries = clinic.vault.state.n
    for answers, difficulty in (([0] * 8, None), ([4] + [0] * 8, None), ([0] * 9, 9)):
        with pytest.raises(BadInput):
            clinic.screenings.save(patient, phq9, answers, difficulty=difficulty, draft=draft)
    assert clinic.vault.state.n == entries and len(clinic.screenings.held(patient)) == 1


def test_a_nurse_administers_and_reads_only_her_own_comparison(
    clinic: Clinic, patient: str, phq9: Instrument, clock: FixedClock
) -> None:
    clinic.screenings.save(patient, phq9, [2] * 8 + [0])
    become(clinic, "enfermeria")
    clock.advance(days=1)
    assert clinic.screenings.save(patient, phq9, [1] * 8 + [0]).change is None
    clock.advance(days=1)
    change = clinic.screenings.save(patient, phq9, [0] * 9).change
    assert change is not None and change.before == 8
    with pytest.raises(NotAllowed):
        clinic.screenings.history(patient)


def test_a_visitor_administers_nothing(clinic: Clinic, patient: str, phq9: Instrument) -> None:
    become(clinic, "visitante")
    with pytest.raises(NotAllowed):
        clinic.screenings.save(patient, phq9, [0] * 9)


def test_a_nurses_positive_item_9_can_be_settled_by_her_and_its_owner_can_be_the_pasante(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    pasante = clinic.me.id
    become(clinic, "enfermeria")
    clinic.screenings.save(patient, phq9, [0] * 8 + [1])
    import msgspec

    clinic.safety.fill(patient, msgspec.structs.replace(PLAN, owner=pasante))
    [alert] = [a.record for a in clinic.vault.shelf("alert", Alert, patient=patient).all()]
    assert alert.owner == pasante


def test_an_instrument_of_a_newer_version_is_described_without_failing(
    clinic: Clinic, patient: str, phq9: Instrument
) -> None:
    import msgspec

    saved = clinic.screenings.save(patient, phq9, [0] * 9)
    newer = msgspec.structs.replace(saved.stored.record, instrument="phq99")
    assert "más nueva" in clinic.screenings.describe(newer)
    with pytest.raises(NotFound):
        clinic.instruments.get("phq99")
