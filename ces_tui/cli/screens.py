"""Opening the screens: the most frequent command line, so it pays for neither click nor any command."""

from __future__ import annotations

import sys
from pathlib import Path

from ces_tui.base.errors import NoTerminal
from ces_tui.base.paths import store_dir


def plain_start(args: list[str]) -> Path | None:
    """The store that a start without a command opens (the usual one, or `--dir FOLDER`); None for anything else."""
    match args:
        case []:
            return store_dir()
        case ["--dir", folder] if folder and not folder.startswith("-"):
            return store_dir(folder)
        case _:
            return None


def open_screens(store: Path, *, passphrase_hint: str | None = None) -> int:
    """Start the terminal application on a store; NoTerminal when there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal
    print("Abriendo ces-tui…", file=sys.stderr, flush=True)  # noqa: T201 - before the screens, on the error stream
    from screens.app import run as run_screens

    return int(run_screens(store, demo_passphrase=passphrase_hint))


def start(store: Path) -> int:
    """Open the screens and answer for every failure with a sentence and an exit code."""
    from ces_tui.base.errors import CesError, InternalError
    from ces_tui.base.platform.harden import harden
    from ces_tui.base.text import for_screen

    harden()
    try:
        return open_screens(store)
    except CesError as error:
        print(for_screen(str(error)), file=sys.stderr)  # noqa: T201
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - no traceback ever reaches a user
        print(InternalError.sentence, file=sys.stderr)  # noqa: T201
        return InternalError.exit_code
