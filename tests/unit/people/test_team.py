"""Who may let whom in, and what a removal leaves behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, NotFound
from ces_tui.clinic import Clinic
from ces_tui.people.team import OUTSIDE, handover_proof
from ces_tui.vault.copies import copy_here, local_copies
from tests.support import CHEAP, PASSPHRASE
from tests.unit.office.support import make_office

NEW = "otra frase muy distinta 77"


def by_role(clinic: Clinic, role: str) -> str:
    return next(m.id for m in clinic.team.members() if m.role == role)


def test_a_nurse_lets_nobody_in(clinic: Clinic) -> None:
    clinic.login(by_role(clinic, "enfermeria"), PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.team.add("Otra Persona", "enfermeria", NEW, profile=CHEAP)
    with pytest.raises(NotAllowed):
        clinic.team.remove(by_role(clinic, "visitante"))


@pytest.mark.parametrize(
    ("name", "role", "phrase", "until", "field"),
    [
        ("Otra Persona", "coordinacion", NEW, None, "role"),
        ("Otra Persona", "visitante", NEW, None, "until"),
        ("Otra Persona", "visitante", NEW, date(2026, 1, 1), "until"),
        ("rosa utrilla", "enfermeria", NEW, None, "name"),
        ("Otra Persona", "enfermeria", "corta", None, None),
    ],
)
def test_what_can_not_be_added_says_why_and_changes_nothing(
    clinic: Clinic, name: str, role: str, phrase: str, until: date | None, field: str | None
) -> None:
    before = clinic.vault.state.n
    with pytest.raises(BadInput) as refused:
        clinic.team.add(name, role, phrase, until=until, profile=CHEAP)
    assert refused.value.field == field
    assert clinic.vault.state.n == before


def test_removing_someone_replaces_the_copies_and_names_the_sticks(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    copy_here(clinic.vault)
    clinic.vault.set_setting(OUTSIDE, [{"name": "MEMORIA AZUL", "at": 1, "epoch": 1}])
    nurse = by_role(clinic, "enfermeria")
    gone = clinic.team.remove(nurse)
    assert (gone.name, gone.epoch, gone.copies_replaced, gone.sticks) == (
        "Rosa Utrilla",
        2,
        1,
        ("MEMORIA AZUL",),
    )
    (copy,) = local_copies(store)
    with pytest.raises(NotFound):
        Clinic.open(copy.path, nurse, PASSPHRASE, clock)
    proof = handover_proof(clinic.desk, nurse, clinic.me.id, 0)
    assert proof.complete
    assert not handover_proof(clinic.desk, clinic.me.id, None, 3).complete


def test_one_changes_ones_own_passphrase(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    me = clinic.me.id
    with pytest.raises(BadInput):
        clinic.team.change_my_passphrase(PASSPHRASE, PASSPHRASE, profile=CHEAP)
    clinic.team.change_my_passphrase(PASSPHRASE, NEW, profile=CHEAP)
    clinic.close()
    Clinic.open(store, me, NEW, clock).close()


def test_the_office_lets_a_second_coordinator_in_and_a_clinic_none(tmp_path: Path, clock: FixedClock) -> None:
    office, _ = make_office(tmp_path, clock)
    info = office.team.add("Segunda Persona", "coordinacion", NEW, profile=CHEAP)
    with pytest.raises(BadInput, match="coordinación o supervisión"):
        office.team.add("Otra Persona", "pasante", NEW, profile=CHEAP)
    assert {m.id for m in office.team.members()} >= {info.id}
    office.close()


def test_five_words_are_proposed_and_pass_the_rules(clinic: Clinic) -> None:
    phrase = clinic.team.propose()
    assert len(phrase.split()) == 5
    clinic.team.add("Otra Persona", "enfermeria", phrase, profile=CHEAP)
