"""Where benchmarks run: a ten-year store, kept in the user's cache between runs and copied for each of them."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from ces_tui.base.clock import SystemClock
from ces_tui.base.paths import cache_dir, private_dir
from ces_tui.clinic import Clinic, projector
from ces_tui.demo.build import build, clear, demo_passphrase, stamp_of
from ces_tui.demo.story import VERSION
from ces_tui.office.card import CARD_NAME, read_card
from ces_tui.office.setup import create_office
from ces_tui.vault.header import FORMAT
from ces_tui.vault.vault import Vault

OFFICE_PASSPHRASE = "oficina de medición sin datos reales"


@dataclass
class Stage:
    """One run: its own copy of the store, its own home, and how often to repeat."""

    store: Path
    office: Path
    home: Path
    rounds: int
    passphrase: str
    seed: int
    patients: int
    years: float
    _clinic: Clinic | None = field(default=None, repr=False)

    @property
    def clinic(self) -> Clinic:
        """The copy, open as the pasante; opened when first asked for."""
        if self._clinic is None:
            self._clinic = open_store(self.store, self.passphrase)
        return self._clinic

    def close(self) -> None:
        """Close the copy, so that another process can open it."""
        if self._clinic is not None:
            self._clinic.close()
            self._clinic = None

    def environment(self) -> dict[str, str]:
        """For a child: this run's home, a plain terminal, nothing of the person's own."""
        return {
            **os.environ,
            "XDG_STATE_HOME": str(self.home / "state"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }


def open_store(folder: Path, passphrase: str) -> Clinic:
    """A store, open as its first person."""
    clock = SystemClock()
    return Clinic(Vault.open(folder, Vault.peek(folder).people[0].id, passphrase, clock, projector()), clock)


@contextmanager
def staged(*, patients: int, years: float, seed: int, rounds: int, rebuild: bool = False) -> Iterator[Stage]:
    """A stage on a copy of the cached store; the copy goes away afterwards."""
    cached = _cached(patients, years, seed, rebuild=rebuild)
    with tempfile.TemporaryDirectory(prefix="ces-bench-") as work:
        home = private_dir(Path(work) / "home")
        shutil.copytree(cached / "store", home / "store")
        shutil.copytree(cached / "office", home / "office")
        passphrase = demo_passphrase(home / "store")
        assert passphrase
        before = os.environ.get("XDG_STATE_HOME")
        os.environ["XDG_STATE_HOME"] = str(home / "state")
        stage = Stage(home / "store", home / "office", home, rounds, passphrase, seed, patients, years)
        try:
            yield stage
        finally:
            stage.close()
            if before is None:
                os.environ.pop("XDG_STATE_HOME", None)
            else:
                os.environ["XDG_STATE_HOME"] = before


def _cached(patients: int, years: float, seed: int, *, rebuild: bool) -> Path:
    name = f"f{FORMAT}-v{VERSION}-s{seed}-p{patients}-y{years:g}"
    folder = private_dir(cache_dir() / "bench" / name)
    store, office = folder / "store", folder / "office"
    if stamp_of(store) is not None and (office / CARD_NAME).exists() and not rebuild:
        return folder
    clear(store)
    shutil.rmtree(office, ignore_errors=True)
    click.echo(f"Armando la clínica de medición ({patients} pacientes, {years:g} años)…", err=True)
    began = time.perf_counter()
    create_office(
        office, "Oficina de medición", "Coordinación de medición", OFFICE_PASSPHRASE, projector=projector()
    )
    card = read_card(office / CARD_NAME)
    build(store, seed=seed, patients=patients, years=years, office=card.office, escrow=card.escrow)
    click.echo(f"Lista en {time.perf_counter() - began:.0f} s.", err=True)
    return folder
