"""A printer that takes everything: an `lp` in front of the PATH that keeps what it was given."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

_LP = """#!/bin/sh
cat > "{folder}/job-$(ls "{folder}" | wc -l).pdf"
printf '%s\\n' "$*" >> "{folder}.args"
exit {code}
"""


@dataclass
class FakeLp:
    """What was printed, and how it was asked for."""

    folder: Path

    @property
    def jobs(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.glob("job-*.pdf"))]

    @property
    def arguments(self) -> list[str]:
        return self.folder.with_suffix(".args").read_text(encoding="utf-8").splitlines()

    def refuse(self) -> None:
        """From now on the printer takes nothing."""
        self._write(1)

    def _write(self, code: int) -> None:
        script = self.folder.parent / "bin" / "lp"
        script.parent.mkdir(exist_ok=True)
        script.write_text(_LP.format(folder=self.folder, code=code), encoding="utf-8")
        script.chmod(0o755)


@pytest.fixture
def fake_lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLp:
    printer = FakeLp(tmp_path / "jobs")
    printer.folder.mkdir()
    printer._write(0)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return printer
