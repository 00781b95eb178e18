"""kill -9 at the system calls of an import and of an export: the office has all or nothing, the stick whole files or none."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.sync import age, bundle
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.faults.killing import Call, Promise, calls, can_kill, copied, trial
from tests.support import PASSPHRASE, open_clinic
from tests.unit.office.support import Pair, make_pair

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not can_kill(), reason="needs strace")]

_PER_KIND = 12
"""Calls tried of one kind, spread evenly: reading the log for an export repeats the same few hundreds of times."""


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    made.write(2)
    made.introduce()
    made.write(3)
    yield made
    shutil.rmtree(tmp_path, ignore_errors=True)


def spread(every: list[Call]) -> list[Call]:
    """Some calls of each kind: the first, the last, and what lies between."""
    by_kind: dict[str, list[Call]] = {}
    for call in every:
        by_kind.setdefault(call[0], []).append(call)
    chosen: list[Call] = []
    for found in by_kind.values():
        step = max(1, len(found) // _PER_KIND)
        chosen += [*found[::step], found[-1]]
    return list(dict.fromkeys(chosen))


def is_whole(store: Path) -> bool:
    person = Vault.peek(store).people[0].id
    return verify_store(store, person, PASSPHRASE, projector=projector(), signatures=True).ok


def test_an_import_killed_at_any_system_call_is_whole_or_absent_and_can_be_repeated(
    pair: Pair, tmp_path: Path, clock: FixedClock
) -> None:
    file = pair.export()
    device, seq = pair.clinic.vault.device_id, pair.clinic.vault.state.seq
    held = pair.office.status()[0].devices[0].contiguous
    pair.close()
    target, outcomes = tmp_path / "trial", Counter[int]()

    def prepare() -> Clinic:
        return open_clinic(copied(tmp_path / "office", target), clock, "coordinacion")

    def unite(clinic: Clinic, promise: Promise) -> None:
        clinic.office.import_file(file)
        promise("unido")

    for call in spread(calls(prepare, unite, tmp_path / "calls")):
        result = trial(prepare, unite, call)
        assert is_whole(target), call
        clinic = open_clinic(target, clock, "coordinacion")
        (log,) = clinic.office.status()[0].devices
        outcomes[log.contiguous] += 1
        assert log.device == device and log.contiguous in {held, seq} and not log.gaps, call
        assert log.contiguous == seq or not result.promises, call
        clinic.office.import_file(file)
        assert clinic.office.import_file(file).state == "already", call
        assert clinic.office.status()[0].devices[0].contiguous == seq, call
        clinic.close()
    assert min(outcomes[held], outcomes[seq]) >= 5


def test_an_export_killed_at_any_system_call_leaves_only_whole_files_and_the_next_one_works(
    pair: Pair, tmp_path: Path, clock: FixedClock
) -> None:
    secret = age.identity_bytes(pair.new_office.escrow_secret)
    pair.close()
    target, stick, outcomes = tmp_path / "trial", tmp_path / "memoria", Counter[str]()

    def prepare() -> Clinic:
        shutil.rmtree(stick, ignore_errors=True)
        stick.mkdir()
        return open_clinic(copied(tmp_path / "clinic", target), clock)

    def export(clinic: Clinic, promise: Promise) -> None:
        clinic.exchange.export(stick)
        promise("ya puede retirar la memoria")

    for call in spread(calls(prepare, export, tmp_path / "calls")):
        result = trial(prepare, export, call)
        assert is_whole(target), call
        finished = list(stick.glob("*.age"))
        for path in finished:
            assert bundle.split(age.decrypt(path.read_bytes(), [secret])), call
        assert finished or not result.promises, call
        outcomes["whole" if finished else "absent"] += 1
        clinic = open_clinic(target, clock)
        (path,) = clinic.exchange.export(stick).paths
        assert path not in finished, call
        assert not list(stick.glob("*.part")), call
        clinic.close()
    assert min(outcomes.values()) >= 3 and len(outcomes) == 2
