"""What the real program leaves in a real terminal and on the disk: its switches, its last words, a kill, foreign sequences."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from ces_tui.base.clock import SystemClock
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from tests.support import PASSPHRASE, make_store, open_clinic
from tests.terminal.harness import ROOT, Terminal
from tests.unit.canary import GIVEN, PLACE, SURNAME, hits
from tests.unit.test_leaks_escapes import sequences

pytestmark = pytest.mark.terminal

_OURS = re.compile(
    rb"\x1b(\[[0-9;:?<>=!$\"' ]*[A-Za-z@`~]|[=>78]|\]22;[a-z-]*\x07|\([B0]|\]11;\?\x1b\\|\]11;\?\x07|P[^\x1b]*\x1b\\)"
)
"""What Textual sends: cursor, colours, modes, and its questions."""


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A store with the canary in today's waiting room, by the machine's own clock."""
    clock = SystemClock()
    folder = tmp_path / "store"
    make_store(folder, clock)  # type: ignore[arg-type]
    clinic = open_clinic(folder, clock)  # type: ignore[arg-type]
    clinic.waiting.arrive(_register(clinic, GIVEN))
    clinic.close()
    return folder


def _register(clinic: Clinic, given: str) -> str:
    from datetime import date

    told = Patient(
        given=given,
        surname1=SURNAME,
        locality=PLACE,
        sex="F",
        birth=date(1980, 2, 3),
        day=clinic.desk.today(),
    )
    return clinic.registry.register(told).id


@contextmanager
def _at_hoy(
    folder: Path, env: dict[str, str] | None = None, command: list[str] | None = None
) -> Iterator[Terminal]:
    with Terminal(["--dir", str(folder)], env=env, command=command) as t:
        t.wait_for("¿Quién es usted?")
        t.press("enter")
        t.wait_for("Frase de acceso")
        t.type(PASSPHRASE)
        t.press("enter")
        t.wait_for("PIN de hoy")
        t.press("enter")
        t.wait_for("Sala de espera")
        t.settle()
        yield t


def _left_on_disk(folder: Path) -> list[str]:
    return hits([folder.parent, Path.home(), Path(os.environ["XDG_CACHE_HOME"])])


def test_after_leaving_the_terminal_shows_nothing_of_the_record(waiting: Path) -> None:
    """Nothing is written after the alternate screen is left but our own words, and nothing lies on the disk."""
    with _at_hoy(waiting) as t:
        assert GIVEN in t.text
        t.press("ctrl+q")
        assert t.wait_exit() == 0
        after = bytes(t.raw).rpartition(b"\x1b[?1049l")[2].decode("utf-8", "replace")
        assert GIVEN not in after and SURNAME not in after
    assert _left_on_disk(waiting) == []


def test_after_kill_9_nothing_lies_on_the_disk(waiting: Path) -> None:
    with _at_hoy(waiting) as t:
        t.press("enter")
        t.wait_for("Alergias")
        t.kill()
    assert _left_on_disk(waiting) == []


def test_the_switches_of_textual_do_nothing(waiting: Path, tmp_path: Path) -> None:
    """No log, no screenshot, no developer's console, no keys pressed by themselves, no other driver."""
    shots = tmp_path / "fotos"
    shots.mkdir()
    env = {
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_LOG": str(tmp_path / "log.txt"),
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(shots),
        "TEXTUAL_SCREENSHOT_FILENAME": "foto.svg",
        "TEXTUAL_PRESS": "ctrl+q",
        "TEXTUAL_DRIVER": "textual.drivers.headless_driver:HeadlessDriver",
        "TEXTUAL_DEVTOOLS_PORT": "1",
    }
    with _at_hoy(waiting, env) as t:
        assert GIVEN in t.text
        t.settle(1.2)
        assert "Sala de espera" in t.text
        t.press("ctrl+q")
        assert t.wait_exit() == 0
    assert not (tmp_path / "log.txt").exists() and not list(shots.iterdir())
    assert not list(ROOT.glob("*.svg")) and _left_on_disk(waiting) == []


BROKEN = """
import sys
from screens import hoy
def fails(self, found):
    name, secret = "{name}", found
    raise RuntimeError(name)
hoy.Hoy._show = fails
hoy.Hoy.action_register = lambda self: fails(self, self.clinic.registry.find(""))
from ces_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_own_mistake_ends_with_a_sentence_and_no_locals(waiting: Path, tmp_path: Path) -> None:
    """The name stands in the locals and in the exception itself; the room says a code, and so does the end."""
    program = tmp_path / "roto.py"
    program.write_text(BROKEN.replace("{name}", GIVEN), encoding="utf-8")
    import sys

    with Terminal(["--dir", str(waiting)], command=[sys.executable, str(program)]) as t:
        t.wait_for("¿Quién es usted?")
        t.press("enter")
        t.wait_for("Frase de acceso")
        t.type(PASSPHRASE)
        t.press("enter")
        t.wait_for("PIN de hoy")
        t.press("enter")
        t.wait_for("Anote este código")
        t.press("n")
        assert t.wait_exit() == 70
        told = bytes(t.raw).decode("utf-8", "replace")
        assert "Anote este código" in told
        assert GIVEN not in told and "Traceback" not in told and "RuntimeError(" not in told


def test_only_the_programs_own_sequences_are_in_the_stream(tmp_path: Path) -> None:
    """Forty names of a faulty writer in the waiting room, in search and in a chart: no sequence of theirs comes through."""
    clock = SystemClock()
    folder = tmp_path / "store"
    make_store(folder, clock)  # type: ignore[arg-type]
    clinic = open_clinic(folder, clock)  # type: ignore[arg-type]
    body = clinic.registry.get(_register(clinic, GIVEN)).record.body()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ces_tui.vault.transaction.encoded_clean", msgspec.json.encode)
        for n, text in enumerate(sequences(40)):
            patient = clinic.vault.new_id()
            with clinic.vault.transaction(day=clinic.desk.today()) as tx:
                told = {
                    **body,
                    "given": f"Ana{text}",
                    "clinic_number": f"PRU9{n:06d}",
                    "locality": f"x{text}",
                }
                tx.put("patient", patient, told, new=True)
            clinic.waiting.arrive(patient)
    clinic.close()
    with _at_hoy(folder) as t:
        for key in ("pagedown", "pagedown", "/"):
            t.press(key)
            t.settle()
        t.type("canary")
        t.settle(0.4)
        t.press("enter")
        t.wait_for("Alergias")
        t.press("ctrl+q")
        t.wait_exit()
        stream = bytes(t.raw)
    rest = _OURS.sub(b"", stream)
    assert b"\x1b" not in rest, re.findall(rb"\x1b.{0,12}", rest)[:5]
    text = rest.decode("utf-8", "replace")
    assert not [c for c in text if c not in "\r\n\x08\x0f" and (ord(c) < 32 or 0x7F <= ord(c) <= 0x9F)]
    for foreign in (b"\x1b]52", b"\x1b]0;", b"\x1b]8;", b"\x1bPq", b"\x1bc"):
        assert foreign not in stream
