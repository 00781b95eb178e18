"""EIO and ENOSPC at the Nth write or sync, once and from N on: a plain sentence, a whole store, every promise kept."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.clinic import Clinic
from tests.faults import figures, test_kill_exchange, test_kill_save
from tests.faults.checks import is_whole, says_it_plainly, spread
from tests.faults.killing import Call, Promise, calls, can_kill, copied, traced
from tests.faults.test_kill_save import (
    DRAFT,
    PATIENT,
    autosave,
    everything_saved,
    save,
    saved,
    seeded,
    write_late,
)
from tests.support import open_clinic
from tests.unit.office.support import make_pair

__all__ = ["seeded"]
pytestmark = [pytest.mark.faults, pytest.mark.skipif(not can_kill(), reason="needs strace")]

KINDS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "openat")
PER_KIND = figures.amount("per_kind", 1, 3, 0)
FEWEST = {**test_kill_save.FEWEST, **test_kill_exchange.FEWEST}
Act = Callable[[Clinic, Promise], None]


def faults_of(every: list[Call]) -> list[tuple[str, str, str]]:
    """(rule, call, error) of each trial: every chosen call fails once, or it and all after it do, in both ways."""
    chosen = [c for c in spread(every, PER_KIND) if c[0] in KINDS]
    return [
        (f"inject={name}:error={error}:when={number}{on}", name, f"{error}{on}")
        for name, number in chosen
        for error in ("EIO", "ENOSPC")
        for on in ("", "+")
    ]


def told(act: Act) -> Act:
    """`act`, twice, with what came of it told: guardado, or the sentence, or what escaped."""

    def attempt(clinic: Clinic, promise: Promise) -> None:
        for _ in range(2):
            try:
                act(clinic, lambda _what: None)
            except CesError as error:
                promise(f"{'dijo' if says_it_plainly(error) else 'balbuceó'} {error}")
            except BaseException as error:
                promise(f"escapó {type(error).__name__}: {error}")
            else:
                promise("guardado")
                return

    attempt.__name__ = act.__name__
    return attempt


def suffer(
    prepare: Callable[[], Clinic], act: Act, folder: Path, check: Callable[[tuple[str, ...]], None]
) -> Counter[str]:
    """Run `act` under each fault and look at the store after each."""
    outcomes = Counter[str]()
    attempt = told(act)
    for rule, name, error in faults_of(calls(prepare, act, folder / "calls", fewest=FEWEST[act.__name__])):
        result = traced(prepare, attempt, ["-e", f"trace={name}", "-e", rule, "-o", "/dev/null"])
        assert result.survived and result.promises, rule
        assert not [p for p in result.promises if p.startswith(("escapó", "balbuceó"))], (rule, result)
        check(result.promises)
        # what saves left is in the log already: writing it promises nothing new
        if name in {"fdatasync", "fsync"} and rule.endswith("when=1+") and act not in {export, write_late}:
            assert "guardado" not in result.promises, f"promised while every sync fails: {rule}"
        outcomes[result.promises[-1].split()[0]] += 1
        figures.count(f"{error.rstrip('+')} at a write or sync: {act.__name__}", note="once, and from N on")
    assert outcomes["guardado"] and outcomes["dijo"]
    return outcomes


def test_a_save_on_a_failing_disk(seeded: Path, tmp_path: Path, clock: FixedClock) -> None:
    target = tmp_path / "trial"

    def check(promises: tuple[str, ...]) -> None:
        assert is_whole(target)
        clinic = open_clinic(target, clock)
        vault = clinic.vault
        found = {
            len(vault.chart(PATIENT).table("consult")),
            len(vault.chart(PATIENT).table("dispense")),
            len(vault.hot.table("item")) - 3,
        }
        drafts = len(vault.drafts.open_drafts())
        clinic.close()
        assert len(found) == 1, "half a save"
        assert found == {1} or "guardado" not in promises, "a promise was lost"
        assert found <= {0, 1}, "saved twice"
        assert drafts == 1 - found.pop()

    suffer(lambda: open_clinic(copied(seeded, target), clock), save, tmp_path, check)


def test_an_autosave_on_a_failing_disk(seeded: Path, tmp_path: Path, clock: FixedClock) -> None:
    target = tmp_path / "trial"

    def check(promises: tuple[str, ...]) -> None:
        assert is_whole(target)
        clinic = open_clinic(target, clock)
        text = clinic.vault.drafts.get(DRAFT).data["s"]
        clinic.close()
        assert text == "segundo" or "guardado" not in promises

    suffer(lambda: open_clinic(copied(seeded, target), clock), autosave, tmp_path, check)


def test_writing_what_saves_left_on_a_failing_disk(seeded: Path, tmp_path: Path, clock: FixedClock) -> None:
    target = tmp_path / "trial"

    def check(_promises: tuple[str, ...]) -> None:
        assert is_whole(target)
        assert everything_saved(target, clock)

    suffer(lambda: saved(seeded, target, clock), write_late, tmp_path, check)


def export(clinic: Clinic, promise: Promise) -> None:
    stick = clinic.vault.folder.parent / "memoria"
    clinic.exchange.export(stick)
    promise("guardado")


def unite(clinic: Clinic, promise: Promise) -> None:
    clinic.office.import_file(clinic.vault.folder.parent / "llegado.age")
    promise("guardado")


def test_an_import_and_an_export_on_a_failing_disk(tmp_path: Path, clock: FixedClock) -> None:
    pair = make_pair(tmp_path, clock)
    pair.write(2)
    pair.introduce()
    pair.write(2)
    shutil.copy(pair.export(), tmp_path / "llegado.age")
    seq = pair.clinic.vault.state.seq
    pair.close()
    target, stick = tmp_path / "trial", tmp_path / "memoria"

    def united(promises: tuple[str, ...]) -> None:
        assert is_whole(target)
        office = open_clinic(target, clock, "coordinacion")
        office.office.import_file(tmp_path / "llegado.age")
        (log,) = office.office.status()[0].devices
        office.close()
        assert (log.contiguous, log.gaps) == (seq, ())

    def exported(promises: tuple[str, ...]) -> None:
        assert is_whole(target)
        assert list(stick.glob("*.age")) or "guardado" not in promises
        clinic = open_clinic(target, clock)
        clinic.exchange.export(stick)
        clinic.close()

    def clinic_with_stick() -> Clinic:
        shutil.rmtree(stick, ignore_errors=True)
        stick.mkdir()
        return open_clinic(copied(tmp_path / "clinic", target), clock)

    suffer(
        lambda: open_clinic(copied(tmp_path / "office", target), clock, "coordinacion"),
        unite,
        tmp_path,
        united,
    )
    suffer(clinic_with_stick, export, tmp_path, exported)


@pytest.mark.parametrize("act", [save, autosave])
def test_nothing_is_promised_on_a_disk_that_no_longer_syncs(
    seeded: Path, tmp_path: Path, clock: FixedClock, act: Act
) -> None:
    """The frames reach the system's cache and reading them back proves nothing: only a sync that worked does."""

    def warm() -> Clinic:
        clinic = open_clinic(copied(seeded, tmp_path / "trial"), clock)
        clinic.vault.hot.table("item").insert(
            {"n": 50}
        )  # the WAL has its header: the next sync is the commit's
        return clinic

    for error in ("EIO", "ENOSPC"):
        rule = f"inject=fdatasync,fsync:error={error}:when=1+"
        result = traced(warm, told(act), ["-e", "trace=fdatasync,fsync", "-e", rule, "-o", "/dev/null"])
        assert result.promises and not [p for p in result.promises if not p.startswith("dijo")], result
        assert is_whole(tmp_path / "trial")
        figures.count(f"no sync works any more: {act.__name__}")
