"""A document as the log gives it: what `verify` compares its row with."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ces_tui.vault.apply import state_of
from ces_tui.vault.dictionary import deflate, inflate, same_plain
from ces_tui.vault.entry import Entry
from ces_tui.vault.packing import LIVE, Head, Held


class Expected:
    """A document as the log gives it."""

    __slots__ = ("_named", "_revs", "drawer", "patient", "type")

    def __init__(self, type_name: str, patient: str | None, drawer: str) -> None:
        self.type = type_name
        self.patient = patient
        self.drawer = drawer
        self._revs: dict[str, tuple[tuple[object, ...], int, bytes | None, str | None]] = {}
        self._named: set[str] = set()

    def add(self, rev: str, parents: tuple[str, ...], k: int, body: bytes | None, entry: Entry) -> None:
        header = entry.header
        day = next((c.day for c in header.ch if c.rev == rev), None)
        order = (tuple(header.hlc), header.dev, header.inc, header.seq)
        packed = None if body is None else deflate(body)
        self._revs[rev] = (order, k, packed, day)
        self._named.update(parents)
        for old in parents:  # only heads are compared; older bodies need not be kept
            if old in self._revs:
                o, ok, _, d = self._revs[old]
                self._revs[old] = (o, ok, b"", d)

    def heads(self) -> Iterator[Head]:
        live = sorted((v[0], r) for r, v in self._revs.items() if r not in self._named)
        for _, rev in live:
            _, k, packed, _ = self._revs[rev]
            yield Head(rev, k, packed or b"")

    def gives(self, held: Held) -> bool:
        """Whether the row is what the log gives: the same heads with the same bodies, and the same state."""
        mine = tuple(self.heads())
        return (
            [(h.rev, h.log) for h in mine] == [(h.rev, h.log) for h in held.heads]
            and all(same_plain(a.packed, b.packed) for a, b in zip(mine, held.heads, strict=True))
            and held.state == state_of(mine)
            and held.patient == self.patient
        )

    @property
    def state(self) -> int:
        return state_of(tuple(self.heads()))

    @property
    def body(self) -> dict[str, object] | None:
        if self.state != LIVE:
            return None
        *_, last = self.heads()
        value = msgspec.json.decode(inflate(last.packed))
        return value if isinstance(value, dict) else None

    @property
    def day(self) -> str | None:
        heads = tuple(self.heads())
        return self._revs[heads[-1].rev][3] if heads else None
