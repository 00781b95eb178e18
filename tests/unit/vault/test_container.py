"""The box of rows: safe modes or no opening, all or nothing, and SQLite's failures as ours."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.errors import DiskProblem, StoreBusy, StoreDamaged
from ces_tui.vault import container as containers
from ces_tui.vault.container import Container, DiskFull, _write_journal_again

SAFE = {
    "locking_mode": "exclusive", "synchronous": 3, "journal_mode": "wal", "wal_autocheckpoint": 0, "temp_store": 2,
    "trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0, "cache_size": -8192, "foreign_keys": 0, "page_size": 4096,
}  # fmt: skip


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Container]:
    made = Container(tmp_path / "store-1.db", create=True)
    yield made
    made.close()


def test_a_new_box_has_its_tables_and_every_safe_mode(box: Container) -> None:
    told = {name: box.execute(f"PRAGMA {name}") for name in SAFE}
    assert {name: rows[0][0] for name, rows in told.items()} == SAFE
    tables = box.execute("SELECT sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    assert tuple(sql for (sql,) in tables) == containers.SCHEMA
    assert stat.S_IMODE(box.path.stat().st_mode) == 0o600


def test_a_box_that_is_there_is_neither_made_anew_nor_changed(box: Container) -> None:
    box.put("doc", 1, b"a")
    box.close()
    with pytest.raises(FileExistsError):
        Container(box.path, create=True)
    again = Container(box.path)
    assert again.row("doc", 1) == b"a"
    again.close()


def test_a_missing_database_and_a_file_that_is_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(
        StoreDamaged, match=r"^Falta la base de datos del expediente\. Restaure la última copia\.$"
    ):
        Container(tmp_path / "store-1.db")
    (tmp_path / "store-1.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreDamaged):
        Container(tmp_path / "store-1.db")


def test_a_database_that_can_not_even_be_opened_is_a_problem_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "store-1.db").mkdir()
    with pytest.raises(DiskProblem, match="no respondió"):
        Container(tmp_path / "store-1.db")


def test_a_database_of_another_make_is_closed_again_and_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store-1.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE birds(name)")
    other.close()
    closed: list[Container] = []
    honest = Container.close

    def close(self: Container) -> None:
        closed.append(self)
        honest(self)

    monkeypatch.setattr(Container, "close", close)
    with pytest.raises(StoreDamaged):
        Container(path)
    assert len(closed) == 1


def test_any_thread_may_use_the_box(box: Container) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(box.put, "doc", 1, b"a").result()
    assert box.row("doc", 1) == b"a"


def test_rows_come_in_order_from_the_first_number_up_to_the_last_but_one(box: Container) -> None:
    for k in (7, 3, 5, 9):
        box.put("doc", k, bytes([k]))
    assert box.rows("doc", 3, 9) == [(3, b"\3"), (5, b"\5"), (7, b"\7")]
    assert (box.last("doc", 3, 9), box.last("doc", 10, 99)) == (7, None)
    assert list(box.all_rows("doc")) == [(k, bytes([k])) for k in (3, 5, 7, 9)]
    assert (box.row("doc", 5), box.row("doc", 4)) == (b"\5", None)
    box.put("doc", 5, b"new")
    box.delete("doc", 7)
    assert (box.row("doc", 5), box.row("doc", 7)) == (b"new", None)
    box.put_all("doc", [(5, b"newer"), (11, b"more")])
    assert (box.row("doc", 5), box.row("doc", 11)) == (b"newer", b"more")


def test_settings_are_replaced_and_an_absent_one_is_nothing(box: Container) -> None:
    box.put_kv("head", b"1")
    box.put_kv("head", b"2")
    assert (box.kv("head"), box.kv("tail")) == (b"2", None)


def test_a_commit_is_all_or_nothing_and_one_inside_another_waits_for_it(box: Container) -> None:
    with box.commit():
        box.put("doc", 1, b"a")
        with box.commit():
            box.put("doc", 2, b"b")
        assert box.db.in_transaction, "the inner one ends nothing"
    assert not box.db.in_transaction
    with pytest.raises(ValueError, match="stop"), box.commit():
        box.put("doc", 3, b"c")
        raise ValueError("stop")
    assert not box.db.in_transaction
    assert [k for k, _ in box.all_rows("doc")] == [1, 2]


def test_what_sqlite_says_inside_a_commit_is_said_as_ours_and_undone(box: Container) -> None:
    with pytest.raises(StoreDamaged), box.commit():
        box.put("doc", 1, b"a")
        box.db.execute("no SQL")
    assert box.row("doc", 1) is None and not box.db.in_transaction


def test_a_transaction_that_sqlite_ended_by_itself_is_not_rolled_back_twice(box: Container) -> None:
    with pytest.raises(ValueError, match="stop"), box.commit():
        box.db.execute("ROLLBACK")
        raise ValueError("stop")


def test_every_way_of_asking_turns_sqlite_s_failures_into_ours(box: Container) -> None:
    asked = (
        lambda: box.execute("no SQL"),
        lambda: list(box.all_rows("nothing")),
        lambda: box.put_all("nothing", [(1, b"")]),
        lambda: box.rows("nothing", 0, 1),
    )
    for ask in asked:
        with pytest.raises(StoreDamaged):
            ask()
    box.close()
    with pytest.raises(StoreDamaged):
        box.checkpoint()


def test_a_checkpoint_empties_the_journal_into_the_database(box: Container) -> None:
    box.put("doc", 1, b"canary" * 1000)
    box.checkpoint()
    assert b"canary" in box.path.read_bytes()


def test_only_one_program_may_have_the_box_open(box: Container) -> None:
    box.put("doc", 1, b"a")
    with pytest.raises(StoreBusy):
        Container(box.path)


class _Odd(sqlite3.Connection):
    """A SQLite that answers one question in its own way."""

    answers: dict[str, Any] = {}

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if statement in self.answers:
            return super().execute(self.answers[statement])
        return super().execute(statement, *values)


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> type[_Odd]:
    honest = sqlite3.connect
    monkeypatch.setattr(_Odd, "answers", {})
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: honest(*a, **k, factory=_Odd))
    return _Odd


@pytest.mark.parametrize("name", [n for n in SAFE if n != "page_size"])
def test_a_mode_that_sqlite_does_not_take_opens_nothing(tmp_path: Path, odd: type[_Odd], name: str) -> None:
    odd.answers = {f"PRAGMA {name}": "SELECT 77"}
    with pytest.raises(StoreDamaged, match=rf"^La base de datos no aceptó el modo seguro \({name}\)\.$"):
        Container(tmp_path / "store-1.db", create=True)


def test_only_memory_maps_may_be_unknown_to_sqlite(tmp_path: Path, odd: type[_Odd]) -> None:
    odd.answers = {"PRAGMA mmap_size": "SELECT 1 WHERE 0"}
    Container(tmp_path / "store-1.db", create=True).close()
    odd.answers = {"PRAGMA synchronous": "SELECT 1 WHERE 0"}
    with pytest.raises(StoreDamaged, match="synchronous"):
        Container(tmp_path / "store-2.db", create=True)


# -- the journal -------------------------------------------------------------------------------------------


def test_a_journal_left_behind_is_written_again_byte_for_byte_and_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    path, wal = tmp_path / "store-1.db", tmp_path / "store-1.db-wal"

    def fsync(_fd: int) -> None:
        assert wal.stat().st_mtime_ns > 0, "it was handed to the system before the sync"
        synced.append(wal.read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    assert _write_journal_again(path) is True and synced == []
    wal.write_bytes(b"few frames")
    os.utime(wal, ns=(0, 0))
    assert _write_journal_again(path) is True and synced == [b"few frames"], (
        "none of it waits in a buffer of ours"
    )
    synced.clear()
    wal.write_bytes(b"frames" * 5000)
    before = wal.stat().st_mtime_ns
    os.utime(wal, ns=(0, 0))
    assert _write_journal_again(path) is True
    assert synced == [b"frames" * 5000], "all of it was handed to the system before the sync"
    assert wal.read_bytes() == b"frames" * 5000
    assert wal.stat().st_mtime_ns >= before, "it was written, not only read"


def test_a_journal_that_the_disk_does_not_take_leaves_the_box_unsynced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Container(tmp_path / "store-1.db", create=True)
    assert box.unsynced is False
    box.close()
    (tmp_path / "store-1.db-wal").write_bytes(b"")
    again = Container(box.path)
    assert again.unsynced is False
    again.close()

    def fails(_fd: int) -> None:
        raise OSError(5, "EIO")

    (tmp_path / "store-1.db-wal").write_bytes(b"")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        assert _write_journal_again(box.path) is False
        doubtful = Container(box.path)
    assert doubtful.unsynced is True
    doubtful.close()


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("SQLITE_BUSY", StoreBusy, str(StoreBusy())),
        ("SQLITE_LOCKED", StoreBusy, str(StoreBusy())),
        ("SQLITE_FULL", DiskFull, "El disco está lleno: no se guardó. Lo anterior está a salvo; libere espacio e intente de nuevo."),
        ("SQLITE_IOERR", DiskProblem, "El disco no respondió al guardar. Lo anterior está a salvo."),
        ("SQLITE_READONLY", DiskProblem, "El disco no respondió al guardar. Lo anterior está a salvo."),
        ("SQLITE_CANTOPEN", DiskProblem, "El disco no respondió al guardar. Lo anterior está a salvo."),
        ("SQLITE_PERM", DiskProblem, "El disco no respondió al guardar. Lo anterior está a salvo."),
        ("SQLITE_CORRUPT", StoreDamaged, str(StoreDamaged())),
    ],
)  # fmt: skip
def test_what_the_person_reads_about_each_failure(name: str, kind: type[Exception], said: str) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = name
    told = containers.as_ces_error(error)
    assert (type(told), str(told)) == (kind, said)


def test_a_failure_without_a_name_is_damage() -> None:
    assert type(containers.as_ces_error(sqlite3.ProgrammingError("closed"))) is StoreDamaged
