"""What an outside tester would try on the command line: shapes that stay stable, exit codes, and files that are not as they were written."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.platform.lock import LockFile
from ces_tui.cli import main
from ces_tui.vault.vault import LOCK
from tests.support import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
COUGH: dict[str, object] = {
    "edad_meses": 24, "no_puede_beber": False, "vomita_todo": False, "convulsiones": False, "letargico": False,
    "estridor": False, "tiraje_grave": False, "fr_por_min": 48, "tiraje": False, "sibilancias": False,
    "alergia_penicilina": False, "dias_tos": 3, "peso_kg": 12,
}  # fmt: skip


@dataclass
class Outsider:
    """A folder with a clinic and its office, and a way to run commands in it."""

    root: Path
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def run(self, *args: str, code: int = 0) -> str:
        got = main(list(args))
        self.out, self.err = self.capsys.readouterr()
        assert got == code, (args, self.out, self.err)
        assert "Traceback" not in self.out + self.err
        if code:
            assert self.err.strip().endswith((".", ")", "»", "?", "!")), self.err
        return self.out

    def at(self, store: str, *args: str, code: int = 0) -> str:
        return self.run(
            *args, "--dir", str(self.root / store), "--passphrase-file", str(self.root / "frase"), code=code
        )

    def json(self, store: str, *args: str, code: int = 0) -> Any:
        return json.loads(self.at(store, *args, "--json", code=code))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office, a clinic that knows it, and one bundle: made once."""
    root = tmp_path_factory.mktemp("aceptacion")
    (root / "frase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (root / "salida").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(root))
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        phrase = ["--passphrase-file", str(root / "frase")]
        card = str(root / "oficina.json")
        assert main(["office", "init", "--dir", str(root / "office"), "--card", card, *phrase]) == 0
        init = [
            "--name",
            "Uno",
            "--code",
            "UNO",
            "--person",
            "Ana Prueba:pasante",
            "--person",
            "Eva Prueba:enfermería",
        ]
        assert main(["init", "--dir", str(root / "clinic"), *init, "--office", card, *phrase]) == 0
        assert main(["export", "--dir", str(root / "clinic"), "--to", str(root / "salida"), *phrase]) == 0
    return root


@pytest.fixture
def tester(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Outsider:
    """A copy of it for one test."""
    root = tmp_path / "a"
    shutil.copytree(made, root)
    monkeypatch.setenv("XDG_STATE_HOME", str(root / "state"))
    capsys.readouterr()
    return Outsider(root, capsys)


def log_of(store: Path) -> str:
    """Fingerprint of the log's rows as they lie on the disk."""
    db = sqlite3.connect(store / "store-1.db")
    rows = db.execute("SELECT k, body FROM log ORDER BY k").fetchall()
    db.close()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


# -- shapes ------------------------------------------------------------------------------------------------------


def test_screening_score_has_its_shape_and_a_refused_item_leaves_no_total(tester: Outsider) -> None:
    said = tester.run("screening", "score", "phq9", "--answers", "0,1,2,3,0,0,0,0,-", "--json")
    expected = {
        "instrument": "phq9",
        "complete": False,
        "total": None,
        "band": None,
        "flags": ["item9_sin_respuesta"],
    }
    assert json.loads(said) == expected
    whole = json.loads(tester.run("screening", "score", "phq9", "--answers", "0,1,2,3,0,0,0,0,1", "--json"))
    assert (whole["total"], whole["flags"]) == (7, ["item9"])


def test_protocol_run_has_its_shape_and_the_dose_of_amoxicillin(tester: Outsider) -> None:
    source = tester.root / "tos.json"
    for weight, dose in ((12, 480), (39, 1000)):
        months = 24 if weight == 12 else 59
        source.write_text(json.dumps(COUGH | {"peso_kg": weight, "edad_meses": months}), encoding="utf-8")
        told = json.loads(tester.run("protocol", "run", "tos_ninez", "--input", str(source), "--json"))
        assert list(told) == [
            "protocol", "version", "classification", "gravity", "why", "treatment", "referral", "follow_up_days",
        ]  # fmt: skip
        [given] = told["treatment"]
        assert given == {
            "drug": "amoxicilina", "dose": dose, "unit": "mg", "dose_mg": dose, "route": "oral",
            "times_a_day": 2, "days": 5, "max_a_day": 2000,
        }  # fmt: skip


def test_protocol_list_names_each_input_with_its_unit_and_what_it_may_be(tester: Outsider) -> None:
    listed = json.loads(tester.run("protocol", "list", "--json"))
    assert {"hipertension", "tos_ninez"} <= {p["protocol"] for p in listed}
    for one in (i for p in listed for i in p["inputs"]):
        assert one["allowed"] or (one["type"] == "number" and one["min"] < one["max"] and one["unit"])


def test_verify_and_office_status_have_their_shapes(tester: Outsider) -> None:
    report = tester.json("clinic", "verify")
    assert list(report) == ["ok", "entries", "documents", "damaged"]
    assert (report["ok"], report["damaged"]) == (True, [])
    exported = tester.json("clinic", "export", "--to", str(tester.root / "salida"))
    tester.at("office", "office", "import", exported["files"][0])
    tester.at("office", "office", "accept", exported["device"], "--words", exported["words"])
    [clinic] = tester.json("office", "office", "status")["clinics"]
    assert clinic["clinic"] == "UNO"
    [device] = clinic["devices"]
    assert {"device", "incarnation", "contiguous", "gaps"} <= set(device) and device["gaps"] == []


def test_demo_build_makes_the_store_and_its_passphrase_and_ends(tester: Outsider) -> None:
    target = tester.root / "demo"
    tester.run("demo", "--build", str(target), "--patients", "3", "--years", "0.1")
    phrase = ["--dir", str(target), "--passphrase-file", str(target / "passphrase.txt")]
    assert json.loads(tester.run("verify", *phrase, "--json"))["ok"]
    assert "ya está" in tester.run("demo", "--build", str(target), "--patients", "3", "--years", "0.1")


# -- the stick ---------------------------------------------------------------------------------------------------


def test_the_whole_round_with_a_repeated_bundle_and_altered_ones(tester: Outsider) -> None:
    [bundle] = (tester.root / "salida").glob("*.age")
    device = tester.json("clinic", "export", "--to", str(tester.root / "salida"))
    tester.at("office", "office", "import", str(bundle))
    tester.at("office", "office", "accept", device["device"], "--words", device["words"])
    before = log_of(tester.root / "office")
    assert "ya estaba" in tester.at("office", "office", "import", str(bundle))
    assert log_of(tester.root / "office") == before

    whole, rng = bundle.read_bytes(), random.Random(200)
    altered = tester.root / "alterado.age"
    for _ in range(8):  # each opens the store with its real key derivation; the slow test does two hundred
        raw = bytearray(whole)
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        altered.write_bytes(raw)
        tester.at("office", "office", "import", str(altered), code=5)
    for broken in (whole[: len(whole) // 2], b"", b"hola", whole + b"x"):
        altered.write_bytes(broken)
        tester.at("office", "office", "import", str(altered), code=5)
    assert log_of(tester.root / "office") == before

    tester.at("office", "office", "answer", "--to", str(tester.root))
    [answer] = tester.root.glob("uno-0-*.age")
    told = tester.at("clinic", "import", str(answer))
    assert "registros" in told or "Respuesta 1" in told
    log = log_of(tester.root / "clinic")
    assert "ya estaba" in tester.at("clinic", "import", str(answer)).lower()
    assert log_of(tester.root / "clinic") == log


@pytest.mark.slow
def test_two_hundred_bundles_with_one_byte_changed_are_refused_and_change_nothing(tester: Outsider) -> None:
    [bundle] = (tester.root / "salida").glob("*.age")
    whole, rng = bundle.read_bytes(), random.Random(7)
    before = log_of(tester.root / "office")
    altered = tester.root / "alterado.age"
    for place in rng.sample(range(len(whole)), 200):
        raw = bytearray(whole)
        raw[place] ^= 1 << rng.randrange(8)
        altered.write_bytes(raw)
        tester.at("office", "office", "import", str(altered), code=5)
    assert log_of(tester.root / "office") == before


def test_a_bundle_for_another_office_is_refused(tester: Outsider) -> None:
    [bundle] = (tester.root / "salida").glob("*.age")
    card = str(tester.root / "otra.json")
    tester.at("otra", "office", "init", "--card", card)
    tester.at("otra", "office", "import", str(bundle), code=5)


# -- exit codes --------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_or_role_is_three(tester: Outsider) -> None:
    (tester.root / "otra").write_text("ninguna de estas palabras", encoding="utf-8")
    clinic = str(tester.root / "clinic")
    tester.run("verify", "--dir", clinic, "--passphrase-file", str(tester.root / "otra"), code=3)
    tester.at("clinic", "people", "add", "Otra Prueba", "--role", "pasante", "--person", "Eva Prueba",
              "--new-passphrase-file", str(tester.root / "frase"), code=3)  # fmt: skip


def test_usage_unknown_things_and_unreadable_files_are_two(tester: Outsider) -> None:
    for args in (
        ("nada",), ("screening", "score", "phq9"), ("screening", "score", "nada", "--answers", "0"),
        ("screening", "score", "phq9", "--answers", "0,1,2"), ("protocol", "run", "nada", "--input", "x.json"),
        ("verify", "--dir", str(tester.root / "no-hay")),
    ):  # fmt: skip
        tester.run(*args, code=2)
    tester.at("clinic", "patient", "show", "UNO99999", code=2)


def test_a_damaged_store_is_four_and_stays_as_it_was(tester: Outsider) -> None:
    database = tester.root / "clinic" / "store-1.db"
    db = sqlite3.connect(database)
    db.execute("UPDATE log SET body = x'00' WHERE k = 2")
    db.commit()
    db.close()
    got = main(
        [
            "verify",
            "--json",
            "--dir",
            str(tester.root / "clinic"),
            "--passphrase-file",
            str(tester.root / "frase"),
        ]
    )
    report = json.loads(tester.capsys.readouterr().out)
    assert got == 4 and ("log", 2) in {(d["table"], d["row"]) for d in report["damaged"]}
    (tester.root / "clinic" / "header").write_bytes(b"{}")
    tester.at("clinic", "verify", code=4)


def test_a_store_that_is_open_elsewhere_is_seven(tester: Outsider) -> None:
    lock = LockFile(tester.root / "clinic" / LOCK)
    lock.acquire()
    try:
        tester.at("clinic", "pharmacy", "stock", code=7)
    finally:
        lock.release()


def test_a_folder_that_can_t_be_written_is_six(tester: Outsider) -> None:
    tester.at("clinic", "export", "--to", str(tester.root / "no-hay" / "memoria"), code=6)


def test_no_terminal_is_eight(tester: Outsider) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ces_tui.cli", "--dir", str(tester.root / "clinic")],
        capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (8, "") and "terminal" in done.stderr


def test_our_own_error_is_seventy_without_a_traceback(
    tester: Outsider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secreto del paciente")

    monkeypatch.setattr("ces_tui.screening.instruments.Instruments.get", broken)
    tester.run("screening", "score", "phq9", "--answers", "0", code=70)
    assert "secreto" not in tester.out + tester.err
