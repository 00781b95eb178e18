"""A forgotten passphrase: the office lets a new credential in, and nobody else can."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, BundleRefused, DiskProblem, NotFound, WrongPassphrase
from ces_tui.clinic import Clinic, projector
from ces_tui.office.recovery import Recovery
from ces_tui.office.setup import NewOffice, create_office
from ces_tui.sync.recovery import PENDING, Request, apply_answer, make_request, read_request
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.support import CHEAP, PASSPHRASE, make_store, open_clinic

NEW = "frase nueva y bien larga 9"


@pytest.fixture
def made(tmp_path: Path, clock: FixedClock) -> NewOffice:
    return create_office(
        tmp_path / "oficina",
        "Jaltenango",
        "Marta Escobedo",
        PASSPHRASE,
        clock=clock,
        profile=CHEAP,
        projector=projector(),
    )


@pytest.fixture
def locked(tmp_path: Path, clock: FixedClock, made: NewOffice) -> Path:
    """A clinic's store with an office, closed; nobody remembers the pasante's passphrase."""
    folder = tmp_path / "clinica"
    make_store(folder, clock, office=made.card.office, escrow=made.card.escrow)
    clinic = open_clinic(folder, clock)
    clinic.vault.hot.table("patient").insert({"given": "Persona"})
    clinic.close()
    return folder


def ask(locked: Path, to: Path) -> tuple[Request, str]:
    person = next(p for p in Vault.peek(locked).people if p.role == "pasante")
    path, words = make_request(locked, person.id, NEW, to, CHEAP)
    return read_request(path), words


def reply(tmp_path: Path, clock: FixedClock, request: Request, words: str, escrow: str | None = None) -> Path:
    office = open_clinic(tmp_path / "oficina", clock, "coordinacion")
    try:
        return Recovery(office.desk).answer(request, words, tmp_path, escrow)
    finally:
        office.close()


def test_the_office_lets_the_person_in_with_a_new_passphrase(
    tmp_path: Path, clock: FixedClock, locked: Path
) -> None:
    request, words = ask(locked, tmp_path)
    answer = reply(tmp_path, clock, request, words)
    person = apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    clinic = Clinic.open(locked, person, NEW, clock)
    assert len(clinic.vault.hot.table("patient")) == 1
    assert clinic.me.role == "pasante"
    clinic.close()
    assert request.replaces not in {p.id for p in Vault.peek(locked).people}
    assert verify_store(locked, person, NEW, projector=projector(), signatures=True).ok


def test_the_paper_key_opens_it_too(tmp_path: Path, clock: FixedClock, locked: Path, made: NewOffice) -> None:
    request, words = ask(locked, tmp_path)
    answer = reply(tmp_path, clock, request, words, made.escrow_secret)
    assert apply_answer(locked, answer, NEW, clock=clock, projector=projector())


def test_other_words_get_no_answer(tmp_path: Path, clock: FixedClock, locked: Path) -> None:
    request, words = ask(locked, tmp_path)
    with pytest.raises(BadInput):
        reply(tmp_path, clock, request, " ".join(reversed(words.split())))


def test_an_answer_for_another_request_or_passphrase_changes_nothing(
    tmp_path: Path, clock: FixedClock, locked: Path
) -> None:
    request, words = ask(locked, tmp_path)
    answer = reply(tmp_path, clock, request, words)
    before = (locked / "header").read_bytes()
    with pytest.raises(WrongPassphrase):
        apply_answer(locked, answer, PASSPHRASE, clock=clock, projector=projector())
    ask(locked, tmp_path)
    with pytest.raises(BundleRefused):
        apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    raw = bytearray(answer.read_bytes())
    raw[-10] ^= 1
    answer.write_bytes(bytes(raw))
    with pytest.raises(BundleRefused):
        apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    assert (locked / "header").read_bytes() == before


def test_the_file_that_waits_gives_nobody_another_role_or_another_persons_place(
    tmp_path: Path, clock: FixedClock, locked: Path
) -> None:
    header = Vault.peek(locked)
    nurse = next(p for p in header.people if p.role == "enfermeria")
    pasante = next(p for p in header.people if p.role == "pasante")
    path, words = make_request(locked, nurse.id, NEW, tmp_path, CHEAP)
    answer = reply(tmp_path, clock, read_request(path), words)
    waiting = (locked / PENDING).read_text()
    (locked / PENDING).write_text(waiting.replace(nurse.id, pasante.id))
    with pytest.raises(BundleRefused):
        apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    (locked / PENDING).write_text(waiting.replace('"enfermeria"', '"supervision"').replace("Rosa", "Jefa"))
    person = apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    info = Vault.peek(locked).person(person)
    assert (info.name, info.role) == (nurse.name, "enfermeria")


def test_a_visit_that_is_recovered_stays_a_visit(tmp_path: Path, clock: FixedClock, locked: Path) -> None:
    clinic = open_clinic(locked, clock)
    visitor = clinic.team.add(
        "De Visita", "visitante", "una frase bien larga 12", until=clinic.desk.today(), profile=CHEAP
    )
    clinic.close()
    path, words = make_request(locked, visitor.id, NEW, tmp_path, CHEAP)
    answer = reply(tmp_path, clock, read_request(path), words)
    person = apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    clock.advance(days=1)
    open_clinic(locked, clock).close()
    with pytest.raises(NotFound):
        Clinic.open(locked, person, NEW, clock)


def test_someone_who_was_removed_meanwhile_does_not_come_back_with_an_old_answer(
    tmp_path: Path, clock: FixedClock, locked: Path
) -> None:
    nurse = next(p for p in Vault.peek(locked).people if p.role == "enfermeria")
    path, words = make_request(locked, nurse.id, NEW, tmp_path, CHEAP)
    answer = reply(tmp_path, clock, read_request(path), words)
    clinic = open_clinic(locked, clock)
    with pytest.raises(KeyboardInterrupt):  # even when the change of key was cut short
        clinic.team.remove(nurse.id, _cut)
    clinic.close()
    with pytest.raises(NotFound):
        apply_answer(locked, answer, NEW, clock=clock, projector=projector())
    clinic = open_clinic(locked, clock)
    clinic.team.change_key()
    clinic.close()
    with pytest.raises(BundleRefused):
        apply_answer(locked, answer, NEW, clock=clock, projector=projector())


def _cut(_what: str, _done: int, _all: int) -> None:
    raise KeyboardInterrupt


def test_a_stick_that_is_not_there_leaves_the_earlier_request_in_force(
    tmp_path: Path, clock: FixedClock, locked: Path
) -> None:
    request, words = ask(locked, tmp_path)
    answer = reply(tmp_path, clock, request, words)
    with pytest.raises(DiskProblem, match="No existe la carpeta"):
        make_request(locked, request.replaces, "otra frase bien larga 5", tmp_path / "no", CHEAP)
    assert apply_answer(locked, answer, NEW, clock=clock, projector=projector())


def test_without_an_office_there_is_nobody_to_ask(store: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        make_request(store, Vault.peek(store).people[0].id, NEW, tmp_path, CHEAP)


def test_a_request_that_is_none_is_refused(tmp_path: Path) -> None:
    for text in ("", "{}", '{"v":1}', "[" * 100, '{"v":NaN}'):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(BadInput):
            read_request(tmp_path / "x.json")
