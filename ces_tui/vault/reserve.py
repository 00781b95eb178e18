"""A few megabytes kept aside, so that a full disk still takes the note that someone is writing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAME = "reserva"
BYTES = 4 << 20
_AT_LEAST_FREE = 16 * BYTES


def keep(folder: Path) -> None:
    """Make the reserve when there is none and the disk has plenty of room; never fails."""
    path = folder / NAME
    try:
        if path.exists() or shutil.disk_usage(folder).free < _AT_LEAST_FREE:
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(descriptor, 0, BYTES)
            else:
                os.write(descriptor, bytes(BYTES))
        finally:
            os.close(descriptor)
    except OSError:
        return


def give(folder: Path) -> bool:
    """Let the reserve go; whether there was one."""
    try:
        (folder / NAME).unlink()
    except OSError:
        return False
    return True
