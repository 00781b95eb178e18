"""What the real program leaves in a real terminal and on the disk: its switches, its last words, every way to end."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from ces_tui.base.clock import SystemClock
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from tests.faults import figures
from tests.faults.killing import can_kill
from tests.faults.test_clear_text import read_trace, tracer
from tests.support import PASSPHRASE, make_store, open_clinic
from tests.terminal.harness import ROOT, Terminal, unlock
from tests.unit.canary import GIVEN, PLACE, SAID, SURNAME, hits, within

pytestmark = pytest.mark.terminal


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
        unlock(t)
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


WHOLE = """
import sys
from ces_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
_ALTERNATE = re.compile(rb"\x1b\[\?1049h.*?(?:\x1b\[\?1049l|\Z)", re.S)


@pytest.mark.skipif(not can_kill(), reason="needs strace")
@pytest.mark.parametrize(
    "end",
    [
        "salir",
        "kill",
        "falla",
        *(pytest.param(end, marks=pytest.mark.slow) for end in ("cubrir", "hup", "term")),
    ],
)
def test_however_it_ends_nothing_went_anywhere_but_to_the_screen(
    waiting: Path, tmp_path: Path, end: str
) -> None:
    """Her chart open and her words half typed into a note: what the process wrote, and what a terminal keeps of it.

    On the way nothing is copied to the terminal's clipboard or title, and all of it is in the alternate screen, which
    leaves no scrollback.
    """
    program, log = tmp_path / "programa.py", tmp_path / "traza"
    broken = "import screens.hoy as h\ndef fails(self): raise RuntimeError(self.clinic.registry.find(''))\nh.Hoy.action_register = fails\n"
    program.write_text((broken if end == "falla" else "") + WHOLE, encoding="utf-8")
    env = {"PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with _at_hoy(waiting, env, [*tracer(log), sys.executable, str(program)]) as t:
        assert GIVEN in t.text
        if end != "falla":
            t.press("enter")
            t.wait_for("Alergias")
            t.press("c")
            t.wait_for("Subjetivo", "Motivo")
            t.type(SAID)
            t.settle(1.5)  # the draft is sealed meanwhile
        _ends(t, end)
        raw = bytes(t.raw)
    assert GIVEN.encode() in raw, "nothing of hers was shown: the search of the rest proves nothing"
    assert within(_ALTERNATE.sub(b"", raw)) == []
    assert not re.findall(rb"\x1b\](?!22;)[^\x07\x1b]*", raw), "a title, a clipboard, a link"
    handed = read_trace(log)
    assert handed.leaks == [] and handed.writes > 20 and handed.shown > 1000
    assert _left_on_disk(waiting) == []
    figures.count(
        "clear text: an end of the program in a real terminal", note="left, covered, SIGHUP, SIGTERM, kill -9, own mistake"
    )  # fmt: skip


def _ends(t: Terminal, end: str) -> None:
    """Bring the program to this end."""
    process = psutil.Process(t.child.pid).children()[0]
    if end == "falla":
        t.press("n")
        assert t.wait_exit() == 70
    elif end in {"salir", "cubrir"}:
        if end == "cubrir":
            t.press("ctrl+l")
            t.wait_for("pantalla cubierta")
            assert GIVEN not in t.text
        t.press("ctrl+q")
        assert t.wait_exit() == 0
    else:
        process.send_signal({"hup": signal.SIGHUP, "term": signal.SIGTERM, "kill": signal.SIGKILL}[end])
        t.wait_exit()
