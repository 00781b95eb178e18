"""Shared by tests: a small store with cheap key derivation, a fixed clock, and people who do not exist."""

from __future__ import annotations

from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.vault.create import NewPerson, create_store
from ces_tui.vault.header import ClinicInfo, EscrowInfo, Header, OfficeInfo
from ces_tui.vault.profiles import KdfProfile

CHEAP = KdfProfile(memory_kib=8, rounds=1)
PASSPHRASE = "maíz azul río grande nube"
STAFF = (
    NewPerson("Irene Balcázar", "pasante", PASSPHRASE),
    NewPerson("Rosa Utrilla", "enfermeria", PASSPHRASE),
    NewPerson("Elvia Zenteno", "supervision", PASSPHRASE),
    NewPerson("Tomás Urbina", "visitante", PASSPHRASE),
)


def make_store(
    folder: Path,
    clock: FixedClock,
    *,
    office: OfficeInfo | None = None,
    escrow: EscrowInfo | None = None,
    code: str = "PRU",
) -> Header:
    """A new demo store in `folder`, everyone with the same passphrase."""
    return create_store(
        folder,
        ClinicInfo("Clínica de prueba", code, demo=True),
        STAFF,
        clock=clock,
        office=office,
        escrow=escrow,
        profile=CHEAP,
        projector=projector(),
    )


def open_clinic(folder: Path, clock: FixedClock, role: str = "pasante") -> Clinic:
    """Open the store as the person with this role."""
    from ces_tui.vault.vault import Vault

    person = next(p for p in Vault.peek(folder).people if p.role == role)
    return Clinic.open(folder, person.id, PASSPHRASE, clock)
