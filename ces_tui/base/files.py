"""Atomic files: after `replace_file` returns, the new content is on the disk; before, the old one is whole."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` under `path`: temp file, fsync, rename, fsync of the final name and of the folder."""
    temp = path.with_name(path.name + ".part")
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temp.replace(path)
    fsync_path(path)
    fsync_folder(path.parent)


def replace_unsynced(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Like `replace_file` without the syncs: for hints that may be lost (the anchor), never for records."""
    temp = path.with_name(path.name + ".part")
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        _write_all(descriptor, data)
    finally:
        os.close(descriptor)
    temp.replace(path)


def fsync_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_folder(path: Path) -> None:
    """Sync a directory where the system knows how (Windows does not)."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    with contextlib.closing(_Closer(descriptor)):
        os.fsync(descriptor)


class _Closer:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        os.close(self._descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
