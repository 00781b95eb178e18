"""Our own store under the same questions, and the same store with one of its promises taken out, to price each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ces_tui.base.clock import SystemClock
from ces_tui.care.records import Appointment
from ces_tui.clinic import projector
from ces_tui.consult.records import Consult
from ces_tui.pharmacy.facts import stock_drawer
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import Dispense
from ces_tui.vault import commit
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.drawers import body_of
from ces_tui.vault.packing import pack_log
from ces_tui.vault.projections import ProjectionChanges
from ces_tui.vault.seal import NONCE, RowSealer
from ces_tui.vault.vault import Vault
from tests.benchmarks.core import timed_derivation
from tests.benchmarks.figures import median
from tests.benchmarks.peers.stores import months_back
from tests.benchmarks.peers.work import Save

NAME = "ces-tui"
Patches = Callable[[], Any]


class Ours:
    """The production store, asked below the screens: the same lists, decoded."""

    def __init__(self, folder: Path, passphrase: str, name: str = NAME) -> None:
        self.name = name
        self.folder = folder
        self.path = folder / Vault.peek(folder).db
        self._passphrase = passphrase
        self._vault: Vault | None = None
        self.notes_reads = True

    @property
    def vault(self) -> Vault:
        assert self._vault is not None
        return self._vault

    def open(self) -> float:
        """Unlock as its first person; seconds of key derivation in it."""
        # copies of one store share its id: each has an anchor of its own
        os.environ["XDG_STATE_HOME"] = str(self.folder.with_name(f"{self.folder.name}-state"))
        person = Vault.peek(self.folder).people[0].id
        with timed_derivation() as derived:
            self._vault = Vault.open(self.folder, person, self._passphrase, SystemClock(), projector())
        return derived[0]

    def close(self) -> None:
        if self._vault is not None:
            self._vault.close()
            self._vault = None

    def first_reading(self, day: str) -> int:
        """The rows that Hoy is made of."""
        vault = self.vault
        found = len(vault.doc_ids("person")) + len(vault.doc_ids("patient"))
        for drawer in _drawers(day):
            found += len(vault.projection(drawer))
        return found + sum(len(vault.projection(stock_drawer(item))) for item in entries())

    def chart(self, patient: str) -> int:
        held = self.vault.drawers.drawer(f"chart/{patient}").docs.values()
        return sum(1 for document in held if body_of(document) is not None)

    def month(self, month: str) -> int:
        kinds = ("consult", "dispense", "vitals")
        return sum(len(self.vault.projection(f"month/{kind}/{month}")) for kind in kinds)

    @contextmanager
    def ready(self) -> Iterator[None]:
        """The production store as it is."""
        yield

    def save(self, save: Save) -> None:
        """One transaction: note, dispense, appointment, and who opened the chart."""
        vault = self.vault
        consult, dispense, appointment, _ = save.ids
        if self.notes_reads:
            vault.note_read(save.patient, "expediente")
        with vault.transaction(day=save.day):
            vault.shelf("consult", Consult, patient=save.patient).add(save.consult, id=consult)
            vault.shelf("dispense", Dispense, patient=save.patient).add(save.dispense, id=dispense)
            vault.shelf("appointment", Appointment, patient=save.patient).add(
                save.appointment, id=appointment
            )


@dataclass(frozen=True)
class Later:
    """What a save leaves for later, ms of CPU for each: working it out, and writing it with the others."""

    worked_out: float
    written: float
    together: int


def later(ours: Ours, visits: Sequence[Save]) -> Later:
    """Save all, each worked out at once as the next reading would, and write what waits in one go."""
    vault, spent = ours.vault, []
    vault.write_late()
    for save in visits:
        ours.chart(save.patient)
        ours.save(save)
        began = time.process_time()
        assert vault.drawers is not None
        spent.append(time.process_time() - began)
    together = vault.late.saves
    began = time.process_time()
    vault.write_late()
    writing = time.process_time() - began
    return Later(median(spent) * 1000, writing * 1000 / together, together)


def _drawers(day: str) -> list[str]:
    """Who waits, open alerts, seven months of appointments, four of dispensing."""
    agenda = [f"agenda/{months_back(day, n)}" for n in range(7)]
    return [f"day/{day}", "hot/alerts", *agenda, *(f"month/dispense/{months_back(day, n)}" for n in range(4))]


class Variant(Ours):
    """Ours while something is left out of each save; such a store is thrown away afterwards."""

    def __init__(
        self, folder: Path, passphrase: str, name: str, patches: Patches, *, reads: bool = True
    ) -> None:
        super().__init__(folder, passphrase, name)
        self._patches = patches
        self.notes_reads = reads

    @contextmanager
    def ready(self) -> Iterator[None]:
        found = self._patches()
        for one in found:
            one.start()
        try:
            yield
        finally:
            for one in reversed(found):
                one.stop()


def _no_signature() -> list[Any]:
    return [patch.object(KeyPair, "sign", lambda _self, _message: bytes(64))]


def _no_bodies() -> list[Any]:
    return [patch.object(commit, "pack_log", lambda entry, packed: pack_log(entry, [b""] * len(packed)))]


def _no_log() -> list[Any]:
    return [patch.object(commit, "put_log", lambda *_: None)]


def _no_seal() -> list[Any]:
    def clear(_self: RowSealer, _table: str, _k: int, plain: bytes) -> bytes:
        return bytes(NONCE) + plain + bytes(16)

    def all_clear(_self: RowSealer, _table: str, rows: Any) -> list[tuple[int, bytes]]:
        return [(k, bytes(NONCE) + plain + bytes(16)) for k, plain in rows]

    return [patch.object(RowSealer, "seal", clear), patch.object(RowSealer, "seal_all", all_clear)]


def _at_once() -> list[Any]:
    return [patch.object(Vault, "in_bulk", property(lambda _self: True))]


def _no_lists() -> list[Any]:
    return [
        patch.object(ProjectionChanges, "add", lambda _self, _rows: ()),
        patch.object(ProjectionChanges, "bump", lambda *_: None),
    ]


def _no_anchor() -> list[Any]:
    return [patch.object(Vault, "after_commit", lambda _self: None)]


def _bare() -> list[Any]:
    return _no_signature() + _no_log() + _no_lists() + _no_anchor() + _at_once()


VARIANTS: tuple[tuple[str, Patches, bool], ...] = (
    ("sin firma", _no_signature, True),
    ("bitácora sin textos", _no_bodies, True),
    ("sin bitácora", _no_log, True),
    ("sin sello de renglones", _no_seal, True),
    ("documentos y listas en el mismo guardado", _at_once, True),
    ("sin registro de lecturas", list, False),
    ("sólo documentos sellados", _bare, False),
)
"""What is left out of a save, by what patches, and whether reads are still written."""
