"""The keys that mean the same everywhere: one table for the bindings, the help, the manual and the tests.

Terminals and small keyboards eat some keys (F1 and F10 open menus, F11 fills the screen, Esc waits), so each such
key has a second one that every terminal lets through.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ces_tui.base.errors import BadInput


@dataclass(frozen=True)
class GlobalKey:
    """One thing that can be done from anywhere."""

    id: str
    action: str
    keys: tuple[str, ...]
    """Always, also while someone types."""
    quiet: tuple[str, ...]
    """Only where the thing in focus does not take the key as text."""
    verb: str
    tooltip: str
    shown: bool = False
    """Whether the hint line names it."""


GLOBAL_KEYS = (
    GlobalKey(
        "app.ayuda",
        "explain",
        ("f1", "ctrl+g"),
        ("question_mark",),
        "ayuda",
        "Explica lo que tiene el cursor.",
        True,
    ),
    GlobalKey(
        "app.buscar",
        "find",
        ("ctrl+f",),
        ("slash",),
        "buscar",
        "Busca a un paciente desde cualquier pantalla.",
    ),
    GlobalKey(
        "app.menu",
        "palette",
        ("ctrl+p",),
        (),
        "menú",
        "Todo lo que se puede hacer aquí, por su nombre.",
        True,
    ),
    GlobalKey(
        "app.saltar",
        "jump",
        ("ctrl+a",),
        (),
        "saltar",
        "Pone una letra en cada parte de la pantalla; esa letra lleva el cursor ahí.",
    ),
    GlobalKey(
        "app.cubrir",
        "cover",
        ("ctrl+l", "f12"),
        (),
        "cubrir",
        "Tapa la pantalla al instante; se vuelve con el PIN.",
        True,
    ),
    GlobalKey(
        "app.volver", "back", ("ctrl+o",), ("escape",), "volver", "Regresa a la pantalla anterior.", True
    ),
    GlobalKey("app.salir", "leave", ("ctrl+q",), (), "salir", "Cierra el expediente y termina el programa."),
)

_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "Mayús+Tab",
    "space": "Espacio",
    "backspace": "Retroceso",
    "delete": "Supr",
    "up": "Arriba",
    "down": "Abajo",
    "left": "Izquierda",
    "right": "Derecha",
    "pageup": "RePág",
    "pagedown": "AvPág",
    "home": "Inicio",
    "end": "Fin",
    "slash": "/",
    "question_mark": "?",
    "minus": "-",
    "plus": "+",
    "full_stop": ".",
    "comma": ",",
    "asterisk": "*",
}


def key_name(key: str) -> str:
    """The key as people read it on the hint line: 'ctrl+s' -> 'Ctrl+S', 'escape' -> 'Esc'."""
    if key in _NAMES:
        return _NAMES[key]
    *mods, last = key.split("+")
    words = {"ctrl": "Ctrl", "shift": "Mayús", "alt": "Alt"}
    shown = _NAMES.get(last, last.upper() if mods or (last[0] == "f" and last[1:].isdigit()) else last)
    return "+".join([*(words.get(m, m) for m in mods), shown])


def read_keymap(path: Path) -> dict[str, str]:
    """A person's own keys: `{"consulta.firmar": "f4,ctrl+y"}`, binding id -> keys; empty without a file.

    BadInput with a sentence when the file is there and can't be used; then the program's own keys stay.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(v, str) and v for v in found.values()):
        raise BadInput("El archivo teclas.json no se puede leer; siguen las teclas de siempre.")
    return {str(k): v for k, v in found.items()}
