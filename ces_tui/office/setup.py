"""`office init`: the office's store, its keys, the escrow pair, and the card for the clinics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ces_tui.base.clock import Clock
from ces_tui.base.errors import CesError, NotFound
from ces_tui.base.text import clean_line
from ces_tui.office.card import CARD_NAME, OfficeCard, make_card, write_card
from ces_tui.sync import age
from ces_tui.vault.create import NewPerson, create_store
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.header import ClinicInfo
from ces_tui.vault.profiles import STANDARD, KdfProfile
from ces_tui.vault.projections import Projector
from ces_tui.vault.vault import Vault

OFFICE_KEYS = "office"
OFFICE_CODE = "OFI"


@dataclass(frozen=True)
class NewOffice:
    """What `office init` gives: the card, and the paper key, which exists nowhere else."""

    card: OfficeCard
    escrow_secret: str
    """`AGE-SECRET-KEY-1…`: shown once, for paper, never stored."""


def create_office(
    folder: Path,
    name: str,
    person: str,
    passphrase: str,
    *,
    clock: Clock | None = None,
    profile: KdfProfile = STANDARD,
    projector: Projector | None = None,
    demo: bool = False,
) -> NewOffice:
    """Make the office's store in `folder` with its card beside it; BadInput when there is a store already."""
    name = clean_line(name, field="name", limit=80)
    person = clean_line(person, field="person", limit=80)
    office, escrow = KeyPair.make(), X25519PrivateKey.generate()
    card = make_card(name, office.ed_public, office.x_public, escrow.public_key().public_bytes_raw())
    create_store(
        folder,
        ClinicInfo(name=name, code=OFFICE_CODE, demo=demo, kind="office"),
        [NewPerson(person, "coordinacion", passphrase)],
        clock=clock,
        office=card.office,
        escrow=card.escrow,
        digit=9,
        profile=profile,
        secrets={OFFICE_KEYS: office.to_bytes()},
        projector=projector,
    )
    write_card(folder / CARD_NAME, card)
    return NewOffice(card, age.identity_text(escrow.private_bytes_raw()))


def office_keys(vault: Vault) -> KeyPair:
    """The office's private keys; NotFound when this store is a clinic's."""
    raw = vault.secret(OFFICE_KEYS)
    if raw is None:
        raise NotFound(
            "Este expediente es de una clínica, no de una oficina. Use «office init» para crear la oficina."
        )
    return KeyPair.from_bytes(raw)


def own_card(vault: Vault) -> OfficeCard:
    """The card again, for a clinic that needs it later."""
    keys, escrow = office_keys(vault), vault.header.escrow
    if escrow is None:
        raise CesError("A esta oficina le falta su clave de papel.")
    return make_card(vault.header.clinic.name, keys.ed_public, keys.x_public, bytes.fromhex(escrow.x))
