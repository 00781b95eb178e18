"""The manual says what the program does: every command stands in it, every key in it exists, its contents are its chapters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ces_tui.base import errors
from ces_tui.cli.app import root
from screens.keys import GLOBAL_KEYS, key_name
from screens.rooms import ROOMS

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
CHAPTERS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", MANUAL, re.MULTILINE | re.DOTALL))
ROOM_FILES = {
    "Hoy": ("hoy",),
    "Buscar y registrar": ("buscar", "alta"),
    "Signos vitales": ("signos",),
    "Consulta": ("consulta", "receta", "receta_linea"),
    "Expediente": ("expediente",),
    "Tamizajes y plan de seguridad": ("tamizaje", "plan_seguridad"),
    "Protocolos": ("protocolos",),
    "Farmacia": ("farmacia", "farmacia_recibir", "farmacia_item"),
    "Agenda": ("agenda",),
    "USB": ("usb",),
    "Coordinación": ("coordinacion",),
}
"""Chapter -> the screens whose keys its tables name."""


def commands(command: click.Command, path: tuple[str, ...], context: click.Context) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name), click.Context(found, info_name=name, parent=context))


def keys_of(path: Path) -> set[str]:
    """Names of the keys that a screen's file binds, as people read them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Binding" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                found |= {key_name(key) for key in str(first.value).split(",")}
    return found


def general() -> set[str]:
    """Keys that every screen has: the global ones, the rooms' digits, those of lists and forms."""
    found = {key_name(k) for g in GLOBAL_KEYS for k in (*g.keys, *g.quiet)}
    found |= {room.key for room in ROOMS.values() if room.key}
    for path in (ROOT / "screens" / "widgets").glob("*.py"):
        found |= keys_of(path)
    return found | {"Enter", "Tab"}


def tables(text: str) -> set[str]:
    """First cells of the tables whose first column is called Tecla."""
    found: set[str] = set()
    for table in re.findall(r"^\| Tecla \|.*?\n\|[-| ]+\n((?:\|.*\n)+)", text, re.MULTILINE):
        found |= {row.split("|")[1].strip().strip("`") for row in table.splitlines()}
    return found


def test_every_command_stands_in_the_manual() -> None:
    missing = [c for c in commands(root, (), click.Context(root)) if f"`ces-tui {c}`" not in MANUAL]
    assert not missing


def test_every_command_in_the_manual_exists() -> None:
    known = set(commands(root, (), click.Context(root)))
    groups = {c.split()[0] for c in known}
    told = set(re.findall(r"^\| `ces-tui ([a-z -]+?)` \|", CHAPTERS["La línea de órdenes"], re.MULTILINE))
    assert told <= known
    mentioned = set(re.findall(r"`?ces-tui ([a-z]+)", MANUAL))
    assert mentioned <= groups


@pytest.mark.parametrize("chapter", ROOM_FILES)
def test_every_key_of_a_room_s_chapter_is_one_of_that_room(chapter: str) -> None:
    own = general().union(*(keys_of(ROOT / "screens" / f"{name}.py") for name in ROOM_FILES[chapter]))
    told = tables(CHAPTERS[chapter])
    assert told and told <= own, told - own


def test_every_named_key_of_the_manual_exists() -> None:
    known = general().union(*(keys_of(path) for path in (ROOT / "screens").glob("*.py")))
    told = set(re.findall(r"Ctrl\+[A-Z]|\bF\d{1,2}\b", MANUAL))
    assert told <= known, told - known


def test_the_keys_that_mean_the_same_everywhere_are_all_told() -> None:
    told = tables(CHAPTERS["Teclas de siempre"])
    for key in GLOBAL_KEYS:
        assert told & {key_name(k) for k in (*key.keys, *key.quiet)}, key.id


def test_the_contents_are_the_chapters_in_their_order() -> None:
    listed = re.findall(r"\[([^\]]+)\]\(#[^)]+\)", MANUAL.split("## ", 1)[0])
    assert listed == list(CHAPTERS)


def test_every_exit_code_is_told() -> None:
    told = {int(n) for n in re.findall(r"^\| (\d+) \|", CHAPTERS["La línea de órdenes"], re.MULTILINE)}
    kinds = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.CesError)]
    assert told == {0} | {kind.exit_code for kind in kinds}
