r"""Copies of the store: on the same disk by day, and on the clinic's second stick. Each is opened and every seal verified.

A copy on the disk is a store folder of its own (header and database). On a stick it is one file,
`CESC1\n` | u32 | header | database, written under a new name; rows are sealed, so nothing clear lies in it.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ces_tui.base.clock import clinic_time
from ces_tui.base.errors import BadInput, CesError, DiskProblem, StoreDamaged
from ces_tui.base.files import fsync_folder, replace_file
from ces_tui.base.paths import private_dir
from ces_tui.vault import header as headers
from ces_tui.vault.header import Header

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

Progress = Callable[[str, int, int], None]
MAGIC = b"CESC1\n"
SUFFIX = ".cesc"
_U32 = struct.Struct(">I")
_PAGES = 512
_CHUNK = 1 << 20
_MOST_HEADER = 1 << 20
_PART = ".part"
_NO_COPY = "Ese archivo no es una copia de un expediente. No se cambió nada."
DAYS, WEEKS, MONTHS = 3, 2, 2


@dataclass(frozen=True)
class Copy:
    """A copy on this disk."""

    path: Path
    day: date
    bytes: int


def copies_folder(vault_folder: Path) -> Path:
    """Where the copies of a store lie: beside it, not inside it."""
    return vault_folder.parent / f"{vault_folder.name}-copias"


def local_copies(vault_folder: Path) -> list[Copy]:
    """The copies on this disk, newest first."""
    found = []
    folder = copies_folder(vault_folder)
    for path in folder.iterdir() if folder.is_dir() else []:
        try:
            day = date.fromisoformat(path.name[:10])
        except ValueError:
            continue
        if not path.name.endswith(_PART) and (path / headers.NAME).exists():
            found.append(Copy(path, day, sum(f.stat().st_size for f in path.iterdir())))
    return sorted(found, key=lambda c: c.path.name, reverse=True)


def copy_here(vault: Vault, progress: Progress | None = None) -> Copy:
    """Copy the store on the same disk, verify every seal of the copy, and let the older ones go by their ages.

    DiskProblem when a copy would take more than a fifth of the free space; what `progress` raises cancels and leaves
    no half copy.
    """
    folder = private_dir(copies_folder(vault.folder))
    now = clinic_time(vault.clock.now_ms())
    size = _size(vault)
    if size * 5 > shutil.disk_usage(folder).free:
        _thin(vault.folder, now.date(), keep_days=1)
        if size * 5 > shutil.disk_usage(folder).free:
            raise DiskProblem(
                "No hay espacio para la copia del día. Lo guardado está a salvo; libere espacio."
            )
    remove_parts(vault.folder)
    target = _free_name(folder, f"{now:%Y-%m-%d-%H%M%S}")
    part = folder / f"{target.name}{_PART}"
    try:
        write_copy(vault, private_dir(part), progress)
        check_copy(vault, part, progress)
        part.rename(target)
        fsync_folder(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise DiskProblem("No se pudo escribir la copia. Lo guardado está a salvo.") from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    drop_copies(vault.folder, before_epoch=vault.header.epoch)
    _thin(vault.folder, now.date(), made=target)
    return next(c for c in local_copies(vault.folder) if c.path == target)


def _free_name(folder: Path, name: str) -> Path:
    """A name that sorts after every copy of the same second, so that the newest is always the last by name."""
    taken = [p.name for p in folder.iterdir() if p.name.startswith(name) and not p.name.endswith(_PART)]
    if not taken:
        return folder / name
    last = max(int(n[len(name) + 1 :] or 1) for n in taken)
    return folder / f"{name}-{last + 1:03d}"


def write_copy(vault: Vault, target: Path, progress: Progress | None = None) -> None:
    """The header and a physically ordered database into an empty folder, some pages at a time."""
    import sqlite3

    tell = progress or (lambda _what, _done, _all: None)
    path = target / vault.header.db
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    new = sqlite3.connect(path, isolation_level=None)
    try:
        with vault.lock:
            vault.checkpoint()

            def step(_status: int, remaining: int, total: int) -> None:
                tell("copia", total - remaining, total)

            vault.container.db.backup(new, pages=_PAGES, progress=step, sleep=0)
        new.execute("PRAGMA journal_mode=DELETE").fetchall()
        new.execute("PRAGMA synchronous=FULL").fetchall()
    except sqlite3.DatabaseError as error:
        raise DiskProblem("No se pudo escribir la copia. Lo guardado está a salvo.") from error
    finally:
        new.close()
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    replace_file(target / headers.NAME, headers.encode(vault.header, vault.data_key))


def check_copy(vault: Vault, folder: Path, progress: Progress | None = None) -> None:
    """Every seal of a copy, with the keys that are open now; StoreDamaged when it is not whole."""
    from ces_tui.vault.verify import Checker

    raw, header = headers.read_file(folder)
    headers.check(raw, header, vault.data_key)
    checker = Checker(folder, header, vault.data_key, vault.projector, signatures=False, progress=progress)
    report = checker.run(raw)
    for leftover in folder.glob("*.db-*"):
        leftover.unlink()
    if not report.ok:
        raise StoreDamaged(
            "La copia no salió igual al expediente y se descartó. Use «verify» para revisar el disco."
        )


def drop_copies(vault_folder: Path, before_epoch: int | None = None) -> int:
    """Remove every copy on this disk, or those of earlier epochs (someone left: their slot lies in them); how many."""
    gone = [c for c in local_copies(vault_folder) if before_epoch is None or _epoch(c.path) < before_epoch]
    for copy in gone:
        shutil.rmtree(copy.path, ignore_errors=True)
    return len(gone)


def remove_parts(vault_folder: Path) -> None:
    """Remove what a copy that was cut short left. Only with the store's lock held."""
    folder = copies_folder(vault_folder)
    for path in folder.glob(f"*{_PART}") if folder.is_dir() else ():
        shutil.rmtree(path, ignore_errors=True)


def stale_copies(vault_folder: Path, epoch: int) -> int:
    """Copies on this disk sealed before `epoch`: whoever left since can open them."""
    return sum(_epoch(c.path) < epoch for c in local_copies(vault_folder))


def _epoch(copy: Path) -> int:
    try:
        return headers.read_file(copy)[1].epoch
    except CesError:
        return 0  # unreadable: no use as a copy


def packed(folder: Path) -> Iterator[bytes]:
    """A copy as the byte stream of one file for a stick."""
    raw, header = headers.read_file(folder)
    yield MAGIC + _U32.pack(len(raw)) + raw
    with (folder / header.db).open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def packed_size(folder: Path) -> int:
    """How many bytes `packed` gives."""
    raw, header = headers.read_file(folder)
    return len(MAGIC) + _U32.size + len(raw) + (folder / header.db).stat().st_size


def unpack(file: Path, folder: Path) -> Header:
    """Lay a copy from a stick out as a store folder; BadInput when it is none, or the folder is not empty."""
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("Esa carpeta no está vacía. No se cambió nada.")
    try:
        with file.open("rb") as stream:
            raw, header = _packed_header(stream)
            _check_room(file, folder)
            private_dir(folder)
            path = folder / header.db
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                shutil.copyfileobj(stream, out, _CHUNK)
                out.flush()
                os.fsync(out.fileno())
    except OSError as error:
        raise DiskProblem("No se pudo leer la copia o escribir en el disco. Nada se cambió.") from error
    headers.write_file(folder, raw)
    return header


def peek_packed(file: Path) -> Header:
    """The clear header of a copy in a file, MAC unchecked; BadInput when it is none, DiskProblem when it can't be read."""
    try:
        with file.open("rb") as stream:
            return _packed_header(stream)[1]
    except OSError as error:
        raise DiskProblem("No se pudo leer la copia. Nada se cambió.") from error


def _packed_header(stream: BinaryIO) -> tuple[bytes, Header]:
    if stream.read(len(MAGIC)) != MAGIC:
        raise BadInput(_NO_COPY)
    size = stream.read(_U32.size)
    length = _U32.unpack(size)[0] if len(size) == _U32.size else 0
    if not 0 < length <= _MOST_HEADER:
        raise BadInput(_NO_COPY)
    raw = stream.read(length)
    if len(raw) < length:
        raise BadInput("Ese archivo está incompleto. No se cambió nada.")
    return raw, headers.decode(raw)


def to_keep(days: list[date], today: date) -> set[date]:
    """The days whose copies stay: the last 3 days, the newest of each of the last 2 weeks and 2 months before."""
    kept = {d for d in days if (today - d).days < DAYS}
    older = sorted((d for d in days if d not in kept), reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    months: dict[tuple[int, int], date] = {}
    for day in older:
        if today - day <= timedelta(weeks=WEEKS + 1):
            weeks.setdefault(day.isocalendar()[:2], day)
        months.setdefault((day.year, day.month), day)
    kept |= set(sorted(weeks.values(), reverse=True)[:WEEKS])
    return kept | set(sorted((m for m in months.values() if m not in kept), reverse=True)[:MONTHS])


def _thin(vault_folder: Path, today: date, keep_days: int | None = None, made: Path | None = None) -> None:
    # the one just made is the newest of its day, also when the clock went back since the one before
    copies = sorted(local_copies(vault_folder), key=lambda c: c.path != made)
    days = [c.day for c in copies]
    kept = to_keep(days, today) if keep_days is None else set(sorted(set(days), reverse=True)[:keep_days])
    newest: set[date] = set()
    for copy in copies:  # newest first: one a day is enough
        if copy.day not in kept or copy.day in newest:
            shutil.rmtree(copy.path, ignore_errors=True)
        newest.add(copy.day)


def _size(vault: Vault) -> int:
    return (vault.folder / vault.header.db).stat().st_size


def _check_room(file: Path, folder: Path) -> None:
    if (
        file.stat().st_size * 2
        > shutil.disk_usage(folder.parent if folder.parent.exists() else Path.home()).free
    ):
        raise DiskProblem("No hay espacio en el disco para reponer la copia. Nada se cambió.")
