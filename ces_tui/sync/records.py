"""What travels and what is known about it: manifest, receipt, and the states that the USB screen draws.

written here ── export ──> exported ── receipt of the office ──> acknowledged
                              └── stick lost: nothing happens, the next export carries it again
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ces_tui.base.record import Record


def many(count: int, one: str, more: str) -> str:
    """'1 registro', '2 registros'."""
    return f"{count} {one if count == 1 else more}"


FROM_CLINIC = "clinic"
FROM_OFFICE = "answer"


class Range(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Entries `first`..`last` of one log, and the hash of the last one."""

    dev: str
    inc: str
    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")
    head: str


class Manifest(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The signed table of contents of a bundle (FORMAT.md, "Bundle")."""

    v: int
    kind: str
    clinic: str
    dev: str
    inc: str
    number: int
    prev: str
    """SHA-256 of the sender's last manifest, or empty for number 1."""
    basis: dict[str, int]
    """What the sender knows the receiver to hold: "dev/inc" -> contiguous to."""
    ranges: tuple[Range, ...]
    months: dict[str, int]
    """Month of care ("yyyy-mm") -> changes of signed and clinical types the device has written so far."""
    entries: int
    bytes: int
    sha256: str
    """Of the inflated content."""
    app: str
    wall: int
    header: dict[str, Any]
    content: str
    """Version of the clinical content in use."""
    holds: dict[str, int] = {}
    """What the sender holds of its own logs, "dev/inc" -> contiguous to: after an older copy was put back, less than it once sent."""


class Held(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What the office holds of one log: the body of a receipt."""

    dev: str
    inc: str
    contiguous: int
    head: str
    gaps: tuple[tuple[int, int], ...] = ()
    """Missing ranges below the highest sequence seen, both ends included."""
    months: dict[str, int] = {}


class Receipt(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What the office says it holds of a clinic, with the number of the answer that says so."""

    clinic: str
    number: int
    prev: str
    held: tuple[Held, ...]
    roster: int
    at: int
    """Office time, ms."""


@dataclass(frozen=True)
class MonthState:
    """One month of care of this clinic: `written` here, `at_office` by the last receipt."""

    month: str
    written: int
    at_office: int


@dataclass(frozen=True)
class Pending:
    """What an export made now would carry."""

    entries: int
    size: int
    """Bytes before compression."""
    by_type: dict[str, int]
    by_month: dict[str, int]


@dataclass(frozen=True)
class Exported:
    """A verified file on the stick."""

    paths: tuple[Path, ...]
    number: int
    entries: int
    size: int
    """Bytes on the stick."""
    removable: bool
    ejected: bool

    @property
    def sentence(self) -> str:
        files = many(len(self.paths), "archivo", "archivos")
        done = f"Copia verificada: {files}, {many(self.entries, 'registro', 'registros')}."
        if self.removable and not self.ejected:
            return f"{done} Expulse la memoria desde el sistema antes de retirarla."
        return f"{done} Ya puede retirar la memoria."


@dataclass(frozen=True)
class Step:
    """Progress of long work: a word for the person and how much of it is done."""

    what: str
    done: int
    total: int


Progress = Callable[[Step], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class AnswerRead:
    """The result of importing an answer of the office."""

    number: int
    already: bool
    months: tuple[MonthState, ...] = ()
    gaps: tuple[str, ...] = ()
    new_entries: int = 0
    waiting: int = 0
    behind: int = 0
    """Entries of this device that the office holds and this store lacks."""
    returned: int = 0
    """Entries of this device that had been lost here and came back with the answer."""


@dataclass(frozen=True)
class SyncState:
    """Where this clinic stands with its office, for Hoy and the USB screen."""

    has_office: bool
    last_export_at: int | None
    last_export_number: int
    last_receipt_at: int | None
    answer_number: int
    confirmed_entries: int
    """Entries of this installation that the office has acknowledged."""
    pending_entries: int
    """Entries that no receipt confirms yet."""
    unexported_entries: int
    """Entries written since the last export."""
    months: tuple[MonthState, ...] = ()

    @property
    def carried_entries(self) -> int:
        """Entries on a stick whose arrival no receipt has confirmed."""
        return max(0, self.pending_entries - self.unexported_entries)
