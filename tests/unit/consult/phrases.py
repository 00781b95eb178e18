"""What clinicians type for a diagnosis and the code they mean; and the same words with slips of the fingers.

The 200 phrases were written and committed before the synonyms were extended for them. The 50 with slips are made by rules
of their own (keys that lie beside each other, swapped, dropped and doubled letters, a forgotten space): they are measured
and reported, never tuned on.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ces_tui.consult.diagnoses import Diagnoses

LIST = Path(__file__).parents[2] / "fixtures" / "diagnosis_phrases.csv"
SEED = 20261120
ROWS = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Measured:
    """How often the code meant stands first, and among the first five; and the phrases that did not lead."""

    count: int
    first: float
    five: float
    missed: tuple[tuple[str, str, int], ...]
    """What was typed, the code meant, its rank (0 = not among the first five)."""


def phrases() -> list[tuple[str, str]]:
    """The 200: what is typed, and the code."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return [(row["typed"], row["code"]) for row in csv.DictReader(file)]


def slipped(count: int = 50) -> list[tuple[str, str]]:
    """Every fourth phrase that has a word of five letters, with one slip in its longest word."""
    chance = random.Random(SEED)
    long = [(typed, code) for typed, code in phrases() if max(map(len, typed.split())) >= 5]
    step = len(long) / count
    return [(_slipped(typed, chance), code) for typed, code in (long[int(i * step)] for i in range(count))]


def measure(asked: Sequence[tuple[str, str]], diagnoses: Diagnoses) -> Measured:
    """Search each phrase and look where the code meant stands."""
    ranks = []
    for typed, code in asked:
        found = [entry.code for entry in diagnoses.search(typed, 5)]
        ranks.append((typed, code, found.index(code) + 1 if code in found else 0))
    first = sum(rank == 1 for *_, rank in ranks)
    five = sum(rank > 0 for *_, rank in ranks)
    return Measured(len(ranks), first / len(ranks), five / len(ranks), tuple(r for r in ranks if r[2] != 1))


def _slipped(typed: str, chance: random.Random) -> str:
    """A slip that shows: swapping two equal letters is none."""
    while (slip := _slip(typed, chance)) == typed:
        pass
    return slip


def _slip(typed: str, chance: random.Random) -> str:
    words = typed.split()
    at = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[at]
    i = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("beside", "swap", "drop", "double", "join"))
    if kind == "join" and len(words) > 1:
        return "".join(words)
    if kind == "beside":
        word = word[:i] + _beside(word[i], chance) + word[i + 1 :]
    elif kind == "swap":
        word = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    elif kind == "double":
        word = word[:i] + word[i] + word[i:]
    else:
        word = word[:i] + word[i + 1 :]
    return " ".join([*words[:at], word, *words[at + 1 :]])


def _beside(letter: str, chance: random.Random) -> str:
    for row in ROWS:
        if letter in row:
            at = row.index(letter)
            return chance.choice([row[n] for n in (at - 1, at + 1) if 0 <= n < len(row)])
    return letter
