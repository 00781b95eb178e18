"""People, copies and recovery on the command line: sentences, JSON, exit codes."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.cli import main
from ces_tui.cli.copies import ranges
from ces_tui.clinic import projector
from ces_tui.office.setup import create_office
from ces_tui.vault.vault import Vault
from tests.support import CHEAP, PASSPHRASE, make_store, open_clinic

NEW = "frase nueva y bien larga 9"


class Shell:
    """Runs commands and keeps what they said."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self.phrase = self._file("frase", PASSPHRASE)
        self.new = self._file("frase-nueva", NEW)
        self.stick = root / "stick"
        self.stick.mkdir()
        self.out = self.err = ""

    def _file(self, name: str, text: str) -> str:
        (self.root / name).write_text(text + "\n", encoding="utf-8")
        return str(self.root / name)

    def __call__(self, *args: str, store: str = "clinica", code: int = 0) -> str:
        return self.bare(*args, "--passphrase-file", self.phrase, store=store, code=code)

    def bare(self, *args: str, store: str = "clinica", code: int = 0) -> str:
        got = main(["--dir", str(self.root / store), *args])
        self.out, self.err = self._capsys.readouterr()
        assert got == code, self.out + self.err
        assert "Traceback" not in self.out + self.err and PASSPHRASE not in self.out + self.err
        return self.out

    def json(self, *args: str, store: str = "clinica") -> Any:
        return json.loads(self(*args, "--json", store=store))


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.setattr("ces_tui.sync.backup.other_disk", lambda _place, _store: True)
    office = create_office(
        tmp_path / "oficina",
        "Jaltenango",
        "Marta",
        PASSPHRASE,
        clock=clock,
        profile=CHEAP,
        projector=projector(),
    )
    make_store(tmp_path / "clinica", clock, office=office.card.office, escrow=office.card.escrow)
    clinic = open_clinic(tmp_path / "clinica", clock)
    for i in range(60):
        clinic.vault.hot.table("patient").insert(
            {"given": f"P{i}", "x": random.Random(i).randbytes(2000).hex()}
        )
    clinic.close()
    made = Shell(tmp_path, capsys)
    (tmp_path / "papel").write_text(office.escrow_secret)
    return made


def test_people_are_listed_added_changed_and_removed(shell: Shell) -> None:
    assert "Rosa Utrilla: enfermería" in shell("people", "list")
    shell("people", "add", "Nadia Robles", "--role", "pasante", "--new-passphrase-file", shell.new)
    assert "Nadia Robles ya puede entrar con su frase como pasante." in shell.out
    shell("people", "add", "Otra", "--role", "visitante", "--new-passphrase-file", shell.new, code=2)
    assert "hasta qué día" in shell.err
    shell(
        "people",
        "add",
        "Otra",
        "--role",
        "enfermería",
        "--new-passphrase-file",
        shell.phrase,
        "--person",
        "Rosa",
        code=3,
    )
    shell("copy", "--to", str(shell.stick))
    shell("people", "remove", "Tomás")
    assert (
        "Tomás Urbina ya no tiene acceso" in shell.out
        and "Guardan todavía" in shell.out
        and "stick" in shell.out
    )
    told = shell.json("people", "list")
    assert {p["name"] for p in told["people"]} == {
        "Irene Balcázar",
        "Rosa Utrilla",
        "Elvia Zenteno",
        "Nadia Robles",
    }
    assert told["key_change_owed"] == []
    shell("people", "remove", "Irene", code=2)
    assert "sí mismo" in shell.err
    shell("people", "remove", "Nadie", code=2)
    shell("people", "remove", code=2)
    shell("people", "passphrase", "--person", "Elvia", "--new-passphrase-file", shell.new)
    shell("people", "list", "--person", "Elvia", code=3)


def test_a_copy_goes_to_the_stick_and_comes_back_on_another_folder(shell: Shell, tmp_path: Path) -> None:
    assert "no hay copias" in shell("copy", "--list")
    assert "Copia hecha y revisada" in shell("copy")
    shell("copy", "--to", str(tmp_path / "no"), code=6)
    done = shell.json("copy", "--to", str(shell.stick))
    assert Path(done["path"]).name == "pru-copia-1.cesc"
    assert "Fuera: " in shell("copy", "--list") and "pru-copia-1.cesc" in shell.out
    assert shell.json("copy", "--list")["outside_days"] == 0
    shell("restore", done["path"], "--to", str(tmp_path / "clinica"), code=2)
    assert "no está vacía" in shell.err
    target = str(tmp_path / "otra")
    shell("restore", done["path"], "--to", target)
    assert "Repuesto y revisado" in shell.out
    shell("verify", store="otra")
    assert "Todo está entero" in shell.out
    bad = tmp_path / "pru-copia-2.cesc"
    bad.write_bytes(b"PK")
    shell("restore", str(bad), "--to", str(tmp_path / "x"), code=2)
    shell("restore", str(tmp_path / "falta.cesc"), "--to", str(tmp_path / "x"), code=6)


def test_rescue_makes_a_whole_store_and_says_what_is_missing(shell: Shell, tmp_path: Path) -> None:
    assert "No falta ningún registro" in shell("rescue", "--to", str(tmp_path / "bien"))
    path = tmp_path / "clinica" / "store-1.db"
    raw = bytearray(path.read_bytes())
    pages = list(range(2, len(raw) // 4096))
    for page in random.Random(5).sample(pages, len(pages) // 4):
        raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(bytes(raw))
    before = path.read_bytes()
    shell("rescue", "--to", str(tmp_path / "salvado"), code=4)
    assert "No se pudieron leer" in shell.out
    assert path.read_bytes() == before
    shell("verify", store="salvado")
    shell("rescue", "--to", str(tmp_path / "salvado"), code=2)


@pytest.mark.parametrize(
    ("numbers", "told"), [((), ""), ((3,), "3"), ((1, 2, 3, 7), "1-3, 7"), (tuple(range(1, 99, 2)), ", …")]
)
def test_missing_rows_are_told_as_runs(numbers: tuple[int, ...], told: str) -> None:
    assert ranges(numbers).endswith(told)


def test_a_forgotten_passphrase_is_replaced_with_the_offices_answer(shell: Shell, tmp_path: Path) -> None:
    told = shell.bare(
        "recover",
        "request",
        "--person",
        "Irene",
        "--to",
        str(shell.stick),
        "--new-passphrase-file",
        shell.new,
        "--json",
    )
    asked = json.loads(told)
    shell(
        "office",
        "recover",
        asked["file"],
        "--to",
        str(shell.stick),
        "--words",
        "abanico abeja abierto abogado",
        store="oficina",
        code=2,
    )
    assert "No la conteste" in shell.err
    shell("office", "recover", asked["file"], "--to", str(shell.stick), "--words", asked["words"], code=2)
    assert "es de una clínica" in shell.err, "a clinic answers nobody"
    answer = shell.json(
        "office", "recover", asked["file"], "--to", str(shell.stick), "--words", asked["words"],
        "--escrow-file", str(tmp_path / "papel"), store="oficina",
    )  # fmt: skip
    shell.bare("recover", "apply", answer["file"], "--passphrase-file", shell.phrase, code=3)
    shell.bare("recover", "apply", answer["file"], "--passphrase-file", shell.new)
    assert "Irene Balcázar ya puede entrar con su frase nueva" in shell.out
    shell.bare("recover", "apply", answer["file"], "--passphrase-file", shell.new, code=2)
    shell("people", "list", "--person", "Irene", code=3)
    shell.bare("people", "list", "--person", "Irene", "--passphrase-file", shell.new)
    assert len([p for p in Vault.peek(tmp_path / "clinica").people if p.name.startswith("Irene")]) == 1
