"""Finding a diagnosis by what clinicians type: names, abbreviations, everyday words, codes; typos and accents forgiven."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from ces_tui.base.content import load
from ces_tui.base.text import fold
from ces_tui.people.sound import sound

_CODE = re.compile(r"[a-z]\d{1,2}\.?[\dx]?\Z")
_WORD = re.compile(r"[a-z0-9]+")
_LINKS = frozenset({"de", "del", "la", "el", "en", "los", "las", "con", "por", "y", "a", "al"})
_ENOUGH = 0.36
"""Terms below this share of agreement are not shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One diagnosis of the catalogue."""

    code: str
    """CIE-10 with its point: 'E11.9', 'I10'."""
    name: str
    group: str
    chronic: bool
    suive: str
    """Key of the weekly epidemiological report, or nothing."""
    immediate: bool
    """To be notified at once (SUIVE)."""
    reserved: str
    """Kind of sensitive matter (UX principle 8), or nothing."""


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    words: tuple[str, ...]
    entry: int
    is_name: bool


class Diagnoses:
    """The CIE-10 catalogue of primary care, searchable."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(
            Entry(
                code=row["code"],
                name=row["name"],
                group=row["group"],
                chronic=row["chronic"] == "1",
                suive=row["suive"],
                immediate=row["immediate"] == "1",
                reserved=row["reserved"],
            )
            for row in load("catalogues/cie10.csv")
        )

    def get(self, code: str) -> Entry | None:
        """The entry with this code, or None (free text, or a code of another edition)."""
        return self._by_code.get(code)

    def reserved(self, code: str) -> bool:
        """Whether the code is a sensitive matter (mental health, suicide, violence, HIV, abortion)."""
        entry = self.get(code)
        return entry is not None and bool(entry.reserved)

    def search(self, text: str, limit: int = 12) -> list[Entry]:
        """The diagnoses that `text` may mean, best first; none for an empty text."""
        query = fold(text)
        if _CODE.match(query):
            return self._coded(query, limit)
        words = _words(query)
        if not words:
            return []
        scores = self._scores(words, " ".join(words))
        order = sorted(scores, key=lambda i: (-round(scores[i], 3), len(self.entries[i].name), i))
        return [self.entries[i] for i in order[:limit]]

    @cached_property
    def _by_code(self) -> dict[str, Entry]:
        return {entry.code: entry for entry in self.entries}

    def _coded(self, query: str, limit: int) -> list[Entry]:
        wanted = query.replace(".", "").removesuffix("x")
        hits = [e for e in self.entries if e.code.replace(".", "").lower().startswith(wanted)]
        return hits[:limit]

    @cached_property
    def _terms(self) -> tuple[_Term, ...]:
        place = {entry.code: i for i, entry in enumerate(self.entries)}
        found = [(entry.name, i, True) for i, entry in enumerate(self.entries)]
        for code, synonyms in load("catalogues/synonyms_diagnoses.yaml")["terms"].items():
            found += [(synonym, place[code], False) for synonym in synonyms]
        return tuple(_Term(" ".join(w), w, i, name) for text, i, name in found if (w := _words(fold(text))))

    @cached_property
    def _usual(self) -> tuple[float, ...]:
        """Entry -> a small advantage for what has many everyday names, because it is seen every day."""
        names = Counter(term.entry for term in self._terms)
        return tuple(0.005 * min(names[i], 14) for i in range(len(self.entries)))

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Word -> the terms that hold it."""
        places: dict[str, list[int]] = defaultdict(list)
        for n, term in enumerate(self._terms):
            for word in set(term.words):
                places[word].append(n)
        return dict(places)

    @cached_property
    def _sounds(self) -> tuple[tuple[str, str], ...]:
        return tuple((word, _heard(word)) for word in self._places)

    def _scores(self, words: tuple[str, ...], query: str) -> dict[int, float]:
        """Entry -> agreement from 0 to a little above 1 of its best term."""
        agreed: dict[int, list[float]] = defaultdict(lambda: [0.0] * len(words))
        for position, word in enumerate(words):
            for known, score in self._alike(word).items():
                for n in self._places[known]:
                    agreed[n][position] = max(agreed[n][position], score)
        best: dict[int, float] = {}
        for n, parts in agreed.items():
            term = self._terms[n]
            covered = min(1.0, sum(1 for part in parts if part) / len(term.words))
            score = sum(parts) / len(parts) * (0.75 + 0.25 * covered)
            if term.text == query:
                score += 0.2
            elif term.text.startswith(query):
                score += 0.05
            if score >= _ENOUGH:
                best[term.entry] = max(
                    best.get(term.entry, 0.0), score + self._usual[term.entry] - (0 if term.is_name else 0.01)
                )
        return best

    def _alike(self, word: str) -> dict[str, float]:
        """The known words that `word` may be, with how surely: exact, beginning, same sound, misspelt."""
        from rapidfuzz.distance import OSA

        mine = _heard(word)
        slips = 0 if len(mine) < 4 else 1 if len(mine) < 7 else 2
        alike: dict[str, float] = {}
        for known, heard in self._sounds:
            if known == word:
                alike[known] = 1.0
            elif heard == mine:
                alike[known] = 0.97
            elif known.startswith(word) or (len(mine) > 2 and heard.startswith(mine)):
                alike[known] = 0.9 if len(word) > 2 else 0.75
            elif slips:
                distance: float = OSA.distance(mine, heard, score_cutoff=slips)
                if distance > slips and len(mine) > 4:
                    distance = OSA.distance(mine, heard[: len(mine)], score_cutoff=slips) + 0.5
                if distance <= slips:
                    alike[known] = 0.86 - 0.09 * distance
        return alike


def _heard(word: str) -> str:
    """How the word sounds; one with digits ('dm2', 'h1n1') is its own sound."""
    return sound(word) if word.isalpha() else word


def _words(folded: str) -> tuple[str, ...]:
    words = _WORD.findall(folded)
    return tuple(w for w in words if w not in _LINKS) or tuple(words)


def proposes_first_time(code: str, text: str, earlier: set[str]) -> bool:
    """Whether "1a vez" is proposed: no earlier diagnosis of this chart has the same code (free text: same words)."""
    return same_diagnosis(code, text) not in earlier


def same_diagnosis(code: str, text: str) -> str:
    """The key under which two diagnoses count as the same."""
    return code or fold(text)
