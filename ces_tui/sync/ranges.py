"""Whether the entries of a bundle are exactly what its manifest says: ranges, chains, heads, and strict JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ces_tui.base.errors import BundleRefused
from ces_tui.sync.bundle import Signed
from ces_tui.sync.records import Manifest, Range
from ces_tui.sync.strict import strict_json
from ces_tui.vault.entry import Entry, decode_entry

NOT_WHOLE = (
    "El archivo no trae los registros que su portada anuncia. No se cambió nada; pida que lo copien de nuevo."
)


def log_name(dev: str, inc: str) -> str:
    """One device's log in one incarnation, as basis and receipts name it."""
    return f"{dev}/{inc}"


def ranges_of(entries: Iterable[Entry]) -> tuple[Range, ...]:
    """The unbroken runs of each log, in order of first appearance."""
    runs: list[Range] = []
    open_run: dict[str, int] = {}
    for entry in entries:
        header, digest = entry.header, entry.hash.hex()
        name = log_name(header.dev, header.inc)
        at = open_run.get(name)
        if at is not None and runs[at].last + 1 == header.seq:
            runs[at] = Range(
                dev=header.dev, inc=header.inc, first=runs[at].first, last=header.seq, head=digest
            )
        else:
            open_run[name] = len(runs)
            runs.append(Range(dev=header.dev, inc=header.inc, first=header.seq, last=header.seq, head=digest))
    return tuple(runs)


def check_ranges(manifest: Manifest, signed: Sequence[Signed]) -> list[Entry]:
    """The decoded entries; BundleRefused unless they are the manifest's ranges, linked hash by hash."""
    entries = [_decoded(signature, raw) for signature, raw in signed]
    before: dict[str, Entry] = {}
    for entry in entries:
        header = entry.header
        name = log_name(header.dev, header.inc)
        last = before.get(name)
        if last is not None and header.seq <= last.header.seq:
            raise BundleRefused(NOT_WHOLE)
        if last is not None and header.seq == last.header.seq + 1 and header.prev != last.hash.hex():
            raise BundleRefused(NOT_WHOLE)
        before[name] = entry
    if ranges_of(entries) != manifest.ranges:
        raise BundleRefused(NOT_WHOLE)
    return entries


def _decoded(signature: bytes, raw: bytes) -> Entry:
    entry = decode_entry(raw, signature)
    strict_json(entry.header_bytes)
    for body in entry.bodies:
        if body is not None:
            strict_json(body)
    return entry
