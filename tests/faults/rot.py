"""A small store to be spoilt: its rows as SQLite gives them, bits turned in its files, and `verify` as the judge."""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path
from typing import cast

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.clinic import projector
from ces_tui.vault import header as headers
from ces_tui.vault.authors import keys_of
from ces_tui.vault.container import SCHEMA
from ces_tui.vault.credentials import unwrap_key
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import Checker
from tests.faults.checks import report_of, says_it_plainly
from tests.support import PASSPHRASE, open_clinic

_COLUMNS = re.compile(r"CREATE TABLE (\w+)\(k \w+ PRIMARY KEY, (\w+)")
TABLES: dict[str, str] = dict(found.groups() for found in map(_COLUMNS.match, SCHEMA) if found)  # type: ignore[misc]
"""Every table that there is, and the column beside its key."""
Place = tuple[str, object]
"""A row: its table and number, or the name of a setting."""
Rows = dict[Place, object]
AT_ONCE = 32
"""Bits that are judged together, where each spoils one row and no other, or none at all."""
INDEX = ("kv", "index")
"""Without the index secret no drawer can be looked at: its bits are tried alone."""
CLEAR = frozenset({("kv", "format"), ("kv", "store"), ("kv", "header")})


def fill(store: Path, clock: FixedClock, patients: int) -> Path:
    """Charts, a struck note, reads and a draft, all of it inside the database file; closed."""
    clinic = open_clinic(store, clock)
    vault = clinic.vault
    for i in range(patients):
        clock.advance(seconds=60)
        patient = str(vault.hot.table("patient").insert({"given": f"Persona {i}"}))
        chart = vault.chart(patient)
        with vault.transaction(day=date(2026, 11, 20)):
            note = chart.table("consult").insert({"text": f"nota {i} " * 40})
        if i % 3 == 0:
            chart.table("void").insert({"target": note, "target_type": "consult", "reason": "otra persona"})
        vault.note_read(patient, "expediente")
    vault.drafts.save("d" * 32, place="consulta", data={"s": "algo"})
    clinic.close()
    assert not list(store.glob("*-wal"))
    return store


def leave_waiting(store: Path, clock: FixedClock) -> Path:
    """Some more saves, then the process dies: the log holds them, what follows from them is in no table yet."""
    path = store / "store-1.db"
    clinic = open_clinic(store, clock)
    vault = clinic.vault
    patient = str(vault.doc_ids("patient")[0])
    for i in range(6):
        clock.advance(seconds=60)
        vault.chart(patient).table("consult").insert({"text": f"al final {i} " * 20})
    vault.container.checkpoint()
    as_it_was = path.read_bytes()
    clinic.close()
    path.write_bytes(as_it_was)
    rows = all_rows(store)
    assert sum(t == "log" for t, _ in rows) > sum(t == "seen" for t, _ in rows)
    return store


def all_rows(store: Path) -> Rows:
    """Everything in the tables, as SQLite gives it; an error of SQLite's is a row of its own, no table is no rows."""
    found: Rows = {}
    # immutable: no journal and no locks, so that nothing but the bytes of this file is looked at
    db = sqlite3.connect(f"file:{store / 'store-1.db'}?immutable=1", uri=True)
    for table, column in TABLES.items():
        try:
            found |= {(table, k): v for k, v in db.execute(f"SELECT k, {column} FROM {table}")}
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if str(error) != f"no such table: {table}":
                found["error", table] = str(error)
    db.close()
    return found


def put_all(store: Path, rows: Rows) -> None:
    """Make these rows hold these values; None takes one away."""
    db = sqlite3.connect(store / "store-1.db", isolation_level="IMMEDIATE")
    for (table, k), value in rows.items():
        db.execute(f"DELETE FROM {table} WHERE k = ?", (k,))
        if value is not None:
            db.execute(f"INSERT INTO {table}(k, {TABLES[table]}) VALUES(?, ?)", (k, value))
    db.commit()
    db.close()


def looked_at(store: Path, person: str = "") -> bool:
    """Whether `verify` finds nothing, seals only; a refusal must be a plain sentence."""
    try:
        Vault.peek(store)
        return report_of(store, signatures=False, person=person).ok
    except CesError as error:
        assert says_it_plainly(error), str(error)
        return False


class Judge:
    """The whole check of `verify` but signatures, as often as asked, with the keys of the store when it was whole.

    Its header is not spoilt, so the keys that it gives are the same each time.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._raw, self._header = headers.read_file(store)
        me = self._header.people[0].id
        keys, box = keys_of(self._header, me, PASSPHRASE), self._header.slot(me).box
        self._key = unwrap_key(box, keys.x, self._header.store_bytes, self._header.epoch, me)
        self._projector = projector()

    def named(self) -> set[Place]:
        """Every row that is named as damaged; a refusal must be a plain sentence."""
        check = Checker(
            self._store, self._header, self._key, self._projector, signatures=False, progress=None
        )
        try:
            return {(d.table, d.row) for d in check.run(self._raw).damaged}
        except CesError as error:
            assert says_it_plainly(error), str(error)
            return {("refused", str(error))}


class Bits:
    """Bits of a closed store's database file, each turned by itself and found by `verify`, or in an unused byte.

    After each turn all rows are read. A bit that spoils one row and nothing else waits for others of its kind, and
    so does one that leaves every row as it was; then the file gets all of them, and `verify` must name each of those
    rows, or find nothing at all. Every other bit is judged alone. `unused` counts.
    """

    def __init__(self, store: Path) -> None:
        self._store, self._path = store, store / "store-1.db"
        self._whole, self._rows, self._judge = self._path.read_bytes(), all_rows(store), Judge(store)
        self._idle: list[int] = []
        self._turns: Counter[Place] = Counter()
        self._one_row: dict[int, dict[Place, tuple[int, object]]] = {}
        self.size, self.unused = len(self._whole) * 8, 0

    def turn(self, bit: int) -> None:
        self._lay(bit)
        rows = all_rows(self._store)
        differ = [p for p in rows.keys() | self._rows.keys() if rows.get(p) != self._rows.get(p)]
        if not differ:
            self._idle.append(bit)
            if len(self._idle) == AT_ONCE:
                self._judge_idle()
        elif len(differ) == 1 and rows.keys() == self._rows.keys() and _tells_alone(differ[0]):
            turn = self._turns[differ[0]] = self._turns[differ[0]] + 1
            waiting = self._one_row.setdefault(turn, {})  # the n-th bits of each row wait for each other
            waiting[differ[0]] = bit, rows[differ[0]]
            if len(waiting) == AT_ONCE:
                self._judge_rows(self._one_row.pop(turn))
        else:
            assert self._judge.named(), f"rot that nobody noticed: bit {bit}"

    def finish(self) -> None:
        """Judge what still waits; the file is whole again."""
        for waiting in self._one_row.values():
            self._judge_rows(waiting)
        self._one_row = {}
        self._judge_idle()
        self._lay()
        assert not self._judge.named()

    def _judge_rows(self, waiting: dict[Place, tuple[int, object]]) -> None:
        self._lay(*(bit for bit, _ in waiting.values()))
        values: Rows = {place: value for place, (_, value) in waiting.items()}
        if all_rows(self._store) == self._rows | values:
            missed = values.keys() - self._judge.named()
            assert not missed, f"rot that nobody noticed: {missed}"
            return
        for place, (bit, _) in waiting.items():  # one moved the edge of another's bytes
            self._lay(bit)
            assert place in self._judge.named(), f"rot that nobody noticed: bit {bit}, {place}"

    def _judge_idle(self) -> None:
        waiting, self._idle = self._idle, []
        self._lay(*waiting)
        if not self._judge.named():
            self.unused += len(waiting)
            return
        for bit in waiting:  # some of them are noticed though every row is there: a number among SQLite's own
            self._lay(bit)
            self.unused += not self._judge.named()

    def _lay(self, *bits: int) -> None:
        raw = bytearray(self._whole)
        for bit in bits:
            raw[bit // 8] ^= 1 << bit % 8
        self._path.with_name(f"{self._path.name}-wal").unlink(missing_ok=True)
        self._path.write_bytes(raw)


def _tells_alone(place: Place) -> bool:
    """Whether a spoilt row is named whatever else is spoilt: a tag of a log row that does not open can't be compared."""
    return place != INDEX and place[0] != "seen"


def turn_header_bit(store: Path, person: str, bit: int) -> None:
    """One bit of the header, judged by opening it and `verify` from the passphrase on."""
    path = store / headers.NAME
    whole = path.read_bytes()
    raw = bytearray(whole)
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    assert not looked_at(store, person), f"rot that nobody noticed: bit {bit} of the header"
    path.write_bytes(whole)


def turn_in_rows(store: Path, how_many: int, rng: random.Random, last: int = 0) -> int:
    """Random bits of sealed rows, or of their `last` bytes, one in each of many rows at once: `verify` must name them all.

    How many it were.
    """
    rows, judge = all_rows(store), Judge(store)
    places = [p for p in rows if p[0] != "seen" and p not in CLEAR | {INDEX}]
    at_once, done, turns = min(AT_ONCE, how_many, len(places)), 0, 0
    turned: Rows = {}
    while done < how_many:
        turns += 1
        chosen = rng.sample(places, at_once) if turns % 64 else [INDEX]
        was = {place: rows[place] for place in turned}
        turned = {place: with_flip(cast("bytes", rows[place]), rng, last) for place in chosen}
        put_all(store, was | turned)
        missed = turned.keys() - judge.named()
        assert not missed, f"rot that nobody noticed: {missed}"
        done += len(turned)
    put_all(store, {place: rows[place] for place in turned})
    assert not judge.named()
    return done


def with_flip(raw: bytes, rng: random.Random, last: int = 0) -> bytes:
    turned = bytearray(raw)
    turned[rng.randrange(max(0, len(turned) - last) if last else 0, len(turned))] ^= 1 << rng.randrange(8)
    return bytes(turned)
