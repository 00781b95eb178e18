"""Machines, their stores, and files on sticks, as the model sees them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.vault import reserve
from ces_tui.vault.vault import Vault


@dataclass
class File:
    """A file on some stick: what it carries, and for whom."""

    path: Path
    clinic: str
    hashes: frozenset[bytes]
    number: int = 0


@dataclass
class Place:
    """One machine with one store, open; `known` is what its log must hold."""

    name: str
    folder: Path
    state: Path
    machine: str
    clock: FixedClock
    role: str = "pasante"
    clinic: Clinic = None  # type: ignore[assignment]
    known: set[bytes] = field(default_factory=set)
    ever: set[bytes] = field(default_factory=set)
    rows: int = 0
    copies: list[tuple[Path, set[bytes]]] = field(default_factory=list)
    read: int = 0

    @property
    def vault(self) -> Vault:
        return self.clinic.vault

    @property
    def own(self) -> set[bytes]:
        """Entries of this place's device that it holds, of all its incarnations."""
        return {e.hash for e in self.vault.entries() if e.header.dev == self.vault.device_id}


def copy_store(source: Path, target: Path) -> None:
    """The folder as it is now; its reserve, of which nobody ever writes or reads a byte, under a second name."""

    def copied(one: str, other: str) -> None:
        if one.endswith(f"/{reserve.NAME}"):
            os.link(one, other)
        else:
            shutil.copy2(one, other)

    shutil.copytree(source, target, copy_function=copied)
