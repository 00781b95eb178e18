"""Which row is not there: a missing row has no number of its own any more, its drawer and its neighbours tell it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from ces_tui.vault.seal import DrawerNumbers

SPAN = 1 << 19
"""Row numbers of one drawer."""


def absent_documents(
    drawer_of: Mapping[str, str], numbers: DrawerNumbers, present: set[int]
) -> dict[str, int]:
    """Document -> the row where it lay, for those where the drawer's numbering leaves no doubt.

    Numbers are dense in a drawer: what is missing is a gap, or the next number after the last. With more missing
    than one in a drawer only the set of rows is sure; documents are given them in the order of their ids, which is
    the order in which one device made them.
    """
    by_drawer: defaultdict[str, list[str]] = defaultdict(list)
    for doc, drawer in sorted(drawer_of.items()):
        if drawer:
            by_drawer[drawer].append(doc)
    found: dict[str, int] = {}
    for drawer, docs in by_drawer.items():
        base = numbers.base(drawer)
        free = (k for k in range(base, base + SPAN) if k not in present)
        found.update(zip(docs, free, strict=False))
    return found


def absent_rows(
    absent: Counter[str], numbers: DrawerNumbers, owned: set[int], broken: set[int | str]
) -> Iterator[tuple[int | str, str]]:
    """(row, what) of projection rows that are not there.

    `absent`: rows that the log gives and no row holds, by drawer; `owned`: numbers that documents name and no row has;
    `broken`: rows already named, each of which stands for one of the absent in its drawer.
    """
    for k in sorted(owned):
        yield k, "falta"
    for drawer, n in sorted(absent.items()):
        base = numbers.base(drawer)
        told = sum(1 for k in (*owned, *broken) if isinstance(k, int) and 0 <= k - base < SPAN)
        if n > told:
            kind = drawer.partition("/")[0]
            yield f"{kind}?", f"faltan {n - told} de {kind}" if n - told > 1 else f"falta una de {kind}"
