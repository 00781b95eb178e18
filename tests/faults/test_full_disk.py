"""A full disk: the reserve takes the last note, then a plain sentence; nothing that was saved is lost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import DiskProblem
from ces_tui.clinic import projector
from ces_tui.vault import reserve
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE, make_store, open_clinic


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes, where this machine lets one be made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(folder)]
    if (
        not hasattr(os, "geteuid")
        or os.geteuid() != 0
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("needs a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_the_reserve_takes_one_more_save_and_then_the_disk_is_said_to_be_full(
    small_disk: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "BYTES", 1 << 20)
    monkeypatch.setattr(reserve, "_AT_LEAST_FREE", 2 << 20)
    folder = small_disk / "store"
    make_store(folder, clock)
    clinic = open_clinic(folder, clock)
    assert (folder / reserve.NAME).exists()
    table = clinic.vault.hot.table("item")
    saved = 0
    with pytest.raises(DiskProblem) as told:
        for i in range(400):
            table.insert({"text": os.urandom(15_000).hex(), "n": i})
            saved += 1
    assert "lleno" in str(told.value)
    assert clinic.vault.notice is not None, "the reserve was used first"
    assert not (folder / reserve.NAME).exists()
    assert len(table) == saved
    with pytest.raises(DiskProblem):
        table.insert({"text": os.urandom(15_000).hex()})
    person = clinic.me.id
    clinic.close()
    report = verify_store(folder, person, PASSPHRASE, projector=projector())
    assert (report.ok, report.damaged) == (True, ())
    assert Vault.peek(folder).people
