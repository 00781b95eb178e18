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
LAB = ROOT / ".venv-lab"

USAGE = """\
uso: python3 packaging/run.py ORDEN [ARGUMENTOS]

  demo            prepara todo y abre la clínica de demostración (DATOS INVENTADOS)
  cli ARGS…       la línea de órdenes de ces-tui en el mismo entorno
  test            prepara todo y corre las pruebas rápidas
  check           formato, estilo, tipos, contratos y pruebas rápidas
  faults          pruebas lentas de fallas (--quick: corrida corta; --write: anota las cifras, con --keep junto a las
                  de antes, con --add --seed=2 sumadas a las de otra semilla del mismo programa; --kills=10000 …)
                  con --coverage: líneas y ramas del núcleo; con --mutation: errores sembrados en él
  bench           mediciones (--json)
  peers           el almacén frente a SQLCipher y SQLite3MC (en un entorno aparte)
  fuzz            atheris sobre cada decodificador (en un entorno aparte; --seconds=60)
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
    problem = prepare_lab() if command in {"peers", "fuzz"} else prepare(dev=command not in {"demo", "cli"})
    if problem:
        print(problem, file=sys.stderr)
        return 2
    return COMMANDS[command](rest)


# -- the environment ---------------------------------------------------------------------------------------


def prepare(*, dev: bool) -> str | None:
    """Make `.venv` current; return a sentence when that can't be done here."""
    # the developer's environment holds everything that running needs
    if is_current(VENV, "dev") or (not dev and is_current(VENV, "run")):
        return None
    return install(VENV, "dev" if dev else "run")


def prepare_lab() -> str | None:
    """The same for `.venv-lab`, which holds what only comparisons and long fuzzing need."""
    return None if is_current(LAB, "lab") else install(LAB, "lab")


def stamp(lock: str) -> str:
    return hashlib.sha256(
        (LOCKS / f"{lock}.txt").read_bytes() + sys.version.encode() + str(ROOT).encode()
    ).hexdigest()


def is_current(venv: Path, lock: str) -> bool:
    have = venv / f".stamp-{lock}"
    return python_of(venv).exists() and have.exists() and have.read_text() == stamp(lock)


def python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def install(venv: Path, name: str) -> str | None:
    print("Preparando el entorno (sólo la primera vez)…", file=sys.stderr, flush=True)
    lock, interpreter = LOCKS / f"{name}.txt", str(python_of(venv))
    shutil.rmtree(venv, ignore_errors=True)
    uv = shutil.which("uv")
    try:
        if uv:
            call([uv, "venv", "--quiet", "--python", sys.executable, str(venv)])
            call(
                [
                    *(uv, "pip", "install", "--quiet", "--python", interpreter),
                    *("--require-hashes", "-r", str(lock)),
                ]
            )
        elif has("ensurepip") and has("venv"):
            call([sys.executable, "-m", "venv", str(venv)])
            pip_install([interpreter, "-m", "pip"], lock)
        elif has("pip") and has("venv"):
            call([sys.executable, "-m", "venv", "--without-pip", str(venv)])
            pip_install([sys.executable, "-m", "pip", "--python", interpreter], lock)
        else:
            return (
                "A este Python le falta el módulo venv. En Debian: apt install python3-venv (como root); "
                "después repita la orden."
            )
    except subprocess.CalledProcessError:
        shutil.rmtree(venv, ignore_errors=True)
        return (
            "No se pudieron instalar los paquetes (¿hay red o una carpeta de paquetes?). Nada quedó a medias."
        )
    link_project(interpreter)
    (venv / f".stamp-{name}").write_text(stamp(name))
    return None


def pip_install(pip: list[str], lock: Path) -> None:
    call([*pip, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)])


def link_project(interpreter: str) -> None:
    """Put the clone on the environment's path (what an editable install does, without a build)."""
    out = subprocess.run(
        [interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
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
    return run(str(python_of(VENV)), *args, **env)


def lab(*args: str, **env: str) -> int:
    return run(str(python_of(LAB)), *args, **env)


def cli(args: list[str]) -> int:
    # -I keeps the current folder and user site out of the clinical content's way
    command = [str(python_of(VENV)), "-I", "-m", "ces_tui.cli", *args]
    if WINDOWS:
        return subprocess.run(command, check=False).returncode
    return os.execv(command[0], command)


def demo(args: list[str]) -> int:
    return cli(["demo", *args])


def test(args: list[str]) -> int:
    # compiled tests are kept although the shell says otherwise: compiling them anew takes longer than many of them
    return python("-m", "pytest", *in_parallel(args), *args, PYTHONDONTWRITEBYTECODE="")


def in_parallel(args: list[str]) -> list[str]:
    """One process per core, a file's tests together as far as can be: whoever has none left takes half of the other's."""
    asks_otherwise = any(arg in {"-n", "-x", "--pdb", "-s"} or arg.startswith("-n") for arg in args)
    return [] if asks_otherwise else ["-n", "auto", "--dist", "worksteal"]


def check(args: list[str]) -> int:
    steps: list[tuple[str, list[str]]] = [
        ("formato", ["-m", "ruff", "format", "--check", "."]),
        ("estilo", ["-m", "ruff", "check", "."]),
        ("tipos", ["-m", "mypy"]),
        ("pruebas", ["-m", "pytest", *in_parallel(args), *args]),
    ]
    failed = []
    for name, step in steps:
        print(f"── {name}", flush=True)
        if python(*step) != 0:
            failed.append(name)
    print("todo bien" if not failed else "falló: " + ", ".join(failed))
    return 1 if failed else 0


def faults(args: list[str]) -> int:
    """`--quick`, `--write`, `--keep`, `--add` (the figures into docs/reliability.md), `--kills=10000` and the like; the rest is pytest's."""
    for name, module in (("--coverage", "core_coverage"), ("--mutation", "mutation")):
        if name in args:
            return python("-m", f"tests.faults.{module}", *(arg for arg in args if arg != name))
    env = {"CES_FAULTS": "quick" if "--quick" in args else "full"}
    for name in ("write", "keep", "add"):
        if f"--{name}" in args:
            env[f"CES_FAULTS_{name.upper()}"] = "1"
    if "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK):
        env["TMPDIR"] = "/dev/shm"  # what the sets lay out and look at a million times need not reach a disk
    rest = []
    for arg in args:
        name, is_amount, number = arg.removeprefix("--").partition("=")
        if arg.startswith("--") and is_amount and number.isdigit():
            env[f"CES_FAULTS_{name.upper().replace('-', '_')}"] = number
        elif arg not in {"--quick", "--write", "--keep", "--add"}:
            rest.append(arg)
    where = [] if any(arg.startswith("tests/") for arg in rest) else ["tests/faults"]
    tidy = ["-o", "tmp_path_retention_policy=failed", "-o", "tmp_path_retention_count=1"]
    return python("-m", "pytest", "-m", "not bench", *tidy, *where, *rest, **env)


def bench(args: list[str]) -> int:
    return python("-m", "tests.benchmarks", *args)


def peers(args: list[str]) -> int:
    return lab("-m", "tests.benchmarks.peers", *args)


def fuzz(args: list[str]) -> int:
    return lab("-m", "tests.faults.atheris_run", *args)


COMMANDS = {
    "demo": demo,
    "cli": cli,
    "test": test,
    "check": check,
    "faults": faults,
    "bench": bench,
    "peers": peers,
    "fuzz": fuzz,
}

if __name__ == "__main__":
    sys.exit(main())
