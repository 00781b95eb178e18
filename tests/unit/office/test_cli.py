"""The plain road between clinic and office: sentences, JSON and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ces_tui.cli import main
from tests.support import PASSPHRASE


class Shell:
    """Runs commands in one folder and keeps what they said."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        (root / "frase").write_text(PASSPHRASE + "\n", encoding="utf-8")
        (root / "stick").mkdir()
        self.out = self.err = ""

    def __call__(self, store: str, *args: str, code: int = 0) -> str:
        extra = ["--dir", str(self.root / store), "--passphrase-file", str(self.root / "frase")]
        got = main([*args, *extra])
        self.out, self.err = self._capsys.readouterr()
        assert got == code, self.out + self.err
        assert "Traceback" not in self.out + self.err
        return self.out

    def json(self, store: str, *args: str) -> Any:
        return json.loads(self(store, *args, "--json"))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    made = Shell(tmp_path, capsys)
    card = str(tmp_path / "oficina.json")
    made.office = made.json("office", "office", "init", "--name", "Oficina Uno", "--card", card)  # type: ignore[attr-defined]
    made(
        "clinic",
        "init",
        "--name",
        "Clínica Uno",
        "--code",
        "UNO",
        "--person",
        "Ana Prueba:pasante",
        "--office",
        card,
    )
    return made


def test_the_whole_round_on_the_command_line(shell: Shell) -> None:
    stick = str(shell.root / "stick")
    words = shell.office["words"]  # type: ignore[attr-defined]
    assert words in (shell.root / "oficina.json").read_text()

    exported = shell.json("clinic", "export", "--to", stick)
    (file,) = exported["files"]
    waiting = shell.json("office", "office", "import", file)
    assert (waiting["state"], waiting["device"], waiting["words"]) == (
        "waiting",
        exported["device"],
        exported["words"],
    )
    assert [w["device"] for w in shell.json("office", "office", "status")["waiting"]] == [exported["device"]]

    shell(
        "office", "office", "accept", exported["device"], "--words", "abanico abeja abierto abogado", code=2
    )
    assert "No lo acepte" in shell.err
    accepted = shell.json("office", "office", "accept", exported["device"][:8], "--words", exported["words"])
    assert accepted["clinic"] == "UNO" and accepted["imported"][0]["new"] == exported["entries"]
    assert "ya estaba" in shell("office", "office", "import", file)

    answer = shell.json("office", "office", "answer", "UNO", "--to", stick)
    assert Path(answer["file"]).name == "uno-0-1.age"
    assert "Respuesta 1 de la oficina recibida" in shell("clinic", "import", answer["file"])
    assert "ya estaba" in shell("clinic", "import", answer["file"])

    status = shell.json("office", "office", "status")
    (clinic,) = status["clinics"]
    (device,) = clinic["devices"]
    assert clinic["clinic"] == "UNO" and device["device"] == exported["device"]
    assert (device["contiguous"], device["gaps"]) == (exported["entries"], []) and len(
        device["incarnation"]
    ) == 16
    assert "completo hasta el registro" in shell("office", "office", "status")


def test_each_failure_has_its_sentence_and_its_exit_code(shell: Shell) -> None:
    stick = shell.root / "stick"
    shell("clinic", "export", "--to", str(stick / "no"), code=6)
    assert "No existe la carpeta" in shell.err
    (stick / "nada.age").write_bytes(b"no soy un paquete")
    shell("clinic", "import", str(stick / "nada.age"), code=5)
    assert "No se cambió nada" in shell.err
    shell("office", "office", "import", str(stick / "nada.age"), code=5)
    shell("office", "office", "import", str(stick / "falta.age"), code=6)
    shell("office", "office", "answer", "--to", str(stick), code=2)
    shell("office", "import", str(stick / "nada.age"), code=5)
    assert "office import" in shell.err
    shell("clinic", "office", "status", code=2)
    assert "es de una clínica" in shell.err
    (shell.root / "frase").write_text("otra frase que no es\n")
    shell("clinic", "export", "--to", str(stick), code=3)
    assert sorted(p.name for p in stick.iterdir()) == ["nada.age"]


def test_the_paper_key_is_shown_once_and_stands_in_no_file(shell: Shell) -> None:
    secret = shell.office["escrow"].encode()  # type: ignore[attr-defined]
    assert secret.startswith(b"AGE-SECRET-KEY-1")
    from ces_tui.sync.age import identity_bytes

    raw = identity_bytes(secret.decode())
    for path in shell.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret not in content and raw not in content and raw.hex().encode() not in content


def test_a_card_that_can_not_be_written_does_not_cost_the_paper_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Shell(tmp_path, capsys)
    made("office", "office", "init", "--card", str(tmp_path / "no" / "oficina.json"), code=6)
    assert "AGE-SECRET-KEY-1" in made.out
    again = made.json("office", "office", "card", "--to", str(tmp_path / "oficina.json"))
    assert again["words"] in made.out and (tmp_path / "oficina.json").exists()
    assert json.loads((tmp_path / "office" / "oficina.json").read_text())["words"] == again["words"]
