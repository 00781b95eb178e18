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


class Runs:
    """Gathers the unbroken runs of each log, in order of first appearance, without keeping the entries."""

    def __init__(self) -> None:
        self._runs: list[Range] = []
        self._open: dict[str, int] = {}

    def add(self, entry: Entry) -> None:
        """One more entry."""
        header, digest = entry.header, entry.hash.hex()
        name = log_name(header.dev, header.inc)
        at = self._open.get(name)
        if at is not None and self._runs[at].last + 1 == header.seq:
            first = self._runs[at].first
        else:
            at, first = len(self._runs), header.seq
            self._open[name] = at
        run = Range(dev=header.dev, inc=header.inc, first=first, last=header.seq, head=digest)
        self._runs[at : at + 1] = [run]

    @property
    def ranges(self) -> tuple[Range, ...]:
        return tuple(self._runs)


def ranges_of(entries: Iterable[Entry]) -> tuple[Range, ...]:
    """The unbroken runs of `entries`."""
    runs = Runs()
    for entry in entries:
        runs.add(entry)
    return runs.ranges


def check_ranges(manifest: Manifest, signed: Sequence[Signed]) -> None:
    """BundleRefused unless the entries are whole, strict, and the manifest's ranges, linked hash by hash."""
    before: dict[str, tuple[int, str]] = {}
    runs = Runs()
    for signature, raw in signed:
        entry = _decoded(signature, raw)
        header = entry.header
        name = log_name(header.dev, header.inc)
        seq, digest = before.get(name, (0, ""))
        if header.seq <= seq or (header.seq == seq + 1 and seq and header.prev != digest):
            raise BundleRefused(NOT_WHOLE)
        before[name] = (header.seq, entry.hash.hex())
        runs.add(entry)
    if runs.ranges != manifest.ranges:
        raise BundleRefused(NOT_WHOLE)


def _decoded(signature: bytes, raw: bytes) -> Entry:
    entry = decode_entry(raw, signature)
    strict_json(entry.header_bytes)
    for body in entry.bodies:
        assert body is not None  # decode_entry refuses an entry without all its bodies
        strict_json(body)
    return entry
