"""`clinic.exchange`: export to the stick, import of the office's answer, and where the two stand."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ces_tui.base.words import key_words
from ces_tui.people.audit import Audit
from ces_tui.people.desk import Desk
from ces_tui.sync.bundle import MOST_CONTENT
from ces_tui.sync.drives import let_go, stick_of
from ces_tui.sync.export import Exporter, clinic_stem, pending
from ces_tui.sync.importing import read_answer
from ces_tui.sync.ledger import Ledger
from ces_tui.sync.records import AnswerRead, Cancelled, Exported, Pending, Progress, SyncState

_MOST_FILES = 5000


@dataclass(frozen=True)
class AnswerFile:
    """A file that by its name is an answer for this clinic; what it is, only reading it tells."""

    path: Path
    number: int


class Exchange:
    """The clinic's side of the exchange with its office."""

    def __init__(self, desk: Desk, *, limit: int = MOST_CONTENT) -> None:
        self._desk = desk
        self._vault = desk.vault
        self._ledger = Ledger(desk.vault)
        self._limit = limit

    def device_words(self) -> str:
        """Four words for this laptop's key: the office compares them once."""
        return key_words(self._vault.device.ed_public)

    def office_words(self) -> str | None:
        """Four words for the office's keys as this store knows them; None without an office."""
        header = self._vault.header
        if header.office is None or header.escrow is None:
            return None
        return key_words(*(bytes.fromhex(k) for k in (header.office.ed, header.office.x, header.escrow.x)))

    def pending(self) -> Pending:
        """What an export made now would carry."""
        return pending(self._vault, self._ledger)

    def state(self) -> SyncState:
        """Where this clinic stands; reads settings and one small projection, no log."""
        last, receipt = self._ledger.export(), self._ledger.receipt()
        acknowledged, exported, written = self._ledger.counts()
        return SyncState(
            has_office=self._vault.header.office is not None,
            last_export_at=last.at,
            last_export_number=last.done,
            last_receipt_at=receipt.receipt.at if receipt else None,
            answer_number=self._ledger.answer().number,
            confirmed_entries=acknowledged,
            pending_entries=written - acknowledged,
            unexported_entries=written - exported,
            months=self._ledger.months(),
        )

    def export(
        self, folder: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Exported:
        """Write everything after the last receipt to `folder`, verified; eject it when it is a removable drive.

        DiskProblem, Stopped: nothing was lost, and files of this export that were already verified stay.
        """
        self._desk.require("exportar")
        pack = clinic_stem(self._vault.clinic_code, self._vault.store_id)
        Audit(self._desk).exported(f"{pack} para la oficina")  # before: the bundle carries it
        done = Exporter(self._vault, self._desk.now(), limit=self._limit).run(folder, progress, cancelled)
        stick = stick_of(folder)
        return replace(done, removable=stick is not None, ejected=stick is not None and let_go(stick))

    def answers_in(self, folder: Path) -> list[AnswerFile]:
        """Answers for this clinic that lie in `folder`, by their names, the latest first."""
        name = re.compile(
            rf"{clinic_stem(self._vault.clinic_code, self._vault.store_id)}-0-(\d{{1,9}})(?:-\d+)?\.age\Z"
        )
        found = []
        with contextlib.suppress(OSError):
            for path in islice(folder.iterdir(), _MOST_FILES):
                if match := name.match(path.name.lower()):
                    found.append(AnswerFile(path, int(match.group(1))))
        return sorted(found, key=lambda f: (-f.number, f.path.name))

    def read_answer(self, path: Path) -> AnswerRead:
        """Import an answer of the office; BundleRefused changes nothing, a repeated one says `already`."""
        self._desk.require("importar")
        return read_answer(self._vault, path)
