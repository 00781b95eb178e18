"""What a save does when the disk answers badly, without a disk that does: each branch of the doubt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ces_tui.base.errors import DiskProblem
from ces_tui.clinic import Clinic
from ces_tui.vault import container as containers
from ces_tui.vault.container import Container, DiskFull
from tests.faults.checks import is_whole
from tests.faults.stock import ITEM, received


def fail_commits(monkeypatch: pytest.MonkeyPatch, errors: list[type[DiskProblem]], *, after: bool) -> None:
    """The next commits report these errors: before anything was written, or after everything was."""
    honest = Container.commit

    @contextmanager
    def commit(self: Container) -> Iterator[None]:
        if not errors:
            with honest(self):
                yield
            return
        if after:
            with honest(self):
                yield
            raise errors.pop(0)
        with honest(self):
            yield
            raise errors.pop(0)

    monkeypatch.setattr(Container, "commit", commit)


def test_a_commit_that_reports_an_error_and_happened_is_a_save(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_commits(monkeypatch, [DiskProblem], after=True)
    clinic.vault.hot.table("item").insert({"n": 1})
    assert len(clinic.vault.hot.table("item")) == 1 and clinic.vault.read_only is None


def test_a_commit_that_reports_an_error_and_did_not_happen_is_said_and_can_be_repeated(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_commits(monkeypatch, [DiskProblem], after=False)
    with pytest.raises(DiskProblem, match="no se guardó"):
        clinic.vault.hot.table("item").insert({"n": 1})
    assert clinic.vault.read_only is not None
    clinic.vault.hot.table("item").insert({"n": 1})
    assert len(clinic.vault.hot.table("item")) == 1 and clinic.vault.read_only is None


def test_what_no_sync_confirms_is_no_save(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_commits(monkeypatch, [DiskProblem], after=True)
    monkeypatch.setattr(containers, "_write_journal_again", lambda _path: False)
    with pytest.raises(DiskProblem, match="cierre el programa"):
        clinic.vault.hot.table("item").insert({"n": 1})
    assert clinic.vault.read_only is not None


def test_a_full_disk_takes_the_same_commit_again_though_a_sum_ends_in_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reserve makes the same changes be written twice; a balance that reached zero is gone after the first."""
    clinic.vault.free.table("stock").insert(received(5))
    drawer = f"hot/stock/{ITEM}"
    assert clinic.vault.projection(drawer), "the movement reached the ledger"
    (clinic.vault.folder / "reserva").write_bytes(b"x")
    fail_commits(monkeypatch, [DiskFull], after=False)
    clinic.vault.free.table("stock").insert(received(-5))
    assert clinic.vault.projection(drawer) == []
    assert clinic.vault.notice is not None and not (clinic.vault.folder / "reserva").exists()
    folder = clinic.vault.folder
    clinic.close()
    assert is_whole(folder)


@pytest.mark.parametrize("second", [DiskFull, DiskProblem])
def test_a_second_failure_after_the_reserve_is_said_and_nothing_is_half_there(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, second: type[DiskProblem]
) -> None:
    (clinic.vault.folder / "reserva").write_bytes(b"x")
    fail_commits(monkeypatch, [DiskFull, second], after=False)
    with pytest.raises(DiskProblem):
        clinic.vault.hot.table("item").insert({"n": 1})
    assert clinic.vault.read_only is not None and clinic.vault.notice is None
    assert len(clinic.vault.hot.table("item")) == 0
