"""After a run of the fault sets: their figures on the terminal, and in docs/reliability.md when CES_FAULTS_WRITE says so."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.faults import figures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, when a level was asked for."""
    if figures.LEVEL and figures.TALLY:
        terminalreporter.section("figures")
        terminalreporter.write_line(figures.table())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist hands in what it counted."""
    figures.take(getattr(node, "workeroutput", {}).get("figures", {}))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Only a run in which everything held is written down."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = figures.carried()
    elif os.environ.get("CES_FAULTS_WRITE") and exitstatus == 0 and figures.TALLY:
        figures.write(
            keep=bool(os.environ.get("CES_FAULTS_KEEP")), add=bool(os.environ.get("CES_FAULTS_ADD"))
        )
