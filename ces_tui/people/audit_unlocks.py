"""Unlockings that failed: kept outside the sealed store while it is closed, written into its log by the next one that succeeds.

The small file holds counts and instants, no name and nothing typed. Whoever has the machine can delete it: it tells the
honest that somebody tried, it is no defence (docs/threat-model.md).
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from ces_tui.base.clock import clinic_time
from ces_tui.base.paths import private_dir, state_dir
from ces_tui.people.audit_acts import FAILED, write_act
from ces_tui.vault.vault import Vault

_MOST = 1_000_000


@dataclass(frozen=True)
class Failures:
    """How often, from when to when (ms)."""

    count: int
    first: int
    last: int

    @property
    def sentence(self) -> str:
        """'3 intentos fallidos de entrar, el 20/11/2026 de 09:02 a 09:05'."""
        first, last = clinic_time(self.first), clinic_time(self.last)
        if self.count == 1:
            return f"1 intento fallido de entrar, el {last:%d/%m/%Y a las %H:%M}"
        many = f"{self.count} intentos fallidos de entrar"
        if first.date() != last.date():
            return f"{many}, del {first:%d/%m/%Y %H:%M} al {last:%d/%m/%Y %H:%M}"
        if f"{first:%H:%M}" == f"{last:%H:%M}":
            return f"{many}, el {last:%d/%m/%Y a las %H:%M}"
        return f"{many}, el {last:%d/%m/%Y} de {first:%H:%M} a {last:%H:%M}"


class FailedUnlocks:
    """The count of one store."""

    def __init__(self, store: str) -> None:
        self._path: Path = state_dir() / f"{store}.intentos"

    def add(self, now: int, *, count: int = 1) -> None:
        """One more; a disk that takes nothing is no reason to say something else than that the passphrase is wrong."""
        known = self.known()
        first = known.first if known else now
        told = [min((known.count if known else 0) + count, _MOST), first, now]
        with contextlib.suppress(OSError):
            private_dir(self._path.parent)
            self._path.write_text(json.dumps(told), encoding="ascii")
            self._path.chmod(0o600)

    def known(self) -> Failures | None:
        """What waits to be written; None when nothing does (or the file is not ours)."""
        try:
            count, first, last = json.loads(self._path.read_text(encoding="ascii")[:200])
            return Failures(min(int(count), _MOST), int(first), int(last)) if int(count) > 0 else None
        except (OSError, ValueError, TypeError, OverflowError):
            return None

    def settle(self, vault: Vault) -> str:
        """After an unlocking that succeeded: into the log, then the file goes; the sentence to show, '' for none."""
        known = self.known()
        if known is None:
            return ""
        try:
            said = known.sentence
        except (OverflowError, ValueError, OSError):  # an instant that is none: the file was tampered with
            said = f"{known.count} intentos fallidos de entrar"
        write_act(vault, FAILED, text=said)
        with contextlib.suppress(OSError):
            self._path.unlink()
        return f"Desde la última vez hubo {said}."
