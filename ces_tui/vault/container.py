"""SQLite as a crash-safe box of sealed rows: one connection, every PRAGMA read back (RELIABILITY, STORE).

Never `open()` the database file while this connection lives: reading it drops SQLite's locks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ces_tui.base.errors import DiskProblem, StoreBusy, StoreDamaged

SCHEMA = (
    "CREATE TABLE kv(k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID",
    "CREATE TABLE log(k INTEGER PRIMARY KEY, body BLOB)",
    "CREATE TABLE doc(k INTEGER PRIMARY KEY, body BLOB)",
    "CREATE TABLE proj(k INTEGER PRIMARY KEY, body BLOB)",
    "CREATE TABLE seen(k INTEGER PRIMARY KEY, n INTEGER)",
    "CREATE TABLE draft(k INTEGER PRIMARY KEY, body BLOB)",
)

# synchronous before journal_mode; locking_mode before WAL so that no -shm file appears
_PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("locking_mode", "EXCLUSIVE", "exclusive"),
    ("synchronous", "EXTRA", 3),
    ("journal_mode", "WAL", "wal"),
    ("wal_autocheckpoint", "0", 0),
    ("temp_store", "MEMORY", 2),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("cache_size", "-8192", -8192),
    ("foreign_keys", "OFF", 0),
)


_FAILURES = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What Python's sqlite3 raises: the second when SQLite's own message quotes a spoilt schema."""


class DiskFull(DiskProblem):
    sentence = (
        "El disco está lleno: no se guardó. Lo anterior está a salvo; libere espacio e intente de nuevo."
    )


class Container:
    """The database file of one epoch."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if not create and not path.exists():
            raise StoreDamaged("Falta la base de datos del expediente. Restaure la última copia.")
        self.unsynced = not (create or _write_journal_again(path))
        """Whether the last commits may lie in the system's cache only: no sync of theirs has worked."""
        try:
            if create:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
            self._set_pragmas(create=create)
            if create:
                for statement in SCHEMA:
                    self._db.execute(statement)
            self._db.execute("SELECT count(*) FROM kv").fetchone()
        except _FAILURES as error:
            self.close()
            raise as_ces_error(error) from None

    def _set_pragmas(self, *, create: bool) -> None:
        if create:
            self._db.execute("PRAGMA page_size=4096")
        for name, value, expected in _PRAGMAS:
            self._db.execute(f"PRAGMA {name}={value}").fetchall()
            row = self._db.execute(f"PRAGMA {name}").fetchone()
            got = row[0] if row else None
            if name == "mmap_size" and got is None:
                continue  # a SQLite built without memory maps has nothing to turn off
            if got != expected:
                raise StoreDamaged(f"La base de datos no aceptó el modo seguro ({name}).")

    commits = 0
    """Those since the journal was last brought into the database."""

    @property
    def db(self) -> sqlite3.Connection:
        return self._db

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """All rows of one statement; SQLite's failures as ours."""
        try:
            return self._db.execute(statement, values).fetchall()
        except _FAILURES as error:
            raise as_ces_error(error) from None

    def rows(self, table: str, low: int, high: int) -> list[tuple[int, bytes]]:
        """(k, body) with low <= k < high, in order."""
        return self.execute(
            f"SELECT k, body FROM {table} WHERE k >= ? AND k < ? ORDER BY k",  # noqa: S608 - fixed table names
            (low, high),
        )

    def row(self, table: str, k: int) -> bytes | None:
        found = self.execute(f"SELECT body FROM {table} WHERE k = ?", (k,))  # noqa: S608
        return found[0][0] if found else None

    def all_rows(self, table: str) -> Iterator[tuple[int, bytes]]:
        try:
            yield from self._db.execute(f"SELECT k, body FROM {table} ORDER BY k")  # noqa: S608
        except _FAILURES as error:
            raise as_ces_error(error) from None

    def last(self, table: str, low: int, high: int) -> int | None:
        """The greatest k in low <= k < high."""
        found = self.execute(
            f"SELECT max(k) FROM {table} WHERE k >= ? AND k < ?",  # noqa: S608
            (low, high),
        )
        return found[0][0] if found else None

    def put(self, table: str, k: int, body: bytes) -> None:
        self.execute(f"INSERT OR REPLACE INTO {table}(k, body) VALUES(?, ?)", (k, body))

    def put_all(self, table: str, rows: Iterable[tuple[int, bytes]]) -> None:
        """Several rows (k, body) of one table."""
        try:
            self._db.executemany(f"INSERT OR REPLACE INTO {table}(k, body) VALUES(?, ?)", rows)
        except _FAILURES as error:
            raise as_ces_error(error) from None

    def put_seen(self, tag: int, n: int) -> None:
        """The keyed tag of the entry in log row `n`."""
        self.execute("INSERT INTO seen(k, n) VALUES(?, ?)", (tag, n))

    def delete(self, table: str, k: int) -> None:
        self.execute(f"DELETE FROM {table} WHERE k = ?", (k,))  # noqa: S608

    def kv(self, name: str) -> bytes | None:
        found = self.execute("SELECT v FROM kv WHERE k = ?", (name,))
        return found[0][0] if found else None

    def put_kv(self, name: str, value: bytes) -> None:
        self.execute("INSERT OR REPLACE INTO kv(k, v) VALUES(?, ?)", (name, value))

    @contextmanager
    def commit(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; rolled back when anything inside fails."""
        try:
            if self._db.in_transaction:  # a bulk build commits from outside
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
                self.commits += 1
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as error:
            raise as_ces_error(error) from error

    def checkpoint(self) -> None:
        """Move what the WAL holds into the database, without waiting (idle seconds, lock, exit)."""
        self.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self.commits = 0

    def close(self) -> None:
        db = getattr(self, "_db", None)
        if db is not None:
            db.close()


def _write_journal_again(path: Path) -> bool:
    """Write the bytes of a WAL left behind once more and sync them; whether the disk took them.

    After a sync that failed, Linux counts the pages as clean: reading shows them, and a later sync that "works" writes
    nothing. Only writing them again makes them reach the disk. Before any connection is open.
    """
    wal = path.with_name(path.name + "-wal")
    try:
        if not wal.exists():
            return True
        with wal.open("r+b") as file:
            raw = file.read()
            file.seek(0)
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def as_ces_error(error: Exception) -> StoreDamaged | DiskProblem | StoreBusy:
    """SQLite's failure as one of ours."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy()
    if code.startswith("SQLITE_FULL"):
        return DiskFull()
    if code.startswith(("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return DiskProblem("El disco no respondió al guardar. Lo anterior está a salvo.")
    return StoreDamaged()
