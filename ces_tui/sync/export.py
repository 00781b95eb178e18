"""From the log to verified files: everything after the office's last receipt, in bundles of at most 64 MiB."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ces_tui import __version__
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.sync import age, bundle
from ces_tui.sync.ledger import Ledger, advance
from ces_tui.sync.ranges import Runs, log_name
from ces_tui.sync.records import (
    FROM_CLINIC,
    Cancelled,
    Exported,
    Manifest,
    Pending,
    Progress,
    Range,
    Step,
)
from ces_tui.sync.stick import Stopped, clear_leftovers, new_name, write_verified
from ces_tui.vault.entry import Entry
from ces_tui.vault.types import BY_NAME

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

NO_OFFICE = "Esta clínica todavía no tiene oficina. Pida el archivo oficina.json a la coordinación."
CONTENT_VERSION = "1"
"""Version of the clinical content in use, until the office sends packs."""
_EACH = 200


@dataclass(frozen=True)
class Part:
    """What goes into one bundle: framed entries, their ranges, and how many."""

    content: bytes
    ranges: tuple[Range, ...]
    count: int


def clinic_stem(code: str, clinic: str) -> str:
    """What a file's name begins with: the clinic's letters in lower case without accents, else part of its id."""
    letters = "".join(c for c in fold(code) if c.isascii() and c.isalnum())
    return letters[:8] or clinic[:6]


def unconfirmed(vault: Vault, basis: dict[str, int], row: int) -> Iterator[Entry]:
    """This device's entries after log row `row` that `basis` does not cover, in order of the log."""
    for entry in vault.entries(row + 1):
        header = entry.header
        if header.dev == vault.device_id and header.seq > basis.get(log_name(header.dev, header.inc), 0):
            yield entry


def parts(entries: Iterable[Entry], limit: int = bundle.MOST_CONTENT) -> Iterator[Part]:
    """The entries in portions of at most `limit` framed bytes; one empty portion when there are none."""
    pieces: list[bytes] = []
    runs, size, gave = Runs(), 0, False
    for entry in entries:
        framed = bundle.join_entries([(entry.signature, entry.to_bytes())])
        if pieces and size + len(framed) > limit:
            yield Part(b"".join(pieces), runs.ranges, len(pieces))
            pieces, runs, size, gave = [], Runs(), 0, True
        pieces.append(framed)
        runs.add(entry)
        size += len(framed)
    if pieces or not gave:
        yield Part(b"".join(pieces), runs.ranges, len(pieces))


def pending(vault: Vault, ledger: Ledger) -> Pending:
    """What an export made now would carry, counted by type and month of care."""
    types: dict[str, int] = {}
    months: dict[str, int] = {}
    count = size = 0
    for entry in unconfirmed(vault, ledger.basis(), ledger.covered_row()):
        count += 1
        size += bundle.framed_size(entry.to_bytes())
        for change in entry.header.ch:
            types[change.t] = types.get(change.t, 0) + 1
            kind = BY_NAME.get(change.t)
            if kind is not None and kind.clinical and change.day:
                months[change.day[:7]] = months.get(change.day[:7], 0) + 1
    return Pending(count, size, types, dict(sorted(months.items())))


class Exporter:
    """Writes one export: `limit` is the framed content a file may hold."""

    def __init__(self, vault: Vault, now_ms: int, *, limit: int = bundle.MOST_CONTENT) -> None:
        if vault.header.office is None:
            raise BadInput(NO_OFFICE)
        self._vault = vault
        self._now = now_ms
        self._limit = limit
        self._ledger = Ledger(vault)

    def run(
        self, folder: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Exported:
        """Every file verified on the medium; DiskProblem or Stopped otherwise: then what was finished before stays."""
        vault, ledger = self._vault, self._ledger
        basis, months, row = ledger.basis(), ledger.written_by_month(), ledger.covered_row()
        stem = f"{clinic_stem(vault.clinic_code, vault.store_id)}-{vault.device_digit}"
        clear_leftovers(folder, stem)
        paths: list[Path] = []
        count = size = number = 0
        watched = self._watched(unconfirmed(vault, basis, row), vault.state.n - row, progress, cancelled)
        for part in parts(watched, self._limit):
            last = ledger.export()
            number = last.number + 1
            ledger.note_export(advance(last, number=number))  # a number is never given twice
            sealed, digest = self._sealed(part, number, last.hash, basis, months)
            name = new_name(folder, f"{stem}-{number}")
            path = write_verified(folder, name, sealed, progress, cancelled)
            paths.append(path)
            count += part.count
            size += len(sealed)
            sent = {log_name(r.dev, r.inc): r.last for r in part.ranges}
            last = ledger.export()
            ledger.note_export(advance(last, done=number, hash=digest, at=self._now, upto=last.upto | sent))
        return Exported(tuple(paths), number, count, size, removable=False, ejected=False)

    def _watched(
        self, entries: Iterator[Entry], total: int, progress: Progress | None, cancelled: Cancelled | None
    ) -> Iterator[Entry]:
        for done, entry in enumerate(entries, 1):
            if done % _EACH == 0:
                if cancelled is not None and cancelled():
                    raise Stopped
                if progress is not None:
                    progress(Step("Preparando", done, max(total, done)))
            yield entry

    def _sealed(
        self, part: Part, number: int, prev: str, basis: dict[str, int], months: dict[str, int]
    ) -> tuple[bytes, str]:
        vault = self._vault
        manifest = Manifest(
            v=1,
            kind=FROM_CLINIC,
            clinic=vault.store_id,
            dev=vault.device_id,
            inc=vault.inc,
            number=number,
            prev=prev,
            basis=basis,
            ranges=part.ranges,
            months=months,
            entries=part.count,
            bytes=len(part.content),
            sha256=hashlib.sha256(part.content).hexdigest(),
            app=__version__,
            wall=self._now,
            header=header_copy(vault),
            content=CONTENT_VERSION,
            holds={n: c.to for n, c in vault.state.chains.items() if n.startswith(f"{vault.device_id}/")},
        )
        plain, digest = bundle.pack(manifest, part.content, vault.device)
        return age.encrypt(plain, self._recipients()), digest

    def _recipients(self) -> list[bytes]:
        """Office, escrow and the clinic's other devices."""
        header = self._vault.header
        others = [d.x for d in header.devices if d.id != self._vault.device_id]
        fixed = [part.x for part in (header.office, header.escrow) if part is not None]
        return [bytes.fromhex(x) for x in (*fixed, *others)]


def header_copy(vault: Vault) -> dict[str, Any]:
    """The store's clear header as a manifest carries it."""
    copy = msgspec.to_builtins(vault.header)
    assert isinstance(copy, dict)
    return copy
