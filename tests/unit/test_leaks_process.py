"""What the process must not do: leave a core, be read by others, print a name when it fails, need a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ces_tui.clinic import Clinic
from tests.support import PASSPHRASE
from tests.unit.consult.visits import someone

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Xochiquétzalñ"
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux says so in /proc")


def _run(program: str, *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *args],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, **(env or {})}, check=False,
    )  # fmt: skip


@linux
@pytest.mark.parametrize("entry", ["cli", "screens"])
def test_cores_are_off_and_the_process_closed_before_any_command_or_screen(entry: str) -> None:
    """Asked of the real entry points, after they ran something that fails at once."""
    start = {
        "cli": "from ces_tui.cli import main; main(['patient', 'find', 'x', '--dir', '/nada'])",
        "screens": "import screens.app as a; from ces_tui.base.errors import CesError\n"
        "class T:\n    isatty = lambda self: True\n    def __getattr__(self, n): return getattr(sys.__stdout__, n)\n"
        "sys.stdin = sys.stdout = T()\n"
        "a.CesApp = lambda *x: (_ for _ in ()).throw(CesError())\n"
        "try: a.run(None)\nexcept CesError: pass\nsys.stdout = sys.__stdout__",
    }[entry]
    done = _run(
        f"import sys\n{start}\nimport ctypes, resource\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    assert done.stdout.strip().endswith("(0, 0) 0"), done.stderr


def test_an_own_mistake_prints_a_sentence_and_no_name(clinic: Clinic, tmp_path: Path) -> None:
    """A planted name in the locals of a service that fails: neither stream has it, also with Python's own switches set."""
    someone(clinic, given=CANARY)
    folder = clinic.vault.folder
    clinic.close()
    phrase = tmp_path / "frase"
    phrase.write_text(PASSPHRASE + "\n")
    program = (
        "import sys\n"
        "from ces_tui.people import registry\n"
        "def broken(self, text, limit=20, **more):\n"
        f"    name = {CANARY!r}\n"
        "    found = [s.record for s in self._shelf.all()]\n"
        "    raise RuntimeError(f'{name} {found}')\n"
        "registry.Registry.find = broken\n"
        "from ces_tui.cli import main\n"
        "sys.exit(main(['patient', 'find', 'x', '--dir', sys.argv[1], '--passphrase-file', sys.argv[2]]))"
    )
    env = {
        "PYTHONFAULTHANDLER": "1",
        "PYTHONWARNINGS": "ignore",
    }
    done = _run(program, str(folder), str(phrase), env=env)
    assert done.returncode == 70
    assert CANARY not in done.stdout + done.stderr and "Traceback" not in done.stdout + done.stderr
    assert "Algo falló" in done.stderr


QUICK = (
    "tests/unit/vault/test_keys.py",
    "tests/unit/vault/test_tinydb.py",
    "tests/unit/people/test_registry.py",
    "tests/unit/consult/test_signing.py",
    "tests/unit/sync/test_bundle.py",
    "tests/unit/office/test_round.py",
    "tests/unit/screening/test_screenings.py",
    "tests/unit/pharmacy/test_dispensing.py",
)
"""Core tests that go through every room; the whole suite runs so with `unshare -rn` by hand."""


@pytest.mark.slow
@linux
def test_the_core_works_where_there_is_no_network_at_all() -> None:
    """An empty network namespace: not even a loopback."""
    if shutil.which("unshare") is None:
        pytest.skip("no hay «unshare» en este sistema")
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("este sistema no deja crear un espacio de red propio")
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-m", "pytest", "-q", *QUICK],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


def test_no_module_of_the_core_or_the_screens_imports_a_network_client() -> None:
    named = {
        "socket",
        "ssl",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "requests",
        "httpx",
        "aiohttp",
        "asyncore",
    }
    for path in [*(ROOT / "ces_tui").rglob("*.py"), *(ROOT / "screens").rglob("*.py")]:
        for text in path.read_text(encoding="utf-8").splitlines():
            words = text.strip().replace(",", " ").replace(".", " ").split()
            if words[:1] in (["import"], ["from"]) and len(words) > 1:
                assert words[1] not in named, f"{path.relative_to(ROOT)}: {text}"
