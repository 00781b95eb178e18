"""Making a new store: keys, container, first entry, and the header last, so that a cut leaves no half store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from ces_tui.base.clock import Clock, SystemClock
from ces_tui.base.errors import BadInput, DiskProblem
from ces_tui.base.paths import private_dir
from ces_tui.base.platform.lock import LockFile
from ces_tui.base.platform.machine import machine_id
from ces_tui.vault import header as headers
from ces_tui.vault import settings
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import KeyPair, key_id, seal_credential, wrap_key
from ces_tui.vault.dictionary import DICTIONARY_ID
from ces_tui.vault.header import ClinicInfo, DeviceInfo, EscrowInfo, Header, OfficeInfo, PersonInfo, Slot
from ces_tui.vault.membership import person_body
from ces_tui.vault.profiles import STANDARD, KdfProfile
from ces_tui.vault.projections import Projector
from ces_tui.vault.seal import RowSealer, kv_number
from ces_tui.vault.state import LogState
from ces_tui.vault.vault import LOCK, Vault


@dataclass(frozen=True)
class NewPerson:
    """Someone who gets a credential when the store is made. `more` goes into their person document."""

    name: str
    role: str
    passphrase: str
    more: dict[str, Any] = field(default_factory=dict)


def create_store(
    folder: Path,
    clinic: ClinicInfo,
    people: Sequence[NewPerson],
    *,
    clock: Clock | None = None,
    office: OfficeInfo | None = None,
    escrow: EscrowInfo | None = None,
    digit: int = 5,
    profile: KdfProfile = STANDARD,
    secrets: dict[str, bytes] | None = None,
    projector: Projector | None = None,
) -> Header:
    """Make a store in `folder` and return its header. BadInput when there is one already, DiskProblem when it can't be written.

    `secrets` are extra sealed settings (an office's own private keys).
    """
    clock = clock or SystemClock()
    try:
        private_dir(folder)
    except OSError:
        raise DiskProblem("No se puede escribir en esa carpeta. No se creó nada.") from None
    if (folder / headers.NAME).exists():
        raise BadInput("En esa carpeta ya hay un expediente. No se cambió nada.")
    lock = LockFile(folder / LOCK)
    lock.acquire()
    try:
        store, data_key, device = os.urandom(16), os.urandom(32), KeyPair.make()
        keys = [KeyPair.make() for _ in people]
        header = _header(store, data_key, clinic, people, keys, device, digit, office, escrow, profile)
        for leftover in folder.glob("store-*.db*"):
            leftover.unlink()
        _fill(folder / header.db, header, data_key, device, secrets or {})
        raw = headers.encode(header, data_key)
        vault = Vault(folder, header, raw, data_key, clock, projector or Projector())
        _first_entry(vault, header, people)
        with vault.container.commit():
            vault.container.put_kv("header", raw)
        vault.close()
        headers.write_file(folder, raw)
    finally:
        lock.release()
    return header


def _header(
    store: bytes,
    data_key: bytes,
    clinic: ClinicInfo,
    people: Sequence[NewPerson],
    keys: Sequence[KeyPair],
    device: KeyPair,
    digit: int,
    office: OfficeInfo | None,
    escrow: EscrowInfo | None,
    profile: KdfProfile,
) -> Header:
    epoch = 1
    infos = tuple(
        PersonInfo(
            id=k.id,
            name=p.name,
            role=p.role,
            ed=k.ed_public.hex(),
            x=k.x_public.hex(),
            credential=seal_credential(k, p.passphrase, profile),
        )
        for p, k in zip(people, keys, strict=True)
    )
    slots = [Slot(k.id, "person", wrap_key(data_key, store, epoch, k.id, k.x_public)) for k in keys]
    for kind, other in (("office", office), ("escrow", escrow)):
        if other is not None:
            slots.append(
                Slot(other.id, kind, wrap_key(data_key, store, epoch, other.id, bytes.fromhex(other.x)))
            )
    return Header(
        format=headers.FORMAT,
        suite=headers.SUITE,
        dict=DICTIONARY_ID,
        store=store.hex(),
        epoch=epoch,
        db=f"store-{epoch}.db",
        clinic=clinic,
        people=infos,
        devices=(DeviceInfo(key_id(device.ed_public), device.ed_public.hex(), device.x_public.hex(), digit),),
        office=office,
        escrow=escrow,
        slots=tuple(slots),
    )


def _fill(path: Path, header: Header, data_key: bytes, device: KeyPair, secrets: dict[str, bytes]) -> None:
    container = Container(path, create=True)
    sealer = RowSealer(data_key, header.store_bytes, header.epoch)
    sealed = {
        "index": os.urandom(32),
        "device": device.to_bytes(),
        "inc": os.urandom(8).hex().encode(),
        "head": msgspec.json.encode(LogState(0, 0, "", "", (0, 0))),
        "drafts": b"{}",
        "machine": machine_id().encode(),
        **secrets,
    }
    sealed[settings.LIST] = settings.listing(sealed)
    try:
        with container.commit():
            container.put_kv("format", str(headers.FORMAT).encode())
            container.put_kv("store", header.store_bytes)
            for name, value in sealed.items():
                container.put_kv(name, sealer.seal("kv", kv_number(name), value))
    finally:
        container.close()


def _first_entry(vault: Vault, header: Header, people: Sequence[NewPerson]) -> None:
    """The clinic, its device and its people as documents, signed by the device: from here on the log is right."""
    with vault.transaction() as tx:
        tx.put("clinic", header.store, msgspec.to_builtins(header.clinic), new=True)
        for device in header.devices:
            tx.put("device", device.id, msgspec.to_builtins(device), new=True)
        for info, person in zip(header.people, people, strict=True):
            tx.put("person", info.id, person_body(info, [header.store], **person.more), new=True)
