"""A forgotten passphrase, without network: a request file, the office's answer, and four words read aloud.

clinic: new credential under a new passphrase -> request (public halves, the office's slot) -> four words
office: opens its own slot, wraps the data key to the new public key, signs -> answer
clinic: opens the answer with the new passphrase, notes the person, and the old credential ends

The office never learns a passphrase and its private key never travels. Nothing in either file is secret to a thief:
the request holds public keys and a slot that only the office (or the paper key) opens, the answer a slot that only
the new credential opens.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from ces_tui.base.clock import Clock
from ces_tui.base.errors import BadInput, BundleRefused, NotFound
from ces_tui.base.files import replace_file
from ces_tui.base.platform.lock import LockFile
from ces_tui.base.record import Record
from ces_tui.base.words import key_words
from ces_tui.sync.stick import check_room, disk_problem, read_bounded
from ces_tui.sync.strict import strict_json
from ces_tui.vault import header as headers
from ces_tui.vault.credentials import good_signature, open_credential, unwrap_key
from ces_tui.vault.header import PersonInfo, Slot
from ces_tui.vault.membership import apply_documents, new_person, person_body
from ces_tui.vault.profiles import STANDARD, KdfProfile
from ces_tui.vault.projections import Projector
from ces_tui.vault.vault import LOCK, Vault

PENDING = "recuperacion"
REQUEST_SUFFIX = "-solicitud.json"
ANSWER_SUFFIX = "-recuperacion.json"
_LARGEST = 64 * 1024
_BAD = "Ese archivo no es de recuperación de acceso o está dañado. No se cambió nada."


class Request(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What travels to the office."""

    v: int
    store: str
    epoch: int
    clinic: str
    code: str
    person: str
    name: str
    role: str
    ed: str
    x: str
    replaces: str
    slots: tuple[Slot, ...]

    @property
    def words(self) -> str:
        """Four words of the new keys, read aloud to the office."""
        return key_words(bytes.fromhex(self.ed), bytes.fromhex(self.x))


class Answer(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What comes back: the data key wrapped to the new credential, signed by the office."""

    v: int
    store: str
    epoch: int
    person: str
    replaces: str
    """Whose credential ends: bound by the signature, so that nobody takes another person's place with their answer."""
    box: str
    signature: str = ""

    def signed_part(self) -> bytes:
        parts = [self.v, self.store, self.epoch, self.person, self.replaces, self.box]
        return b"CES1 recovery" + msgspec.json.encode(parts)


class _Pending(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Kept beside the header until the answer comes; the private halves are sealed under the new passphrase."""

    info: PersonInfo
    replaces: str


def make_request(
    folder: Path, person_id: str, passphrase: str, to: Path, profile: KdfProfile = STANDARD
) -> tuple[Path, str]:
    """Write a request for someone who forgot their passphrase; the file and its four words.

    NotFound without an office; an earlier request of this store is replaced by this one.
    """
    header = Vault.peek(folder)
    old = header.person(person_id)
    slots = tuple(s for s in header.slots if s.kind in {"office", "escrow"})
    if not slots:
        raise NotFound("Este expediente no tiene oficina. Sólo otra persona con acceso puede abrirlo.")
    info = new_person(old.name, old.role, passphrase, profile)
    pending = _Pending(info=info, replaces=person_id)
    request = Request(
        v=1,
        store=header.store,
        epoch=header.epoch,
        clinic=header.clinic.name,
        code=header.clinic.code,
        person=info.id,
        name=info.name,
        role=info.role,
        ed=info.ed,
        x=info.x,
        replaces=person_id,
        slots=slots,
    )
    path = to / f"{header.clinic.code.lower()}-{header.store[:4]}{REQUEST_SUFFIX}"
    check_room(to, _LARGEST)
    try:
        replace_file(path, msgspec.json.encode(request), mode=0o644)
        replace_file(
            folder / PENDING, msgspec.json.encode(pending)
        )  # last: a stick that fails costs no earlier request
    except OSError as error:
        raise disk_problem(error) from error
    return path, request.words


def read_request(path: Path) -> Request:
    """A request as it came; BadInput when it is none."""
    try:
        request = msgspec.convert(strict_json(read_bounded(path, _LARGEST)), Request)
    except (msgspec.ValidationError, BundleRefused):
        raise BadInput(_BAD) from None
    if request.v != 1 or any(not _hex(t, n) for t, n in _sizes(request)):
        raise BadInput(_BAD)
    return request


def apply_answer(folder: Path, path: Path, passphrase: str, *, clock: Clock, projector: Projector) -> str:
    """Let the new credential in; the person's id. BundleRefused for an answer that is not for this request.

    The old credential of the same person ends. WrongPassphrase when it is not the one of the request.
    """
    raw, header = headers.read_file(folder)
    pending = _read_pending(folder)
    answer = _read_answer(path)
    info = pending.info
    good = header.office is not None and good_signature(
        bytes.fromhex(header.office.ed), bytes.fromhex(answer.signature), answer.signed_part()
    )
    named = (answer.store, answer.epoch, answer.person, answer.replaces)
    if not good or named != (header.store, header.epoch, info.id, pending.replaces):
        raise BundleRefused("Esa respuesta no es para la solicitud de esta computadora. No se cambió nada.")
    if info.credential is None:
        raise BadInput(_BAD)
    old = header.person(pending.replaces)
    keys = open_credential(info.credential, bytes.fromhex(info.ed), bytes.fromhex(info.x), passphrase)
    data_key = unwrap_key(answer.box, keys.x, header.store_bytes, header.epoch, info.id)
    # name and role come from the header under its MAC, not from the file that waited
    info = msgspec.structs.replace(info, name=old.name, role=old.role)
    lock = LockFile(folder / LOCK)
    lock.acquire()
    try:
        vault = Vault(folder, header, raw, data_key, clock, projector)
        try:
            _let_in(vault, info, pending.replaces)
        finally:
            vault.close()
    finally:
        lock.release()
    (folder / PENDING).unlink(missing_ok=True)
    return info.id


def _let_in(vault: Vault, info: PersonInfo, replaces: str) -> None:
    """One entry, signed by the device: the new person, and the end of the old credential."""
    old = vault.doc_body("person", replaces)
    until = {"until": old["until"]} if old is not None and old.get("until") else {}  # a visit stays a visit
    with vault.transaction() as tx:
        tx.put("person", info.id, person_body(info, [vault.store_id], recovered=replaces, **until), new=True)
        if old is not None:
            stores = [s for s in old.get("stores", ()) if s != vault.store_id]
            tx.put("person", replaces, {**old, "stores": stores, "ended": vault.today_iso()})
    apply_documents(vault)


def _read_pending(folder: Path) -> _Pending:
    try:
        pending = msgspec.json.decode((folder / PENDING).read_bytes(), type=_Pending)
        if any(len(bytes.fromhex(key)) != 32 for key in (pending.info.ed, pending.info.x)):
            raise ValueError(PENDING)
    except (OSError, msgspec.DecodeError, ValueError, RecursionError):
        raise NotFound("En esta computadora no hay una solicitud de recuperación pendiente.") from None
    return pending


def _read_answer(path: Path) -> Answer:
    try:
        answer = msgspec.convert(strict_json(read_bounded(path, _LARGEST)), Answer)
        bytes.fromhex(answer.signature)
    except (msgspec.ValidationError, ValueError):
        raise BundleRefused(_BAD) from None
    return answer


def write_answer(answer: Answer, to: Path, code: str) -> Path:
    """Write the office's answer under a name that no file there has."""
    for number in range(1, 1000):
        path = to / f"{code.lower()}-{answer.store[:4]}-{number}{ANSWER_SUFFIX}"
        if not path.exists():
            break
    try:
        replace_file(path, msgspec.json.encode(answer), mode=0o644)
    except OSError as error:
        raise disk_problem(error) from error
    return path


def _sizes(request: Request) -> list[tuple[str, int]]:
    return [(request.store, 16), (request.person, 16), (request.ed, 32), (request.x, 32)]


def _hex(text: str, size: int) -> bool:
    try:
        return len(bytes.fromhex(text)) == size
    except ValueError:
        return False
