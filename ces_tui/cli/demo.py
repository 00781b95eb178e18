"""`ces-tui demo`: the invented clinic. In a terminal it opens; elsewhere Hoy is printed as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ces_tui.base.clock import SystemClock, clinical_day
from ces_tui.base.errors import BadInput
from ces_tui.base.paths import state_dir
from ces_tui.cli.say import say

if TYPE_CHECKING:
    from ces_tui.demo.build import Stamp

_STORE = "demo"
_BAR = 40


@click.command("demo", help="Abre la clínica de demostración (DATOS INVENTADOS); sin terminal, escribe Hoy.")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), help="Usa o arma la demostración en esta carpeta."
)
@click.option(
    "--build", "target", type=click.Path(path_type=Path), help="Sólo la arma en esta carpeta y termina."
)
@click.option(
    "--patients", type=click.IntRange(1, 5000), default=300, show_default=True, help="Cuántos pacientes."
)
@click.option("--years", type=click.FloatRange(0.1, 10), default=1, show_default=True, help="Cuántos años.")
@click.option("--seed", type=int, default=1, show_default=True, help="La misma semilla da la misma gente.")
@click.option("--new", "fresh", is_flag=True, help="La vuelve a armar; lo escrito en ella se pierde.")
def demo(
    folder: Path | None, target: Path | None, patients: int, years: float, seed: int, *, fresh: bool
) -> int:
    """Build when needed, then open or print. The one in its usual place is remade each day, so that it is alive."""
    from ces_tui.demo.build import Stamp, demo_passphrase

    wanted = Stamp(clinical_day(SystemClock().now_ms()), seed, patients, years)
    if target is not None:
        return _build_only(target, wanted)
    store = folder or state_dir() / _STORE
    if fresh or not _usable(store, wanted, kept=folder is not None):
        _build(store, wanted)
    passphrase = demo_passphrase(store)
    if passphrase is None:
        raise BadInput(
            "Esa carpeta no tiene la frase de la demostración (passphrase.txt). No se cambió nada."
        )
    if sys.stdin.isatty() and sys.stdout.isatty():
        from ces_tui.cli.screens import open_screens

        return open_screens(store, passphrase_hint=passphrase)
    return _print_today(store, passphrase)


def _usable(store: Path, wanted: Stamp, *, kept: bool) -> bool:
    """Whether a finished demo store lies there; one in a folder of the person's own is kept as it is."""
    from ces_tui.demo.build import stamp_of

    stamp = stamp_of(store)
    return stamp is not None and (kept or stamp == wanted)


def _build_only(target: Path, wanted: Stamp) -> int:
    from ces_tui.demo.build import PASSPHRASE_FILE, stamp_of

    if stamp_of(target) is not None:
        say(f"Ahí ya está la clínica de demostración; la frase está en {PASSPHRASE_FILE}.")
        return 0
    _build(target, wanted)
    say(f"Lista la clínica de demostración (DATOS INVENTADOS); la frase está en {PASSPHRASE_FILE}.")
    return 0


def _build(store: Path, wanted: Stamp) -> None:
    """Build with a progress bar, in place of an older or half-built demo store; anything else is refused."""
    from ces_tui.demo.build import build, clear

    clear(store)
    shown = sys.stderr.isatty()
    if shown:
        say("Armando la clínica de demostración (DATOS INVENTADOS)…", err=True)
    build(
        store,
        seed=wanted.seed,
        patients=wanted.patients,
        years=wanted.years,
        progress=_progress if shown else None,
        with_office=True,
    )
    if shown:
        say("", err=True)


def _progress(done: int, total: int) -> None:
    full = done * _BAR // total
    click.echo(f"\r[{'=' * full}{' ' * (_BAR - full)}] {done * 100 // total:3d} %", nl=False, err=True)


def _print_today(store: Path, passphrase: str) -> int:
    from ces_tui.cli.today import today_lines
    from ces_tui.clinic import Clinic
    from ces_tui.vault.vault import Vault

    clinic = Clinic.open(store, Vault.peek(store).people[0].id, passphrase)
    try:
        for line in today_lines(clinic):
            say(line)
    finally:
        clinic.close()
    return 0
