"""The quick suite passes where there is no network at all: an empty network namespace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.faults import figures

pytestmark = pytest.mark.faults
UNSHARE = ["unshare", "-rn"]
CORE = ("the core's", ["tests/unit/vault", "tests/unit/sync"])
WHOLE = ("the whole quick suite's", ["-n", "auto", "--dist", "loadfile", "tests"])
"""Services, screens, the program in a pseudo-terminal, and the short fault sets: what run.py test runs."""
NAME, WHERE = WHOLE if figures.LEVEL == "full" else CORE


def can_unshare() -> bool:
    tried = [*UNSHARE, "true"]
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(tried, capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not can_unshare(), reason="needs leave to make a network namespace")
def test_the_suite_in_an_empty_network_namespace() -> None:
    deaf = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), 2)\nexcept OSError: print('deaf')"
    probe = subprocess.run([*UNSHARE, sys.executable, "-c", deaf], capture_output=True, text=True, check=True)
    assert probe.stdout == "deaf\n", "the namespace has a way out"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CES_FAULTS", "PYTEST_"))}
    suite = [*UNSHARE, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", *WHERE]
    done = subprocess.run(suite, cwd=figures.ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    told = re.search(r"(\d+) passed(?:, (\d+) skipped)?.* in [\d.]+s", done.stdout)
    assert told, done.stdout[-500:]
    note = f"{told[2] or 0} skipped; {' '.join(w for w in WHERE if w.startswith('tests'))}"
    figures.count(f"{NAME} tests without any network", int(told[1]), note=note)
