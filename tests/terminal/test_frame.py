"""The frame through a real terminal: bytes, sizes, exits. Slow by nature, so there are few."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.support import PASSPHRASE
from tests.terminal.harness import Terminal, unlock

pytestmark = pytest.mark.terminal


def test_unlock_cover_return_and_quit_leave_the_terminal_clean(store: Path) -> None:
    with Terminal(
        ["--dir", str(store)], env={"TEXTUAL_LOG": str(store.parent / "log"), "TEXTUAL_PRESS": "q"}
    ) as t:
        unlock(t, *"314159", shows="Hoy · ")
        t.press("ctrl+l")
        t.wait_for("pantalla cubierta")
        t.press(*"314159")
        t.wait_for("Hoy · ")
        t.press("ctrl+q")
        assert t.wait_exit() == 0
        assert b"\x1b[?1049l" in t.raw
        assert PASSPHRASE.encode() not in t.raw and b"314159" not in t.raw
        assert b"\x1b]52" not in t.raw
    assert not (store.parent / "log").exists()


def test_a_small_terminal_is_told_so_and_works_when_it_grows(store: Path) -> None:
    with Terminal(["--dir", str(store)], size=(60, 20)) as t:
        t.wait_for("al menos 80")
        t.resize(80, 24)
        t.wait_for("¿Quién es usted?")


def test_hanging_up_closes_the_store_so_that_it_opens_again(store: Path) -> None:
    with Terminal(["--dir", str(store)]) as t:
        unlock(t, *"314159", shows="Hoy · ")
        t.child.kill(signal.SIGHUP)
        assert t.wait_exit() == 0
    with Terminal(["--dir", str(store)]) as t:
        unlock(t, *"314159", shows="Hoy · ")


def test_a_second_window_on_the_same_store_is_told_that_it_is_open(store: Path) -> None:
    with Terminal(["--dir", str(store)]) as first:
        unlock(first, *"314159", shows="Hoy · ")
        with Terminal(["--dir", str(store)]) as second:
            second.wait_for("¿Quién es usted?")
            second.press("enter")
            second.wait_for("Frase de acceso")
            second.type(PASSPHRASE)
            second.press("enter")
            second.wait_for("ya está abierto en otra ventana")


def test_a_folder_without_a_store_is_a_sentence_and_an_exit_code(tmp_path: Path) -> None:
    with Terminal(["--dir", str(tmp_path / "nada")]) as t:
        assert t.wait_exit() == 2
        assert "No hay expediente en esa carpeta" in t.text and "Traceback" not in t.text


@pytest.mark.parametrize("term", ["linux", "xterm", "screen"])
def test_sixteen_colours_are_enough(store: Path, term: str) -> None:
    with Terminal(["--dir", str(store)], term=term) as t:
        t.wait_for("¿Quién es usted?")
        t.settle()
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25]", t.raw), "sólo los 16 colores de la consola"
        assert "▶ Irene Balcázar" in t.text
