"""Who opened and wrote what, failed unlockings, what leaves, and the supervisor's list."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed, NotFound, WrongPassphrase
from ces_tui.base.paths import state_dir
from ces_tui.care.safety_records import Handover
from ces_tui.clinic import Clinic
from ces_tui.people.audit import collapsed
from ces_tui.people.audit_acts import EXPORT, FAILED
from ces_tui.people.audit_unlocks import FailedUnlocks
from ces_tui.vault.rebuild import rebuild
from tests.support import PASSPHRASE, open_clinic
from tests.unit.consult.visits import TODAY, page, pressure, someone

REASON = "Urgencia: dolor de pecho"


def _id(clinic: Clinic, role: str) -> str:
    return next(p.id for p in clinic.people() if p.role == role)


def _sit(clinic: Clinic, role: str) -> None:
    clinic.login(_id(clinic, role), PASSPHRASE)


def _handover() -> Handover:
    return Handover(
        day=TODAY,
        at=0,
        author="",
        person="Elvia Zenteno",
        role="supervisión",
        how="supervision",
        reason="Turno",
    )


def test_every_part_that_shows_a_chart_leaves_a_line(clinic: Clinic) -> None:
    """Chart, note, trends, screenings, plan, consult and protocol; each once a minute and person."""
    patient = someone(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(), patient)
    clinic.safety.raise_risk(patient, text="Riesgo")
    clinic.safety.hand_over(patient, _handover())
    clinic.chart.summary(patient)
    clinic.chart.timeline(patient)
    clinic.chart.note(patient, note.id)
    clinic.chart.series(patient, "systolic")
    clinic.screenings.history(patient)
    clinic.safety.history(patient)
    clinic.protocols.prefill(clinic.protocols.all()[0].id, patient)
    reads = [x.what for x in clinic.audit.of_patient(patient) if not x.wrote]
    assert sorted(reads) == [
        "expediente",
        "nota",
        "plan de seguridad",
        "protocolo",
        "tamizajes",
        "tendencias",
    ]


def test_writes_are_told_from_the_log_by_author_also_earlier_revisions(clinic: Clinic) -> None:
    patient = someone(clinic)
    stored = clinic.registry.get(patient)
    _sit(clinic, "enfermeria")
    clinic.registry.update(stored, stored.record)
    pressure(clinic, patient)
    _sit(clinic, "supervision")
    wrote = [(x.name, x.what) for x in clinic.audit.of_patient(patient) if x.wrote]
    assert wrote.count(("Irene Balcázar", "registro del paciente")) == 1
    assert wrote.count(("Rosa Utrilla", "registro del paciente")) == 1
    assert ("Rosa Utrilla", "signos vitales") in wrote
    hers = clinic.audit.of_person(_id(clinic, "enfermeria"))
    assert {x.person for x in hers} == {_id(clinic, "enfermeria")}
    assert {x.number for x in hers} == {stored.record.clinic_number}


def test_a_broken_glass_says_so_with_its_reason_and_waits_for_the_supervision(clinic: Clinic) -> None:
    patient = someone(clinic)
    _sit(clinic, "enfermeria")
    clinic.access.open(patient, REASON)
    with pytest.raises(NotAllowed):
        clinic.audit.to_review()
    _sit(clinic, "pasante")
    (look,) = [x for x in clinic.audit.of_patient(patient) if x.glass]
    assert (look.name, look.reason) == ("Rosa Utrilla", REASON)
    (act,) = clinic.audit.to_review()
    with pytest.raises(NotAllowed):
        clinic.audit.review(act.id)
    _sit(clinic, "supervision")
    clinic.audit.review(act.id)
    assert clinic.audit.to_review() == []
    assert clinic.audit.acts()[0].seen_by == "Elvia Zenteno"
    with pytest.raises(NotFound):
        clinic.audit.review(act.id)


def test_nobody_reviews_what_they_did_themselves(clinic: Clinic) -> None:
    patient = someone(clinic)
    _sit(clinic, "supervision")
    clinic.access.open(patient, REASON)
    (act,) = clinic.audit.to_review()
    with pytest.raises(NotAllowed):
        clinic.audit.review(act.id)


def test_one_sees_ones_own_history_and_only_the_supervision_that_of_others(clinic: Clinic) -> None:
    clinic.chart.summary(someone(clinic))
    assert clinic.audit.of_person(clinic.me.id)
    with pytest.raises(NotAllowed):
        clinic.audit.of_person(_id(clinic, "enfermeria"))


def test_failed_unlockings_are_written_with_the_next_that_succeeds(clinic: Clinic, clock: FixedClock) -> None:
    """How many, from when to when; nothing that was typed, and the small file goes."""
    folder, nurse = clinic.vault.folder, _id(clinic, "enfermeria")
    clinic.close()
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Clinic.open(folder, nurse, "otra frase de acceso", clock)
        clock.advance(seconds=90)
    (left,) = state_dir().glob("*.intentos")
    assert "otra" not in left.read_text() and nurse not in left.read_text()
    again = open_clinic(folder, clock)
    said = "3 intentos fallidos de entrar, el 20/11/2026 de 09:00 a 09:03"
    assert again.greeting == [f"Desde la última vez hubo {said}."] and not left.exists()
    assert [a.text for a in again.audit.to_review() if a.what == FAILED] == [said]
    again.close()
    third = open_clinic(folder, clock)
    assert third.greeting == []
    third.close()


def test_a_failed_unlocking_names_nobody_and_whoever_came_in_next_may_review_it(clinic: Clinic) -> None:
    """A supervision of one could otherwise never clear what was only noted with her own name."""
    clinic.failed_pins(5)
    _sit(clinic, "supervision")
    (act,) = clinic.audit.to_review()
    assert act.person == clinic.me.id and act.who == "no se sabe quién"
    assert act.told.endswith(f"; lo vio {clinic.me.name} al entrar")
    clinic.audit.review(act.id)
    assert clinic.audit.to_review() == []


def test_a_wrong_passphrase_at_the_cover_counts_too(clinic: Clinic) -> None:
    with pytest.raises(WrongPassphrase):
        clinic.login(_id(clinic, "enfermeria"), "otra frase de acceso")
    clinic.failed_pins(5)
    known = FailedUnlocks(clinic.vault.store_id).known()
    assert known is not None and known.count == 6
    _sit(clinic, "enfermeria")
    assert FailedUnlocks(clinic.vault.store_id).known() is None


@pytest.mark.parametrize(
    "text", ["", "x", "[1]", "[1e999,0,0]", "{}", '["a",0,0]', "[-3,0,0]", "[2,0,1e300]"]
)
def test_a_file_that_someone_changed_keeps_nobody_out(clinic: Clinic, clock: FixedClock, text: str) -> None:
    (state_dir() / f"{clinic.vault.store_id}.intentos").write_text(text)
    folder = clinic.vault.folder
    clinic.close()
    again = open_clinic(folder, clock)
    assert again.me.role == "pasante"
    again.close()


def test_an_export_is_written_before_it_leaves_so_that_the_bundle_carries_it(
    tmp_path: Path, clock: FixedClock
) -> None:
    from tests.unit.office.support import make_pair

    pair = make_pair(tmp_path, clock)
    pair.write(1)
    pair.introduce()
    (act,) = [a for a in pair.clinic.audit.acts() if a.what == EXPORT]
    assert act.name == "Irene Balcázar"
    assert pair.office_clinic.vault.projection("acts/2026")[0]["k"] == EXPORT
    pair.close()


def test_the_history_is_the_same_after_a_rebuild_from_the_log(clinic: Clinic) -> None:
    patient = someone(clinic)
    clinic.chart.summary(patient)
    _sit(clinic, "enfermeria")
    clinic.access.open(patient, REASON)
    _sit(clinic, "supervision")
    before = clinic.audit.acts(), clinic.audit.of_patient(patient)
    rebuild(clinic.vault)
    assert (clinic.audit.acts(), clinic.audit.of_patient(patient)) == before


def test_the_same_look_of_a_day_is_one_line_with_its_count(clinic: Clinic, clock: FixedClock) -> None:
    patient = someone(clinic)
    for _ in range(3):
        clinic.chart.summary(patient)
        clock.advance(seconds=120)
    lines = [(look.what, n) for look, n in collapsed(clinic.audit.of_patient(patient))]
    assert lines == [("expediente", 3), ("registro del paciente", 1)]
