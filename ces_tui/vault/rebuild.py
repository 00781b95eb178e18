"""Everything but the log, made again from the log: as a set to compare with (`verify`) or in place (`verify --rebuild`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ces_tui.vault.commit import advanced
from ces_tui.vault.projections import Fact, Projector, Row
from ces_tui.vault.state import LogState

if TYPE_CHECKING:
    from collections.abc import Callable

    from ces_tui.vault.vault import Vault

_BATCH = 1000


class Contributions:
    """The projection rows that a set of documents gives, whatever their order."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector
        self._facts: list[tuple[str, str, str | None, Mapping[str, Any] | None, str | None]] = []
        self._voids: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._sums: dict[tuple[str, bytes], dict[str, int]] = {}

    def add(
        self, type_name: str, doc: str, patient: str | None, body: Mapping[str, Any] | None, day: str | None
    ) -> None:
        """One document's final state."""
        if type_name == "void" and body is not None and "target" in body:
            target = str(body["target"])
            if target not in self._voids or doc < self._voids[target][0]:  # of several the lowest id strikes
                self._voids[target] = (doc, body)
        self._facts.append((type_name, doc, patient, body, day))

    def sum(self, drawer: str, key: bytes, amounts: Mapping[str, int]) -> None:
        """A sum that no document carries (months written by each device)."""
        totals = self._sums.setdefault((drawer, key), {})
        for name, amount in amounts.items():
            totals[name] = totals.get(name, 0) + amount

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """(drawer, encoded row) of everything; sums last."""
        for type_name, doc, patient, body, day in self._facts:
            _, void = self._voids.get(doc, ("", None))
            part = self._projector.contribution(Fact(type_name, doc, patient, body, day, void))
            for drawer, row in part.rows:
                yield drawer, msgspec.json.encode(row)
            for drawer, key, amounts in part.sums:
                self.sum(drawer, msgspec.json.encode(key), amounts)
        for (drawer, name), totals in self._sums.items():
            if any(totals.values()):
                total: Row = {**msgspec.json.decode(name), "+": totals}
                yield drawer, msgspec.json.encode(total)


def rebuild(vault: Vault, progress: Callable[[str, int, int], None] | None = None) -> int:
    """Make `doc`, `proj` and `seen` again from the log, in one commit; the number of entries read.

    RowDoesNotOpen when a log row is damaged: then nothing is changed.
    """
    with vault.lock:
        total = vault.state.n
        state = LogState(0, 0, "", "", vault.state.hlc, forks=vault.state.forks)
        vault.late.forget()
        vault.drawers.forget()
        vault.projections.forget()
        try:
            with vault.container.commit():
                for table in ("doc", "proj", "seen"):
                    vault.container.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
                for low in range(1, total + 1, _BATCH):
                    state = _batch(vault, low, min(low + _BATCH, total + 1), state)
                    if progress is not None:
                        progress("reconstrucción", low, total)
                vault.put_secret(
                    "head", msgspec.json.encode(msgspec.structs.replace(state, hlc=vault.state.hlc))
                )
        finally:
            vault.reopen()
        return total


def _batch(vault: Vault, low: int, high: int, state: LogState) -> LogState:
    applier = vault.applier()
    for n in range(low, high):
        entry = vault.entry_at(n)
        applier.entry(entry, n)
        own = (entry.header.dev, entry.header.inc) == (vault.device.id, vault.inc)
        state = advanced(state, entry, n, own=own)
        vault.container.put_seen(vault.numbers.seen(entry.hash), n)
    applier.write()
    applier.settle()
    return state
