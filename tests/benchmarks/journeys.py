"""Keys counted by script: what the terminal journeys typed, Enter and Tab included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure, under
from tests.benchmarks.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
# 300 and 200 keys are 90 s and 60 s of typing at 40 words a minute, five letters a word
GOALS = {
    "hipertenso": ("paciente hipertenso que vuelve, hasta la nota firmada", 30),
    "phq9": ("PHQ-9 ya abierto", 12),
    "consulta_completa": (
        "consulta completa, 2 diagnósticos y 3 medicamentos, sin contar el texto libre",
        300,
    ),
    "paciente_nuevo": ("paciente nuevo, de Hoy a su número", 200),
}


def counted(stage: Stage) -> list[Figure]:
    """Run the terminal journeys once; each writes the keys it needed into a file that is read here."""
    report = stage.home / "keys.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/terminal", "-k", "journey"],
        cwd=ROOT, env={**os.environ, "CES_TUI_KEYS": str(report)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not report.exists():
        return []
    keys = {row["journey"]: row["keys"] for row in map(json.loads, report.read_text().splitlines())}
    note = "" if done.returncode == 0 else "una jornada de prueba falló"
    return [
        under(text, keys[name], "teclas", most, note=note)
        for name, (text, most) in GOALS.items()
        if name in keys
    ]
