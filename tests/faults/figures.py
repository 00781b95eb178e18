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
    """One line of the table: how many trials, and what was lost in them."""

    count: int = 0
    lost: int = 0
    note: str = ""


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


def rows() -> list[str]:
    """The table's lines."""
    return [f"| {name} | {f.count:,} | {f.lost} | {f.note} |" for name, f in sorted(TALLY.items())]


def versions() -> str:
    """What the figures hold for."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"ces-tui {version_of()} ({commit or 'no commit'}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, cryptography {version('cryptography')}, "
        f"{platform.system()} {platform.release()}, {datetime.now(UTC):%Y-%m-%d}, set «{LEVEL or 'everyday'}»"
    )


def version_of() -> str:
    from ces_tui import __version__

    return __version__


def table() -> str:
    """The figures of this run as Markdown."""
    head = ["| set | trials | lost | note |", "|---|---:|---:|---|"]
    return "\n".join([versions() + ".", "", *head, *rows()])


def write(page: Path = PAGE) -> None:
    """Put the table between the marks of the page; lines of sets that did not run this time go."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    assert mark, "the page has lost its marks"
    page.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")
