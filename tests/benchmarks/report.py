"""The figures as a table for people, as rows for programs, and as docs/figures.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure

TARGET = Path(__file__).resolve().parents[2] / "docs" / "figures.md"
_PEERS = "<!-- peers: written by packaging/run.py peers --write -->"
_HEAD = """\
# Figures

Written by `python3 packaging/run.py bench --write`: medians of one run on one machine, not promises. A floor is what
the same machine needs at least for the same thing, measured in the same run. Everybody in the measured store is invented.

"""


def rows(found: Mapping[str, list[Figure]]) -> list[dict[str, Any]]:
    return [{"benchmark": name, **figure.row()} for name, figures in found.items() for figure in figures]


def table(found: Mapping[str, list[Figure]], about: Mapping[str, object]) -> str:
    """A Markdown table, one line a figure."""
    lines = [
        ", ".join(f"{key} {value}" for key, value in about.items()),
        "",
        "| figure | value | goal | | floor | ratio | note |",
        "|---|---:|---|---|---|---:|---|",
    ]
    for figures in found.values():
        lines += [_line(figure) for figure in figures]
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    verdict = "" if figure.met is None else "yes" if figure.met else "NO"
    floor = f"{figure.floor_name} {shown(figure.floor)} {figure.unit}" if figure.floor is not None else ""
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
    value = f"{shown(figure.value)} {figure.unit}"
    return f"| {figure.name} | {value} | {figure.goal} | {verdict} | {floor} | {ratio} | {figure.note} |"


def shown(value: float) -> str:
    """Three significant digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def write(found: Mapping[str, list[Figure]], about: Mapping[str, object]) -> None:
    """Replace the bench's part of docs/figures.md; what `run.py peers` wrote below it stays."""
    _, mark, peers = _written().partition(_PEERS)
    TARGET.write_text(
        f"{_HEAD}{table(found, about)}\n" + (f"\n{mark}{peers}" if mark else ""), encoding="utf-8"
    )


def write_peers(text: str) -> None:
    """Replace the last part of docs/figures.md: the store beside its peers."""
    bench = _written().partition(_PEERS)[0].rstrip("\n")
    TARGET.write_text(f"{bench}\n\n{_PEERS}\n{text.strip()}\n", encoding="utf-8")


def _written() -> str:
    return TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
