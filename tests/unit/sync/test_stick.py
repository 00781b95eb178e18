"""A file on a stick is whole, verified and new, or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.errors import DiskProblem
from ces_tui.sync import stick
from ces_tui.sync.records import Step

DATA = os.urandom(700_000)


def test_the_file_is_there_whole_and_private_and_nothing_else_is(tmp_path: Path) -> None:
    path = stick.write_verified(tmp_path, "cap-5-1.age", DATA)
    assert path.read_bytes() == DATA
    assert [p.name for p in tmp_path.iterdir()] == ["cap-5-1.age"]
    assert path.stat().st_mode & 0o077 == 0


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "cap-5-1.age").write_bytes(b"antes")
    with pytest.raises(DiskProblem, match="no se sobrescribe"):
        stick.write_verified(tmp_path, "cap-5-1.age", DATA)
    assert (tmp_path / "cap-5-1.age").read_bytes() == b"antes"
    assert stick.new_name(tmp_path, "cap-5-1") == "cap-5-1-2.age"
    (tmp_path / "CAP-5-1-2.AGE").write_bytes(b"FAT folds case")
    assert stick.new_name(tmp_path, "cap-5-1") == "cap-5-1-3.age"


@pytest.mark.parametrize("stem", ["../x", "a" * 41, "Ábc", "", "a b"])
def test_a_name_that_a_stick_may_not_bear_is_refused(tmp_path: Path, stem: str) -> None:
    with pytest.raises(DiskProblem):
        stick.new_name(tmp_path, stem)


def test_the_syncs_come_in_the_order_that_survives_a_power_cut_on_fat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def named(descriptor: int) -> str:
        return Path(f"/proc/self/fd/{descriptor}").readlink().name

    def watch(name: str, label: Any) -> None:
        real = getattr(os, name)

        def wrapper(*args: Any) -> Any:
            done.append(f"{name} {label(*args)}")
            return real(*args)

        monkeypatch.setattr(os, name, wrapper)

    watch("fsync", named)
    watch("posix_fadvise", lambda fd, *_: named(fd))
    watch("replace", lambda a, b: f"{Path(a).name} {Path(b).name}")
    stick.write_verified(tmp_path, "c.age", DATA)
    assert done == [
        "fsync c.age.part",
        "posix_fadvise c.age.part",
        "replace c.age.part c.age",
        "fsync c.age",
        f"fsync {tmp_path.name}",
        "posix_fadvise c.age",
    ]


@pytest.mark.parametrize("after", range(7))
def test_cancelling_at_any_step_leaves_nothing(tmp_path: Path, after: int) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(stick.Stopped):
        stick.write_verified(tmp_path, "c.age", DATA, cancelled=cancelled)
    assert list(tmp_path.iterdir()) == []


def test_progress_reaches_the_whole_in_each_pass(tmp_path: Path) -> None:
    steps: list[Step] = []
    stick.write_verified(tmp_path, "c.age", DATA, steps.append)
    for what in ("Copiando", "Comprobando", "Comprobando otra vez"):
        assert [s for s in steps if s.what == what][-1].done == len(DATA)


@pytest.mark.parametrize(
    ("call", "number", "sentence"),
    [
        ("write", errno.ENOSPC, "llena"),
        ("write", errno.EIO, "se retiró"),
        ("fsync", errno.EIO, "se retiró"),
        ("open", errno.EROFS, "protegida"),
        ("open", errno.ENODEV, "se retiró"),
        ("replace", errno.EIO, "se retiró"),
        ("read", errno.EIO, "se retiró"),
    ],
)
def test_each_failure_of_the_stick_has_its_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, sentence: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(DiskProblem, match=sentence):
            stick.write_verified(tmp_path, "c.age", DATA)
    assert list(tmp_path.iterdir()) == []


def test_a_stick_that_gives_back_something_else_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, n: real(fd, n)[:-1])
    with pytest.raises(DiskProblem, match="dañada"):
        stick.write_verified(tmp_path, "c.age", DATA)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_a_file_in_its_place_and_a_full_one_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "no", tmp_path / "file"):
        with pytest.raises(DiskProblem, match="No existe la carpeta"):
            stick.write_verified(folder, "c.age", DATA)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("U", (), {"free": 2 * len(DATA)})())
    with pytest.raises(DiskProblem, match="llena"):
        stick.write_verified(tmp_path, "c.age", DATA)


def test_a_leftover_of_a_pulled_stick_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "c.age.part").write_bytes(b"a medias")
    stick.write_verified(tmp_path, "c.age", DATA)
    assert [p.name for p in tmp_path.iterdir()] == ["c.age"]


def test_reading_is_bounded_and_every_failure_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert stick.read_bounded(tmp_path / "a", 5) == b"12345"
    for path, limit in ((tmp_path / "a", 4), (tmp_path / "no", 9), (tmp_path, 9)):
        with pytest.raises(DiskProblem):
            stick.read_bounded(path, limit)


def test_ctrl_c_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(step: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stick.write_verified(tmp_path, "c.age", DATA, interrupt)
    assert list(tmp_path.iterdir()) == []


def test_only_our_own_unfinished_files_are_cleared(tmp_path: Path) -> None:
    names = ["pru-5-1.age", "pru-5-2.age.part", "otr-5-2.age.part", "pru-5-foto.jpg", "pru-5-3.part"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    stick.clear_leftovers(tmp_path, "pru-5")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(set(names) - {"pru-5-2.age.part"})
