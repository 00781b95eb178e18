"""What the journeys share: a small demo clinic for the real program, its door, and a second look at what was stored."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ces_tui.base.clock import SystemClock
from ces_tui.clinic import Clinic, projector
from ces_tui.demo.build import Built, build, demo_passphrase
from ces_tui.vault.header import EscrowInfo, OfficeInfo
from ces_tui.vault.vault import Vault
from tests.support import CHEAP
from tests.terminal.harness import Terminal


def demo(folder: Path, *, office: OfficeInfo | None = None, escrow: EscrowInfo | None = None) -> Built:
    """An invented clinic that ends today, by the machine's own clock, with cheap keys."""
    return build(folder, patients=60, years=0.5, profile=CHEAP, office=office, escrow=escrow)


@contextmanager
def at_hoy(built: Built) -> Iterator[Terminal]:
    """The real program at 80x24, the pasante on Hoy, no key counted yet."""
    with Terminal(["--dir", str(built.folder)]) as t:
        t.wait_for("¿Quién es usted?")
        t.press("enter")
        t.wait_for("Frase de acceso")
        t.type(built.passphrase)
        t.press("enter")
        t.wait_for("PIN de hoy")
        t.press("enter")
        t.wait_for("Sala de espera")
        t.settle()
        t.keys = 0
        yield t


def leave(t: Terminal) -> None:
    """Quit as a person would; the program ends well."""
    t.press("ctrl+q")
    assert t.wait_exit() == 0


@contextmanager
def again(folder: Path) -> Iterator[Clinic]:
    """The store opened afresh by this process, after the program has ended."""
    passphrase = demo_passphrase(folder)
    assert passphrase
    clock = SystemClock()
    person = Vault.peek(folder).people[0].id
    clinic = Clinic(Vault.open(folder, person, passphrase, clock, projector()), clock)
    try:
        yield clinic
    finally:
        clinic.close()


def patient_id(clinic: Clinic, number: str) -> str:
    return clinic.registry.by_number(number).id


def counted(journey: str, keys: int) -> None:
    """Hand the number of keys to the benchmark that asked for it."""
    if target := os.environ.get("CES_TUI_KEYS"):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"journey": journey, "keys": keys}) + "\n")


def open_consult_with_pressure(t: Terminal) -> None:
    """From Hoy to José's consult with 128/82 taken a moment ago, as both counted consults begin."""
    t.press("/")
    t.wait_for("Buscar paciente")
    t.type("jos")
    t.wait_for("José Hernández López")
    t.settle()
    t.press("enter")
    t.wait_for("Expediente")
    t.press("c")
    t.wait_for("S Subjetivo")
    t.press("f2")
    t.wait_for("Presión")
    t.press("tab", "tab")
    t.type("128/82")
    t.press("ctrl+s")
    t.wait_for("PA hoy 128/82")
