"""A new epoch: new data key, slots without the leaver, every row sealed anew, verified, put in force by one rename.

Until the header is renamed the old database is in force; after it, the new one. A cut leaves a whole store either
way, and what it left lying about is removed at the next opening.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.errors import StoreDamaged
from ces_tui.vault import header as headers
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import wrap_key
from ces_tui.vault.header import Header, Slot
from ces_tui.vault.membership import people_of
from ces_tui.vault.seal import RowSealer, kv_number

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

Progress = Callable[[str, int, int], None]
_BATCH = 5000


def reseal(vault: Vault, progress: Progress | None = None) -> None:
    """Seal the store under a new data key for the people its documents name now.

    StoreDamaged when a row does not open (nothing is changed then); any error before the rename leaves the store as
    it was.
    """
    from ces_tui.vault.verify import Checker

    tell = progress or (lambda _what, _done, _all: None)
    with vault.lock:
        vault.reads.flush()
        vault.write_late()
        data_key = os.urandom(32)
        header = _next_header(vault, data_key)
        path = vault.folder / header.db
        _remove(path)
        try:
            _copy_rows(vault, header, data_key, path, tell)
            raw = headers.encode(header, data_key)
            _put_header(path, raw)
            report = Checker(
                vault.folder, header, data_key, vault.projector, signatures=False, progress=progress
            ).run(raw)
            if not report.ok:
                raise StoreDamaged(
                    "El expediente tiene daños y no se puede cambiar de llave. No se cambió nada; use «verify»."
                )
        except BaseException:
            _remove(path)
            raise
        old = vault.folder / vault.header.db
        vault.container.checkpoint()
        vault.container.close()
        headers.write_file(vault.folder, raw)  # from here on the new epoch is in force
        _remove(old)
        vault.take_epoch(header, data_key)


def remove_leftovers(folder: Path, header: Header) -> None:
    """Delete what a cut left: databases that the header does not name, unfinished files. Only with the lock held."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)
    for path in folder.glob("store-*.db*"):
        if path.name.partition(".db")[0] + ".db" != header.db:
            path.unlink(missing_ok=True)


def _next_header(vault: Vault, data_key: bytes) -> Header:
    header = vault.header
    epoch = header.epoch + 1
    people = people_of(vault)
    recipients = [(p.id, "person", p.x) for p in people]
    for kind, other in (("office", header.office), ("escrow", header.escrow)):
        if other is not None:
            recipients.append((other.id, kind, other.x))
    slots = tuple(
        Slot(who, kind, wrap_key(data_key, header.store_bytes, epoch, who, bytes.fromhex(x)))
        for who, kind, x in recipients
    )
    return msgspec.structs.replace(
        header, epoch=epoch, db=f"store-{epoch}.db", people=tuple(people), slots=slots
    )


def _copy_rows(vault: Vault, header: Header, data_key: bytes, path: Path, tell: Progress) -> None:
    new = Container(path, create=True)
    sealer = RowSealer(data_key, header.store_bytes, header.epoch)
    try:
        with new.commit():
            for name, value in vault.container.execute("SELECT k, v FROM kv"):
                if name in headers.CLEAR:
                    new.put_kv(name, value)
                else:
                    plain = vault.sealer.open("kv", kv_number(name), value)
                    new.put_kv(name, sealer.seal("kv", kv_number(name), plain))
            new.db.executemany(
                "INSERT INTO seen(k, n) VALUES(?, ?)", vault.container.execute("SELECT k, n FROM seen")
            )
        for table in ("log", "doc", "proj", "draft"):
            _copy_table(vault, new, sealer, table, tell)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        new.close()


def _copy_table(vault: Vault, new: Container, sealer: RowSealer, table: str, tell: Progress) -> None:
    total = vault.container.execute(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - fixed names
    done, after = 0, -1
    while rows := vault.container.execute(
        f"SELECT k, body FROM {table} WHERE k > ? ORDER BY k LIMIT {_BATCH}",  # noqa: S608
        (after,),
    ):
        with new.commit():
            for k, body in rows:
                new.put(table, k, sealer.seal(table, k, vault.sealer.open(table, k, body)))
        after = rows[-1][0]
        done += len(rows)
        tell("cambio de llave", done, total)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _put_header(path: Path, raw: bytes) -> None:
    container = Container(path)
    try:
        with container.commit():
            container.put_kv("header", raw)
        container.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        container.close()


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-journal")):
        name.unlink(missing_ok=True)
