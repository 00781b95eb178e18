"""Bundles kept as they came (still encrypted to the office): of devices nobody accepted yet, or of unknown authors."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from ces_tui.base.errors import CesError, DiskProblem
from ces_tui.base.files import replace_file
from ces_tui.base.paths import private_dir
from ces_tui.sync.bundle import MOST_FILE
from ces_tui.sync.stick import read_bounded

FOLDER = "espera"
MOST_FILES = 500


class Quarantine:
    """The folder beside the office's database; files are named by their own hash."""

    def __init__(self, store: Path) -> None:
        self._folder = store / FOLDER

    def keep(self, data: bytes) -> Path:
        """Keep a file; the same file twice is kept once."""
        path = self._folder / f"{hashlib.sha256(data).hexdigest()[:32]}.age"
        try:
            private_dir(self._folder)
            if path.exists():
                return path
            if len(self.files()) >= MOST_FILES:
                raise DiskProblem(
                    "Hay demasiados archivos en espera. Acepte o quite los equipos nuevos primero."
                )
            replace_file(path, data)
        except OSError as error:
            raise DiskProblem(
                "No se pudo guardar el archivo en el disco de la oficina. No se cambió nada; libere espacio y repita."
            ) from error
        return path

    def files(self) -> list[Path]:
        """What waits, oldest first."""
        with contextlib.suppress(OSError):
            return sorted(self._folder.glob("*.age"), key=lambda p: (p.stat().st_mtime_ns, p.name))
        return []

    def read(self, path: Path) -> bytes | None:
        """The bytes of a waiting file; None when they can no longer be read."""
        with contextlib.suppress(CesError):
            return read_bounded(path, MOST_FILE)
        return None

    def drop(self, path: Path) -> None:
        """What was united needs no waiting copy."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
