"""The sealed envelope: reads and an urgent note, told to everyone, replaced after use."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed, NotFound, WrongPassphrase
from ces_tui.clinic import Clinic
from ces_tui.people.audit_acts import ENVELOPE
from ces_tui.people.envelope import NAME
from ces_tui.vault.vault import Vault
from tests.support import CHEAP, PASSPHRASE, open_clinic
from tests.unit.consult.visits import page, someone

REASON = "Urgencia: no hay nadie más"


@pytest.fixture
def opened(clinic: Clinic, clock: FixedClock) -> tuple[Path, str, str]:
    """The store, a patient, and the phrase of the envelope, with which someone has come in on the next day."""
    patient = someone(clinic)
    sealed = clinic.envelope.make(CHEAP)
    folder = clinic.vault.folder
    clinic.close()
    clock.advance(days=1)
    with_envelope = Clinic.open(folder, sealed.person, sealed.passphrase, clock)
    with_envelope.close()
    return folder, patient, sealed.passphrase


def test_it_reads_and_writes_an_urgent_note_and_nothing_else(clinic: Clinic, clock: FixedClock) -> None:
    """What is reserved opens against a reason, as for the nurse; a note, a receta, a registration do not."""
    patient = someone(clinic)
    clinic.access.restrict(patient, "violencia", "Riesgo en su casa")
    sealed = clinic.envelope.make(CHEAP)
    clinic.login(sealed.person, sealed.passphrase)
    with pytest.raises(NotAllowed):
        clinic.chart.summary(patient)
    clinic.access.open(patient, REASON)
    assert clinic.chart.summary(patient).allergies
    assert clinic.consults.addendum(patient, patient, "patient", "Se refirió.").record.kind == "urgencia"
    before = clinic.vault.state.n
    for verb in (
        lambda: clinic.consults.sign(page(), patient),
        lambda: someone(clinic),
        lambda: clinic.waiting.arrive(patient),
        lambda: clinic.envelope.make(CHEAP),
        lambda: clinic.team.change_my_passphrase(sealed.passphrase, PASSPHRASE),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert clinic.vault.state.n == before


def test_its_use_is_written_before_anything_is_shown_and_told_to_everyone_until_there_is_a_new_one(
    opened: tuple[Path, str, str], clock: FixedClock
) -> None:
    folder, _, _ = opened
    sentence = "El sobre de emergencia se abrió el 21/11/2026; hágalo de nuevo."
    for role in ("enfermeria", "pasante"):
        clinic = open_clinic(folder, clock, role)
        assert sentence in clinic.greeting
        clinic.close()
    supervisor = open_clinic(folder, clock, "supervision")
    (act,) = [a for a in supervisor.audit.to_review() if a.what == ENVELOPE]
    assert act.name == NAME and any("1 acceso" in said for said in supervisor.greeting)
    supervisor.audit.review(act.id)
    assert not supervisor.audit.to_review() and supervisor.envelope.notice() == sentence
    supervisor.envelope.make(CHEAP)
    assert supervisor.envelope.notice() == ""
    supervisor.close()


def test_a_new_one_ends_the_old_which_opens_nothing_and_a_change_of_key_is_asked_for(
    opened: tuple[Path, str, str], clock: FixedClock
) -> None:
    folder, _, phrase = opened
    clinic = open_clinic(folder, clock)
    old = clinic.envelope.state().person
    new = clinic.envelope.make(CHEAP)
    assert clinic.team.owed() == [NAME]
    assert [p.id for p in clinic.people() if p.name == NAME] == [new.person]
    assert old not in {slot.to for slot in clinic.vault.header.slots}
    clinic.team.change_key()
    assert clinic.team.owed() == []
    clinic.close()
    with pytest.raises(WrongPassphrase):
        Clinic.open(folder, new.person, phrase, clock)
    with pytest.raises(NotFound):
        Clinic.open(folder, old, phrase, clock)
    assert NAME in {p.name for p in Vault.peek(folder).people}


def test_the_sheet_has_the_phrase_once_and_no_name_of_a_patient(clinic: Clinic) -> None:
    sealed = clinic.envelope.make(CHEAP)
    sheet = "\n".join(sealed.sheet())
    assert sheet.count(sealed.passphrase) == 1 and clinic.name in sheet and "21" not in sealed.passphrase
    assert len(sealed.passphrase.split()) == 5


def test_the_nurse_makes_none(clinic: Clinic) -> None:
    clinic.login(next(p.id for p in clinic.people() if p.role == "enfermeria"), PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.envelope.make(CHEAP)
    assert not clinic.envelope.state().exists
