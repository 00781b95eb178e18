"""Entries that another laptop could have written, made by hand: any clock, any parents, any body, well signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.entry import Change, Entry, EntryHeader, body_hash, encode_header, first_prev
from ces_tui.vault.projections import Contribution, Fact
from ces_tui.vault.receive import Received, receive
from ces_tui.vault.vault import Vault

SALT = bytes(range(16))
WALL = 1_795_000_000_000
"""Some days before the tests' clock."""


@dataclass(frozen=True)
class Part:
    """One document of an entry; a body of None removes it, bytes go as they are."""

    kind: str
    doc: str
    rev: str
    body: object = None
    parents: tuple[str, ...] = ()
    patient: str | None = None
    day: str | None = None
    version: int = 1

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    def change(self) -> Change:
        return Change(
            doc=self.doc, rev=self.rev, par=self.parents, t=self.kind, tv=self.version,
            h=body_hash(SALT, self.raw), len=len(self.raw), pat=self.patient, day=self.day,
        )  # fmt: skip


def hexed(n: int, digits: int = 32) -> str:
    """A number as an id."""
    return f"{n:0{digits}x}"


@dataclass
class Writer:
    """A device that signs for itself, with a chain of its own."""

    keys: KeyPair = field(default_factory=KeyPair.make)
    inc: str = "1" * 16
    seq: int = 0
    prev: str = ""
    dev: str = ""

    def entry(self, *parts: Part, at: tuple[int, int] = (WALL, 0), **members: Any) -> Entry:
        """The next entry; `members` put other values into its header."""
        self.seq += 1
        dev = self.dev or self.keys.id
        header = EntryHeader(
            v=1, dev=dev, inc=self.inc, seq=self.seq, prev=self.prev or first_prev(dev, self.inc), hlc=at,
            wall=at[0], by=self.keys.id, app="x", ch=tuple(p.change() for p in parts),
        )  # fmt: skip
        header = msgspec.structs.replace(header, **members)
        raw = encode_header(header)
        blank = Entry(header, raw, (SALT,) * len(parts), tuple(p.raw for p in parts), b"")
        self.prev = blank.hash.hex()
        return Entry(header, raw, blank.salts, blank.bodies, self.keys.sign(blank.hash))


def keys_of(*writers: Writer) -> Mapping[str, bytes]:
    return {w.keys.id: w.keys.ed_public for w in writers}


def take(vault: Vault, *entries: Entry, known: Mapping[str, bytes]) -> Received:
    """Receive entries in this order."""
    return receive(vault, [(e.signature, e.to_bytes()) for e in entries], known)


def contributed(fact: Fact) -> Contribution:
    """Each document says its body, its day of change and its void; numbers add up by patient."""
    body = dict(fact.body or {})
    void = None if fact.void is None else fact.void.get("why")
    rows: list[tuple[str, dict[str, Any]]] = [
        ("all", {"id": fact.id, "said": body.get("said"), "void": void})
    ]
    sums: list[tuple[str, dict[str, Any], dict[str, int]]] = []
    if void is None:
        sums = [("sum", {"p": fact.patient or ""}, {"n": int(body.get("n", 0))})]
    return Contribution(rows, sums)


TABLE = dict.fromkeys(("patient", "consult", "item", "stock", "vitals"), contributed)
