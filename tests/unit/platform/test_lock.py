"""The store's lock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ces_tui.base.errors import DiskProblem, StoreBusy
from ces_tui.base.platform.lock import LockFile


def test_a_second_holder_in_this_process_is_refused_and_may_come_after_the_first(tmp_path: Path) -> None:
    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    first.acquire()
    with pytest.raises(StoreBusy):
        second.acquire()
    first.release()
    second.acquire()
    assert second.held
    second.release()


def test_the_same_object_cannot_take_the_lock_twice(tmp_path: Path) -> None:
    with LockFile(tmp_path / "lock") as lock, pytest.raises(StoreBusy):
        lock.acquire()


def test_another_process_is_refused_while_the_lock_is_held(tmp_path: Path) -> None:
    program = (
        "import sys; from ces_tui.base.platform.lock import LockFile; from ces_tui.base.errors import StoreBusy\n"
        "try: LockFile(sys.argv[1]).acquire()\n"
        "except StoreBusy as busy: sys.exit(busy.exit_code)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "lock")]
    with LockFile(tmp_path / "lock"):
        assert subprocess.run(command, check=False).returncode == 7
    assert subprocess.run(command, check=False).returncode == 0


def test_a_dead_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    program = (
        "import os, sys; from ces_tui.base.platform.lock import LockFile\n"
        "LockFile(sys.argv[1]).acquire(); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "lock")], check=False)
    with LockFile(tmp_path / "lock") as lock:
        assert lock.held


def test_a_folder_that_is_not_there_is_a_disk_problem_and_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(DiskProblem):
        LockFile(tmp_path / "falta" / "lock").acquire()
