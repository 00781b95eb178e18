"""The demo's coordination office: a real office store beside the demo clinic, so that bundle and receipt can be tried."""

from __future__ import annotations

import shutil
from pathlib import Path

from ces_tui.base.clock import Clock
from ces_tui.clinic import projector
from ces_tui.office.card import CARD_NAME, OfficeCard
from ces_tui.office.quarantine import FOLDER as WAITING
from ces_tui.office.setup import create_office
from ces_tui.vault.profiles import KdfProfile

OFFICE_FOLDER = "oficina"
"""Inside the demo clinic's folder; its passphrase is the clinic's."""

_NAME = "Coordinación de demostración"
_PERSON = "Maricruz Aguilar Sol"


def make_office(folder: Path, passphrase: str, clock: Clock, profile: KdfProfile) -> OfficeCard:
    """Make the office store below the demo clinic's `folder`; its paper key is thrown away, the data being invented."""
    made = create_office(
        folder / OFFICE_FOLDER,
        _NAME,
        _PERSON,
        passphrase,
        clock=clock,
        profile=profile,
        projector=projector(),
        demo=True,
    )
    return made.card


def clear_extras(folder: Path) -> None:
    """What an office keeps beside its store: the card and the waiting bundles."""
    (folder / CARD_NAME).unlink(missing_ok=True)
    shutil.rmtree(folder / WAITING, ignore_errors=True)
