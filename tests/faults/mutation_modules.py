"""The modules on which everything else stands, and the quick tests that must notice any mistake in them."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MODULES: dict[str, str] = {
    "vault/seal": "seal",
    "vault/entry": "log",
    "vault/commit": "log",
    "vault/state": "log",
    "vault/late": "log",
    "vault/header": "slots",
    "vault/credentials": "slots",
    "vault/container": "container",
    "vault/apply": "merge",
    "vault/receive": "merge",
    "sync/bundle": "bundle",
    "sync/ranges": "bundle",
    "sync/strict": "bundle",
    "sync/age": "bundle",
}
"""Module -> what it is in docs/formats.md."""

TESTS = ("tests/unit/vault", "tests/unit/sync", "tests/unit/office", "tests/faults/test_doubt.py")
"""What runs against a mutant: no screens, no terminal, nothing that takes seconds."""


_OWN = {
    "vault/apply": ("merge", "receive"),
    "vault/commit": ("commit", "edges"),
    "vault/credentials": ("credentials", "keys"),
}
"""Beginnings of the names of the tests written for a module, where it is not the module's own name."""


def own_tests(module: str) -> tuple[str, ...]:
    """What the paths of a module's own tests hold."""
    return tuple(f"/test_{name}" for name in _OWN.get(module, (module.split("/")[1],)))


def path_of(module: str) -> Path:
    """The file of a module."""
    return ROOT / "ces_tui" / f"{module}.py"


def dotted(module: str) -> str:
    """The name that Python imports."""
    return "ces_tui." + module.replace("/", ".")


def chosen(names: list[str]) -> list[str]:
    """The modules that a command line asks for (`seal`, `vault/seal`, `merge`), all of them when it names none."""
    found = [m for m, part in MODULES.items() if not names or {m, m.split("/")[1], part} & set(names)]
    if not found:
        raise SystemExit(f"no such module; there are: {', '.join(MODULES)}")
    return found


def say(*lines: str) -> None:
    """Lines for whoever runs the command, at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
