"""fsyncs a save, counted from outside by strace: a child that saves a hundred times less one that saves never."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import Stage

_SAVES = 100


def fsyncs(stage: Stage) -> list[Figure]:
    """fsync and fdatasync calls a consult with its dispense; nothing where strace is missing."""
    if shutil.which("strace") is None:
        return []
    stage.close()
    idle, busy = _count(stage, 0), _count(stage, _SAVES)
    each = (busy - idle) / _SAVES
    return [
        Figure(
            "fsyncs al guardar consulta y surtido",
            each,
            "fsyncs",
            "1",
            round(each, 2) <= 1.05,
            note=f"{_SAVES} consultas",
        )
    ]


def _count(stage: Stage, saves: int) -> int:
    report = stage.home / f"strace-{saves}.txt"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(report),
         sys.executable, "-m", "tests.benchmarks.syncs", str(stage.store), stage.passphrase, str(saves)],
        env=stage.environment(), check=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    return len(re.findall(r"\b(?:fsync|fdatasync)\(", report.read_text()))


def child(folder: str, passphrase: str, saves: int) -> None:
    """Save `saves` consults with their dispense and leave."""
    from tests.benchmarks.core import _commit, sample
    from tests.benchmarks.stage import open_store

    clinic = open_store(Path(folder), passphrase)
    for patient, _ in sample(clinic, 1, saves):
        _commit(clinic, patient)
    clinic.close()


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2], int(sys.argv[3]))
