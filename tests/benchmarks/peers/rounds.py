"""The warm questions, asked of every store in turn, so that the machine's moods fall on all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.benchmarks.figures import median, percentile
from tests.benchmarks.peers.documents import Clinic
from tests.benchmarks.peers.stores import Store, months_back
from tests.benchmarks.peers.work import Save, visit

_AUTHOR = "0" * 32
_WARM = 10
_MONTHS = 24


@dataclass
class Times:
    """Milliseconds of one question to one store."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def p50(self) -> float:
        return median(self.wall)

    def p95(self) -> float:
        return percentile(self.wall, 0.95)

    def busy(self) -> float:
        return median(self.cpu)


Found = dict[str, Times]


def timed(into: Times, ask: Callable[[], object]) -> object:
    """Ask once; wall and CPU time of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = ask()
    into.wall.append((time.perf_counter() - wall) * 1000)
    into.cpu.append((time.process_time() - cpu) * 1000)
    return answer


def unlock(stores: Sequence[Store], day: str, rounds: int) -> Found:
    """From the key to every row that the first screen is made of, the key's derivation taken off."""
    found: Found = {store.name: Times() for store in stores}
    for n in range(rounds + 1):
        counts = {}
        for store in _turned(stores, n):
            wall = time.perf_counter()
            derived = store.open()
            counts[store.name] = store.first_reading(day)
            if n:  # the first one warms the system's cache
                found[store.name].wall.append((time.perf_counter() - wall - derived) * 1000)
            store.close()
        _same(counts, "first reading")
    return found


def charts(stores: Sequence[Store], patients: Sequence[str]) -> Found:
    """Everything of one person, decoded; nobody is asked for twice."""
    found: Found = {store.name: Times() for store in stores}
    for n, patient in enumerate(patients):
        counts = {}
        for store in _turned(stores, n):
            counts[store.name] = timed(found[store.name], partial(store.chart, patient))
        _same(counts, "chart")
    return found


def months(stores: Sequence[Store], day: str) -> Found:
    """The rows of a month's report, for each of the last two years."""
    found: Found = {store.name: Times() for store in stores}
    for n in range(1, _MONTHS + 1):
        counts = {}
        for store in _turned(stores, n):
            counts[store.name] = timed(found[store.name], partial(store.month, months_back(day, n)))
        _same(counts, "month")
    return found


def saves(stores: Sequence[Store], visits: Sequence[Save]) -> Found:
    """The same visits saved durably in every store; each has the chart open, as the person who writes has."""
    found: Found = {store.name: Times() for store in stores}
    for n, save in enumerate(visits):
        for store in _turned(stores, n):
            store.chart(save.patient)
            with store.ready():
                timed(found[store.name] if n >= _WARM else Times(), partial(store.save, save))
    return found


def people(clinic: Clinic, seed: str, count: int) -> list[str]:
    """People with a chart, drawn by seed."""
    known = sorted({d.patient for d in clinic.documents if d.type == "consult" and d.patient})
    return Random(seed).sample(known, min(count, len(known)))


def visits(clinic: Clinic, seed: str, count: int, at: int) -> list[Save]:
    """Visits of people drawn by seed; medicines come from the fullest lot on the shelf."""
    shelf = {b.item: b for b in sorted(clinic.stock, key=lambda b: b.units)}
    drawn = people(clinic, seed, count + _WARM)
    return [visit(p, _AUTHOR, clinic.last_day, at + n * 1000, shelf) for n, p in enumerate(drawn)]


def _turned(stores: Sequence[Store], n: int) -> list[Store]:
    """Another one begins each time."""
    return [stores[(n + i) % len(stores)] for i in range(len(stores))]


def _same(counts: Mapping[str, object], question: str) -> None:
    if len(set(counts.values())) != 1:
        raise RuntimeError(f"{question}: the stores do not answer alike: {counts}")
