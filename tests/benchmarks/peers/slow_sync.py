"""The same saves on a disk whose sync takes 12 ms (a laptop's hard disk or a cheap SSD): `strace` holds each fdatasync back."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers.ours import Ours
from tests.benchmarks.peers.rounds import saves
from tests.benchmarks.peers.stores import PEERS, Peer, Store
from tests.benchmarks.peers.work import Save

DELAY_MS = 12
_ROOT = Path(__file__).resolve().parents[3]


def slow_saves(
    ours: Ours, peers: Sequence[Peer], home: Path, visits: Sequence[Save], given: dict[str, str]
) -> dict[str, float]:
    """Median wall ms of a save per store; nothing where strace is missing. Stores are closed and stay usable."""
    if shutil.which("strace") is None:
        return {}
    task = home / "slow.task"
    paths = {peer.name: str(peer.path) for peer in peers}
    task.write_bytes(pickle.dumps((str(ours.folder), paths, given, list(visits))))
    child = subprocess.run(
        ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=fdatasync,fsync", "-e",
         f"inject=fdatasync,fsync:delay_enter={DELAY_MS * 1000}", "-o", os.devnull,
         sys.executable, "-m", "tests.benchmarks.peers.slow_sync", str(task)],
        check=True, cwd=_ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )  # fmt: skip
    found: dict[str, float] = json.loads(child.stdout)
    return found


def child(task: Path) -> None:
    """Save every visit in every store."""
    folder, paths, given, visits = pickle.loads(task.read_bytes())
    key = bytes.fromhex(given["key"])
    stores: list[Store] = [Ours(Path(folder), given["passphrase"])]
    stores += [kind(Path(paths[kind.name]), key) for kind in PEERS if kind.name in paths]
    for store in stores:
        store.open()
    found = saves(stores, visits)
    for store in stores:
        store.close()
    print(json.dumps({name: times.p50() for name, times in found.items()}))  # noqa: T201 - read by the parent


if __name__ == "__main__":
    child(Path(sys.argv[1]))
