"""What a save leaves for later: read at once, worked out again after a cut, written in a quiet moment, and never lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError, DiskProblem, StoreDamaged
from ces_tui.base.record import Record
from ces_tui.clinic import Clinic, projector
from ces_tui.vault.container import Container, DiskFull
from ces_tui.vault.copies import write_copy
from ces_tui.vault.core import LATE_LOST
from ces_tui.vault.projections import Contribution, Fact, Projector
from ces_tui.vault.rebuild import rebuild
from ces_tui.vault.reseal import reseal
from ces_tui.vault.seal import DrawerNumbers
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import Report, verify_store
from tests.faults.documents import canonical
from tests.support import PASSPHRASE, make_store, open_clinic
from tests.unit.vault.forge import TABLE, Part, Writer, hexed, keys_of, take

TABLES = ("doc", "proj", "seen")
DAY = date(2026, 11, 20)


class _Name(Record, frozen=True, kw_only=True):
    given: str = ""


def new_item(vault: Vault, **body: object) -> str:
    return str(vault.hot.table("item").insert(body))


def tables(vault: Vault) -> list[Any]:
    return [vault.container.execute(f"SELECT * FROM {name} ORDER BY k") for name in TABLES]


def work(vault: Vault) -> str:
    """A patient with a note that is struck, an appointment that moves, and a read; the patient."""
    patient = str(vault.hot.table("patient").insert({"given": "Persona"}))
    chart = vault.chart(patient)
    with vault.transaction(day=DAY):
        note = str(chart.table("consult").insert({"text": "nota", "day": "2026-11-20"}))
        moved = str(chart.table("appointment").insert({"due": "2026-12-01", "reason": "Control"}))
    vault.note_read(patient, "expediente")
    chart.table("appointment").update({"due": "2027-01-04"}, doc_ids=[cast("int", moved)])
    chart.table("void").insert({"target": note, "target_type": "consult", "reason": "otra persona"})
    return patient


def crashed(store: Path, name: str = "crashed") -> Path:
    """The store's folder as a power cut would leave it now."""
    copy = store.with_name(name)
    shutil.copytree(store, copy)
    return copy


def check(store: Path) -> Report:
    person = Vault.peek(store).people[0].id
    return verify_store(store, person, PASSPHRASE, projector=projector())


def edit(store: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(store / "store-1.db", isolation_level=None) as db:
        db.execute(statement, values)
    db.close()


@pytest.fixture
def opened(store: Path, clock: FixedClock) -> Any:
    """A store open, with nothing waiting."""
    clinic = open_clinic(store, clock)
    clinic.vault.write_late()
    yield clinic
    clinic.close()


def test_a_save_writes_its_log_row_and_is_read_at_once(opened: Clinic) -> None:
    vault = opened.vault
    before, n = tables(vault), vault.state.n
    patient = work(vault)
    assert tables(vault) == before
    assert (vault.state.known, vault.state.n, vault.late.saves) == (n, n + 4, 4)
    assert [vault.row_of(vault.entry_at(k).hash) for k in range(n + 1, n + 5)] == [*range(n + 1, n + 5)]
    assert len(vault.doc_ids("consult", patient)) == 1
    assert [r["p"] for r in vault.projection("agenda/2027-01")] == [patient]
    assert vault.projection("agenda/2026-12") == []
    assert [r["w"] for r in vault.projection(f"reads/{patient}")] == ["expediente"]


def test_nothing_is_worked_out_before_somebody_asks(opened: Clinic) -> None:
    vault = opened.vault
    vault.shelf("patient", _Name).add(_Name(given="Uno"))
    vault.shelf("patient", _Name).add(_Name(given="Dos"))
    assert len(vault.late.queue) == 2
    assert len(vault.doc_ids("patient")) == 2
    assert vault.late.queue == []


def test_after_a_cut_everything_is_worked_out_again(store: Path, clock: FixedClock, opened: Clinic) -> None:
    work(opened.vault)
    work(opened.vault)
    shown = canonical(opened.vault)
    copy = crashed(store)
    assert check(copy).ok
    again = open_clinic(copy, clock)
    assert again.vault.late.saves == 8
    assert canonical(again.vault) == shown
    last = again.vault.entry_at(again.vault.state.n).hash
    assert again.vault.row_of(last) == again.vault.state.n
    again.close()
    assert check(copy).ok
    third = open_clinic(copy, clock)
    assert third.vault.state.applied is None
    assert canonical(third.vault) == shown
    third.close()


def test_writing_it_gives_what_a_rebuild_gives(opened: Clinic) -> None:
    vault = opened.vault
    for _ in range(3):
        work(vault)
    shown = canonical(vault)
    vault.write_late()
    assert (vault.state.applied, vault.late.saves, canonical(vault)) == (None, 0, shown)
    written = tables(vault)
    vault.write_late()
    assert tables(vault) == written, "a second time there is nothing to write"
    rebuild(vault)
    assert canonical(vault) == shown


def test_the_anchor_follows_with_the_next_reading_the_writing_and_the_closing(
    store: Path, clock: FixedClock
) -> None:
    clinic = open_clinic(store, clock)
    vault, anchor = clinic.vault, clinic.vault.anchor

    def told() -> int:
        found = anchor.read()
        return -1 if found is None else found[1]

    new_item(vault, n=1)
    assert (vault.doc_ids("item") != [], told()) == (True, vault.state.n)
    vault.shelf("patient", _Name).add(_Name(given="Uno"))
    vault.write_late()
    assert told() == vault.state.n
    vault.shelf("patient", _Name).add(_Name(given="Dos"))
    last = vault.state.n
    clinic.close()
    assert told() == last
    again = open_clinic(store, clock)
    assert again.vault.notice is None
    again.close()


def test_a_list_row_that_goes_leaves_its_table_too(opened: Clinic) -> None:
    vault = opened.vault
    patient = work(vault)
    vault.write_late()
    chart, moved = vault.chart(patient).table("appointment"), vault.doc_ids("appointment", patient)
    chart.update({"due": "2027-02-01"}, doc_ids=[cast("int", moved[0])])
    vault.write_late()
    vault.reopen()
    assert vault.projection("agenda/2027-01") == []
    assert [r["p"] for r in vault.projection("agenda/2027-02")] == [patient]


def test_a_rebuild_takes_what_nobody_has_asked_for_from_the_log(opened: Clinic) -> None:
    vault = opened.vault
    named = vault.shelf("patient", _Name).add(_Name(given="Uno"))
    patient = work(vault)
    vault.chart(patient).table("consult").insert({"text": "nota", "day": "2026-11-20"})
    assert vault.late.queue
    rebuild(vault)
    assert (vault.late.queue, named.id in vault.doc_ids("patient")) == ([], True)
    shown = canonical(vault)
    rebuild(vault)
    assert canonical(vault) == shown


def test_closing_writes_it(store: Path, clock: FixedClock) -> None:
    clinic = open_clinic(store, clock)
    work(clinic.vault)
    shown = canonical(clinic.vault)
    clinic.close()
    assert check(store).ok
    again = open_clinic(store, clock)
    assert (again.vault.state.applied, canonical(again.vault)) == (None, shown)
    again.close()


def test_when_many_wait_a_save_writes_them(opened: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ces_tui.vault.commit.MOST", 3)
    items = opened.vault.hot.table("item")
    waiting = []
    for n in range(9):
        items.insert({"n": n})
        waiting.append(opened.vault.late.saves)
    assert waiting == [1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert len(opened.vault.doc_ids("item")) == 9


@pytest.mark.parametrize("error", [DiskFull, DiskProblem])
def test_a_disk_that_does_not_take_it_spoils_neither_the_save_nor_what_is_shown(
    opened: Clinic, error: type[CesError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ces_tui.vault.commit.MOST", 1)
    vault, honest, commits = opened.vault, Container.commit, []

    @contextmanager
    def second_fails(self: Container) -> Any:
        with honest(self):
            yield
            commits.append(self)
            if len(commits) == 3:  # two saves, then what waits
                raise error

    monkeypatch.setattr(Container, "commit", second_fails)
    vault.hot.table("item").insert({"n": 1})
    vault.hot.table("item").insert({"n": 2})
    assert len(commits) == 3
    assert vault.state.known < vault.state.n
    assert vault.read_only is None
    assert len(vault.doc_ids("item")) == 2
    vault.write_late()
    assert (vault.state.applied, len(vault.doc_ids("item"))) == (None, 2)


def test_a_disk_that_took_it_and_said_no_is_believed(opened: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    vault, honest = opened.vault, Container.commit
    work(vault)
    shown = canonical(vault)

    @contextmanager
    def lies(self: Container) -> Any:
        with honest(self):
            yield
        raise DiskProblem

    with monkeypatch.context() as patch, pytest.raises(DiskProblem):
        patch.setattr(Container, "commit", lies)
        vault.write_late()
    assert (vault.state.applied, vault.late.saves, canonical(vault)) == (None, 0, shown)
    work(vault)
    vault.write_late()


def test_what_waits_is_there_before_entries_from_elsewhere_are(
    store: Path, clock: FixedClock, opened: Clinic
) -> None:
    vault = opened.vault
    work(vault)
    a = Writer()
    take(vault, a.entry(Part("patient", hexed(0xD0C), hexed(1), {"given": "Otra"})), known=keys_of(a))
    assert (vault.state.applied, vault.late.saves) == (None, 0)
    work(vault)
    shown = canonical(vault)
    assert check(crashed(store)).ok
    rebuild(vault)
    assert canonical(vault) == shown


def test_a_bulk_build_writes_what_waits_first_and_leaves_nothing(store: Path, opened: Clinic) -> None:
    vault = opened.vault
    work(vault)
    with vault.bulk():
        work(vault)
        assert vault.late.saves == 0
        vault.write_late()
        vault.checkpoint()
    assert vault.state.applied is None
    assert check(crashed(store)).ok
    shown = canonical(vault)
    rebuild(vault)
    assert canonical(vault) == shown


def test_a_bulk_build_that_breaks_off_keeps_its_whole_batches(
    opened: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ces_tui.vault.bulk.BATCH", 2)
    vault = opened.vault
    n, known = vault.state.n, len(vault.doc_ids("item"))
    with pytest.raises(CesError), vault.bulk():
        for i in range(4):
            new_item(vault, n=i)
        raise CesError
    assert (vault.state.n - n, len(vault.doc_ids("item")) - known, vault.late.saves) == (3, 3, 0)
    shown = canonical(vault)
    rebuild(vault)
    assert canonical(vault) == shown


def test_copies_and_a_new_key_hold_everything_in_its_table(
    store: Path, clock: FixedClock, opened: Clinic, tmp_path: Path
) -> None:
    vault = opened.vault
    work(vault)
    shown = canonical(vault)
    (tmp_path / "copia").mkdir()
    write_copy(vault, tmp_path / "copia")
    assert (vault.state.applied, check(tmp_path / "copia").ok) == (None, True)
    work(vault)
    later = canonical(vault)
    reseal(vault)
    assert (vault.state.applied, canonical(vault)) == (None, later)
    again = open_clinic(tmp_path / "copia", clock)
    assert canonical(again.vault) == shown
    again.close()


def test_two_drawers_that_share_their_number_keep_their_rows_apart(
    opened: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DrawerNumbers, "base", lambda _self, _drawer: 1 << 19)
    vault = opened.vault
    vault.reopen()
    patients = [str(vault.hot.table("patient").insert({"given": f"P{n}"})) for n in range(2)]
    notes = {
        p: {str(vault.chart(p).table("consult").insert({"text": p})) for _ in range(3)} for p in patients
    }
    vault.drawers.forget()
    assert {p: set(vault.doc_ids("consult", p)) for p in patients} == notes
    vault.write_late()
    vault.reopen()
    assert {p: set(vault.doc_ids("consult", p)) for p in patients} == notes


def test_a_quiet_moment_has_something_to_do_after_a_save_a_draft_and_a_cut(
    store: Path, clock: FixedClock, opened: Clinic
) -> None:
    vault = opened.vault
    vault.checkpoint()
    assert not vault.unsettled
    vault.drafts.save("d" * 32, place="consulta", data={"s": "x"})
    assert vault.unsettled, "the journal grows with every autosave"
    vault.checkpoint()
    assert not vault.unsettled
    new_item(vault)
    copy = crashed(store)
    vault.stop_writing("El disco no respondió.")
    assert not vault.unsettled, "a disk that takes nothing is left alone"
    again = open_clinic(copy, clock)
    again.vault.container.checkpoint()
    assert again.vault.unsettled
    again.vault.checkpoint()
    assert (again.vault.unsettled, again.vault.state.applied) == (False, None)
    again.close()


# -- damage ------------------------------------------------------------------------------------------------


def test_a_damaged_row_of_what_waits_is_named_and_closes_nothing(
    store: Path, clock: FixedClock, opened: Clinic
) -> None:
    first, second = (new_item(opened.vault, n=n) for n in range(2))
    last = opened.vault.state.n
    copy = crashed(store)
    edit(copy, "UPDATE log SET body = zeroblob(200) WHERE k = ?", last - 1)
    report = check(copy)
    assert [(d.table, d.row) for d in report.damaged] == [("log", last - 1)]
    again = open_clinic(copy, clock)
    vault = again.vault
    assert (vault.notice, vault.late.lost) == (LATE_LOST, [last - 1])
    assert vault.doc_ids("item") == [second] != [first]
    third = new_item(vault, n=3)
    assert vault.doc_ids("item") == [second, third]
    with pytest.raises(StoreDamaged):
        vault.write_late()
    vault.checkpoint()
    assert not vault.unsettled, "the journal is brought in, the tables wait for the rebuild"
    again.close()
    reopened = open_clinic(copy, clock)
    assert reopened.vault.doc_ids("item") == [second, third], "what could be worked out is, each time"
    reopened.close()


def test_a_note_whose_list_is_damaged_is_saved_shown_and_told(
    store: Path, clock: FixedClock, opened: Clinic
) -> None:
    vault = opened.vault
    work(vault)
    opened.close()
    edit(store, "UPDATE proj SET body = zeroblob(60)")
    clinic = open_clinic(store, clock)
    vault = clinic.vault
    patient = str(vault.hot.table("patient").insert({"given": "Nueva"}))
    with vault.transaction(day=DAY):
        note = str(vault.chart(patient).table("consult").insert({"text": "nota", "day": "2026-11-20"}))
    assert vault.doc_ids("consult", patient) == [note]
    assert (vault.notice, vault.state.n in vault.late.lost) == (LATE_LOST, True)
    vault.notice = "otra"
    with vault.transaction(day=DAY):
        vault.chart(patient).table("consult").insert({"text": "otra nota", "day": "2026-11-20"})
    assert (len(vault.doc_ids("consult", patient)), vault.notice) == (2, "otra")
    rebuild(vault)
    assert (vault.late.lost, len(vault.doc_ids("consult", patient))) == ([], 2)
    shown = canonical(vault)
    clinic.close()
    assert check(store).ok
    again = open_clinic(store, clock)
    assert canonical(again.vault) == shown
    again.close()


def test_who_looks_while_a_save_is_worked_out_sees_that_it_waits(opened: Clinic) -> None:
    vault, waiting = opened.vault, list[int]()

    def looking(_fact: Fact) -> Contribution:
        waiting.append(len(vault.late.queue))
        return Contribution()

    vault.projector = Projector({"patient": looking})
    for name in ("Uno", "Dos"):
        vault.shelf("patient", _Name).add(_Name(given=name))
    assert len(vault.doc_ids("patient")) == 2
    assert (waiting, vault.late.queue) == ([2, 1], [])


def test_a_fault_in_what_follows_does_not_close_the_store(opened: Clinic) -> None:
    def faulty(fact: Fact) -> Contribution:
        return Contribution(sums=[("sum", {"of": fact.id}, {"n": 1 // len(fact.body or {})})])

    vault = opened.vault
    vault.projector = Projector({"item": faulty})
    empty, whole = new_item(vault), new_item(vault, n=1)
    assert vault.doc_ids("item") == [empty, whole]
    assert vault.late.lost == [vault.state.n - 1]


# -- any order of work ---------------------------------------------------------------------------------------


class _World:
    """A store that works, is cut, written and opened again; what it shows must not change by that."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock.at(2026, 11, 20)
        self.random = Random(1)
        make_store(folder / "store", self.clock)
        self.store, self.folder, self.cuts = folder / "store", folder, 0
        self.vault = self._open()

    def _open(self) -> Vault:
        person = Vault.peek(self.store).people[0].id
        return Vault.open(self.store, person, PASSPHRASE, self.clock, Projector(TABLE))

    def cut(self) -> None:
        before = canonical(self.vault)
        self.cuts += 1
        self.store = crashed(self.store, f"cut{self.cuts}")
        old, self.vault = self.vault, self._open()
        assert canonical(self.vault) == before
        old.container.close()
        old.anchor.close()

    def act(self, what: int) -> None:
        vault = self.vault
        acts: tuple[Callable[[], object], ...] = (
            self.add, self.add, self.change, self.remove, self.strike, vault.write_late, vault.drawers.forget,
            vault.reopen, self.cut, lambda: vault.projection("sum"),
        )  # fmt: skip
        self.clock.advance(seconds=1)
        acts[what]()

    def add(self) -> None:
        vault = self.vault
        patient = str(vault.hot.table("patient").insert({"said": "p", "n": self.random.randrange(9)}))
        vault.chart(patient).table("consult").insert({"said": "c", "n": self.random.randrange(9)})

    def _some(self) -> tuple[Any, Any]:
        table = self.vault.hot.table("patient")
        known = self.vault.doc_ids("patient")
        return table, self.random.choice(known) if known else None

    def change(self) -> None:
        table, one = self._some()
        if one:
            table.update({"n": self.random.randrange(9)}, doc_ids=[one])

    def remove(self) -> None:
        table, one = self._some()
        if one:
            table.remove(doc_ids=[one])

    def strike(self) -> None:
        _, one = self._some()
        if one and (notes := self.vault.doc_ids("consult", one)):
            target = {"target": notes[0], "target_type": "consult", "why": "w"}
            self.vault.chart(one).table("void").insert(target)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.integers(0, 9), min_size=3, max_size=25))
def test_whatever_happens_between_saves_the_store_shows_what_its_log_gives(
    acts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = _World(tmp_path_factory.mktemp("world"))
    for what in acts:
        world.act(what)
    shown = canonical(world.vault)
    rebuild(world.vault)
    assert canonical(world.vault) == shown
    world.vault.close()
