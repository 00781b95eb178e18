"""In a real terminal: a record full of sequences, and sequences typed and pasted; the stream holds the program's own only."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pexpect
import pytest

from ces_tui.base.clock import SystemClock
from ces_tui.base.text import is_control
from tests.faults import figures
from tests.support import make_store, open_clinic
from tests.terminal.harness import PATIENCE, Terminal, unlock
from tests.unit.canary import WORDS
from tests.unit.canary_life import ALIAS, NAMES, live_through
from tests.unit.hostile import MARK, families, foreign, sequences

pytestmark = pytest.mark.terminal

SIZE = (100, 36)
HOSTILE = """
import sys
from tests.unit.hostile import Poison, poisoned
from ces_tui.cli import main
with poisoned(Poison({words!r})):
    code = main(sys.argv[1:])
sys.exit(code)
"""


@pytest.fixture
def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store in which the canary lived, by the machine's own clock."""
    clock = SystemClock()
    folder = tmp_path / "store"
    make_store(folder, clock)  # type: ignore[arg-type]
    today = open_clinic(folder, clock)  # type: ignore[arg-type]
    for module in ("tests.unit.canary_life", "tests.unit.consult.visits"):
        monkeypatch.setattr(f"{module}.TODAY", today.desk.today())
    live_through(today)
    today.close()
    return folder


def _hostile(tmp_path: Path) -> list[str]:
    program = tmp_path / "hostil.py"
    program.write_text(HOSTILE.format(words=(*WORDS, *NAMES, ALIAS)), encoding="utf-8")
    return [sys.executable, str(program)]


def _unlock(t: Terminal) -> None:
    unlock(t)
    t.settle()


def _judged(t: Terminal) -> str:
    stream = bytes(t.raw).decode("utf-8", "replace")
    assert foreign(stream, driver=True, rows=SIZE[1], columns=SIZE[0]) == []
    return stream


def test_a_record_full_of_sequences_sends_only_our_own(lived: Path, tmp_path: Path) -> None:
    """Unlock, Hoy, every room with a digit, search, chart and its lines, consult with its draft, help, palette, cover, exit."""
    with Terminal(["--dir", str(lived)], command=_hostile(tmp_path), size=SIZE) as t:
        _unlock(t)
        for key in ("f1", "escape", "ctrl+p", "escape", *"234568901"):
            t.press(key)
            t.settle(0.3)
        for letter in ("/", *"canary"):
            t.press(letter)
        t.settle(0.3)
        t.press("enter")
        t.settle(0.5)
        for key in ("down", "enter", "escape", "pagedown", "pagedown", "c", "tab", "tab", "escape", "ctrl+l"):
            t.press(key)
            t.settle(0.3)
        t.press("ctrl+q")
        assert t.wait_exit() == 0
        stream = _judged(t)
    shown = {int(n) for n in re.findall(MARK + r"(\d{3})", stream)}
    assert len(shown) > 60, len(shown)
    figures.count(
        "terminal injection: a sequence in a real terminal's stream",
        len(shown),
        note=f"{len(stream):,} letters",
    )


def test_two_hundred_pasted_sequences_come_back_as_none(lived: Path) -> None:
    """Bracketed pastes into search, registration and a note; what is kept as a draft of them holds no control either."""
    whole = [
        text for text in sequences() if "\x1b[201~" not in text
    ]  # that one ends the paste: its rest is typed keys
    with Terminal(["--dir", str(lived)], size=SIZE) as t:
        _unlock(t)
        t.press("/")
        t.settle(0.2)
        for text in whole:
            t.paste(f"a{text}b")
        t.settle(0.5)
        t.press("escape", "3")
        t.settle(0.3)
        for text in whole[::4]:
            t.paste(text)
        t.settle(0.5)
        t.press("escape", "escape", "1")
        t.settle(0.3)
        t.press("ctrl+q")
        assert t.wait_exit() == 0, t.text
        _judged(t)
    clinic = open_clinic(lived, SystemClock())  # type: ignore[arg-type]
    kept = [str(draft.data) for draft in clinic.vault.drafts.open_drafts()]
    clinic.close()
    assert kept and not [c for text in kept for c in text if is_control(c) and c != "\n"]
    figures.count("terminal injection: a sequence in a real terminal's stream", len(whole))


def test_sequences_typed_as_keys_are_not_sent_back(lived: Path) -> None:
    """As from a terminal that answers what nobody asked: each in turn, while a field has the cursor."""
    harmless = [
        text for text in families() if not set(text) & set("\x03\x0c\x11\x13\x1a")
    ]  # keys that cover, end or stop
    with Terminal(["--dir", str(lived)], size=SIZE) as t:
        _unlock(t)
        t.press("/")
        for text in harmless:
            t.child.send(text)
            t.read(0.01)
        t.settle(0.5)
        t.press("escape")
        t.press("ctrl+q")
        assert t.wait_exit() == 0, t.text  # none of them ended it before
        _judged(t)
    figures.count("terminal injection: a sequence in a real terminal's stream", len(harmless))


def test_the_judge_of_the_stream_notices_a_sequence(lived: Path, tmp_path: Path) -> None:
    """The negative control: the same program without its filter sends them, and that is seen."""
    program = tmp_path / "sin_filtro.py"
    program.write_text(
        "import screens.widgets.ink as ink\nink.for_screen = lambda text: text\n"
        + HOSTILE.format(words=(*WORDS, *NAMES, ALIAS)),
        encoding="utf-8",
    )
    raw = b""
    with Terminal(["--dir", str(lived)], command=[sys.executable, str(program)], size=SIZE) as t:
        end = time.monotonic() + PATIENCE
        while (
            MARK.encode() not in (raw := raw + _read(t)) and time.monotonic() < end
        ):  # the model would choke on it
            continue
        stream = raw.decode("utf-8", "replace")
    assert foreign(stream, driver=True, rows=SIZE[1], columns=SIZE[0])


def _read(t: Terminal) -> bytes:
    try:
        return t.child.read_nonblocking(1 << 16, 0.2)
    except (pexpect.TIMEOUT, pexpect.EOF):
        return b""
