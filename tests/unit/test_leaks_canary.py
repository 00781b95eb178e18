"""A patient goes through every service of a clinic and its office; then nothing of hers lies in clear anywhere."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from ces_tui.base import errors
from ces_tui.base.clock import FixedClock
from ces_tui.cli import main
from ces_tui.clinic import projector
from ces_tui.vault import create, identity, state
from ces_tui.vault.packing import pack_log
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.unit.canary import SKELETON, WORDS, forms, hits, searched, within
from tests.unit.canary_away import PHRASE, go_away
from tests.unit.canary_calls import CLEAR, counted_calls, look_at_the_rest
from tests.unit.canary_life import Life, live_through
from tests.unit.office.support import Pair, make_pair
from tests.unit.paper.lp import FakeLp, fake_lp
from tests.unit.people.roles_table import rows

__all__ = ["fake_lp"]
FEWEST_FILES = 60


@dataclass
class Lived:
    """A whole life, still open: who, where it may have left something, and which services it went through."""

    pair: Pair
    life: Life
    places: list[Path]
    calls: set[str]
    said: list[str]


@pytest.fixture
def lived(
    tmp_path: Path, clock: FixedClock, fake_lp: FakeLp, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lived]:
    """In a home, a temporary folder and a working folder of its own; other machines are other state folders."""
    scratch = tmp_path / "temp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(scratch)
    machine = ["0" * 16]
    for module in (state, identity, create):
        monkeypatch.setattr(module, "machine_id", lambda: machine[0])

    def become(folder: Path) -> None:
        machine[0] = "f" * 16 if "otra" in folder.name else "0" * 16
        monkeypatch.setenv("XDG_STATE_HOME", str(folder))

    said: list[str] = []
    monkeypatch.setattr(errors.CesError, "__init__", _heard(errors.CesError.__init__, said))
    fake_lp.folder.rename(tmp_path.parent / f"{tmp_path.name}-impresora")  # what the printer got is on paper
    fake_lp.folder = tmp_path.parent / f"{tmp_path.name}-impresora"
    fake_lp._write(0)
    with counted_calls() as calls:
        pair = make_pair(tmp_path, clock)
        life = live_through(pair.clinic)
        go_away(pair, life, become)
        life.clinic = pair.clinic
        look_at_the_rest(pair, life, calls)
        places = [tmp_path, Path.home(), Path(os.environ["XDG_CACHE_HOME"])]
        yield Lived(pair, life, places, calls, said)
        pair.close()


def _heard(first: object, said: list[str]) -> object:
    def heard(self: errors.CesError, *args: object, **more: object) -> None:
        first(self, *args, **more)  # type: ignore[operator]
        said.append(str(self))

    return heard


def test_nothing_of_the_canary_lies_outside_the_seal_nor_in_what_is_said(
    lived: Lived, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Stores, write-ahead logs, headers, copies, sticks, home, state, cache, temporary and working folder: open, closed.

    Nor in a log of Python's, on either stream, or in the sentence of any refusal.
    """
    assert hits(lived.places) == []
    lived.pair.close()
    assert hits(lived.places) == []
    assert searched(lived.places)[0] >= FEWEST_FILES
    assert [told for told in lived.said if within(told.encode())] == []
    assert lived.said, "no refusal was heard: the search of them proves nothing"
    assert capfd.readouterr() == ("", "") and within(caplog.text.encode()) == []
    assert list(Path(os.environ["TMPDIR"]).iterdir()) == [], "something temporary stayed"


def test_the_life_goes_through_every_public_method_and_what_it_leaves_in_rows_and_bundles_is_noise(
    lived: Lived,
) -> None:
    """Whoever adds a verb takes the canary through it (canary_life.py); clear files are written on request only.

    Bodies are deflated before they are sealed, so that words alone would not show a row without a seal: its bytes do.
    """
    assert set(rows()) - lived.calls == CLEAR
    vault = lived.pair.clinic.vault
    plain = b"".join(pack_log(entry) for entry in vault.entries())
    folder, me = vault.folder, lived.pair.clinic.me.id
    lived.pair.close()
    assert verify_store(folder, me, PHRASE, projector=projector(), signatures=True).ok
    assert Vault.peek(folder).epoch > 1, "the key was never changed"
    with closing(sqlite3.connect(folder / Vault.peek(folder).db)) as database:
        for table in ("log", "doc", "proj", "draft"):
            bodies = [bytes(row[0]) for row in database.execute(f"SELECT body FROM {table}")]
            assert bodies and _uneven(b"".join(bodies)) < MOST_UNEVEN, table
    sealed = [p.read_bytes().partition(b"\n---")[2][64:] for p in lived.pair.stick.glob("*.age")]
    assert len(sealed) > 10 and max(_uneven(one) for one in sealed) < MOST_UNEVEN
    assert _uneven(plain) > MOST_UNEVEN, "deflated rows would pass for sealed ones"


MOST_UNEVEN = 255 + 8 * (2 * 255) ** 0.5


def _uneven(data: bytes) -> float:
    """Chi-squared of the 256 bytes: 255 for noise, give or take 23."""
    fair = len(data) / 256
    return sum((n - fair) ** 2 / fair for n in (data.count(bytes([b])) for b in range(256)))


def test_the_command_line_writes_nothing_of_her_but_to_the_terminal(
    lived: Lived, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that writes a file or reads the record; her name comes out where a person asked for it, never on stderr."""
    number = lived.pair.clinic.registry.get(lived.life.her).record.clinic_number
    lived.pair.close()
    root, stick = lived.pair.root, lived.pair.stick
    monkeypatch.setattr("ces_tui.clinic.SystemClock", lambda: lived.pair.clock)
    (root / "frase").write_text(PHRASE + "\n", encoding="utf-8")
    told = ""
    for command in (
        ["patient", "find", "canary"], ["patient", "show", number], ["patient", "show", number, "--json"], ["verify"],
        ["verify", "--rebuild"], ["verify", "--signatures", "--json"], ["audit", "patient", number],
        ["audit", "person", "Nadia"], ["consult", "drafts"], ["screening", "register"], ["pharmacy", "stock"],
        ["screening", "fhir-responses", "--to", str(stick)], ["export", "--to", str(stick)],
        ["copy"], ["copy", "--to", str(stick)], ["copy", "--list"], ["rescue", "--to", str(root / "rescate")],
        ["paper", "receta", number, "--usb", str(stick)], ["paper", "nota", number, "--print"], ["paper", "lista"],
        ["paper", "historia", number], ["paper", "unidad"], ["people", "list"], ["envelope", "status"],
    ):  # fmt: skip
        access = [
            "--passphrase-file",
            str(root / "frase"),
            "--dir",
            str(root / "clinic"),
            "--person",
            "Nadia",
        ]
        code = main([*command, *access])
        out, err = capsys.readouterr()
        assert code == 0, (command, out, err)
        assert within(err.encode()) == [], command
        told += out
    assert within(told.encode()), "the terminal shows whom it was asked for"
    assert hits(lived.places) == []


def test_a_clear_file_is_found_in_whatever_form_it_is_planted(tmp_path: Path) -> None:
    """The negative control: each form of each word and of a record's members, the place of a seam, and a file's name."""
    for number, form in enumerate([*forms().values(), *SKELETON]):
        (tmp_path / "plantado").write_bytes(os.urandom(64) + form + os.urandom(64))
        assert hits([tmp_path]), number
    (tmp_path / "plantado").write_bytes(bytes((8 << 20) - 5) + WORDS[0].encode() + bytes(9))
    assert hits([tmp_path]) == [f"plantado: {WORDS[0]} utf-8"]
    (tmp_path / "plantado").unlink()
    (tmp_path / f"{WORDS[1]}.age").write_bytes(b"")
    assert hits([tmp_path])


def test_the_search_knows_every_form_of_every_word() -> None:
    """32 forms, each long enough that a chance hit is none, and none of them hidden by another spelling."""
    assert len(forms()) == len(WORDS) * 32
    assert all(len(form) >= 8 for form in forms().values())
