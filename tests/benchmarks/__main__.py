"""`python -m tests.benchmarks`: every figure of the closing note, in one run on one machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable

import click

from tests.benchmarks import core, exchange, journeys, report, screens, syncs
from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import Stage, staged

BENCHMARKS: dict[str, Callable[[Stage], list[Figure]]] = {
    "start": screens.start,
    "unlock": core.unlock,
    "hoy": screens.hoy,
    "charts": core.charts,
    "search": core.search,
    "diagnoses": core.diagnoses,
    "keys": screens.keys,
    "memory": screens.memory,
    "save": core.save,
    "fsyncs": syncs.fsyncs,
    "exchange": exchange.month,
    "size": core.size,
    "journeys": journeys.counted,
}


def main() -> int:
    given = _arguments()
    chosen = [*given.names, *(given.only or ())] or list(BENCHMARKS)
    found: dict[str, list[Figure]] = {}
    with staged(
        patients=given.patients,
        years=given.years,
        seed=given.seed,
        rounds=given.rounds,
        rebuild=given.rebuild,
    ) as stage:
        for name in chosen:
            click.echo(f"{name}…", err=True)
            found[name] = BENCHMARKS[name](stage)
    about = {
        "patients": given.patients,
        "years": given.years,
        "seed": given.seed,
        "rounds": given.rounds,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
    if given.json:
        click.echo(json.dumps({"about": about, "figures": report.rows(found)}, ensure_ascii=False, indent=2))
    else:
        click.echo(report.table(found, about))
    if given.write:
        report.write(found, about)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Mediciones de ces-tui.")
    parser.add_argument("names", nargs="*", metavar="CUÁL", help=f"sólo éstas: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="escribe JSON")
    parser.add_argument(
        "--only", action="append", choices=list(BENCHMARKS), help="sólo ésta (se puede repetir)"
    )
    parser.add_argument("--patients", type=int, default=5000)
    parser.add_argument("--years", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9, help="rondas por medición")
    parser.add_argument("--rebuild", action="store_true", help="vuelve a armar la clínica de medición")
    parser.add_argument("--write", action="store_true", help="escribe docs/figures.md")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in BENCHMARKS]:
        parser.error(f"no conozco {unknown[0]}")
    return given


if __name__ == "__main__":
    sys.exit(main())
