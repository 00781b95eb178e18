"""Where things are: the store, the small state beside it, and the clinical content. The one owner of paths."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import ces_tui
from ces_tui.base.errors import CesError

HOME_VARIABLE = "CES_TUI_HOME"


def store_dir(given: str | Path | None = None) -> Path:
    """The store's folder: what was given, else `CES_TUI_HOME`, else the user's data folder."""
    if given:
        return Path(given)
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home)
    return _data_home() / "ces-tui" / "store"


def state_dir() -> Path:
    """The user's state folder of this program (anchors live here, never patient data)."""
    if base := os.environ.get("XDG_STATE_HOME"):
        return Path(base) / "ces-tui"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ces-tui" / "state"
    return Path.home() / ".local" / "state" / "ces-tui"


def cache_dir() -> Path:
    """Where compiled public content is cached (nothing about patients)."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "ces-tui"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ces-tui" / "cache"
    return Path.home() / ".cache" / "ces-tui"


def content_dir() -> Path:
    """The clinical content: inside the installed package, or `protocols/` of the clone."""
    package = Path(ces_tui.__file__).resolve().parent
    for place in (package / "_protocols", package.parent / "protocols"):
        if place.is_dir():
            return place
    raise CesError("Faltan los archivos de contenido clínico; vuelva a instalar el programa.")


def private_dir(path: Path) -> Path:
    """Create `path` (and its parents) readable by its owner only."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _data_home() -> Path:
    if base := os.environ.get("XDG_DATA_HOME"):
        return Path(base)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home())))
    return Path.home() / ".local" / "share"
