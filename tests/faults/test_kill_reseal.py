"""kill -9 in the middle of a removal and of a copy: the store is whole, before or after; what was left lying goes."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.sync.backup_files import restore
from ces_tui.vault.copies import copies_folder, local_copies, stale_copies
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.faults import figures
from tests.faults.checks import spread
from tests.faults.killing import WRITING, Call, Promise, calls, can_kill, copied, trial
from tests.support import PASSPHRASE, open_clinic

pytestmark = pytest.mark.skipif(not can_kill(), reason="needs strace")

DRAFT = "e" * 32
PATIENTS = 8
_QUICK = 10
PER_KIND = figures.amount("per_kind", 2, 8, 0)
"""Calls tried of one kind (0: every one); sealing repeats the same few hundreds of times."""
FEWEST = {"remove": 850, "copy": 500}


@pytest.fixture
def seeded(store: Path, clock: FixedClock) -> Path:
    """A store with some patients, a draft and a copy of the day."""
    clinic = open_clinic(store, clock)
    for i in range(PATIENTS):
        clinic.vault.hot.table("patient").insert(
            {"given": f"P{i}", "x": random.Random(i).randbytes(900).hex()}
        )
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "a medias"})
    clinic.backups.copy_today()
    clinic.close()
    clock.advance(seconds=700)  # nobody has typed in that draft for a while
    return store


def fresh(seeded: Path, target: Path) -> Path:
    """The seeded store and its copies anew, for one trial."""
    copied(seeded, target)
    shutil.rmtree(copies_folder(target), ignore_errors=True)
    shutil.copytree(copies_folder(seeded), copies_folder(target))
    return target


def nurse_of(store: Path) -> str:
    return next(p.id for p in Vault.peek(store).people if p.role == "enfermeria")


def whole(store: Path, me: str) -> bool:
    return verify_store(store, me, PASSPHRASE, projector=projector(), signatures=True).ok


def quick(every: list[Call]) -> list[Call]:
    """A few calls that write, from the first to the last."""
    found = [c for c in every if c[0] in WRITING | {"openat"}]
    return [*found[:: max(1, len(found) // _QUICK)], found[-1]]


def kill_removals(seeded: Path, tmp_path: Path, clock: FixedClock, *, full: bool) -> Counter[str]:
    """Kill a removal at many places; what the store looked like after each."""
    target, outcomes = tmp_path / "trial", Counter[str]()
    nurse = nurse_of(seeded)

    def prepare() -> Clinic:
        return open_clinic(fresh(seeded, target), clock)

    def remove(clinic: Clinic, promise: Promise) -> None:
        clinic.team.remove(nurse)
        promise("ya no tiene acceso")

    every = calls(prepare, remove, tmp_path / "calls", fewest=FEWEST["remove"])
    assert ("fdatasync", 1) in every
    me = next(p.id for p in Vault.peek(seeded).people if p.role == "pasante")
    for call in spread(every, PER_KIND) if full else quick(every):
        result = trial(prepare, remove, call)
        epoch = Vault.peek(target).epoch
        assert epoch in {1, 2} and (epoch == 2 or not result.promises), call
        report = verify_store(target, me, PASSPHRASE, projector=projector(), signatures=True)
        # between the two writes of a header the file is the older one: the next opening writes it anew
        assert report.ok or [(d.table, d.row) for d in report.damaged] == [("kv", "header")], call
        clinic = open_clinic(target, clock)
        left = {p.name for p in target.iterdir()} - {"lock", "reserva", "header"}
        assert left <= {f"store-{epoch}.db", f"store-{epoch}.db-wal"}, (call, left)
        assert not list(copies_folder(target).glob("*.part")), call
        assert len(clinic.vault.hot.table("patient")) == PATIENTS, call
        assert clinic.vault.drafts.get(DRAFT).data == {"s": "a medias"}, call
        assert clinic.vault.notice is None, call
        gone = nurse not in {m.id for m in clinic.team.members()}
        assert gone or epoch == 1, call
        if not gone:
            outcomes["before"] += 1
            clinic.team.remove(nurse)
        elif clinic.team.owed():
            outcomes["owed"] += 1
            clinic.team.change_key()
        else:
            outcomes["after"] += 1
        if clinic.backups.due():
            clinic.backups.copy_today()
        assert not stale_copies(target, clinic.vault.header.epoch), call
        assert clinic.team.owed() == [] and clinic.vault.header.epoch >= 2, call
        clinic.close()
        for place in (target, *(c.path for c in local_copies(target))):
            assert nurse not in {s.to for s in Vault.peek(place).slots}, call
            assert whole(place, me), (call, place)
    return outcomes


def kill_copies(seeded: Path, tmp_path: Path, clock: FixedClock, *, full: bool) -> Counter[str]:
    """Kill a copy onto a stick at many places; whether a finished file lay there after each."""
    target, stick, outcomes = tmp_path / "trial", tmp_path / "memoria", Counter[str]()

    def prepare() -> Clinic:
        shutil.rmtree(stick, ignore_errors=True)
        stick.mkdir()
        clinic = open_clinic(fresh(seeded, target), clock)
        clinic.vault.hot.table("patient").insert({"given": "uno más"})
        return clinic

    def copy(clinic: Clinic, promise: Promise) -> None:
        clinic.backups.copy_to(stick)
        promise("ya puede retirar la memoria")

    every = calls(prepare, copy, tmp_path / "calls", fewest=FEWEST["copy"])
    me = next(p.id for p in Vault.peek(seeded).people if p.role == "pasante")
    for call in spread(every, PER_KIND) if full else quick(every):
        result = trial(prepare, copy, call)
        finished = list(stick.glob("*.cesc"))
        assert finished or not result.promises, call
        assert whole(target, me), call
        for file in finished:
            shutil.rmtree(tmp_path / "repuesto", ignore_errors=True)
            assert restore(file, tmp_path / "repuesto", me, PASSPHRASE, projector()).ok, call
        outcomes["whole" if finished else "absent"] += 1
        clinic = open_clinic(target, clock)
        assert not list(copies_folder(target).glob("*.part")), call
        made = clinic.backups.copy_to(stick)
        assert made.path not in finished and not list(stick.glob("*.part")), call
        clinic.close()
        for here in local_copies(target):
            assert whole(here.path, me), (call, here)
    return outcomes


def test_a_removal_killed_at_some_writes_is_whole_and_can_be_finished(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    outcomes = kill_removals(seeded, tmp_path, clock, full=False)
    assert outcomes["before"] + outcomes["owed"] and outcomes["owed"] + outcomes["after"]


def test_a_copy_killed_at_some_writes_leaves_whole_files_only(
    seeded: Path, tmp_path: Path, clock: FixedClock
) -> None:
    assert sum(kill_copies(seeded, tmp_path, clock, full=False).values()) >= _QUICK


@pytest.mark.faults
def test_a_removal_killed_at_any_call(seeded: Path, tmp_path: Path, clock: FixedClock) -> None:
    outcomes = kill_removals(seeded, tmp_path, clock, full=True)
    assert min(outcomes["before"], outcomes["owed"], outcomes["after"]) >= 1


@pytest.mark.faults
def test_a_copy_killed_at_any_call(seeded: Path, tmp_path: Path, clock: FixedClock) -> None:
    outcomes = kill_copies(seeded, tmp_path, clock, full=True)
    assert min(outcomes["whole"], outcomes["absent"]) >= 1
