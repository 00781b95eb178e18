"""Who can open the store: people come from `person` documents, and the clear header is made from those.

A person document holds the name, role, public keys, the sealed private halves and the stores it opens. The log is
right: where header and documents differ, the header is written anew (also after a cut between the two writes, and
after an answer of the office brought people).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.base.text import clean_line
from ces_tui.vault.credentials import Credential, KeyPair, open_credential, seal_credential, wrap_key
from ces_tui.vault.header import Header, PersonInfo, Slot
from ces_tui.vault.profiles import STANDARD, KdfProfile

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

_SLOT_KINDS = ("office", "escrow")


def person_body(info: PersonInfo, stores: list[str], **more: Any) -> dict[str, Any]:
    """A person document's body."""
    return {
        "name": info.name,
        "role": info.role,
        "ed": info.ed,
        "x": info.x,
        "credential": msgspec.to_builtins(info.credential),
        "stores": stores,
        **more,
    }


def new_person(name: str, role: str, passphrase: str, profile: KdfProfile = STANDARD) -> PersonInfo:
    """Make a credential; BadInput for an impossible name."""
    keys = KeyPair.make()
    return PersonInfo(
        id=keys.id,
        name=clean_line(name, field="name", limit=80),
        role=role,
        ed=keys.ed_public.hex(),
        x=keys.x_public.hex(),
        credential=seal_credential(keys, passphrase, profile),
    )


def add_person(
    vault: Vault,
    name: str,
    role: str,
    passphrase: str,
    *,
    until: date | None = None,
    profile: KdfProfile = STANDARD,
) -> PersonInfo:
    """Give someone a credential and a slot in this store; `until` is a visitor's last day."""
    info = new_person(name, role, passphrase, profile)
    if not info.name:
        raise BadInput("Escriba el nombre de la persona.", field="name")
    more = {"until": until.isoformat()} if until else {}
    with vault.transaction() as tx:
        tx.put("person", info.id, person_body(info, [vault.store_id], **more), new=True)
    apply_documents(vault)
    return info


def change_passphrase(
    vault: Vault, person_id: str, old: str, new: str, profile: KdfProfile = STANDARD
) -> None:
    """Seal a person's keys under a new passphrase; WrongPassphrase when the old one is not right.

    Copies made before still open with the old one: it is a change for the future, not a removal.
    """
    info = vault.header.person(person_id)
    if info.credential is None:
        raise NotAllowed("Esa persona ya no puede entrar en este expediente.")
    keys = open_credential(info.credential, bytes.fromhex(info.ed), bytes.fromhex(info.x), old)
    body = _body(vault, person_id)
    body["credential"] = msgspec.to_builtins(seal_credential(keys, new, profile))
    with vault.transaction() as tx:
        tx.put("person", person_id, body)
    apply_documents(vault)


def end_person(vault: Vault, person_id: str, day: date) -> None:
    """Note that someone no longer opens this store; a new epoch (`reseal`) must follow, which the caller starts."""
    if vault.author_id == person_id:
        raise Refused("Nadie puede quitarse a sí mismo. Que lo haga otra persona de la clínica.")
    body = _body(vault, person_id)
    stores = [s for s in body.get("stores", [vault.store_id]) if s != vault.store_id]
    remaining = [p for p in people_of(vault) if p.id != person_id]
    if not any(p.role in {"pasante", "supervision", "coordinacion"} for p in remaining):
        raise Refused(
            "Tiene que quedar al menos una persona responsable con acceso. Agregue primero a quien sigue."
        )
    body.update(stores=stores, ended=day.isoformat())
    with vault.transaction() as tx:
        tx.put("person", person_id, body)


def people_of(vault: Vault) -> list[PersonInfo]:
    """The people who open this store, as their documents say, ended visitors left out."""
    found = []
    today = vault.today_iso()
    for person_id in vault.doc_ids("person"):
        body = vault.doc_body("person", person_id)
        if body is None or vault.store_id not in body.get("stores", ()):
            continue
        if body.get("until") and str(body["until"]) < today:
            continue
        try:
            credential = msgspec.convert(body["credential"], Credential)
            found.append(PersonInfo(person_id, body["name"], body["role"], body["ed"], body["x"], credential))
        except (msgspec.ValidationError, KeyError):
            continue  # a document of another shape gives nobody access
    return found


def header_now(vault: Vault) -> Header:
    """The header that documents and keys give: people, and a slot for each, the office and the escrow."""
    people = people_of(vault)
    kept = {s.to: s for s in vault.header.slots}
    slots = [
        kept.get(p.id)
        or Slot(
            p.id,
            "person",
            wrap_key(vault.data_key, vault.header.store_bytes, vault.header.epoch, p.id, bytes.fromhex(p.x)),
        )
        for p in people
    ]
    slots += [s for s in vault.header.slots if s.kind in _SLOT_KINDS]
    return msgspec.structs.replace(vault.header, people=tuple(people), slots=tuple(slots))


def apply_documents(vault: Vault) -> bool:
    """Write the header anew when the documents say otherwise; whether it was written.

    Never leaves a store that nobody opens: documents without anybody change nothing.
    """
    with vault.lock:
        header = header_now(vault)
        if header == vault.header or not header.people:
            return False
        vault.rewrite_header(header)
        return True


def _body(vault: Vault, person_id: str) -> dict[str, Any]:
    body = vault.doc_body("person", person_id)
    if body is None:
        raise NotFound("Esa persona no está en este expediente.")
    return dict(body)
