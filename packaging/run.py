#!/usr/bin/env python3
"""Set up ces-tui in this clone and run it: `run.py demo|test|cli|check|faults|bench`.

Standard library only. The environment lives in `.venv`; a stamp (hash of the lock and the Python version)
says whether it is current, so a second call costs milliseconds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "locks"
WINDOWS = os.name == "nt"
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

USAGE = """\
uso: python3 packaging/run.py ORDEN [ARGUMENTOS]

  demo            prepara todo y abre la clínica de demostración (DATOS INVENTADOS)
  cli ARGS…       la línea de órdenes de ces-tui en el mismo entorno
  test            prepara todo y corre las pruebas rápidas
  check           formato, estilo, tipos, contratos y pruebas rápidas
  faults          pruebas lentas de fallas (--quick: corrida corta; --write: anota las cifras; --kills=10000 …)
  bench           mediciones (--json)
"""


def main() -> int:
    args = sys.argv[1:]
    if not args or args[0] in {"-h", "--help"}:
        print(USAGE, end="")
        return 0 if args else 2
    command, rest = args[0], args[1:]
    if command not in COMMANDS:
        print(f"No conozco la orden «{command}».\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may be asked to run this file
        print("Hace falta Python 3.11 o más nuevo.", file=sys.stderr)
        return 2
    problem = prepare(dev=command not in {"demo", "cli"})
    if problem:
        print(problem, file=sys.stderr)
        return 2
    return COMMANDS[command](rest)


# -- the environment ---------------------------------------------------------------------------------------


def prepare(*, dev: bool) -> str | None:
    """Make `.venv` current; return a sentence when that can't be done here."""
    lock = LOCKS / ("dev.txt" if dev else "run.txt")
    stamp = hashlib.sha256(lock.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()
    have = VENV / (".stamp-dev" if dev else ".stamp-run")
    dev_stamp = VENV / ".stamp-dev"
    if VENV_PYTHON.exists() and have.exists() and have.read_text() == stamp:
        return None
    if not dev and VENV_PYTHON.exists() and dev_stamp.exists():
        dev_want = hashlib.sha256(
            (LOCKS / "dev.txt").read_bytes() + sys.version.encode() + str(ROOT).encode()
        ).hexdigest()
        if dev_stamp.read_text() == dev_want:
            return None  # the developer's environment holds everything that running needs
    print("Preparando el entorno (sólo la primera vez)…", file=sys.stderr, flush=True)
    problem = install(lock)
    if problem is None:
        have.write_text(stamp)
    return problem


def install(lock: Path) -> str | None:
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    try:
        if uv:
            call([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
            call(
                [
                    uv,
                    "pip",
                    "install",
                    "--quiet",
                    "--python",
                    str(VENV_PYTHON),
                    "--require-hashes",
                    "-r",
                    str(lock),
                ]
            )
        elif has("ensurepip") and has("venv"):
            call([sys.executable, "-m", "venv", str(VENV)])
            pip_install([str(VENV_PYTHON), "-m", "pip"], lock)
        elif has("pip") and has("venv"):
            call([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
            pip_install([sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)], lock)
        else:
            return (
                "A este Python le falta el módulo venv. En Debian: apt install python3-venv (como root); "
                "después repita la orden."
            )
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        return (
            "No se pudieron instalar los paquetes (¿hay red o una carpeta de paquetes?). Nada quedó a medias."
        )
    link_project()
    return None


def pip_install(pip: list[str], lock: Path) -> None:
    call([*pip, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)])


def link_project() -> None:
    """Put the clone on the environment's path (what an editable install does, without a build)."""
    out = subprocess.run(
        [str(VENV_PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    Path(out.stdout.strip(), "ces_tui_clone.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def has(module: str) -> bool:
    return (
        subprocess.run(
            [sys.executable, "-c", f"import {module}"], capture_output=True, check=False
        ).returncode
        == 0
    )


def call(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


# -- the commands ------------------------------------------------------------------------------------------


def run(*command: str, **env: str) -> int:
    try:
        return subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, **env}).returncode
    except KeyboardInterrupt:
        return 130


def python(*args: str, **env: str) -> int:
    return run(str(VENV_PYTHON), *args, **env)


def cli(args: list[str]) -> int:
    # -I keeps the current folder and user site out of the clinical content's way
    command = [str(VENV_PYTHON), "-I", "-m", "ces_tui.cli", *args]
    if WINDOWS:
        return subprocess.run(command, check=False).returncode
    return os.execv(command[0], command)


def demo(args: list[str]) -> int:
    return cli(["demo", *args])


def test(args: list[str]) -> int:
    return python("-m", "pytest", *args)


def check(args: list[str]) -> int:
    steps: list[tuple[str, list[str]]] = [
        ("formato", ["-m", "ruff", "format", "--check", "."]),
        ("estilo", ["-m", "ruff", "check", "."]),
        ("tipos", ["-m", "mypy"]),
        ("pruebas", ["-m", "pytest", *args]),
    ]
    failed = []
    for name, step in steps:
        print(f"── {name}", flush=True)
        if python(*step) != 0:
            failed.append(name)
    print("todo bien" if not failed else "falló: " + ", ".join(failed))
    return 1 if failed else 0


def faults(args: list[str]) -> int:
    """`--quick`, `--write` (the figures into docs/reliability.md), `--kills=10000` and the like; the rest is pytest's."""
    env = {"CES_FAULTS": "quick" if "--quick" in args else "full"}
    if "--write" in args:
        env["CES_FAULTS_WRITE"] = "1"
    rest = []
    for arg in args:
        name, is_amount, number = arg.removeprefix("--").partition("=")
        if arg.startswith("--") and is_amount and number.isdigit():
            env[f"CES_FAULTS_{name.upper()}"] = number
        elif arg not in {"--quick", "--write"}:
            rest.append(arg)
    return python("-m", "pytest", "-m", "not bench", "tests/faults", *rest, **env)


def bench(args: list[str]) -> int:
    return python("-m", "tests.benchmarks", *args)


COMMANDS = {"demo": demo, "cli": cli, "test": test, "check": check, "faults": faults, "bench": bench}

if __name__ == "__main__":
    sys.exit(main())
