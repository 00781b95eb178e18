"""Finding a medicine by what clinicians type: 'losart', 'amoxi susp', 'paracetmol 500', 'metformina850'.

Generic names only: a brand is never needed. Every typed word must be explained by a word of the entry: whole, as its
beginning, or with one typo; common nicknames stand in `NICKNAMES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ces_tui.base.text import fold
from ces_tui.pharmacy.formulary import Entry

NICKNAMES = {
    "aas": "acetilsalicilico",
    "asa": "acetilsalicilico",
    "aspirina": "acetilsalicilico",
    "adrenalina": "epinefrina",
    "hctz": "hidroclorotiazida",
    "tmp": "trimetoprima",
    "smx": "sulfametoxazol",
    "cotrimoxazol": "trimetoprima",
    "vso": "electrolitos",
    "suero": "electrolitos",
    "sro": "electrolitos",
    "acetaminofen": "paracetamol",
    "hierro": "ferroso",
    "penicilina": "bencilpenicilina",
    "regular": "rapida",
    "nitroglicerina": "trinitrato",
    "bonadoxina": "piridoxina",
    "gotas": "solucion",
    "jbe": "jarabe",
    "tab": "tableta",
    "tabs": "tableta",
    "amp": "inyectable",
    "iny": "inyectable",
    "susp": "suspension",
    "sol": "solucion",
    "inh": "aerosol",
    "inhalador": "aerosol",
    "puff": "aerosol",
}
"""What people say (folded) -> a word of the formulary."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[a-zñ]+")


def tokens(text: str) -> list[str]:
    """The folded words and numbers of a text; digits part from letters ('850mg' -> '850', 'mg'), comma becomes point."""
    return [t.replace(",", ".") for t in _TOKEN.findall(fold(text).replace("ñ", "n"))]


@dataclass(frozen=True)
class _Indexed:
    entry: Entry
    words: tuple[str, ...]
    names: int
    """How many of `words` come from the generic name."""


class Finder:
    """An index over some entries; a search over 350 of them takes about a millisecond."""

    def __init__(self, all_entries: Iterable[Entry]) -> None:
        self._index = []
        for entry in all_entries:
            generic = tokens(entry.generic)
            rest = tokens(f"{entry.form} {entry.strength} {' '.join(entry.ingredients)}")
            self._index.append(_Indexed(entry, (*generic, *rest), len(generic)))

    def find(self, text: str, limit: int = 12) -> list[Entry]:
        """The entries that explain every typed word, best first; nothing for an empty text."""
        wanted: list[tuple[str, ...]] = [
            (word, NICKNAMES[word]) if word in NICKNAMES else (word,) for word in tokens(text)
        ]
        if not wanted:
            return []
        scored = []
        for item in self._index:
            score = _score(wanted, item)
            if score:
                scored.append((-score, len(item.entry.ingredients), fold(item.entry.name), item.entry))
        return [entry for *_, entry in sorted(scored, key=lambda s: s[:3])[:limit]]


def _score(wanted: list[tuple[str, ...]], item: _Indexed) -> float:
    """0 when a typed word is not explained; names count more than forms, whole words more than beginnings."""
    total = 0.0
    named = False
    for alternatives in wanted:
        best = 0.0
        for place, known in enumerate(item.words):
            points = max(_match(word, known) for word in alternatives)
            if points and place < item.names:
                points += 2 if place == 0 else 1
                named = True
            best = max(best, points)
        if not best:
            return 0
        total += best
    return total if named or all(w[0][0].isdigit() for w in wanted) else total / 2


def _match(typed: str, known: str) -> float:
    if typed == known:
        return 4
    if typed[0].isdigit():
        return 0
    if known.startswith(typed):
        return 3
    if len(typed) < 4 or known[0].isdigit():
        return 0
    allowed = 1 if len(typed) < 8 else 2
    from rapidfuzz.distance import OSA

    whole = OSA.distance(typed, known, score_cutoff=allowed)
    start = OSA.distance(typed, known[: len(typed)], score_cutoff=allowed)
    distance = min(whole, start)
    return 2.5 - distance if distance <= allowed else 0
