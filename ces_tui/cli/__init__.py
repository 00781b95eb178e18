"""The command line: the same core as the screens, without them. `main` turns every failure into a sentence and an exit code."""

from __future__ import annotations

import sys


def main(args: list[str] | None = None) -> int:
    """Run the command line; the exit code of docs/manual (0, 2-8, 70). Never lets a traceback out."""
    from ces_tui.cli.screens import plain_start, start

    given = sys.argv[1:] if args is None else args
    if store := plain_start(given):
        return start(store)
    from ces_tui.cli.app import run

    return run(given)
