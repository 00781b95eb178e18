"""kill -9 at the system calls of an answer, its reading and a restore, and at random moments of saving without pause."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.clinic import Clinic, projector
from ces_tui.sync.backup_files import restore
from ces_tui.vault import copies
from ces_tui.vault.vault import Vault
from tests.faults import figures
from tests.faults.checks import is_whole, spread
from tests.faults.killing import Promise, calls, can_kill, copied, trial
from tests.support import PASSPHRASE, open_clinic
from tests.unit.office.support import Pair, make_pair

PER_KIND = figures.amount("per_kind", 1, 4, 0)
RANDOM = figures.amount("kills", 6, 200, 10_000)
FEWEST = {"answer": 65, "read_answer": 48, "restore": 130}


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    made.write(2)
    made.introduce()
    made.write(2)
    made.office.import_file(made.export())
    yield made
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.faults
@pytest.mark.skipif(not can_kill(), reason="needs strace")
def test_an_answer_killed_at_any_system_call_gives_no_number_twice_and_the_next_one_reads(
    pair: Pair, tmp_path: Path, clock: FixedClock
) -> None:
    pair.close()
    target, stick, outcomes = tmp_path / "trial", tmp_path / "memoria", Counter[str]()

    def prepare() -> Clinic:
        shutil.rmtree(stick, ignore_errors=True)
        stick.mkdir()
        return open_clinic(copied(tmp_path / "office", target), clock, "coordinacion")

    def answer(clinic: Clinic, promise: Promise) -> None:
        clinic.office.answer(None, stick)
        promise("escrita")

    every = calls(prepare, answer, tmp_path / "calls", fewest=FEWEST["answer"])
    for call in spread(every, PER_KIND):
        result = trial(prepare, answer, call)
        assert is_whole(target), call
        done = list(stick.glob("*.age"))
        assert done or not result.promises, call
        outcomes["whole" if done else "absent"] += 1
        office = open_clinic(target, clock, "coordinacion")
        second = office.office.answer(None, stick)
        office.close()
        assert second.path not in done, call
        clinic = open_clinic(copied(tmp_path / "clinic", tmp_path / "reader"), clock)
        for path in (*done, second.path):
            assert clinic.exchange.read_answer(path).months[0].at_office == 4, call
        assert clinic.exchange.pending().entries == 0, call
        clinic.close()
    assert len(outcomes) == 2


@pytest.mark.faults
@pytest.mark.skipif(not can_kill(), reason="needs strace")
def test_the_reading_of_an_answer_killed_at_any_system_call_can_be_repeated(
    pair: Pair, tmp_path: Path, clock: FixedClock
) -> None:
    file = pair.office.answer(None, pair.stick).path
    pair.close()
    target = tmp_path / "trial"

    def prepare() -> Clinic:
        return open_clinic(copied(tmp_path / "clinic", target), clock)

    def read_answer(clinic: Clinic, promise: Promise) -> None:
        clinic.exchange.read_answer(file)
        promise("leída")

    every = calls(prepare, read_answer, tmp_path / "calls", fewest=FEWEST["read_answer"])
    for call in spread(every, PER_KIND):
        result = trial(prepare, read_answer, call)
        assert is_whole(target), call
        clinic = open_clinic(target, clock)
        confirmed = clinic.exchange.state().confirmed_entries
        assert confirmed in {0, clinic.vault.state.seq} and (confirmed or not result.promises), call
        assert clinic.exchange.read_answer(file).already or not result.promises, call
        assert clinic.exchange.pending().entries == 0, call
        clinic.close()


@pytest.mark.faults
@pytest.mark.skipif(not can_kill(), reason="needs strace")
def test_a_restore_killed_at_any_system_call_leaves_no_store_or_a_whole_one(
    store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    clinic = open_clinic(store, clock)
    for i in range(20):
        clinic.vault.hot.table("item").insert({"n": i})
    me, here = clinic.me.id, copies.copy_here(clinic.vault)
    clinic.close()
    file, target, outcomes = tmp_path / "c.cesc", tmp_path / "repuesto", Counter[str]()
    file.write_bytes(b"".join(copies.packed(here.path)))
    before = file.read_bytes()

    def prepare() -> None:
        shutil.rmtree(target, ignore_errors=True)

    def restore_copy(_: None, promise: Promise) -> None:
        restore(file, target, me, PASSPHRASE, projector())
        promise("repuesto")

    every = calls(prepare, restore_copy, tmp_path / "calls", fewest=FEWEST["restore"])
    for call in spread(every, PER_KIND):
        result = trial(prepare, restore_copy, call)
        try:
            Vault.peek(target)
        except CesError:
            assert not result.promises, call
            outcomes["absent"] += 1
        else:
            outcomes["whole"] += 1
            assert is_whole(target), call
            again = open_clinic(target, clock)
            assert len(again.vault.hot.table("item")) == 20, call
            again.close()
        assert file.read_bytes() == before, call
    assert len(outcomes) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_killed_at_any_moment_of_saving_loses_nothing_it_promised(
    store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    rng, promised, target = random.Random(4), 0, copied(store, tmp_path / "trial")
    cut_short = 0
    for number in range(RANDOM):
        promised, alive = _saves_until_killed(target, clock, promised, rng.uniform(0, 0.02))
        cut_short += not alive
        clinic = open_clinic(target, clock)
        numbers = sorted(d["n"] for d in clinic.vault.hot.table("item").all())
        clinic.close()
        assert numbers == list(range(len(numbers))), "a save is missing in the middle"
        assert len(numbers) >= promised, "a promise was lost"
        promised = len(numbers)
        if number % 25 == 0 or number == RANDOM - 1:
            assert is_whole(target)
        if len(numbers) > 300:  # what the next one has to read
            promised, target = 0, copied(store, tmp_path / "trial")
    figures.count("kill -9 at a random moment of saving", RANDOM, note="autosaves and saves without pause")
    assert cut_short == RANDOM


def _saves_until_killed(store: Path, clock: FixedClock, start: int, after: float) -> tuple[int, bool]:
    """Save in a child until SIGKILL comes `after` seconds; (how many items it promised in all, whether it lived on)."""
    told_read, told_write = os.pipe()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child is killed
        try:
            os.close(told_read)
            clinic = open_clinic(store, clock)
            os.write(told_write, b"r")
            for n in range(start, start + 100_000):
                clinic.vault.drafts.save("e" * 32, place="consulta", data={"n": n})
                with clinic.vault.transaction():
                    clinic.vault.hot.table("item").insert({"n": n})
                    clinic.vault.drafts.drop("e" * 32)
                os.write(told_write, b"p")
        finally:
            os._exit(1)
    os.close(told_write)
    with os.fdopen(told_read, "rb", buffering=0) as told:
        assert told.read(1) == b"r", "the child could not open the store"
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        promises = b""
        while piece := told.read(1 << 16):
            promises += piece
    return start + len(promises), not os.WIFSIGNALED(status)
