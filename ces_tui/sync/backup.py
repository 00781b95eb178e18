"""`clinic.backups`: the copy of the day on this disk, the copy on the clinic's own stick, and how old the last one is.

A copy on a stick is made from a verified copy on the disk, so the running store is read once and the slow stick
holds nobody up. What a stick holds is told by file names that no two sticks share (`<clinic>-copia-<n>.cesc`).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ces_tui.base.clock import clinic_time, clinical_day
from ces_tui.base.errors import DiskProblem
from ces_tui.people.audit import Audit
from ces_tui.people.desk import Desk
from ces_tui.people.team import OUTSIDE
from ces_tui.sync.backup_files import StickCopy, copies_on, copy_stem
from ces_tui.sync.drives import Stick, let_go, stick_of, sticks
from ces_tui.sync.outside import Outside, copies_outside
from ces_tui.sync.records import Cancelled, Progress, Step
from ces_tui.sync.stick import Stopped, clear_leftovers, new_name, write_stream
from ces_tui.vault.copies import SUFFIX, Copy, copy_here, local_copies, packed, packed_size, stale_copies

_LAST_LOCAL = "copia_local"
_NUMBER = "copia_numero"
_ON_STICK = 3
_REMEMBERED = 10
RED_AFTER = 3
"""Days after which the last copy outside the laptop is too old (issue 3)."""
_WRITING_MS = 10 * 60_000
_DAY_ENDS = 15
"""Hour (clinic time) from which an idle minute is the day's end; a day that was missed is made up at any hour."""
_WORDS = {"copia": "Copiando en esta computadora", "registros": "Revisando cada sello"}


@dataclass(frozen=True)
class BackupState:
    """How old the copies are."""

    local: Copy | None
    outside: Outside | None
    today: date

    @property
    def outside_days(self) -> int | None:
        """Days since the last copy on a stick; None when there never was one."""
        return (self.today - clinical_day(self.outside.at)).days if self.outside else None

    @property
    def red(self) -> bool:
        return self.outside_days is None or self.outside_days > RED_AFTER


@dataclass(frozen=True)
class CopiedOut:
    """A verified copy on a stick."""

    path: Path
    size: int
    dropped: int
    """Older copies of this clinic that made room on the stick."""
    removable: bool
    ejected: bool
    apart: bool = True
    """Whether it lies on another disk than the store; only then it counts as outside the laptop."""

    @property
    def sentence(self) -> str:
        done = f"Copia escrita y comprobada: {self.path.name}."
        if not self.apart:
            return f"{done} Está en el mismo disco que el expediente: no protege de un robo; copie también a una memoria."
        if self.removable and not self.ejected:
            return f"{done} Expulse la memoria desde el sistema y guárdela aparte de la laptop."
        return f"{done} Ya puede retirar la memoria; guárdela aparte de la laptop."


class Backups:
    """Copies of this store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault

    # -- how it stands -------------------------------------------------------------------------------------

    def local(self) -> list[Copy]:
        """Copies on this disk, newest first."""
        return local_copies(self._vault.folder)

    def outside(self) -> list[Outside]:
        """The last copies that went to sticks, newest first."""
        return copies_outside(self._vault)

    def state(self) -> BackupState:
        """The last copy here and the last one outside."""
        return BackupState(
            next(iter(self.local()), None), next(iter(self.outside()), None), self._desk.today()
        )

    def last_outside(self) -> int | None:
        """When (ms) the last copy went to a stick; reads one setting."""
        return max((o.at for o in self.outside()), default=None)

    def on(self, folder: Path) -> list[StickCopy]:
        """Copies of this clinic that lie in `folder`, newest first."""
        return copies_on(folder, copy_stem(self._vault.header), self._vault.store_id)

    def own_sticks(self) -> list[Stick]:
        """Mounted sticks that already hold a copy of this clinic: the clinic's own second stick."""
        return [s for s in sticks() if self.on(s.path)]

    # -- the copy of the day -------------------------------------------------------------------------------

    def writing(self) -> bool:
        """Whether someone's consult was typed in during the last ten minutes."""
        since = self._desk.now() - _WRITING_MS
        drafts = self._vault.drafts
        return any(
            d.place == "consulta" and d.saved > since for d in (*drafts.open_drafts(), *drafts.others())
        )

    def due(self) -> bool:
        """Whether the copy of the day may be made now: none of today, the day's end or a missed day, nobody writing.

        A copy that someone who left can still open is replaced at the first quiet moment.
        """
        if self.writing():
            return False
        if stale_copies(self._vault.folder, self._vault.header.epoch):
            return True
        days = [c.day for c in self.local()]
        today = self._desk.today()
        if today in days:
            return False
        missed = not any(0 < (today - d).days <= 1 for d in days)
        return missed or self._hour() >= _DAY_ENDS

    def copy_today(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Copy:
        """Copy the store on this disk and verify every seal; DiskProblem without room, Stopped leaves nothing."""
        self._vault.reads.flush()
        mark = self._mark()
        copy = copy_here(self._vault, _told(progress, cancelled))
        self._vault.set_setting(_LAST_LOCAL, {"name": copy.path.name, "mark": mark})
        return copy

    # -- the copy on the stick -----------------------------------------------------------------------------

    def copy_to(
        self, folder: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> CopiedOut:
        """A new file with the whole store in `folder`, verified on the medium; older ones of this clinic make room.

        DiskProblem or Stopped: nothing half-written stays, and the copies that were there are still there.
        """
        self._desk.require("copias")
        if not folder.is_dir():
            raise DiskProblem(f"No existe la carpeta {folder}. Conecte la memoria o elija otra.")
        source = self._fresh(progress, cancelled)
        stick = stick_of(folder)
        label = stick.label if stick else folder.resolve().name or str(folder)
        Audit(self._desk).copied(label)  # before it leaves
        stem = copy_stem(self._vault.header)
        clear_leftovers(folder, stem, SUFFIX)
        number = self._next_number(folder)
        name = new_name(folder, f"{stem}-{number}", suffix=SUFFIX)
        size = packed_size(source)
        path = write_stream(folder, name, packed(source), size, progress, cancelled)
        dropped = self._thin(folder, path)
        apart = stick is not None or other_disk(folder, self._vault.folder)
        if apart:
            self._note(
                Outside(label, self._desk.now(), self._vault.header.epoch, path.name),
                [d.path.name for d in dropped],
            )
        ejected = stick is not None and let_go(stick)
        return CopiedOut(path, size, len(dropped), stick is not None, ejected, apart)

    def _fresh(self, progress: Progress | None, cancelled: Cancelled | None) -> Path:
        """A verified copy on this disk that holds everything written until now."""
        self._vault.reads.flush()
        last = self._vault.setting(_LAST_LOCAL)
        if isinstance(last, dict) and last.get("mark") == self._mark():
            for copy in self.local():
                if copy.path.name == last.get("name"):
                    return copy.path
        return self.copy_today(progress, cancelled).path

    def _mark(self) -> str:
        """What the store holds, in a few letters: log, drafts, people."""
        vault = self._vault
        parts = [vault.secret("head") or b"", vault.secret("drafts") or b"", str(vault.header.epoch).encode()]
        return hashlib.sha256(b"|".join(parts)).hexdigest()[:16]

    def _next_number(self, folder: Path) -> int:
        told = self._vault.setting(_NUMBER)
        number = 1 + max([told if isinstance(told, int) else 0, *(c.number for c in self.on(folder))])
        self._vault.set_setting(_NUMBER, number)  # never given twice, also when the writing is cancelled
        return number

    def _thin(self, folder: Path, newest: Path) -> list[StickCopy]:
        """Keep the newest three under the present key; what a leaver could open goes, now that a new one is there."""
        epoch = self._vault.header.epoch
        kept = 0
        dropped = []
        for copy in self.on(folder):
            kept += copy.epoch == epoch
            if copy.path.name == newest.name or (copy.epoch == epoch and kept <= _ON_STICK):
                continue
            with contextlib.suppress(OSError):
                copy.path.unlink()
                dropped.append(copy)
        return dropped

    def _note(self, made: Outside, dropped: list[str]) -> None:
        rows = [made, *(o for o in self.outside() if not o.file or o.file not in dropped)]
        self._vault.set_setting(
            OUTSIDE,
            [{"name": o.name, "at": o.at, "epoch": o.epoch, "file": o.file} for o in rows[:_REMEMBERED]],
        )

    def _hour(self) -> int:
        return clinic_time(self._desk.now()).hour


def other_disk(folder: Path, store: Path) -> bool:
    """Whether a folder lies on another file system than the store."""
    try:
        return folder.stat().st_dev != store.stat().st_dev
    except OSError:
        return False


def _told(progress: Progress | None, cancelled: Cancelled | None) -> Callable[[str, int, int], None]:
    """The vault's progress as the stick's; Stopped when the person cancelled."""

    def tell(what: str, done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Stopped
        if progress is not None:
            progress(Step(_WORDS.get(what, what), done, total))

    return tell
