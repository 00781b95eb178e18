"""What this store remembers of its exchange: sealed settings, outside the log. Losing them costs a larger export, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.record import Record, read
from ces_tui.sync.records import MonthState, Receipt

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

_EXPORT, _RECEIPT, _ANSWER = "sync/export", "sync/receipt", "sync/answer"


class LastExport(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The last bundle: `number` may be one that was cancelled, the rest is of the last one that was verified."""

    number: int = 0
    done: int = 0
    hash: str = ""
    at: int | None = None
    upto: dict[str, int] = {}
    """Log of ours -> last sequence that went onto a stick."""


class LastReceipt(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The receipt in force: `covers` are the logs of ours on whose head we agree, `row` the log row up to which they reach."""

    receipt: Receipt
    covers: dict[str, int]
    row: int


class LastAnswer(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The last answer taken: its number, its manifest's hash, and how far it brought the office's logs."""

    number: int = 0
    hash: str = ""
    logs: dict[str, int] = {}


class Ledger:
    """Reads and writes those settings."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def export(self) -> LastExport:
        return read(LastExport, self._vault.setting(_EXPORT) or {})

    def note_export(self, export: LastExport) -> None:
        self._vault.set_setting(_EXPORT, export.body())

    def receipt(self) -> LastReceipt | None:
        body = self._vault.setting(_RECEIPT)
        return read(LastReceipt, body) if body else None

    def answer(self) -> LastAnswer:
        return read(LastAnswer, self._vault.setting(_ANSWER) or {})

    def note_answer(self, answer: LastAnswer, receipt: LastReceipt) -> None:
        """Receipt first: a cut in between only means that the answer is read once more."""
        self._vault.set_setting(_RECEIPT, receipt.body())
        self._vault.set_setting(_ANSWER, answer.body())

    # -- what follows from them ----------------------------------------------------------------------------

    def basis(self) -> dict[str, int]:
        """What the office is known to hold: our logs by its receipt, its own by the answers we took."""
        known = self.receipt()
        return (known.covers if known else {}) | self.answer().logs

    def covered_row(self) -> int:
        known = self.receipt()
        return known.row if known else 0

    def counts(self) -> tuple[int, int, int]:
        """Entries of this device, in all its incarnations: (acknowledged, exported or acknowledged, written)."""
        known, sent = self.receipt(), self.export().upto
        covers = known.covers if known else {}
        acknowledged = exported = written = 0
        for name, chain in self._vault.state.chains.items():
            if name.startswith(self._vault.device_id):
                there = min(chain.to, covers.get(name, 0))
                acknowledged += there
                exported += min(chain.to, max(there, sent.get(name, 0)))
                written += chain.to
        return acknowledged, exported, written

    def written_by_month(self) -> dict[str, int]:
        """Changes of signed and clinical types that this device has written, by month of care."""
        months: dict[str, int] = {}
        for row in self._vault.projection("devices"):
            if row["d"] == self._vault.device_id:
                months[row["m"]] = months.get(row["m"], 0) + row["n"]
        return dict(sorted(months.items()))

    def months(self) -> tuple[MonthState, ...]:
        """Each month of care: written here, and at the office by the last receipt; newest first."""
        known = self.receipt()
        held: dict[str, int] = {}
        for h in known.receipt.held if known else ():
            if h.dev == self._vault.device_id:
                for month, count in h.months.items():
                    held[month] = held.get(month, 0) + count
        written = self.written_by_month()
        return tuple(
            MonthState(month, n, min(n, held.get(month, 0)))
            for month, n in sorted(written.items(), reverse=True)
            if n
        )


def advance(export: LastExport, **changes: object) -> LastExport:
    """A copy with some members changed."""
    return msgspec.structs.replace(export, **changes)
