"""Rescue: a tenth of the pages destroyed at random, and how many documents come back whole.

Ours by the rescue that `ces-tui rescue` runs, read as a whole. A page-encrypted store has nothing of the kind (the
`.recover` of SQLite's shell needs pages that it can decode), so each of its documents is asked for by its key: a page
lost in the middle of the tree takes what hangs from it. For SQLite without a key the shell's `.recover`, which reads
pages without the tree as ours does, is run as well, where the shell at hand can recover a whole database.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random

from ces_tui.vault.dictionary import inflate
from ces_tui.vault.rescue import rescue
from tests.benchmarks.peers.documents import Clinic
from tests.benchmarks.peers.ours import NAME, Ours
from tests.benchmarks.peers.stores import Peer, Plain

SHARE = 0.1
PAGE = 4096
_SAMPLE = 3000
RECOVER = "SQLite sin cifrar, .recover"

Bodies = dict[str, bytes]


def destroy(path: Path, seed: int) -> bool:
    """Fill a tenth of the pages with noise; whether the first page was among them."""
    count = path.stat().st_size // PAGE
    gone = Random(f"damage/{seed}").sample(range(count), int(count * SHARE))
    with path.open("r+b") as file:
        for page in gone:
            file.seek(page * PAGE)
            file.write(os.urandom(PAGE))
    return 0 in gone


def shares(
    ours: Ours, peers: Sequence[Peer], clinic: Clinic, home: Path, seeds: Sequence[int]
) -> dict[str, list[float]]:
    """Per store the share of documents that came back whole, one value a seed; stores are closed."""
    found: dict[str, list[float]] = {}
    bodies = {d.id: d.body for d in clinic.documents}
    plain = next((peer for peer in peers if isinstance(peer, Plain)), None)
    recovers = plain is not None and shutil.which("sqlite3") and _recovered(plain.path, bodies) == 1
    for seed in seeds:
        found.setdefault(NAME, []).append(_ours(ours, bodies, home / "damaged", seed))
        for peer in peers:
            damaged = type(peer)(home / "damaged.db", peer._key)
            shutil.copy(peer.path, damaged.path)
            destroy(damaged.path, seed)
            found.setdefault(peer.name, []).append(_asked(damaged, clinic, seed))
            if isinstance(peer, Plain) and recovers:
                found.setdefault(RECOVER, []).append(_recovered(damaged.path, bodies))
            damaged.path.unlink()
    return found


def _ours(ours: Ours, bodies: Bodies, target: Path, seed: int) -> float:
    """What the rescue reads: documents from entries, and from their own rows where an entry is lost."""
    ours.open()
    header, key = ours.vault.header, bytes(bytearray(ours.vault.data_key))  # closing wipes the vault's own
    ours.close()
    shutil.copytree(ours.folder, target)
    destroy(target / header.db, seed)
    read = rescue(target, header, key)
    shutil.rmtree(target)
    latest: Bodies = {}
    for _, entry in sorted(read.entries.items()):
        for change, body in zip(entry.header.ch, entry.bodies, strict=True):
            latest[change.doc] = body or b""
    for doc, held in read.documents.items():
        latest[doc] = inflate(held.heads[-1].packed) if held.heads and held.heads[-1].packed else b""
    return sum(1 for doc, body in bodies.items() if latest.get(doc) == body) / len(bodies)


def _asked(peer: Peer, clinic: Clinic, seed: int) -> float:
    """A sample of documents, each asked for by its row number, on a new connection after each error."""
    order = [d for d in clinic.documents if d.type != "patient"]  # rows were laid down in this order, from 1
    drawn = Random(f"ask/{seed}").sample(range(len(order)), min(_SAMPLE, len(order)))
    good = 0
    for n in drawn:
        try:
            if peer.db is None:
                peer.db = peer.connect()
            rows = peer.all("SELECT id, body FROM doc WHERE k = ?", (n + 1,))
            good += rows == [(order[n].id, order[n].body.decode())]
        except Exception as error:
            if not any("Error" in kind.__name__ for kind in type(error).__mro__):
                raise
            peer.close()
    peer.close()
    return good / len(drawn)


def _recovered(path: Path, bodies: Bodies) -> float:
    """What the shell's `.recover` writes into a new database."""
    script = path.with_suffix(".sql")
    target = path.with_suffix(".recovered")
    with script.open("wb") as out:
        subprocess.run(["sqlite3", str(path), ".recover"], stdout=out, stderr=subprocess.DEVNULL, check=False)
    with script.open("rb") as source:
        subprocess.run(["sqlite3", str(target)], stdin=source, capture_output=True, check=False)
    good: set[str] = set()
    try:
        db = sqlite3.connect(target)
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in db.execute(f'SELECT * FROM "{table}"'):  # what lost its table stands in lost_and_found
                texts = {value for value in row if isinstance(value, str)}
                good |= {t for t in texts if t in bodies and bodies[t].decode() in texts}
        db.close()
    except sqlite3.DatabaseError:
        pass
    finally:
        script.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
    return len(good) / len(bodies)
