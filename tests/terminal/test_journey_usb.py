"""From the clinic's screen to the office's command line and back: written, united, answered, counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ces_tui.clinic import projector
from ces_tui.office.card import CARD_NAME, read_card
from ces_tui.office.setup import create_office
from tests.support import CHEAP
from tests.terminal import journey
from tests.terminal.harness import ROOT, Terminal

pytestmark = pytest.mark.terminal

PHRASE = "oficina de prueba sin datos"


class OfficeDesk:
    """The office as its coordinator uses it: one command after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        create_office(
            folder, "Oficina de prueba", "Coordinación", PHRASE, profile=CHEAP, projector=projector()
        )
        self.phrase = folder.parent / "frase-oficina.txt"
        self.phrase.write_text(PHRASE)
        self.card = read_card(folder / CARD_NAME)

    def run(self, *words: str) -> str:
        """One `office …` command that must succeed; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "ces_tui.cli", "--dir", str(self.folder), "office", *words,
             "--passphrase-file", str(self.phrase)],
            capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json"))
        return found


def write_path(t: Terminal, prompt: str, path: Path) -> None:
    """Answer a question for a folder or file."""
    t.wait_for(prompt)
    t.type(str(path))
    t.press("enter")


def test_journey_usb_a_clinic_learns_that_all_its_records_are_at_the_office(tmp_path: Path) -> None:
    office = OfficeDesk(tmp_path / "office")
    built = journey.demo(tmp_path / "demo", office=office.card.office, escrow=office.card.escrow)
    out, back = tmp_path / "salida", tmp_path / "vuelta"
    out.mkdir()
    back.mkdir()

    with journey.at_hoy(built) as t:
        t.press("6")
        t.wait_for("Llevar a la oficina")
        t.press("e")
        write_path(t, "Carpeta", out)
        t.wait_for("Va cifrado")
        t.press("enter")
        t.wait_for("Copia verificada")
        journey.leave(t)

    with journey.again(built.folder) as clinic:
        assert clinic.exchange.state().unexported_entries == 0
        device, words = clinic.vault.device_id, clinic.exchange.device_words()
        months = {m.month: m.written for m in clinic.exchange.state().months}
    bundles = sorted(out.glob("*.age"))
    assert bundles
    for bundle in bundles:
        office.run("import", str(bundle))
    office.run("accept", device, "--words", words)
    [clinic_status] = office.status()["clinics"]
    [log] = clinic_status["devices"]
    assert log["device"] == device
    assert log["gaps"] == []
    assert "ya estaba" in office.run("import", str(bundles[0]))
    office.run("answer", "--to", str(back))
    [answer] = sorted(back.glob("*.age"))

    with journey.at_hoy(built) as t:
        t.press("6")
        t.wait_for("Traer la respuesta")
        t.press("i")
        write_path(t, "Archivo", answer)
        t.wait_for("Respuesta 1 recibida", "está en la oficina", "están en la oficina")
        journey.leave(t)

    with journey.again(built.folder) as clinic:
        state = clinic.exchange.state()
        assert state.answer_number == 1
        assert state.confirmed_entries >= log["contiguous"]
        for month in state.months:
            if month.month in months:
                assert month.at_office >= months[month.month] > 0
