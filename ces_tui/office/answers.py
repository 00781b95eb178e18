"""The office's answer to a clinic: a receipt of all it holds, as an entry of the office's own log, in a signed bundle."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ces_tui import __version__
from ces_tui.office.book import Book
from ces_tui.office.records import Acceptance, Answered, AnswerNote
from ces_tui.office.reviews import written_for
from ces_tui.office.roster import roster_rows, roster_version
from ces_tui.sync import age, bundle
from ces_tui.sync.export import CONTENT_VERSION, clinic_stem, header_copy
from ces_tui.sync.ranges import log_name, ranges_of
from ces_tui.sync.records import FROM_OFFICE, Cancelled, Held, Manifest, Progress, Receipt
from ces_tui.sync.stick import new_name, write_verified
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.vault import Vault

_MOST_RETURNED = 24 << 20


class Answers:
    """Makes and writes answers; a number is used once, even when the stick fails."""

    def __init__(self, vault: Vault, keys: KeyPair, book: Book, now_ms: int) -> None:
        self._vault = vault
        self._keys = keys
        self._book = book
        self._now = now_ms

    def write(
        self, clinic: Acceptance, folder: Path, progress: Progress | None, cancelled: Cancelled | None
    ) -> Answered:
        """The clinic's next answer, verified on the medium; DiskProblem or Stopped leave no file."""
        answers, receipts = self._book.answers(clinic.clinic), self._book.receipts(clinic.clinic)
        prev = answers[-1] if answers else None
        number = max([0, *(a.number for a in answers), *(r.number for r in receipts)]) + 1
        held = self._book.held(clinic.clinic)
        row, seq = self._receipt(clinic, number, prev, held)
        sealed, digest = self._sealed(clinic, number, prev, row)
        self._book.add_answer(
            AnswerNote(
                clinic=clinic.clinic,
                number=number,
                hash=digest,
                inc=self._vault.inc,
                seq=seq,
                row=row,
                at=self._now,
            )
        )
        name = new_name(folder, f"{clinic_stem(clinic.code, clinic.clinic)}-0-{number}")
        path = write_verified(folder, name, sealed, progress, cancelled)
        return Answered(path, clinic.name, number, held)

    def _receipt(
        self, clinic: Acceptance, number: int, prev: AnswerNote | None, held: tuple[Held, ...]
    ) -> tuple[int, int]:
        """Write the receipt as an entry of ours; its log row and sequence."""
        receipt = Receipt(
            clinic=clinic.clinic,
            number=number,
            prev=prev.hash if prev else "",
            held=held,
            roster=roster_version(self._vault),
            at=self._now,
        )
        with self._vault.lock:
            self._book.add_receipt(receipt)
            return self._vault.state.n, self._vault.state.seq

    def _sealed(
        self, clinic: Acceptance, number: int, prev: AnswerNote | None, row: int
    ) -> tuple[bytes, str]:
        """The encrypted answer and its manifest's hash: every receipt and case review since what the clinic confirmed."""
        vault = self._vault
        basis = self._book.confirmed(clinic.clinic)
        rows = [
            a.row
            for a in self._book.answers(clinic.clinic)
            if a.seq > basis.get(log_name(vault.device_id, a.inc), 0)
        ]
        rows += written_for(vault, [a.device for a in self._book.devices_of(clinic.clinic)], basis)
        rows += roster_rows(vault, clinic.clinic, basis)
        rows += lost_rows(vault, self._book, clinic.clinic)
        entries = [vault.entry_at(n) for n in sorted({*rows, row})]
        content = bundle.join_entries((e.signature, e.to_bytes()) for e in entries)
        manifest = Manifest(
            v=1,
            kind=FROM_OFFICE,
            clinic=clinic.clinic,
            dev=vault.device_id,
            inc=vault.inc,
            number=number,
            prev=prev.hash if prev else "",
            basis=basis,
            ranges=ranges_of(entries),
            months={},
            entries=len(entries),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            app=__version__,
            wall=self._now,
            header=header_copy(vault),
            content=CONTENT_VERSION,
        )
        plain, digest = bundle.pack(manifest, content, self._keys)
        return age.encrypt(plain, self._recipients(clinic)), digest

    def _recipients(self, clinic: Acceptance) -> list[bytes]:
        """The clinic's devices, the office, the escrow."""
        escrow = self._vault.header.escrow
        keys = [a.x for a in self._book.devices_of(clinic.clinic)] + ([escrow.x] if escrow else [])
        return [*map(bytes.fromhex, keys), self._keys.x_public]


def lost_rows(vault: Vault, book: Book, clinic: str) -> list[int]:
    """Log rows of entries that a device of the clinic once sent and says it no longer holds, in its order.

    At most 24 MiB in one answer; what does not fit comes with the next. The log is only walked when something is
    lost.
    """
    missing: dict[str, tuple[int, int]] = {}
    for device in book.devices_of(clinic):
        note = book.latest_import(device.device)
        for name, there in (note.holds if note else {}).items():
            chain = vault.state.chains.get(name)
            if name.startswith(f"{device.device}/") and chain is not None and chain.to > there:
                missing[name] = (there, chain.to)
    found: list[int] = []
    size = 0
    if missing:
        for n, entry in enumerate(vault.entries(), 1):
            after, until = missing.get(log_name(entry.header.dev, entry.header.inc), (0, 0))
            if after < entry.header.seq <= until and size < _MOST_RETURNED:
                found.append(n)
                size += len(entry.to_bytes())
    return found
