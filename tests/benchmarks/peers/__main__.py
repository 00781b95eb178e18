"""`python3 packaging/run.py peers`: ours, SQLCipher, SQLite3MC and SQLite without a key, in one run on one machine."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sqlite3
import sys

import click

from tests.benchmarks import report
from tests.benchmarks.peers import writing
from tests.benchmarks.peers.measure import Measured, measure

_SMALLER = (10, 3)
"""How many times smaller the clinics are that show its growth."""


def main() -> int:
    given = _arguments()
    load = os.getloadavg()[0]
    grown: list[Measured] = []
    sizes = [] if given.no_growth else [given.documents // part for part in _SMALLER]
    for documents in (*sizes, given.documents):
        click.echo(f"{documents} documentos…", err=True)
        whole = documents == given.documents
        grown.append(
            measure(documents, seed=given.seed, rounds_of=given.rounds, saves=given.saves, whole=whole)
        )
    largest = grown[-1]
    about = _about(largest, load)
    if given.json:
        click.echo(json.dumps(writing.as_json(largest, grown, about), ensure_ascii=False, indent=2))
    else:
        click.echo(writing.section(largest, grown, about))
    if given.write:
        if len(grown) > 1:
            writing.PICTURE.write_text(writing.picture(grown), encoding="utf-8")
        report.write_peers(writing.section(largest, grown, about))
    return 0


def _about(largest: Measured, load: float) -> dict[str, object]:
    return {
        "documents": largest.documents,
        "entries": largest.entries,
        **largest.versions,
        "ours on SQLite": sqlite3.sqlite_version,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load before and after": f"{load:.1f} and {os.getloadavg()[0]:.1f}",
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="peers", description="El almacén frente a otros almacenes cifrados."
    )
    parser.add_argument("--documents", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=9, help="veces que se desbloquea cada almacén")
    parser.add_argument("--saves", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-growth", action="store_true", help="sólo el tamaño pedido")
    parser.add_argument("--json", action="store_true", help="escribe JSON")
    parser.add_argument(
        "--write", action="store_true", help="anota docs/figures.md y dibuja docs/pictures/crecimiento.svg"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
