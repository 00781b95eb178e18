"""Our own mistakes, as people may see them: a sentence and a code that names a place in the program, never data."""

from __future__ import annotations

import os
import traceback
from collections.abc import MutableMapping
from pathlib import Path

from ces_tui.base.errors import InternalError

_ROOT = Path(__file__).resolve().parent.parent


def fault_code(error: BaseException) -> str:
    """Where the program failed, e.g. `consulta-142-KeyError`: file, line and kind, nothing of what was being handled."""
    place = "programa"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if _ROOT in path.parents and ".venv" not in path.parts:
            place = f"{path.stem}-{frame.lineno}"
    return f"{place}-{type(error).__name__}"


def internal_error(error: BaseException) -> InternalError:
    """The sentence for an exception that nobody expected."""
    return InternalError(
        f"Algo falló dentro del programa. Lo guardado está a salvo. Anote este código: {fault_code(error)}"
    )


def scrub_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take away every TEXTUAL_* switch (they write, transmit or type) before Textual reads them, and set our own."""
    for name in [n for n in environ if n == "TEXTUAL" or n.startswith("TEXTUAL_")]:
        del environ[name]
    environ["TEXTUAL_ANIMATIONS"] = "none"
    environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
