"""The command line prints no control sequence, whatever a store, a bundle, a header, a file, its name or an argument holds."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.cli import main
from ces_tui.cli.say import safe_json
from ces_tui.sync.recovery import make_request
from ces_tui.vault.vault import Vault
from tests.support import CHEAP, PASSPHRASE
from tests.unit.canary import WORDS
from tests.unit.canary_life import ALIAS, NAMES, live_through
from tests.unit.hostile import MARK, Poison, families, foreign, poisoned, sequences
from tests.unit.office.support import Pair, make_pair
from tests.unit.people.test_inegi import ROWS, table

ROOT = Path(__file__).resolve().parents[2]
OFFICE = "Coordinación de prueba"


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """A clinic in which the canary lived, an office that knows it, both closed; a stick with files of hostile names."""
    made = make_pair(tmp_path, clock)
    monkeypatch.setattr("ces_tui.clinic.SystemClock", lambda: clock)
    live_through(made.clinic)
    made.introduce()
    made.office.answer(None, made.stick)
    made.clinic.backups.copy_to(made.stick)
    (tmp_path / "frase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    made.close()
    yield made


def _told(capfd: pytest.CaptureFixture[str], *command: str) -> str:
    """What a command printed, on both streams; any exit code."""
    main(list(command))
    out, err = capfd.readouterr()
    return out + err


def test_no_command_prints_a_sequence_of_a_hostile_store(
    pair: Pair, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every text that is read from the store, its header, its bundles and answers is hostile; all 200 come to be printed."""
    root, stick = pair.root, pair.stick
    number = "PRU5000001"
    clinic = ["--dir", str(root / "clinic"), "--passphrase-file", str(root / "frase"), "--person", "pasante"]
    office = ["--dir", str(root / "office"), "--passphrase-file", str(root / "frase")]
    person = next(p for p in Vault.peek(root / "clinic").people if p.role == "enfermeria")
    request, words = make_request(root / "clinic", person.id, "frase nueva y bien larga 9", stick, CHEAP)
    bundle, answer = str(stick / "pru-5-1.age"), str(stick / "pru-0-1.age")
    copy = str(next(stick.glob("*.cesc")))
    there = {
        "clinic": [
            ["patient", "find", "tlacuachine", "--limit", "50"], ["patient", "find", "canary", "--json"],
            ["patient", "show", number], ["patient", "show", number, "--json"], ["audit", "patient", number],
            ["audit", "patient", number, "--json"], ["audit", "person", "pasante"], ["audit", "review", "--person", "supervision"],
            ["consult", "drafts"], ["consult", "drafts", "--json"], ["consult", "sign", "0" * 32], ["screening", "register"],
            ["screening", "register", "--json"], ["screening", "indicators", "--month", "2026-11"], ["pharmacy", "stock"],
            ["pharmacy", "stock", "--json"], ["people", "list"], ["people", "list", "--json"], ["people", "remove", "Rosa"],
            ["envelope", "status"], ["copy", "--list"], ["copy"], ["verify"], ["verify", "--json"], ["import", answer],
            ["export", "--to", str(stick)], ["screening", "fhir-responses", "--to", str(stick)], ["import", bundle],
            *([["paper", kind, number] for kind in ("receta", "nota", "hoja-frontal", "historia", "referencia")]),
            *([["paper", kind, number, "--json"] for kind in ("receta", "nota", "hoja-frontal", "historia", "referencia")]),
            ["paper", "lista"], ["paper", "unidad"], ["paper", "unidad", "--json"], ["paper", "persona"],
            ["paper", "persona", "--json"], ["paper", "receta", number, "--usb", str(stick)], ["paper", "abrir", bundle],
            ["restore", copy, "--to", str(root / "repuesto")], ["restore", copy, "--to", str(root / "r2"), "--json"],
            ["rescue", "--to", str(root / "rescate")],
        ],
        "office": [
            ["office", "status"], ["office", "status", "--json"], ["office", "import", bundle],
            ["office", "answer", "--to", str(stick)], ["office", "people", "list"], ["office", "people", "end", "--person", "Nadie"],
            ["office", "recover", str(request), "--words", words], ["office", "recover", str(request), "--words", words, "--json"],
        ],
    }  # fmt: skip
    poison = Poison((*WORDS, *NAMES, OFFICE, ALIAS))
    said: dict[str, str] = {}
    with poisoned(poison):
        for _ in range(2):
            for where, commands in there.items():
                for command in commands:
                    for one in ("repuesto", "r2", "rescate"):
                        shutil.rmtree(root / one, ignore_errors=True)
                    text = _told(capfd, *command, *(clinic if where == "clinic" else office))
                    assert foreign(text) == [], command
                    said[" ".join(command[:2])] = text
    shown = {int(n) for text in said.values() for n in re.findall(MARK + r"(\d{3})", text)}
    assert len(poison.given) == 200 and len(shown) > 150, len(shown)


def test_what_is_typed_or_lies_in_a_folder_under_a_hostile_name_is_not_printed_either(
    pair: Pair, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Arguments, options, names of files and folders, the contents of a catalogue, a wording, a protocol, a card, a request."""
    access = ["--dir", str(pair.root / "clinic"), "--passphrase-file", str(pair.root / "frase")]
    for number, text in enumerate(families()):
        name = text.replace("/", "-").replace("\x00", "0")
        folder = tmp_path / f"n{number}"
        folder.mkdir()
        file = folder / f"a{name}.yaml"
        file.write_text(f"id: x{text}\ntitle: '{text}'\n", encoding="utf-8", errors="replace")
        table_of = folder / f"b{name}.csv"
        table_of.write_text(
            table([*ROWS, ["", "", "07", "Chiapas", "020", f"La{text}", "0999", f"El{text}", "R"]]), "utf-8"
        )
        card = folder / f"c{name}.json"
        card.write_text(json.dumps({"v": 1, "name": text, "clinic": text}), "utf-8")
        commands = [
            [f"x{text}"], ["patient", "find", f"x{text}"], ["patient", "show", f"x{text}"], ["people", "remove", f"x{text}"],
            ["audit", "person", f"x{text}"], ["screening", "show", f"x{text}"], ["screening", "score", "phq9", "--answers", f"{text}"],
            ["protocol", "run", f"x{text}", "--input", str(file)], ["protocol", "check", str(file)], ["screening", "check", str(file)],
            ["screening", "load-text", str(file)], ["patient", "import-localities", str(table_of)], ["import", str(file)],
            ["restore", str(file)], ["paper", "abrir", str(file)], ["export", "--to", str(folder / f"no{name}")],
            ["copy", "--to", str(folder / f"no{name}")], ["recover", "apply", str(card)], ["office", "recover", str(card)],
        ]  # fmt: skip
        for command in commands[number % 4 :: 4]:
            said = _told(
                capfd, *command, *(access if command[0] not in {"protocol"} and len(command) > 1 else [])
            )
            assert foreign(said) == [], command


def test_a_store_in_a_folder_with_a_hostile_name_is_told_without_it(
    tmp_path: Path, clock: FixedClock, capfd: pytest.CaptureFixture[str]
) -> None:
    for text in sequences()[::20]:
        place = tmp_path / f"x{text.replace('/', '-').replace(chr(0), '0')}"
        for command in (["verify"], ["patient", "find", "x"], ["copy", "--list"], []):
            assert foreign(_told(capfd, *command, "--dir", str(place))) == []


def test_json_means_the_same_with_its_controls_escaped() -> None:
    for text in sequences():
        told = safe_json({text: [text, {"a": text}]}, indent=2)
        assert foreign(told) == [] and json.loads(told) == {text: [text, {"a": text}]}


def test_only_the_filter_and_lines_of_progress_write_to_the_terminal() -> None:
    """`click.echo` and `print` stand nowhere else in the command line: a text that goes around the filter is seen here."""
    for path in sorted((ROOT / "ces_tui" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called == "click.echo" and path.name != "say.py":
                assert ast.unparse(node.args[0]).startswith(("f'\\r", 'f"\\r')), (path.name, node.lineno)
            if called in {"print", "sys.stdout.write", "sys.stderr.write", "click.secho", "click.style"}:
                assert path.name == "screens.py", (path.name, node.lineno)


def test_a_raw_sequence_is_noticed(capfd: pytest.CaptureFixture[str]) -> None:
    """The negative control: each family of sequences, alone and in the middle of what the program writes itself."""
    frame = "\x1b[?2026h\x1b[3;1H\x1b[38;2;1;2;3;48;2;9;9;9mHola\x1b[0m{}\x1b[?2026l"
    assert foreign(frame.format("")) == []
    for text in families():
        assert foreign(frame.format(text)), repr(text)
        assert foreign(frame.format(text), driver=True), repr(text)
    assert len(set(sequences())) == 200
