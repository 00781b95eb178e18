"""A file onto a stick so that it is really there: the write order of RELIABILITY, "The stick".

    room for it twice -> NAME.part -> fsync -> read back past the cache -> rename -> fsync of the final name
    -> fsync of the folder -> read back again

On FAT the rename alone left an empty file after half of the simulated power cuts; the fsync of the final name ended that.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from ces_tui.base.errors import CesError, DiskProblem
from ces_tui.base.files import fsync_folder, fsync_path
from ces_tui.sync.records import Cancelled, Progress, Step

_PIECE = 256 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}\Z")
_SPARE = 1 << 20


class Stopped(CesError):
    """The person cancelled; nothing was left behind."""

    exit_code = 6
    sentence = "Se canceló la copia. En la memoria no quedó nada a medias y todo sigue en la laptop."


FULL = "La memoria está llena. Libere espacio o use otra; todo sigue guardado en la laptop."
READ_ONLY = "La memoria está protegida contra escritura. Use otra; todo sigue guardado en la laptop."
GONE = (
    "La memoria se retiró o dejó de responder. Conéctela de nuevo y repita; todo sigue guardado en la laptop."
)
LIES = "Lo que se leyó de la memoria no es lo que se escribió: está dañada. Use otra; todo sigue guardado en la laptop."


def check_room(folder: Path, size: int) -> None:
    """DiskProblem when `folder` is not a folder or has no room for twice `size` bytes."""
    try:
        if not folder.is_dir():
            raise DiskProblem(f"No existe la carpeta {folder}. Conecte la memoria o elija otra.")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise disk_problem(error) from error
    if free < 2 * size + _SPARE:
        raise DiskProblem(FULL)


def new_name(folder: Path, stem: str, taken: set[str] | None = None, suffix: str = ".age") -> str:
    """`stem` and suffix, or with -2, -3 … when the folder has that name already: nothing on a stick is overwritten."""
    have = (taken or set()) | {p.name.lower() for p in _listing(folder)}
    name = f"{stem}{suffix}"
    count = 1
    while name in have or name + ".part" in have:
        count += 1
        name = f"{stem}-{count}{suffix}"
    if not _NAME.match(name):
        raise DiskProblem("El nombre del archivo no es válido para una memoria.")
    return name


def write_verified(
    folder: Path, name: str, data: bytes, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Path:
    """Write `data` as `folder/name`, on the medium and read back; DiskProblem or Stopped leave nothing behind."""
    return write_stream(folder, name, (data,), len(data), progress, cancelled)


def write_stream(
    folder: Path,
    name: str,
    pieces: Iterable[bytes],
    size: int,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Path:
    """`write_verified` for what is too large for the memory: `size` bytes in all, given piece by piece."""
    check_room(folder, size)
    final, part = folder / name, folder / f"{name}.part"
    try:
        if final.exists():
            raise DiskProblem(f"Ya hay un archivo {name} en esa carpeta; no se sobrescribe nada.")
        digest = _write_part(part, pieces, size, progress, cancelled)
        _verify(part, size, digest, progress, cancelled, "Comprobando")
        _stop_if(cancelled)
        part.replace(final)
        fsync_path(final)
        fsync_folder(folder)
        _verify(final, size, digest, progress, None, "Comprobando otra vez")
    except OSError as error:
        _remove(part)
        raise disk_problem(error) from error
    except BaseException:  # a refusal, a cancel, Ctrl+C: nothing half-written stays
        _remove(part)
        raise
    return final


def clear_leftovers(folder: Path, stem: str, suffix: str = ".age") -> None:
    """Remove what an interrupted copy of ours left: unfinished `stem`-….age.part files, never a finished one."""
    for path in _listing(folder):
        if path.name.startswith(f"{stem}-") and path.name.endswith(f"{suffix}.part"):
            _remove(path)


def disk_problem(error: OSError) -> DiskProblem:
    """The sentence for what the system said."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DiskProblem(FULL)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return DiskProblem(READ_ONLY)
    return DiskProblem(GONE)


def read_bounded(path: Path, limit: int) -> bytes:
    """The whole file; DiskProblem when it can't be read or is over `limit` bytes."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise DiskProblem(f"No se encontró el archivo {path.name}.") from None
    except IsADirectoryError:
        raise DiskProblem(f"{path.name} es una carpeta; elija el archivo .age.") from None
    except PermissionError:
        raise DiskProblem(f"No se tiene permiso para leer {path.name}.") from None
    except OSError as error:
        raise disk_problem(error) from error
    if len(data) > limit:
        raise DiskProblem(
            f"El archivo {path.name} es demasiado grande para ser un paquete. No se cambió nada."
        )
    return data


def _write_part(
    part: Path, pieces: Iterable[bytes], size: int, progress: Progress | None, cancelled: Cancelled | None
) -> bytes:
    """Write and sync the pieces; the SHA-256 of what was written."""
    part.unlink(missing_ok=True)  # of ours, unfinished: the stick was pulled out
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    digest = hashlib.sha256()
    done = 0
    try:
        for piece in pieces:
            digest.update(piece)
            view = memoryview(piece)
            while view:
                _stop_if(cancelled)
                written = os.write(descriptor, view[:_PIECE])
                view = view[written:]
                done += written
                _say(progress, "Copiando", done, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return digest.digest()


def _verify(
    path: Path,
    size: int,
    expected: bytes,
    progress: Progress | None,
    cancelled: Cancelled | None,
    what: str,
) -> None:
    """Read the file from the medium, past the cache where the system can, and compare."""
    digest = hashlib.sha256()
    done = 0
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := os.read(descriptor, _PIECE):
            _stop_if(cancelled)
            digest.update(piece)
            done += len(piece)
            _say(progress, what, done, size)
    finally:
        os.close(descriptor)
    if done != size or digest.digest() != expected:
        _remove(path)
        raise DiskProblem(LIES)


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        raise DiskProblem(f"No existe la carpeta {folder}. Conecte la memoria o elija otra.") from None
    except OSError as error:
        raise disk_problem(error) from error


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _stop_if(cancelled: Cancelled | None) -> None:
    if cancelled is not None and cancelled():
        raise Stopped


def _say(progress: Progress | None, what: str, done: int, total: int) -> None:
    if progress is not None:
        progress(Step(what, done, total))
