"""Who may import whom: the core without Textual, without screens, without what one system lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IMPORT_ALL = """
import importlib, json, pkgutil, sys
hidden = set(sys.argv[1:])
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name in hidden:
            raise ImportError(name)
sys.meta_path.insert(0, Hide())
for name in hidden:
    sys.modules.pop(name, None)
import ces_tui
seen, dirty = [], {}
for info in pkgutil.walk_packages(ces_tui.__path__, "ces_tui."):
    if info.name.startswith("ces_tui.cli") or info.name.endswith("__main__"):
        continue
    before = set(sys.modules)
    importlib.import_module(info.name)
    seen.append(info.name)
    new = sorted({m.split(".")[0] for m in set(sys.modules) - before} & {"textual", "screens", "rich", "click"})
    if new:
        dirty[info.name] = new
print(json.dumps({"seen": seen, "dirty": dirty}))
"""


def _import_all(*hidden: str) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL, *hidden],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    out: dict[str, list[str]] = json.loads(done.stdout)
    return out


def test_no_module_of_the_record_brings_in_textual_rich_click_or_a_screen() -> None:
    found = _import_all()
    assert len(found["seen"]) > 20
    assert not found["dirty"]


def test_every_core_module_loads_on_a_system_without_fcntl_resource_pwd_and_termios() -> None:
    """Stands for Windows: what only Linux has is imported where it is used, in base/platform."""
    assert len(_import_all("fcntl", "resource", "pwd", "termios")["seen"]) > 20


def test_only_base_platform_names_what_one_system_lacks() -> None:
    named = {"fcntl", "resource", "pwd", "termios", "grp", "msvcrt", "winreg"}
    for path in [*(ROOT / "ces_tui").rglob("*.py"), *(ROOT / "screens").rglob("*.py")]:
        if "platform" in path.parts:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.strip().replace(",", " ").split()
            if words[:1] in (["import"], ["from"]):
                assert not named & set(words), f"{path.relative_to(ROOT)}: {line}"


def test_a_room_imports_only_rooms_above_it() -> None:
    """The contracts of pyproject.toml hold."""
    pytest.importorskip("importlinter")
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_opening_the_screens_loads_no_room_before_someone_enters_it() -> None:
    """What start-up costs is decided here: the first paint needs the frame and the unlock screen only."""
    program = (
        "import sys, screens.app\n"
        "print(sorted(m for m in sys.modules if m.startswith('screens.') or m.startswith('ces_tui.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = done.stdout
    for lazy in (
        "screens.farmacia",
        "screens.consulta",
        "screens.hoy",
        "ces_tui.clinic",
        "ces_tui.vault.vault",
        "yaml",
    ):
        assert f"'{lazy}'" not in loaded, lazy
