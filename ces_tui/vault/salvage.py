"""A new store from what a damaged one still holds: the same header, keys and people, and every entry that opens."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ces_tui.base.clock import Clock
from ces_tui.base.errors import BadInput, StoreDamaged
from ces_tui.base.paths import private_dir
from ces_tui.base.platform.lock import LockFile
from ces_tui.vault import header as headers
from ces_tui.vault import settings
from ces_tui.vault.authors import keys_of
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import KeyPair, unwrap_key
from ces_tui.vault.drawers import body_of
from ces_tui.vault.header import Header
from ces_tui.vault.identity import new_incarnation
from ces_tui.vault.projections import Projector
from ces_tui.vault.receive import AUTHORS, authors_of, receive
from ces_tui.vault.rescue import Progress, Rescued, rescue
from ces_tui.vault.seal import RowDoesNotOpen, RowSealer, kv_number
from ces_tui.vault.state import LogState
from ces_tui.vault.types import BY_CODE
from ces_tui.vault.vault import LOCK, Vault

_OUTSIDE = f"set/{AUTHORS}"
_KEPT = ("index", "device", "inc", "machine", "office", _OUTSIDE)


@dataclass(frozen=True)
class Salvaged:
    """What was put back."""

    entries: int
    documents_alone: int
    """Documents of which only the row was left; written again as entries of this device, without the old signature."""
    missing: tuple[int, ...]
    """Log rows that could not be read."""
    unreadable: int


def salvage(
    folder: Path,
    person_id: str,
    passphrase: str,
    target: Path,
    *,
    clock: Clock,
    projector: Projector,
    progress: Progress | None = None,
) -> Salvaged:
    """Make a whole store in the empty folder `target` from the damaged one in `folder`, which is only read.

    WrongPassphrase or StoreDamaged (the header itself is lost) when it can't be opened at all.
    """
    raw, header = headers.read_file(folder)
    if target.exists() and any(target.iterdir()):
        raise BadInput("Esa carpeta no está vacía. No se cambió nada.")
    keys = keys_of(header, person_id, passphrase)
    data_key = unwrap_key(header.slot(person_id).box, keys.x, header.store_bytes, header.epoch, person_id)
    lock = LockFile(folder / LOCK)
    lock.acquire()
    try:
        found = rescue(folder, header, data_key, progress)
        secrets = _secrets(folder, header, data_key)
    finally:
        lock.release()
    if not found.entries and not found.documents:
        raise StoreDamaged("De ese expediente no se pudo leer nada. Use la última copia.")
    private_dir(target)
    _prepare(target, header, data_key, secrets)
    vault = Vault(target, header, headers.encode(header, data_key), data_key, clock, projector)
    try:
        new_incarnation(vault)
        put_back, alone, strangers = _fill(vault, header, found, secrets.get(_OUTSIDE))
        with vault.container.commit():
            vault.container.put_kv("header", headers.encode(header, data_key))
    finally:
        vault.close()
    headers.write_file(target, raw if _same(raw, header, data_key) else headers.encode(header, data_key))
    return Salvaged(put_back, alone, tuple(sorted([*found.missing, *strangers])), found.lost)


def _same(raw: bytes, header: Header, data_key: bytes) -> bool:
    return raw == headers.encode(header, data_key)


def _secrets(folder: Path, header: Header, data_key: bytes) -> dict[str, bytes]:
    """The sealed settings that still open; new ones for the rest."""
    sealer = RowSealer(data_key, header.store_bytes, header.epoch)
    found = {
        "index": os.urandom(32),
        "device": KeyPair.make().to_bytes(),
        "inc": os.urandom(8).hex().encode(),
    }
    try:
        db = sqlite3.connect(f"file:{folder / header.db}?mode=ro", uri=True)
        try:
            for name in _KEPT:
                row = db.execute("SELECT v FROM kv WHERE k = ?", (name,)).fetchone()
                if row is not None:
                    found[name] = sealer.open("kv", kv_number(name), row[0])
        finally:
            db.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError, RowDoesNotOpen):
        pass  # what does not open is made anew
    return found


def _prepare(target: Path, header: Header, data_key: bytes, secrets: dict[str, bytes]) -> None:
    container = Container(target / header.db, create=True)
    sealer = RowSealer(data_key, header.store_bytes, header.epoch)
    sealed = {"drafts": b"{}", "head": msgspec.json.encode(LogState(0, 0, "", "", (0, 0))), **secrets}
    sealed[settings.LIST] = settings.listing(sealed)
    try:
        with container.commit():
            container.put_kv("format", str(headers.FORMAT).encode())
            container.put_kv("store", header.store_bytes)
            for name, value in sealed.items():
                container.put_kv(name, sealer.seal("kv", kv_number(name), value))
    finally:
        container.close()


def _fill(vault: Vault, header: Header, found: Rescued, outside: bytes | None) -> tuple[int, int, list[int]]:
    """Entries put back, documents written again, and rows whose author's key is lost (they are left out)."""
    known = authors_of(outside) | {d.id: bytes.fromhex(d.ed) for d in header.devices}
    rows = sorted(found.entries.items())
    result = receive(vault, [(e.signature, e.to_bytes()) for _, e in rows], known)
    put_back, unknown = result.new, set(result.waiting)
    strangers = [k for k, e in rows if e.header.by in unknown]
    entries = [e for _, e in rows if e.header.by not in unknown]
    held = {c.doc for e in entries for c in e.header.ch}
    alone = 0
    for doc, row in found.documents.items():
        body, kind = body_of(row), BY_CODE.get(row.type)
        if doc in held or body is None or kind is None:
            continue
        with vault.transaction() as tx:
            tx.put(kind.name, doc, body, patient=row.patient, new=True)
        alone += 1
    return put_back, alone, strangers
