"""A store's documents against the set of its entries, and everything it shows as one value."""

from __future__ import annotations

from collections import Counter

from ces_tui.vault.dictionary import inflate
from ces_tui.vault.entry import Entry
from ces_tui.vault.packing import LIVE, unpack_proj
from ces_tui.vault.types import BY_NAME, drawer_of
from ces_tui.vault.vault import Vault


def check_documents(vault: Vault, entries: list[Entry]) -> None:
    """Heads and bodies of each document against the definition: held revisions that no held revision names."""
    revisions: dict[tuple[str, str, str | None], dict[str, bytes | None]] = {}
    named: set[str] = set()
    for entry in entries:
        for change, body in zip(entry.header.ch, entry.bodies, strict=True):
            revisions.setdefault((change.t, change.doc, change.pat), {})[change.rev] = body
            named |= set(change.par)
    for (kind, doc, patient), revs in revisions.items():
        held = vault.held(drawer_of(BY_NAME[kind], doc, patient), doc)
        assert held is not None and held.state == LIVE, (kind, doc)
        heads = {h.rev: inflate(h.packed) for h in held.heads}
        assert heads == {r: b for r, b in revs.items() if r not in named}, (kind, doc)


def canonical(vault: Vault) -> frozenset[tuple[object, ...]]:
    """Everything that is shown, whatever the order of arrival: heads in their order, and projection rows counted."""
    shown: set[tuple[object, ...]] = set()
    for held in vault.drawers.everything():
        heads = tuple((inflate(h.packed).decode(), h.rev) for h in held.heads)
        shown.add(("doc", held.doc, held.state, heads))
    rows = Counter(unpack_proj(plain) for _, plain in vault.projections.everything())
    return frozenset(shown | {("row", drawer, row.decode(), n) for (drawer, row), n in rows.items()})
