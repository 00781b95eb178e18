"""What the next key will most likely need is imported while nobody types: the first opening is then as fast as the second."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from importlib import import_module

ROOMS_AHEAD = ("screens.expediente", "screens.buscar", "screens.signos", "screens.farmacia", "screens.agenda")
"""The rooms opened most from Hoy; the others would cost memory that an old laptop may not have."""
FINDER = ("rapidfuzz.distance",)
"""What the first letter of a search needs."""
_PAUSE = 0.05
"""Seconds between two modules, so that a key never waits for more than one."""


def import_ahead(*names: str) -> None:
    """Import modules in a background thread, one after the other; harmless when they are there already."""
    wanted = [name for name in names if name not in sys.modules]
    if wanted:
        threading.Thread(target=_import, args=(wanted,), name="ahead", daemon=True).start()


def _import(names: list[str]) -> None:
    for name in names:
        with contextlib.suppress(Exception):  # whoever opens the room sees the error where it can be said
            import_module(name)
        time.sleep(_PAUSE)
