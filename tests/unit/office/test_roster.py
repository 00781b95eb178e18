"""Someone added once at the office opens every clinic that reads its next answer, and none after being taken off."""

from __future__ import annotations

from datetime import date

import pytest

from ces_tui.base.errors import BadInput, NotAllowed, NotFound
from ces_tui.clinic import Clinic, projector
from ces_tui.office.roster import Roster
from ces_tui.vault.verify import verify_store
from tests.support import CHEAP, open_clinic
from tests.unit.office.support import Pair

PHRASE = "otra frase muy distinta 77"


def answer(pair: Pair) -> None:
    pair.office.import_file(pair.export())
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)


def test_a_supervisor_of_the_office_opens_the_clinic_after_its_answer(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    roster = Roster(pair.office_clinic.desk)
    info = roster.add("Berta Solís", "supervision", PHRASE, ["PRU"], profile=CHEAP)
    assert info.id not in {p.id for p in pair.clinic.people()}
    answer(pair)
    assert info.id in {p.id for p in pair.clinic.people()}
    pair.clinic.close()
    pair.clinic = Clinic.open(pair.root / "clinic", info.id, PHRASE, pair.clock)
    assert (pair.clinic.me.name, pair.clinic.me.role) == ("Berta Solís", "supervision")
    pair.write(1)
    assert pair.office.import_file(pair.export()).state == "new"
    assert [(p.name, p.clinics) for p in roster.listed()] == [("Berta Solís", ("PRU",))]


def test_taken_off_the_roster_the_slot_goes_and_a_change_of_key_is_due(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    roster = Roster(pair.office_clinic.desk)
    info = roster.add("Berta Solís", "supervision", PHRASE, ["PRU"], profile=CHEAP)
    answer(pair)
    roster.end("Berta Solís")
    answer(pair)
    assert info.id not in {p.id for p in pair.clinic.people()}
    assert info.id not in {s.to for s in pair.clinic.vault.header.slots}
    assert pair.clinic.team.owed() == ["Berta Solís"]
    pair.clinic.team.change_key()
    assert pair.clinic.team.owed() == []
    me = pair.clinic.me.id
    pair.clinic.close()
    with pytest.raises(NotFound):
        Clinic.open(pair.root / "clinic", info.id, PHRASE, pair.clock)
    from tests.support import PASSPHRASE

    assert verify_store(pair.root / "clinic", me, PASSPHRASE, projector=projector(), signatures=True).ok
    pair.clinic = open_clinic(pair.root / "clinic", pair.clock)


def test_a_visitor_of_the_roster_ends_by_itself(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    roster = Roster(pair.office_clinic.desk)
    info = roster.add("Visita Una", "visitante", PHRASE, ["PRU"], until=date(2026, 11, 22), profile=CHEAP)
    answer(pair)
    assert info.id in {p.id for p in pair.clinic.people()}
    pair.clinic.close()
    pair.clock.advance(days=4)
    pair.clinic = open_clinic(pair.root / "clinic", pair.clock)
    assert info.id not in {p.id for p in pair.clinic.people()}


@pytest.mark.parametrize(
    ("role", "clinics", "until", "field"),
    [
        ("pasante", ["PRU"], None, "role"),
        ("visitante", ["PRU"], None, "until"),
        ("visitante", ["PRU"], date(2020, 1, 1), "until"),
        ("supervision", [], None, "clinics"),
    ],
)
def test_what_can_not_be_added_says_why(
    pair: Pair, role: str, clinics: list[str], until: date | None, field: str
) -> None:
    pair.write(1)
    pair.introduce()
    before = pair.office_clinic.vault.state.n
    with pytest.raises(BadInput) as refused:
        Roster(pair.office_clinic.desk).add("Alguien", role, PHRASE, clinics, until=until, profile=CHEAP)
    assert refused.value.field == field
    assert pair.office_clinic.vault.state.n == before


def test_a_clinic_makes_no_roster(pair: Pair) -> None:
    with pytest.raises(NotAllowed):
        Roster(pair.clinic.desk).listed()
