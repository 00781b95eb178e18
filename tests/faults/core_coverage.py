"""`packaging/run.py faults --coverage`: every line and branch of the core runs in its quick tests, or the command fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.mutation_modules import MODULES, ROOT, TESTS, path_of


def main() -> int:
    """0 when nothing is missing; the report names lines and branches that no test reaches."""
    with tempfile.TemporaryDirectory(prefix="ces-coverage-") as folder:
        settings = Path(folder, "settings")  # the project's own name whole packages
        files = "\n    ".join(str(path_of(m)) for m in MODULES)
        settings.write_text(f"[run]\nbranch = true\ninclude =\n    {files}\n", encoding="utf-8")
        env = {**os.environ, "COVERAGE_FILE": f"{folder}/data", "COVERAGE_RCFILE": str(settings)}
        coverage = [sys.executable, "-m", "coverage"]
        run = [*coverage, "run", "-m", "pytest", "-p", "no:cacheprovider"]
        if (failed := subprocess.run([*run, *TESTS], cwd=ROOT, env=env, check=False).returncode) != 0:
            return failed
        report = [*coverage, "report", "--show-missing", "--fail-under=100"]
        return subprocess.run(report, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
