"""A demo store: a real vault whose people, events and ids come from the seed and whose keys never do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock, clinical_day
from ces_tui.base.errors import BadInput, StoreBusy
from ces_tui.base.words import word_list
from ces_tui.care.records import Arrival, Vitals
from ces_tui.clinic import Clinic, projector
from ces_tui.consult.records import Consult
from ces_tui.demo.build import Built, Stamp, build, clear, demo_passphrase, stamp_of
from ces_tui.demo.names import STAFF
from ces_tui.people.records import Patient
from ces_tui.vault.entry import Entry
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.support import CHEAP, make_store

NOON = FixedClock.at(2026, 11, 20, 13, 30)


def small(folder: Path, clock: FixedClock = NOON, seed: int = 1, patients: int = 40) -> Built:
    return build(folder, seed=seed, patients=patients, years=0.4, clock=clock, profile=CHEAP)


def opened(folder: Path, clock: FixedClock = NOON, role: str = "pasante") -> Clinic:
    passphrase = demo_passphrase(folder)
    assert passphrase
    person = next(p for p in Vault.peek(folder).people if p.role == role)
    return Clinic(Vault.open(folder, person.id, passphrase, clock, projector()), clock)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "store"
    small(folder)
    return folder


@pytest.fixture
def demo(built: Path) -> Iterator[Clinic]:
    clinic = opened(built)
    yield clinic
    clinic.close()


def written(folder: Path) -> list[Entry]:
    clinic = opened(folder)
    try:
        return list(clinic.vault.entries())
    finally:
        clinic.close()


def told(entries: list[Entry], staff: set[str]) -> list[tuple[str, str, str | None, str | None]]:
    """What the story wrote: type, document, patient and day of each change (people and device have random ids)."""
    return [
        (c.t, c.doc, c.pat, c.day)
        for entry in entries
        for c in entry.header.ch
        if c.t not in {"clinic", "device", "person"} and c.doc not in staff
    ]


def test_the_same_seed_gives_the_same_documents_and_never_the_same_keys(built: Path, tmp_path: Path) -> None:
    small(tmp_path / "again")
    one, two = Vault.peek(built), Vault.peek(tmp_path / "again")
    assert one.store != two.store
    assert {p.id for p in one.people}.isdisjoint(p.id for p in two.people)
    assert demo_passphrase(built) != demo_passphrase(tmp_path / "again")
    first, second = written(built), written(tmp_path / "again")
    assert told(first, set()) == told(second, set())
    bodies_one = [b for e in first for c, b in zip(e.header.ch, e.bodies, strict=True) if c.t == "vitals"]
    bodies_two = [b for e in second for c, b in zip(e.header.ch, e.bodies, strict=True) if c.t == "vitals"]
    ids = {p.id.encode(): q.id.encode() for p, q in zip(one.people, two.people, strict=True)}

    def as_theirs(body: bytes | None) -> bytes:
        assert body is not None
        for old, new in ids.items():
            body = body.replace(old, new)
        return body

    assert [as_theirs(mine) for mine in bodies_one] == bodies_two


def test_another_seed_gives_other_documents(built: Path, tmp_path: Path) -> None:
    small(tmp_path / "other", seed=2)
    mine = {doc for _, doc, _, _ in told(written(built), set())}
    theirs = {doc for _, doc, _, _ in told(written(tmp_path / "other"), set())}
    assert mine.isdisjoint(theirs)


def test_built_before_dawn_the_ids_are_the_same_and_no_instant_lies_ahead(
    built: Path, tmp_path: Path
) -> None:
    dawn = FixedClock.at(2026, 11, 20, 2, 10)
    small(tmp_path / "dawn", dawn)
    entries = written(tmp_path / "dawn")
    assert told(entries, set()) == told(written(built), set())
    assert all(entry.header.wall <= dawn.ms for entry in entries)


def test_the_whole_store_verifies_and_its_projections_are_what_a_rebuild_gives(tmp_path: Path) -> None:
    made = small(tmp_path / "store", patients=20)
    person = Vault.peek(made.folder).people[0].id
    report = verify_store(made.folder, person, made.passphrase, projector=projector(), signatures=True)
    assert report.damaged == ()
    assert report.ok


def test_it_says_that_it_is_invented_and_its_staff_share_one_passphrase_of_five_words(built: Path) -> None:
    header = Vault.peek(built)
    assert header.clinic.demo
    assert [p.role for p in header.people] == [role for _, role in STAFF]
    passphrase = demo_passphrase(built)
    assert passphrase
    assert len(passphrase.split()) == 5
    assert set(passphrase.split()) <= set(word_list())
    for role in ("pasante", "enfermeria", "supervision"):
        clinic = opened(built, role=role)
        assert clinic.me.role == role
        clinic.close()


def test_hoy_of_the_demo_has_something_in_every_place(demo: Clinic) -> None:
    view = demo.today.view()
    assert {line.state for line in view.waiting} == {"espera", "signos", "consulta", "terminado"}
    assert view.alerts
    assert view.due
    assert view.missed
    assert any("agotado" in line for line in view.stock)
    assert len(view.drafts) == 2
    assert view.course is not None
    assert 0 < (view.course - view.day).days <= 45


def test_jose_hernandez_lopez_is_found_as_people_type_him_and_is_due_today(demo: Clinic) -> None:
    found = demo.registry.find("jose hernandes lopes")
    assert found[0].patient.name == "José Hernández López"
    assert found[0].patient.birth.isoformat() == "1981-04-03"
    assert found[0].expected


def test_every_signed_note_has_its_measurements_and_everyone_a_number_of_their_own(demo: Clinic) -> None:
    patients = demo.vault.shelf("patient", Patient).all()
    numbers = [p.record.clinic_number for p in patients]
    assert len(set(numbers)) == len(numbers) == 40
    for patient in patients:
        taken = {v.id: v.record.day for v in demo.vault.shelf("vitals", Vitals, patient=patient.id).all()}
        for note in demo.vault.shelf("consult", Consult, patient=patient.id).all():
            assert taken[note.record.vitals] == note.record.day


def test_the_balance_of_every_lot_is_what_came_less_what_left_and_never_below_zero(demo: Clinic) -> None:
    listing = demo.stock.listing()
    assert len(listing) > 25
    for item in listing:
        lines = demo.stock.ledger(item.entry.id)
        assert sum(line.quantity for line in lines) == sum(lot.quantity for lot in item.lots)
        assert all(lot.quantity >= 0 for lot in item.lots)
        assert all(line.balance >= 0 for line in lines)


def test_yesterday_everybody_went_home(demo: Clinic) -> None:
    today = clinical_day(NOON.ms)
    for patient in demo.vault.shelf("patient", Patient).all():
        for arrival in demo.vault.shelf("arrival", Arrival, patient=patient.id).all():
            if arrival.record.day < today:
                assert arrival.record.state == "terminado"


@pytest.mark.parametrize(("seed", "day"), [(1, 0), (2, 3), (3, 120), (4, 200), (5, 263), (6, 330)])
def test_no_rule_of_care_refuses_a_note_of_the_last_days(seed: int, day: int, tmp_path: Path) -> None:
    clock = FixedClock(FixedClock.at(2026, 1, 15, 13, 30).ms)
    clock.advance(days=day)
    assert small(tmp_path / "store", clock, seed, 150).refused == 0


def test_a_finished_store_carries_its_stamp_and_a_second_build_in_its_place_is_refused(built: Path) -> None:
    assert stamp_of(built) == Stamp(clinical_day(NOON.ms), 1, 40, 0.4)
    with pytest.raises(BadInput):
        small(built)
    assert stamp_of(built) is not None


def test_clearing_removes_a_demo_store_only_and_not_while_it_is_open(
    tmp_path: Path, clock: FixedClock
) -> None:
    folder = tmp_path / "demo"
    small(folder, patients=12)
    (folder / "mío.txt").write_text("no es de la demostración")
    clinic = opened(folder)
    with pytest.raises(StoreBusy):
        clear(folder)
    clinic.close()
    clear(folder)
    assert sorted(p.name for p in folder.iterdir()) == ["lock", "mío.txt"]
    real = tmp_path / "real"
    from ces_tui.clinic import projector as rows
    from ces_tui.vault.create import NewPerson, create_store
    from ces_tui.vault.header import ClinicInfo

    create_store(
        real,
        ClinicInfo("Clínica verdadera", "VER"),
        [NewPerson("Alguien Real", "pasante", "una frase que nadie adivina")],
        clock=clock,
        profile=CHEAP,
        projector=rows(),
    )
    with pytest.raises(BadInput):
        clear(real)
    assert (real / "header").exists()
    make_store(tmp_path / "third", clock)
    clear(tmp_path / "nothing")


def test_a_year_is_told_in_order_with_progress_that_ends_at_the_last_day(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build(
        tmp_path / "store",
        patients=15,
        years=0.2,
        clock=NOON,
        profile=CHEAP,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert timedelta(days=seen[-1][1]) >= timedelta(days=73)
