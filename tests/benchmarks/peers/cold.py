"""A cold disk: each question in a process of its own that `strace` watches, after the system's cache was dropped.

What is counted are the reads of the database file; two that follow each other on the disk are one movement of its
head. A slow disk is then worked out: 10 ms a movement, 100 MB/s. The time of this machine's own disk stands beside it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import median
from tests.benchmarks.peers.ours import Ours
from tests.benchmarks.peers.stores import PEERS, Peer, Store

MOVE_MS = 10.0
MB_PER_S = 100.0
QUESTIONS = ("unlock", "chart", "past", "month")
_DROP = Path("/proc/sys/vm/drop_caches")
_READ = re.compile(r"pread64\(\d+<([^>]*)>.*, (\d+), (\d+)\) += (\d+)")
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Cold:
    """Reads of one question: how many, how many movements of the disk's head, bytes, and ms on this machine's disk."""

    reads: int
    moves: int
    size: int
    here_ms: float

    @property
    def slow_ms(self) -> float:
        """On a disk of 100 movements a second and 100 MB/s."""
        return self.moves * MOVE_MS + self.size / MB_PER_S / 1000


def possible() -> bool:
    """Whether strace is here and the system's cache can be dropped."""
    return shutil.which("strace") is not None and os.access(_DROP, os.W_OK)


def cold(
    stores: Sequence[Store], home: Path, given: dict[str, str], patients: Sequence[str]
) -> dict[str, dict[str, Cold]]:
    """For each question and store the median over the patients given; `given` is what a child needs to open them."""
    found: dict[str, dict[str, Cold]] = {question: {} for question in QUESTIONS}
    for store in stores:
        runs = [_run(store, home, {**given, "patient": patient}) for patient in patients]
        for question in QUESTIONS:
            found[question][store.name] = _middle([run[question] for run in runs])
    return found


def _middle(runs: list[Cold]) -> Cold:
    return Cold(
        round(median([r.reads for r in runs])),
        round(median([r.moves for r in runs])),
        round(median([r.size for r in runs])),
        median([r.here_ms for r in runs]),
    )


def _run(store: Store, home: Path, given: dict[str, str]) -> dict[str, Cold]:
    report, task = home / "cold.strace", home / "cold.json"
    folder = getattr(store, "folder", None)
    task.write_text(json.dumps({**given, "name": store.name, "path": str(folder or store.path)}))
    os.sync()
    _DROP.write_text("3")
    child = subprocess.run(
        ["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-e", "trace=pread64", "-o", str(report),
         sys.executable, "-m", "tests.benchmarks.peers.cold", str(task)],
        check=True, cwd=_ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )  # fmt: skip
    times = json.loads(child.stdout)
    found: dict[str, Cold] = {}
    reads, end, size, moves = 0, -1, 0, 0
    for line in report.read_text().splitlines():
        match = _READ.search(line)
        if match is None:
            continue
        path, at, got = match[1], int(match[3]), int(match[4])
        if path == str(task):  # the child says that a question is answered
            question = QUESTIONS[len(found)] if len(found) < len(QUESTIONS) else ""
            found[question] = Cold(reads, moves, size, times[question])
            reads, size, moves = 0, 0, 0
        elif path == str(store.path):
            reads, size, moves = reads + 1, size + got, moves + (at != end)
            end = at + got
    return found


def child(task: Path) -> None:
    """Open a store, read the first screen, one chart, two months; say after each that it is done."""
    given = json.loads(task.read_text())
    marker = os.open(task, os.O_RDONLY)
    store: Store = _store(given)
    times: dict[str, float] = {}
    began = time.perf_counter()
    derived = store.open()
    store.first_reading(given["day"])
    for question in QUESTIONS:
        if question == "chart":
            store.chart(given["patient"])
        elif question in {"past", "month"}:
            store.month(given[question])
        times[question] = (time.perf_counter() - began - derived) * 1000
        os.pread(marker, 1, 0)
        began, derived = time.perf_counter(), 0.0
    store.close()
    print(json.dumps(times))  # noqa: T201 - read by the parent


def _store(given: dict[str, str]) -> Store:
    kinds: dict[str, type[Peer]] = {kind.name: kind for kind in PEERS}
    if given["name"] in kinds:
        return kinds[given["name"]](Path(given["path"]), bytes.fromhex(given["key"]))
    return Ours(Path(given["path"]), given["passphrase"])


if __name__ == "__main__":
    child(Path(sys.argv[1]))
