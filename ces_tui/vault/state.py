"""Where the log stands: sealed in kv, rewritten by every commit, and told to the anchor outside the folder."""

from __future__ import annotations

import contextlib
import hmac
import json
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from ces_tui.base.paths import private_dir
from ces_tui.base.platform.machine import machine_id
from ces_tui.vault.seal import derive

_ANCHOR_BYTES = 512


class Chain(Struct, frozen=True):
    """What is held of one (device, incarnation): contiguous up to `to` whose hash is `head`; `beyond` lists later sequences held."""

    to: int
    head: str
    beyond: tuple[tuple[int, str], ...] = ()

    def plus(self, seq: int, digest: str) -> Chain:
        """The chain with one more entry; a gap keeps it in `beyond` until it closes."""
        if seq <= self.to:
            return self
        beyond = dict(self.beyond)
        beyond[seq] = digest
        to, head = self.to, self.head
        while to + 1 in beyond:
            to += 1
            head = beyond.pop(to)
        return Chain(to, head, tuple(sorted(beyond.items())))

    def gaps(self) -> list[tuple[int, int]]:
        """Missing ranges below the highest sequence held."""
        found, expected = [], self.to + 1
        for seq, _ in self.beyond:
            if seq > expected:
                found.append((expected, seq - 1))
            expected = seq + 1
        return found


class LogState(Struct, frozen=True):
    """Head of the log: rows, own sequence and hash, last row's hash, hybrid clock, chains by "dev/inc", forks seen.

    `applied` is the last log row that `doc`, `proj` and `seen` know of, None when they know of every one.
    """

    n: int
    seq: int
    own: str
    last: str
    hlc: tuple[int, int]
    chains: dict[str, Chain] = {}
    forks: tuple[str, ...] = ()
    free: dict[str, tuple[int, ...]] = {}
    applied: int | None = None

    @property
    def known(self) -> int:
        """The last log row that the tables know of."""
        return self.n if self.applied is None else self.applied

    def with_free(self, years: set[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
        """The years in which each free type has documents."""
        free = dict(self.free)
        for name, year in years:
            if year not in free.get(name, ()):
                free[name] = tuple(sorted((*free.get(name, ()), year)))
        return free


class Anchor:
    """A second, small file elsewhere that says how far the log had come: shows a lost tail or an old copy put back."""

    def __init__(self, folder: Path, store: str, index: bytes) -> None:
        """`index` is the store's index secret, the same in every epoch: a copy sealed under an earlier key is told too."""
        self.path = private_dir(folder) / f"{store}.anchor"
        self._key = derive(index, bytes.fromhex(store), "anchor")
        self._file: BinaryIO | None = None

    def read(self) -> tuple[str, int, str, str] | None:
        """(incarnation, n, head hash, machine) as last written; None when absent or not ours."""
        try:
            raw = self.path.read_bytes().rstrip(b" \n")
            covered, _, mac = raw.rpartition(b"|")
            if not hmac.compare_digest(mac, self._mac(covered).encode()):
                return None
            inc, n, head, machine = json.loads(covered)
        except (OSError, ValueError):
            return None
        return str(inc), int(n), str(head), str(machine)

    def write(self, inc: str, n: int, head: str) -> None:
        """Overwrite in place, without fsync: a hint, never a record."""
        covered = msgspec.json.encode([inc, n, head, machine_id()])
        line = covered + b"|" + self._mac(covered).encode()
        try:
            if self._file is None:
                self._file = self.path.open("r+b" if self.path.exists() else "w+b", buffering=0)
            self._file.seek(0)
            self._file.write(line.ljust(_ANCHOR_BYTES) + b"\n")
        except OSError:
            self.close()

    def close(self) -> None:
        """Let the file go; a disk that fails even here costs only the hint."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()

    def _mac(self, covered: bytes) -> str:
        return hmac.digest(self._key, covered, "sha256").hex()
