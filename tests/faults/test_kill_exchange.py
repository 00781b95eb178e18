"""kill -9 at the system calls of an import and of an export: the office has all or nothing, the stick whole files or none."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.sync import age, bundle
from tests.faults import figures
from tests.faults.checks import is_whole, spread
from tests.faults.killing import Promise, calls, can_kill, copied, trial
from tests.support import open_clinic
from tests.unit.office.support import Pair, make_pair

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not can_kill(), reason="needs strace")]

PER_KIND = figures.amount("per_kind", 3, 12, 0)
FEWEST = {"unite": 70, "export": 95}


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    made.write(2)
    made.introduce()
    made.write(3)
    yield made
    shutil.rmtree(tmp_path, ignore_errors=True)


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

    every = calls(prepare, unite, tmp_path / "calls", fewest=FEWEST["unite"])
    for call in spread(every, PER_KIND):
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
    assert min(outcomes[held], outcomes[seq]) >= 3


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

    every = calls(prepare, export, tmp_path / "calls", fewest=FEWEST["export"])
    for call in spread(every, PER_KIND):
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
