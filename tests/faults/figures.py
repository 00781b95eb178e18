"""What the fault sets did, counted where it happens; printed after a run and written to docs/reliability.md on demand.

`CES_FAULTS` is empty in the everyday suite, `quick` or `full` (packaging/run.py faults). One amount can be set by
itself: `CES_FAULTS_KILLS=10000`.
"""

from __future__ import annotations

import os
import platform
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

    def line(self, name: str) -> str:
        """The line as Markdown."""
        return f"| {name} | {self.count:,} | {self.lost} | {self.note} | {self.commit} |"


TALLY: dict[str, Figure] = {}


def amount(name: str, few: int, quick: int, full: int) -> int:
    """How many trials of this set the run wants."""
    asked = os.environ.get(f"CES_FAULTS_{name.upper()}")
    return int(asked) if asked else {"quick": quick, "full": full}.get(LEVEL, few)


def count(what: str, trials: int = 1, *, lost: int = 0, note: str = "") -> None:
    """Trials that were run and held."""
    figure = TALLY.setdefault(what, Figure())
    figure.count += trials
    figure.lost += lost
    figure.note = note or figure.note


def carried() -> dict[str, tuple[int, int, str]]:
    """The counts of this process, to be sent to the one that writes the table (pytest-xdist)."""
    return {name: (f.count, f.lost, f.note) for name, f in TALLY.items()}


def take(counts: dict[str, tuple[int, int, str]]) -> None:
    """Counts that another process made."""
    for name, (trials, lost, note) in counts.items():
        count(name, trials, lost=lost, note=note)


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


def versions() -> str:
    """What a whole run holds for."""
    return f"{machine()} ({commit()}), {datetime.now(UTC):%Y-%m-%d}"


def version_of() -> str:
    from ces_tui import __version__

    return __version__


def table(kept: dict[str, str] | None = None) -> str:
    """The figures of this run as Markdown, and lines of earlier runs that are kept."""
    now = commit()
    lines = kept or {}
    for name, figure in TALLY.items():
        if figure.count:  # a set that only asked how many calls there are has tried nothing
            figure.commit = now
            lines[name] = figure.line(name)
    head = ["| set | trials | lost | note | commit |", "|---|---:|---:|---|---|"]
    title = f"{machine()}; {datetime.now(UTC):%Y-%m-%d}, set «{LEVEL or 'everyday'}»."
    return "\n".join([title, "", *head, *(lines[name] for name in sorted(lines))])


def lines_of(text: str) -> dict[str, str]:
    """The lines of a table that stands already, when it was made on such a machine; none otherwise."""
    if not text.strip().startswith(machine()):
        return {}
    found = (line for line in text.splitlines() if line.startswith("| ") and line.count(" | ") == 4)
    return {line.split(" | ")[0].removeprefix("| "): line for line in found if not line.startswith("| set ")}


def write(page: Path = PAGE, *, keep: bool = False) -> None:
    """Put the table between the marks of the page; lines of sets that did not run this time go, or stay with `keep`."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, mark, after = rest.partition(END)
    assert mark, "the page has lost its marks"
    page.write_text(
        f"{before}{BEGIN}\n{table(lines_of(old) if keep else None)}\n{END}{after}", encoding="utf-8"
    )
