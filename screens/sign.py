"""What hangs at the door: clinic and staff out of the clear header, without the keys' machinery that opening needs.

The vault reads and checks the whole header when it opens; this only fills the first screen, and cheaply.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ces_tui.base.errors import CesError, NotFound, StoreDamaged
from ces_tui.people.desk import Person

_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Sign:
    """Clinic, whether all in it is invented, and who has a passphrase here."""

    clinic: str
    demo: bool
    people: tuple[Person, ...]


def read_sign(store: Path) -> Sign:
    """The sign of a store; NotFound when there is none, StoreDamaged when it can't be read."""
    try:
        raw = (store / "header").read_bytes()[:_MOST_BYTES]
    except FileNotFoundError:
        raise NotFound("No hay expediente en esa carpeta. Use «init» para crear uno.") from None
    except OSError:
        raise StoreDamaged("No se pudo leer el encabezado del expediente.") from None
    try:
        return _sign(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError):
        return _checked(store)


def _sign(header: dict[str, Any]) -> Sign:
    clinic = header["clinic"]
    people = tuple(
        Person(str(p["id"]), str(p["name"]), str(p["role"]))
        for p in header.get("people", ())
        if p.get("credential")
    )
    return Sign(str(clinic["name"]), bool(clinic.get("demo", False)), people)


def _checked(store: Path) -> Sign:
    """Let the vault's own reader say what is wrong."""
    from ces_tui.vault.header import read_file

    read_file(store)
    raise CesError("El encabezado del expediente está dañado. No se cambió nada.")
