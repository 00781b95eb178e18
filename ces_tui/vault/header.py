"""The clear header of a store: who its people are, their sealed credentials, the slots, and the database in force.

The file is JSON whose last member is the MAC; the MAC covers every byte before it, so a field added by a later
version is covered as well. It is checked after unlocking, since its key comes from the data key.
"""

from __future__ import annotations

import hmac
import re
from pathlib import Path

import msgspec
from msgspec import Struct

from ces_tui.base.errors import NewerStore, NotFound, StoreDamaged
from ces_tui.base.files import replace_file
from ces_tui.vault.credentials import Credential
from ces_tui.vault.seal import header_mac

FORMAT = 1
SUITE = 1
NAME = "header"
CLEAR = frozenset({"format", "store", "header"})
"""The kv rows that are not sealed."""
_MOST_BYTES = 1 << 20
_DB = re.compile(r"store-[0-9]{1,6}\.db\Z")
_MAC = b',"mac":"'


class ClinicInfo(Struct, frozen=True, omit_defaults=True):
    """The clinic: display name, its three letters, and whether everything in it is invented."""

    name: str
    code: str
    demo: bool = False
    kind: str = "clinic"  # or "office"


class PersonInfo(Struct, frozen=True, omit_defaults=True):
    """A person in clear: name, role, public keys (hex), sealed private halves."""

    id: str
    name: str
    role: str
    ed: str
    x: str
    credential: Credential | None = None


class DeviceInfo(Struct, frozen=True, omit_defaults=True):
    """A device in clear: public keys (hex) and the digit that its clinic numbers begin with (5-9)."""

    id: str
    ed: str
    x: str
    digit: int = 5
    name: str = ""


class OfficeInfo(Struct, frozen=True, omit_defaults=True):
    """The office's public halves (hex): signing key and X25519 key (age recipient and slot)."""

    id: str
    ed: str
    x: str
    name: str = ""


class EscrowInfo(Struct, frozen=True):
    """The paper key's public half (hex)."""

    id: str
    x: str


class Slot(Struct, frozen=True):
    """The data key wrapped to one recipient."""

    to: str
    kind: str
    box: str


class Header(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything that lies in clear beside the database."""

    format: int
    suite: int
    dict: int
    store: str
    epoch: int
    db: str
    clinic: ClinicInfo
    people: tuple[PersonInfo, ...] = ()
    devices: tuple[DeviceInfo, ...] = ()
    office: OfficeInfo | None = None
    escrow: EscrowInfo | None = None
    slots: tuple[Slot, ...] = ()

    @property
    def store_bytes(self) -> bytes:
        return bytes.fromhex(self.store)

    def person(self, person_id: str) -> PersonInfo:
        """The person with this id; NotFound when there is none."""
        for person in self.people:
            if person.id == person_id:
                return person
        raise NotFound("Esa persona no está en este expediente.")

    def slot(self, recipient: str) -> Slot:
        for slot in self.slots:
            if slot.to == recipient:
                return slot
        raise NotFound("Esa persona no tiene ranura en este expediente.")


def encode(header: Header, data_key: bytes) -> bytes:
    """The file's bytes, MAC last."""
    covered = msgspec.json.encode(header)[:-1]
    mac = header_mac(data_key, header.store_bytes, covered)
    return covered + _MAC + mac.encode() + b'"}'


def decode(raw: bytes) -> Header:
    """Parse without checking the MAC (before unlocking); StoreDamaged or NewerStore."""
    try:
        version = msgspec.json.decode(raw, type=_Version)
        if version.format > FORMAT or version.suite > SUITE:
            raise NewerStore
        header = msgspec.json.decode(raw, type=Header)
        _check_shape(header)
        return header
    except (ValueError, RecursionError):  # msgspec's and Unicode's errors are ValueErrors
        raise StoreDamaged("El encabezado del expediente está dañado. No se cambió nada.") from None


def check(raw: bytes, header: Header, data_key: bytes) -> None:
    """StoreDamaged when the header is not the one that was written."""
    covered, _, rest = raw.rpartition(_MAC)
    mac = header_mac(data_key, header.store_bytes, covered).encode()
    if not hmac.compare_digest(rest.removesuffix(b'"}'), mac):
        raise StoreDamaged("El encabezado del expediente fue alterado. No se cambió nada.")


def read_file(folder: Path) -> tuple[bytes, Header]:
    """The header of a store folder; NotFound when there is no store."""
    path = folder / NAME
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise StoreDamaged("El encabezado del expediente está dañado. No se cambió nada.")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("No hay expediente en esa carpeta. Use «init» para crear uno.") from None
    except OSError as error:
        raise StoreDamaged("No se pudo leer el encabezado del expediente.") from error
    return raw, decode(raw)


def write_file(folder: Path, raw: bytes) -> None:
    replace_file(folder / NAME, raw)


def _check_shape(header: Header) -> None:
    """ValueError unless ids and keys are hex of their size and the database is a plain name beside the header."""
    if not _DB.match(header.db) or not 0 < header.epoch < 1 << 32:
        raise ValueError(header.db)
    keyed: list[PersonInfo | DeviceInfo | OfficeInfo] = [
        *header.people,
        *header.devices,
        *([header.office] if header.office else []),
    ]
    texts = [(header.store, 16)]
    for one in keyed:
        texts += [(one.id, 16), (one.ed, 32), (one.x, 32)]
    if header.escrow:
        texts += [(header.escrow.id, 16), (header.escrow.x, 32)]
    for text, size in texts:
        if len(bytes.fromhex(text)) != size:
            raise ValueError(text)


class _Version(Struct):
    format: int
    suite: int
