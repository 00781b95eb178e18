"""The stores that ours is compared with: SQLCipher, SQLite3MC and SQLite without any key, filled as an ordinary program would.

One table of people, one of their documents with the indexes that its questions need, one of stock on hand. No history,
no signatures, no list of who read what: that is what ours adds, and what the variants in `ours.py` price.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tests.benchmarks.peers.documents import Clinic
from tests.benchmarks.peers.work import Save

SCHEMA = (
    "CREATE TABLE patient(k INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL)",
    "CREATE TABLE doc(k INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, patient TEXT, day TEXT,"
    " open INTEGER NOT NULL, struck INTEGER NOT NULL, body TEXT NOT NULL)",
    "CREATE INDEX doc_patient ON doc(patient)",
    "CREATE INDEX doc_day ON doc(type, day)",
    "CREATE TABLE stock(item TEXT, lot TEXT, number TEXT, expiry TEXT, source TEXT, units INTEGER NOT NULL,"
    " PRIMARY KEY(item, lot)) WITHOUT ROWID",
)
PRAGMAS = (
    ("locking_mode", "EXCLUSIVE", "exclusive"),
    ("synchronous", "EXTRA", 3),
    ("journal_mode", "WAL", "wal"),
    ("wal_autocheckpoint", "0", 0),
    ("temp_store", "MEMORY", 2),
    ("cache_size", "-8192", -8192),
    ("page_size", None, 4096),
)
"""Ours (`vault/container.py`), each read back: equal durability or no run."""
_INSERT = "INSERT INTO doc(id, type, patient, day, open, struck, body) VALUES(?, ?, ?, ?, ?, ?, ?)"
_STOCK = (
    "INSERT INTO stock(item, lot, number, expiry, source, units) VALUES(?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(item, lot) DO UPDATE SET units = units + excluded.units"
)


class Store(Protocol):
    """What is asked of each store. Every answer is decoded; the numbers returned must be the same everywhere."""

    name: str
    path: Path

    def open(self) -> float: ...
    def close(self) -> None: ...
    def first_reading(self, day: str) -> int: ...
    def chart(self, patient: str) -> int: ...
    def month(self, month: str) -> int: ...
    def ready(self) -> AbstractContextManager[None]: ...
    def save(self, save: Save) -> None: ...


class Peer:
    """A store in one SQLite file; the subclass says which library and which key."""

    name = ""
    version = ""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self.db: Any = None

    def connect(self) -> Any:
        """A connection with its key set and nothing asked of it yet."""
        raise NotImplementedError

    def open(self) -> float:
        """The key given, every PRAGMA set and read back; seconds of key derivation in it (none: the key is raw)."""
        self.db = self.connect()
        for name, value, expected in PRAGMAS:
            if value is not None:
                self.all(f"PRAGMA {name}={value}")
            got = self.all(f"PRAGMA {name}")[0][0]
            if str(got) != str(expected):
                raise RuntimeError(f"{self.name}: {name} is {got}, not {expected}")
        return 0.0

    def close(self) -> None:
        if self.db is not None:
            self.db.close()
            self.db = None

    def all(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        found: list[Any] = self.db.execute(statement, values).fetchall()
        return found

    def fill(self, clinic: Clinic) -> None:
        """Lay the documents down in order of time, as ten years would have."""
        self.open()
        for statement in SCHEMA:
            self.all(statement)
        self.all("BEGIN")
        everybody = ((d.id, d.body.decode()) for d in clinic.documents if d.type == "patient")
        self.db.executemany("INSERT INTO patient(id, body) VALUES(?, ?)", everybody)
        rows = (
            (d.id, d.type, d.patient, d.day, int(d.open), int(d.struck), d.body.decode())
            for d in clinic.documents
            if d.type != "patient"
        )
        self.db.executemany(_INSERT, rows)
        lots = ((b.item, b.lot, b.number, b.expiry, b.source, b.units) for b in clinic.stock)
        self.db.executemany(_STOCK, lots)
        self.all("COMMIT")
        self.all("PRAGMA wal_checkpoint(TRUNCATE)")
        self.close()

    def first_reading(self, day: str) -> int:
        """What Hoy needs: people, everybody's rows, who waits, open alerts, appointments, four months of dispensing, stock."""
        found = len(self.all("SELECT body FROM doc WHERE type = 'person'"))
        found += len(self.all("SELECT id, body FROM patient"))
        for kind, low, high in listed(day):
            found += _decoded(
                self.all(
                    "SELECT body FROM doc WHERE type = ? AND day >= ? AND day < ? AND open AND NOT struck",
                    (kind, low, high),
                )
            )
        return found + len(self.all("SELECT item, lot, number, expiry, source, units FROM stock"))

    def chart(self, patient: str) -> int:
        """Everything of one person."""
        return _decoded(self.all("SELECT body FROM doc WHERE patient = ?", (patient,)))

    def month(self, month: str) -> int:
        """The month's consults, dispenses and vitals, as its report counts them."""
        found = 0
        for kind in ("consult", "dispense", "vitals"):
            rows = self.all(
                "SELECT patient, day, body FROM doc WHERE type = ? AND day >= ? AND day < ? AND NOT struck",
                (kind, month, f"{month}~"),
            )
            found += _decoded((row[2],) for row in rows)
        return found

    def ready(self) -> AbstractContextManager[None]:
        """What a variant changes while it saves: here nothing."""
        return nullcontext()

    def save(self, save: Save) -> None:
        """A note, its dispense, the next appointment and who opened the chart, with the stock they move: one commit."""
        self.all("BEGIN IMMEDIATE")
        for doc, kind, patient, day, record in save.documents():
            body = msgspec.json.encode(record).decode()
            self.all(_INSERT, (doc, kind, patient, day, 1, 0, body))
        for item, lot, units in save.taken():
            self.all(_STOCK, (item, lot.lot, lot.number, str(lot.expiry), lot.source, -units))
        self.all("COMMIT")


class Plain(Peer):
    """SQLite with no key at all: the floor."""

    name = "SQLite sin cifrar"
    version = sqlite3.sqlite_version

    def connect(self) -> Any:
        return sqlite3.connect(self.path, isolation_level=None)


class SqlCipher(Peer):
    """SQLCipher with a raw key and its own defaults: AES-256-CBC and HMAC-SHA512 a page."""

    name = "SQLCipher"

    def connect(self) -> Any:
        library = importlib.import_module("sqlcipher3")
        db = library.connect(str(self.path), isolation_level=None)
        db.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        db.execute(
            "PRAGMA cipher_log_level = NONE"
        )  # a damaged page is an error to count, not a line on stderr
        cipher = db.execute("PRAGMA cipher_version").fetchone()[0]
        self.version = f"{cipher} (SQLite {library.sqlite_version})"
        return db


class Sqlite3mc(Peer):
    """SQLite3 Multiple Ciphers with a raw key and its own default: ChaCha20-Poly1305 a page."""

    name = "SQLite3MC"

    def connect(self) -> Any:
        library = importlib.import_module("apsw")
        db = library.Connection(str(self.path))
        db.execute(f"PRAGMA key='raw:{self._key.hex()}'").fetchall()
        self.version = f"{library.mc_version.split()[-1]} (SQLite {library.sqlite_lib_version()})"
        return db


PEERS: tuple[type[Peer], ...] = (Plain, SqlCipher, Sqlite3mc)


def listed(day: str) -> list[tuple[str, str, str]]:
    """(type, first day, day after the last) of each list on Hoy."""
    return [
        ("arrival", day, f"{day}~"),
        ("alert", "", "~"),
        ("appointment", f"{months_back(day, 6)}-01", f"{day[:7]}~"),
        ("dispense", f"{months_back(day, 3)}-01", f"{day[:7]}~"),
    ]


def months_back(day: str, count: int) -> str:
    """yyyy-mm, `count` months before the month of `day`."""
    year, month = int(day[:4]), int(day[5:7]) - 1 - count
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def _decoded(rows: Iterable[tuple[str]]) -> int:
    return sum(1 for (body,) in rows if msgspec.json.decode(body) is not None)
