"""Someone at the desk: their keys, taken from the clear header with a passphrase."""

from __future__ import annotations

from dataclasses import dataclass

from ces_tui.base.errors import NotAllowed
from ces_tui.vault.credentials import KeyPair, open_credential
from ces_tui.vault.header import Header


@dataclass(frozen=True)
class Author:
    """Someone logged in: the keys stay in memory until close."""

    id: str
    name: str
    role: str
    keys: KeyPair


def keys_of(header: Header, person_id: str, passphrase: str) -> KeyPair:
    """The keys of a person of this header; WrongPassphrase, NotAllowed or NotFound."""
    person = header.person(person_id)
    if person.credential is None:
        raise NotAllowed("Esa persona ya no puede entrar en este expediente.")
    return open_credential(person.credential, bytes.fromhex(person.ed), bytes.fromhex(person.x), passphrase)
