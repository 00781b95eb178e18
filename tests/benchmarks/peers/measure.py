"""One size of clinic: every store filled with it, every question asked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ces_tui.vault.vault import Vault
from tests.benchmarks.peers import rounds
from tests.benchmarks.peers.cold import Cold, cold, possible
from tests.benchmarks.peers.damage import shares
from tests.benchmarks.peers.documents import Clinic, clinic_of
from tests.benchmarks.peers.ours import NAME, VARIANTS, Later, Ours, Variant, later
from tests.benchmarks.peers.rounds import Found
from tests.benchmarks.peers.slow_sync import slow_saves
from tests.benchmarks.peers.stores import PEERS, Peer, SqlCipher, Store, months_back
from tests.benchmarks.stage import Stage, staged

_KEY = bytes(range(32))
_FULL = 300_000
_PATIENTS = 5000
_FRAME = 4096 + 24
_COLD_CHARTS = 5
_SEEDS = (1, 2, 3)


@dataclass
class Measured:
    """Everything measured at one size."""

    documents: int
    entries: int
    found: dict[str, Found] = field(default_factory=dict)
    """unlock, chart, month, save -> store -> times."""
    sizes: dict[str, float] = field(default_factory=dict)
    """MB before anything was saved."""
    pages: dict[str, float] = field(default_factory=dict)
    """Pages that a save writes."""
    tables: dict[str, float] = field(default_factory=dict)
    """MB of sealed rows in each of our tables."""
    slow: dict[str, float] = field(default_factory=dict)
    cold: dict[str, dict[str, Cold]] = field(default_factory=dict)
    later: Later | None = None
    variants: Found = field(default_factory=dict)
    variant_pages: dict[str, float] = field(default_factory=dict)
    rescued: dict[str, list[float]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


def measure(documents: int, *, seed: int, rounds_of: int, saves: int, whole: bool) -> Measured:
    """All stores at about `documents` documents; `whole` adds the cold disk, the slow one, the variants and the rescue."""
    patients = max(20, round(_PATIENTS * documents / _FULL))
    with staged(patients=patients, years=10, seed=seed, rounds=rounds_of) as stage:
        clinic = clinic_of(stage.clinic.vault)
        result = Measured(len(clinic.documents), stage.clinic.vault.state.n)
        result.tables = _tables(stage.clinic.vault)
        stage.close()
        ours = Ours(stage.store, stage.passphrase)
        peers = [kind(stage.home / f"{kind.__name__}.db", _KEY) for kind in PEERS]
        for peer in peers:
            peer.fill(clinic)
        stores: list[Store] = [ours, *peers]
        result.sizes = {store.name: store.path.stat().st_size / 1e6 for store in stores}
        _warm(result, stores, clinic, seed, rounds_of, saves)
        result.versions = {peer.name: peer.version for peer in peers}
        if whole:
            _whole(result, stage, ours, peers, clinic, seed, saves)
        return result


def _warm(
    result: Measured, stores: Sequence[Store], clinic: Clinic, seed: int, rounds_of: int, saves: int
) -> None:
    result.found["unlock"] = rounds.unlock(stores, clinic.last_day, rounds_of)
    for store in stores:
        store.open()
    result.found["chart"] = rounds.charts(stores, rounds.people(clinic, f"charts/{seed}", 200))
    result.found["month"] = rounds.months(stores, clinic.last_day)
    visits = rounds.visits(clinic, f"saves/{seed}", saves, _now())
    result.found["save"] = rounds.saves(stores, visits)
    result.pages = _pages(stores, len(visits))
    if isinstance(stores[0], Ours):
        result.later = later(stores[0], rounds.visits(clinic, f"later/{seed}", 30, _now()))
    for store in stores:
        store.close()


def _whole(
    result: Measured, stage: Stage, ours: Ours, peers: list[Peer], clinic: Clinic, seed: int, saves: int
) -> None:
    given = {
        "key": _KEY.hex(), "passphrase": stage.passphrase, "day": clinic.last_day,
        "month": months_back(clinic.last_day, 1), "past": months_back(clinic.last_day, 7),
    }  # fmt: skip
    if possible():
        patients = rounds.people(clinic, f"cold/{seed}", _COLD_CHARTS)
        result.cold = cold([ours, *peers], stage.home, given, patients)
    few = rounds.visits(clinic, f"slow/{seed}", 40, _now())
    result.slow = slow_saves(ours, peers, stage.home, few, given)
    _variants(result, stage, peers, clinic, seed, saves)
    result.rescued = shares(ours, peers, clinic, stage.home, _SEEDS)


def _variants(
    result: Measured, stage: Stage, peers: Sequence[Peer], clinic: Clinic, seed: int, saves: int
) -> None:
    """Ours, ours without each promise, and SQLCipher, in one run of rounds; the copies go away."""
    stores: list[Store] = [
        Variant(_copied(stage, n), stage.passphrase, name, patches, reads=reads)
        for n, (name, patches, reads) in enumerate(((NAME, list, True), *VARIANTS))
    ]
    stores += [peer for peer in peers if isinstance(peer, SqlCipher)]
    for store in stores:
        store.open()
    visits = rounds.visits(clinic, f"variants/{seed}", saves, _now())
    result.variants = rounds.saves(stores, visits)
    result.variant_pages = _pages(stores, len(visits))
    for store in stores:
        store.close()
    for n in range(len(VARIANTS) + 1):
        shutil.rmtree(stage.home / f"variant-{n}")


def _copied(stage: Stage, n: int) -> Path:
    target = stage.home / f"variant-{n}"
    shutil.copytree(stage.store, target)
    return target


def _pages(stores: Sequence[Store], saves: int) -> dict[str, float]:
    """Frames that the write-ahead log has grown by, per save."""
    wals = {store.name: store.path.with_name(store.path.name + "-wal") for store in stores}
    return {name: wal.stat().st_size / _FRAME / saves for name, wal in wals.items() if wal.exists()}


def _tables(vault: Vault) -> dict[str, float]:
    return {
        name: vault.container.execute(f"SELECT sum(length(body)) FROM {name}")[0][0] / 1e6
        for name in ("log", "doc", "proj")
    }


def _now() -> int:
    return time.time_ns() // 1_000_000
