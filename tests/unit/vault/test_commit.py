"""A save, step by step: what the entry says, what a bad disk leaves, and which sentence the person reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from ces_tui import __version__
from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError, Conflict, DiskProblem, NotFound, StoreDamaged
from ces_tui.base.record import Record
from ces_tui.clinic import Clinic
from ces_tui.vault import commit
from ces_tui.vault.commit import advanced, tick
from ces_tui.vault.container import Container, DiskFull
from ces_tui.vault.credentials import good_signature
from ces_tui.vault.dictionary import deflate
from ces_tui.vault.entry import body_hash, first_prev
from ces_tui.vault.state import Chain, LogState
from ces_tui.vault.vault import Vault
from tests.support import open_clinic

DEAF = "El disco no respondió al guardar. Lo anterior está a salvo; cierre el programa y vuelva a abrirlo."
READ_ONLY = (
    "El disco no respondió y esto no se guardó. Lo anterior está a salvo y se puede leer; lo que escribe sigue en "
    "la pantalla. Revise el disco e intente guardar de nuevo."
)
RESERVE = "El disco se llenó y se usó la reserva: libere espacio hoy. Lo último sí se guardó."
DRAFT = "d" * 32


def write(clinic: Clinic) -> None:
    clinic.vault.hot.table("item").insert({"n": 1})


def disk_says(monkeypatch: pytest.MonkeyPatch, *errors: type[DiskProblem], after: bool = False) -> None:
    """The next commits end in these errors, before or after they reached the disk."""
    honest, left = Container.commit, list(errors)

    @contextmanager
    def told(self: Container) -> Iterator[None]:
        with honest(self):
            yield
            if left and not after:
                raise left.pop(0)
        if left:
            raise left.pop(0)

    monkeypatch.setattr(Container, "commit", told)


@pytest.mark.parametrize(
    ("last", "wall", "next_one"),
    [
        ((5, 3), 6, (6, 0)),
        ((5, 3), 5, (5, 4)),
        ((5, 3), 4, (5, 4)),
        ((5, 0), -9, (5, 1)),
        ((0, 0), 1, (1, 0)),
    ],
)
def test_the_hybrid_clock_never_goes_back(
    last: tuple[int, int], wall: int, next_one: tuple[int, int]
) -> None:
    assert tick(last, wall) == next_one
    assert tick(last, wall) > last


def test_an_entry_says_who_when_what_and_after_which(clinic: Clinic, clock: FixedClock) -> None:
    vault = clinic.vault
    write(clinic)
    before = vault.state
    clock.advance(seconds=5)
    patient = vault.new_id()
    with vault.transaction(day=date(2026, 11, 20)) as tx:
        first = tx.put("patient", patient, {"names": "Inventada"}, new=True)
        tx.put("consult", vault.new_id(), {"a": 1}, patient=patient, new=True)
    entry = vault.entry_at(vault.state.n)
    told = entry.header
    assert (told.v, told.dev, told.inc, told.app) == (1, vault.device_id, vault.inc, __version__)
    assert (told.seq, told.prev) == (before.seq + 1, before.own)
    assert (told.wall, told.hlc) == (clock.now_ms(), (clock.now_ms(), 0))
    assert told.by == vault.author_id != vault.device_id
    one, two = told.ch
    assert (one.doc, one.rev, one.par, one.t, one.tv) == (patient, first, (), "patient", 1)
    assert (one.pat, one.day, two.pat, two.t) == (None, "2026-11-20", patient, "consult")
    for said, salt, body in zip(told.ch, entry.salts, entry.bodies, strict=True):
        assert body is not None
        assert (said.len, said.h, len(salt)) == (len(body), body_hash(salt, body), 16)
    assert entry.salts[0] != entry.salts[1]
    author = vault.author
    assert author is not None
    assert good_signature(author.keys.ed_public, entry.signature, entry.hash)


def test_without_anybody_at_the_desk_the_device_signs(clinic: Clinic) -> None:
    vault = clinic.vault
    first = vault.entry_at(1)
    assert (first.header.seq, first.header.prev) == (1, first_prev(vault.device_id, vault.inc))
    vault.author = None
    write(clinic)
    entry = vault.entry_at(vault.state.n)
    assert entry.header.by == vault.device_id
    assert good_signature(vault.device.ed_public, entry.signature, entry.hash)


def test_the_state_after_a_save_is_the_one_that_a_reopened_store_reads(
    store: Path, clock: FixedClock
) -> None:
    clinic = open_clinic(store, clock)
    before = clinic.vault.state
    write(clinic)
    after = clinic.vault.state
    digest = clinic.vault.entry_at(after.n).hash.hex()
    assert (after.n, after.seq, after.own, after.last) == (before.n + 1, before.seq + 1, digest, digest)
    assert after.hlc == (before.hlc[0], before.hlc[1] + 1), "the clock stood still"
    assert clinic.vault.row_of(bytes.fromhex(digest)) == after.n
    chain = after.chains[f"{clinic.vault.device_id}/{clinic.vault.inc}"]
    assert (chain.to, chain.head) == (after.seq, digest)
    assert clinic.vault.doc_ids("item"), "whoever reads next brings the anchor up to date"
    told = clinic.vault.anchor.read()
    assert told is not None and told[:3] == (clinic.vault.inc, after.n, digest)
    clinic.close()
    again = open_clinic(store, clock)
    assert after.applied == before.known, "what follows from it waits"
    assert again.vault.state == replace(after, applied=None), "and was written at closing"
    again.close()


def test_an_entry_from_elsewhere_moves_neither_our_sequence_nor_our_clock(clinic: Clinic) -> None:
    vault = clinic.vault
    vault.shelf("stock", Record).add(Record())
    entry = vault.entry_at(vault.state.n)
    name = f"{entry.header.dev}/{entry.header.inc}"
    state = LogState(n=4, seq=2, own="o", last="l", hlc=(9, 9), forks=("f",), free={"stock": (2025,)})
    theirs = advanced(state, entry, 5, own=False)
    assert (theirs.n, theirs.seq, theirs.own, theirs.hlc) == (5, 2, "o", (9, 9))
    assert (theirs.last, theirs.forks) == (entry.hash.hex(), ("f",))
    assert theirs.free == {"stock": (2025, 2026)}
    assert theirs.chains == {name: Chain(0, "", ((entry.header.seq, entry.hash.hex()),))}
    (change,) = entry.header.ch
    newer = replace(entry, header=replace(entry.header, ch=(replace(change, tv=change.tv + 1),)))
    assert advanced(state, newer, 5, own=False).free == state.free, "what nobody here can read lies nowhere"
    ours = advanced(state, entry, 5, own=True)
    assert (ours.seq, ours.own, ours.hlc) == (entry.header.seq, entry.hash.hex(), entry.header.hlc)
    first = vault.entry_at(1)
    begun = advanced(state, first, 5, own=False)
    assert begun.chains[name].to == 1


def test_a_commit_that_is_too_large_changes_nothing(clinic: Clinic) -> None:
    before = clinic.vault.state
    with pytest.raises(CesError, match="demasiados cambios"), clinic.vault.transaction() as tx:
        for _ in range(513):
            tx.put("item", clinic.vault.new_id(), {}, new=True)
    assert clinic.vault.state == before


# -- drafts and reads that belong to a save ----------------------------------------------------------------


def test_a_draft_goes_with_the_save_it_became_and_with_nothing_else(store: Path, clock: FixedClock) -> None:
    clinic = open_clinic(store, clock)
    drafts = clinic.vault.drafts
    drafts.save(DRAFT, place="consulta", data={"s": "x"})
    with pytest.raises(Conflict), clinic.vault.transaction():
        write(clinic)
        drafts.drop(DRAFT)
        raise Conflict
    assert drafts.get(DRAFT).data == {"s": "x"}
    with clinic.vault.transaction():
        write(clinic)
        drafts.drop(DRAFT)
        assert drafts.get(DRAFT), "not before the commit"
    with pytest.raises(NotFound):
        drafts.get(DRAFT)
    clinic.close()
    again = open_clinic(store, clock)
    assert again.vault.drafts.open_drafts() == [] and len(again.vault.hot.table("item")) == 1
    again.close()


def test_dropping_a_draft_alone_is_a_commit_without_an_entry(store: Path, clock: FixedClock) -> None:
    clinic = open_clinic(store, clock)
    for draft in (DRAFT, "e" * 32):
        clinic.vault.drafts.save(draft, place="consulta", data={"s": "x"})
    before = clinic.vault.state
    with clinic.vault.transaction():
        clinic.vault.drafts.drop(DRAFT)
    assert clinic.vault.state == before
    assert [d.id for d in clinic.vault.drafts.open_drafts()] == ["e" * 32]
    clinic.close()
    again = open_clinic(store, clock)
    assert [d.id for d in again.vault.drafts.open_drafts()] == ["e" * 32]
    again.close()


def test_what_was_read_is_written_with_the_next_save_once(clinic: Clinic) -> None:
    clinic.vault.note_read("a" * 32, "expediente")
    write(clinic)
    kinds = [c.t for c in clinic.vault.entry_at(clinic.vault.state.n).header.ch]
    assert sorted(kinds) == ["item", "lecturas"]
    assert clinic.vault.reads.waiting() == []
    write(clinic)
    assert [c.t for c in clinic.vault.entry_at(clinic.vault.state.n).header.ch] == ["item"]


def test_what_was_read_waits_on_when_the_save_fails(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.vault.note_read("a" * 32, "expediente")
    disk_says(monkeypatch, DiskProblem)
    with pytest.raises(DiskProblem):
        write(clinic)
    assert len(clinic.vault.reads.waiting()) == 1


# -- a disk that is full or does not answer ----------------------------------------------------------------


def test_a_full_disk_without_a_reserve_takes_nothing_and_says_so(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clinic.vault.folder / "reserva").unlink(missing_ok=True)
    before = clinic.vault.state
    disk_says(monkeypatch, DiskFull)
    with pytest.raises(DiskFull) as told:
        write(clinic)
    assert str(told.value) == DiskFull.sentence == clinic.vault.read_only
    assert clinic.vault.notice is None
    assert clinic.vault.state == before and len(clinic.vault.hot.table("item")) == 0


def test_a_full_disk_with_a_reserve_takes_the_save_and_the_draft_it_was(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "x"})
    (clinic.vault.folder / "reserva").write_bytes(b"x")
    disk_says(monkeypatch, DiskFull)
    with clinic.vault.transaction():
        write(clinic)
        clinic.vault.drafts.drop(DRAFT)
    assert (clinic.vault.notice, clinic.vault.read_only) == (RESERVE, None)
    assert not (clinic.vault.folder / "reserva").exists()
    clinic.vault.reopen()
    assert clinic.vault.drafts.open_drafts() == [] and len(clinic.vault.hot.table("item")) == 1


@pytest.mark.parametrize("happened", [True, False])
def test_a_doubtful_commit_is_believed_only_when_the_reopened_database_holds_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, happened: bool
) -> None:
    n = clinic.vault.state.n
    disk_says(monkeypatch, DiskProblem, after=happened)
    if happened:
        write(clinic)
        assert clinic.vault.read_only is None
        assert clinic.vault.doc_ids("item")
        told = clinic.vault.anchor.read()
        assert told is not None and told[1] == n + 1
    else:
        with pytest.raises(DiskProblem) as said:
            write(clinic)
        assert str(said.value) == READ_ONLY == clinic.vault.read_only
    assert clinic.vault.state.n == n + happened
    assert len(clinic.vault.hot.table("item")) == happened


def test_a_database_that_does_not_open_again_ends_the_writing(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_vault: Vault) -> None:
        raise StoreDamaged

    disk_says(monkeypatch, DiskProblem)
    with monkeypatch.context() as patch:
        patch.setattr(Vault, "reopen", fails)
        with pytest.raises(DiskProblem) as told:
            write(clinic)
    assert str(told.value) == DEAF == clinic.vault.read_only
    assert told.value.__suppress_context__


def test_a_commit_that_no_sync_confirms_is_no_save(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    disk_says(monkeypatch, DiskProblem, after=True)
    honest = Vault.reopen

    def unsynced(vault: Vault) -> None:
        honest(vault)
        vault.container.unsynced = True

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "reopen", unsynced)
        with pytest.raises(DiskProblem) as told:
            write(clinic)
    assert str(told.value) == DEAF == clinic.vault.read_only


def test_the_log_row_holds_the_bodies_as_they_were_squeezed_once(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same deflated bytes lie in log and document: a save squeezes each body once."""
    squeezed: list[bytes] = []

    def told(raw: bytes) -> bytes:
        squeezed.append(raw)
        return deflate(raw)

    monkeypatch.setattr(commit, "deflate", told)
    write(clinic)
    entry = clinic.vault.entry_at(clinic.vault.state.n)
    assert squeezed == [b for b in entry.bodies if b is not None] == [msgspec.json.encode({"n": 1})]
