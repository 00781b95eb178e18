"""What waits is kept as it came, once, and never without end."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.errors import DiskProblem
from ces_tui.office import quarantine
from ces_tui.office.quarantine import Quarantine


def test_a_file_is_kept_once_and_gone_after_it_is_dropped(tmp_path: Path) -> None:
    waiting = Quarantine(tmp_path)
    assert waiting.files() == []
    path = waiting.keep(b"uno")
    assert waiting.keep(b"uno") == path and waiting.files() == [path]
    assert waiting.read(path) == b"uno" and waiting.read(tmp_path / "no") is None
    waiting.drop(path)
    waiting.drop(path)
    assert waiting.files() == []


def test_too_many_waiting_files_and_a_full_disk_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Quarantine(tmp_path)
    monkeypatch.setattr(quarantine, "MOST_FILES", 2)
    waiting.keep(b"1")
    waiting.keep(b"2")
    with pytest.raises(DiskProblem, match="demasiados"):
        waiting.keep(b"3")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(quarantine, "MOST_FILES", 9)
    monkeypatch.setattr(quarantine, "replace_file", full)
    with pytest.raises(DiskProblem, match="disco de la oficina"):
        waiting.keep(b"4")
    assert len(waiting.files()) == 2
