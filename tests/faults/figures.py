"""What the fault sets did, counted where it happens; printed after a run and written to docs/reliability.md on demand.

`CES_FAULTS` is empty in the everyday suite, `quick` or `full` (packaging/run.py faults). One amount can be set by
itself: `CES_FAULTS_KILLS=10000`. Sets whose trials are drawn by `SEED` can be run in slices, each with a seed of its
own: `CES_FAULTS_ADD` adds to a line that stands, when it was made of the same `ces_tui/` by other seeds.
"""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LEVEL = os.environ.get("CES_FAULTS", "")
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by packaging/run.py faults --write -->", "<!-- end of figures -->"


@dataclass
class Figure:
    """One line of the table: how many trials, what was lost in them, and at which commit."""

    count: int = 0
    lost: int = 0
    note: str = ""
    commit: str = ""
    seeds: frozenset[int] = frozenset()
    """What the trials were drawn by; nothing for trials that are the same in every run."""

    def line(self, name: str) -> str:
        """The line as Markdown."""
        note = self.note + (f"; seeds {', '.join(map(str, sorted(self.seeds)))}" if self.seeds else "")
        return f"| {name} | {self.count:,} | {self.lost} | {note} | {self.commit} |"


TALLY: dict[str, Figure] = {}


def amount(name: str, few: int, quick: int, full: int) -> int:
    """How many trials of this set the run wants."""
    asked = os.environ.get(f"CES_FAULTS_{name.upper()}")
    return int(asked) if asked else {"quick": quick, "full": full}.get(LEVEL, few)


SEED = amount("seed", 1, 1, 1)
"""Another one draws other trials."""


def count(what: str, trials: int = 1, *, lost: int = 0, note: str = "", drawn: bool = False) -> None:
    """Trials that were run and held; `drawn` when another `SEED` gives others."""
    figure = TALLY.setdefault(what, Figure())
    figure.count += trials
    figure.lost += lost
    figure.note = note or figure.note
    figure.seeds |= {SEED} if drawn else frozenset()


def carried() -> dict[str, tuple[int, int, str, bool]]:
    """The counts of this process, to be sent to the one that writes the table (pytest-xdist)."""
    return {name: (f.count, f.lost, f.note, bool(f.seeds)) for name, f in TALLY.items()}


def take(counts: dict[str, tuple[int, int, str, bool]]) -> None:
    """Counts that another process made."""
    for name, (trials, lost, note, drawn) in counts.items():
        count(name, trials, lost=lost, note=note, drawn=drawn)


def machine() -> str:
    """What the figures hold for, whatever the commit."""
    return (
        f"ces-tui {version_of()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"cryptography {version('cryptography')}, {platform.system()} {platform.release()}"
    )


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "none"


BEGUN = commit() if LEVEL else ""
"""What was there when the run began: hours later the branch may have moved."""


def versions() -> str:
    """What a whole run holds for."""
    return f"{machine()} ({commit()}), {datetime.now(UTC):%Y-%m-%d}"


def version_of() -> str:
    from ces_tui import __version__

    return __version__


def same_code(other: str) -> bool:
    """Whether the program in that commit is the one that runs now, to the byte."""
    asked = [
        ["rev-parse", f"{other}:ces_tui"],
        ["rev-parse", "HEAD:ces_tui"],
        ["status", "--porcelain", "ces_tui"],
    ]
    done = [
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        for words in asked
    ]
    then, now, changed = (one.stdout.strip() for one in done)
    return not any(one.returncode for one in done) and then == now and not changed


def added(figure: Figure, line: str) -> Figure:
    """The figure with what an earlier line of it counted, when both can stand as one: trials of the same program.

    By other seeds they add up; those of a seed that was counted already are counted once.
    """
    _, trials, lost, note, then = (part.strip() for part in line.strip("| ").split(" | "))
    told = re.fullmatch(r"(.*); seeds ([\d, ]+)", note)
    if not told or not figure.seeds or told[1] != figure.note or not same_code(then):
        return figure
    earlier = Figure(
        int(trials.replace(",", "")), int(lost), told[1], then, frozenset(map(int, told[2].split(",")))
    )
    if earlier.seeds & figure.seeds:
        return earlier
    counts = earlier.count + figure.count, earlier.lost + figure.lost
    return Figure(*counts, figure.note, figure.commit, earlier.seeds | figure.seeds)


def table(kept: dict[str, str] | None = None, *, add: bool = False) -> str:
    """The figures of this run as Markdown, and lines of earlier runs that are kept or, with `add`, counted in."""
    now = BEGUN or commit()
    lines = kept or {}
    for name, figure in TALLY.items():
        if figure.count:  # a set that only asked how many calls there are has tried nothing
            figure.commit = now
            whole = added(figure, lines[name]) if add and name in lines else figure
            lines[name] = whole.line(name)
    head = ["| set | trials | lost | note | commit |", "|---|---:|---:|---|---|"]
    title = f"{machine()}; {datetime.now(UTC):%Y-%m-%d}, set «{LEVEL or 'everyday'}»."
    return "\n".join([title, "", *head, *(lines[name] for name in sorted(lines))])


def lines_of(text: str) -> dict[str, str]:
    """The lines of a table that stands already, when it was made on such a machine; none otherwise."""
    if not text.strip().startswith(machine()):
        return {}
    found = (line for line in text.splitlines() if line.startswith("| ") and line.count(" | ") == 4)
    return {line.split(" | ")[0].removeprefix("| "): line for line in found if not line.startswith("| set ")}


def write(page: Path = PAGE, *, keep: bool = False, add: bool = False) -> None:
    """Put the table between the marks of the page; lines of sets that did not run this time go, or stay with `keep`.

    With `add` they stay too, and drawn trials of the same program are counted together.
    """
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, mark, after = rest.partition(END)
    assert mark, "the page has lost its marks"
    kept = lines_of(old) if keep or add else None
    page.write_text(f"{before}{BEGIN}\n{table(kept, add=add)}\n{END}{after}", encoding="utf-8")
