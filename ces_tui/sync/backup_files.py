"""Copies as files: which ones of a clinic lie in a folder, whether one is whole, and laying one out as a store again."""

from __future__ import annotations

import contextlib
import re
import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ces_tui.base.errors import BadInput, CesError, DiskProblem, NotFound, StoreDamaged
from ces_tui.base.files import replace_file
from ces_tui.base.paths import private_dir
from ces_tui.sync.export import clinic_stem
from ces_tui.vault import header as headers
from ces_tui.vault.authors import keys_of
from ces_tui.vault.copies import SUFFIX, copies_folder, peek_packed, unpack
from ces_tui.vault.credentials import unwrap_key
from ces_tui.vault.header import Header
from ces_tui.vault.identity import RESTORED
from ces_tui.vault.projections import Projector
from ces_tui.vault.verify import Checker, Progress, Report

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

_MOST_FILES = 5000
_OTHER = "Esa copia es de otra clínica."


@dataclass(frozen=True)
class StickCopy:
    """A copy of this clinic in a folder; what it holds, only opening it tells."""

    path: Path
    number: int
    epoch: int
    bytes: int
    written: int
    """Time of the file, ms."""


def copy_stem(header: Header) -> str:
    """What the names of a clinic's copies begin with."""
    return f"{clinic_stem(header.clinic.code, header.store)}-copia"


def copies_on(folder: Path, stem: str, store: str) -> list[StickCopy]:
    """The copies of the store `store` in `folder`, by name and by the header inside; newest first, never others' files."""
    name = re.compile(rf"{re.escape(stem)}-(\d{{1,9}})(?:-\d+)?{re.escape(SUFFIX)}\Z")
    found = []
    with contextlib.suppress(OSError):
        for path in islice(folder.iterdir(), _MOST_FILES):
            match = name.match(path.name.lower())
            if match is None or path.is_symlink() or not path.is_file():
                continue
            with contextlib.suppress(CesError, OSError):
                header, told = peek_packed(path), path.stat()
                if header.store == store:
                    found.append(
                        StickCopy(
                            path, int(match.group(1)), header.epoch, told.st_size, int(told.st_mtime * 1000)
                        )
                    )
    return sorted(found, key=lambda c: (c.number, c.written), reverse=True)


def check_file(vault: Vault, file: Path, progress: Progress | None = None) -> Report:
    """Open every seal of a copy on a stick with the keys that are at the desk; nothing of it stays on this disk.

    BadInput for another clinic's copy, NotFound when the person at the desk has no slot in it.
    """
    header = peek_packed(file)
    if header.store != vault.store_id:
        raise BadInput(f"{_OTHER} No se revisó.")
    data_key = _key_here(vault, header)
    place = private_dir(copies_folder(vault.folder)) / "revision.part"
    shutil.rmtree(place, ignore_errors=True)
    try:
        unpack(file, place)
        return _checked(place, data_key, vault.projector, progress)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def restore(
    file: Path,
    folder: Path,
    person_id: str,
    passphrase: str,
    projector: Projector,
    progress: Progress | None = None,
) -> Report:
    """Lay a copy out as a store in the empty `folder` and open every seal; the store starts a new life at its opening.

    WrongPassphrase before anything is written. StoreDamaged when a seal does not open: what was laid out stays, for
    `rescue`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("Esa carpeta no está vacía. No se cambió nada.")
    header = peek_packed(file)
    keys = keys_of(header, person_id, passphrase)
    data_key = unwrap_key(header.slot(person_id).box, keys.x, header.store_bytes, header.epoch, person_id)
    try:
        unpack(file, folder)
    except BaseException:
        for name in (header.db, headers.NAME):
            (folder / name).unlink(missing_ok=True)
        raise
    try:
        report = _checked(folder, data_key, projector, progress)
    except DiskProblem:
        raise
    except StoreDamaged as damage:
        raise StoreDamaged(_DAMAGED) from damage
    if not report.ok:
        raise StoreDamaged(_DAMAGED)
    replace_file(folder / RESTORED, b"")
    return report


_DAMAGED = "La copia tiene daños. Quedó en esa carpeta: use «rescue» para sacar lo que se pueda, o pruebe otra copia."


def _checked(folder: Path, data_key: bytes, projector: Projector, progress: Progress | None) -> Report:
    raw, header = headers.read_file(folder)
    headers.check(raw, header, data_key)
    report = Checker(folder, header, data_key, projector, signatures=False, progress=progress).run(raw)
    for leftover in folder.glob("*.db-*"):
        leftover.unlink()
    return report


def _key_here(vault: Vault, header: Header) -> bytes:
    if header.epoch == vault.header.epoch:
        return vault.data_key
    author = vault.author
    if author is None or all(slot.to != author.id for slot in header.slots):
        raise NotFound("Quien está en la mesa no tiene llave para esa copia, que es de antes. No se revisó.")
    return unwrap_key(header.slot(author.id).box, author.keys.x, header.store_bytes, header.epoch, author.id)
