"""From a sheet to PDF or pictures: typst in this process, in memory, offline. It reads templates and fonts and writes nothing.

The sheet goes in as JSON text (`sys.inputs.data`) that the template parses: what a clinician typed is a string there and
can never become markup. typst is imported when the first paper is made, never at start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ces_tui.base.errors import CesError
from ces_tui.base.paths import content_dir
from ces_tui.base.text import for_screen
from ces_tui.paper.records import Sheet

if TYPE_CHECKING:
    from typst import Compiler


class PaperProblem(CesError):
    """A paper could not be made."""

    sentence = "No se pudo preparar la hoja. El expediente está a salvo; avise a la oficina."


def pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF (letter size); PaperProblem when the template fails."""
    return _whole(_compile(sheet, format="pdf"))


def pictures(sheet: Sheet, *, ppi: int = 72) -> list[bytes]:
    """Each page as a PNG, for looking at it."""
    found = _compile(sheet, format="png", ppi=ppi)
    return list(found) if isinstance(found, list) else [found]


CUT = " […]"
LIMITS = {
    "who": 160,
    "printed": 160,
    "cells": 600,
    "below": 600,
    "value": 600,
    "void": 1000,
    "remark": 1000,
    "paragraphs": 100_000,
}
"""Most letters of each member of a sheet: far more than the record's own doors let in, so that no forged record can fill
a footer, which no page end can break. What is longer is cut and says so."""
_OTHERS = 240
_MOST = 1_000_000


def data_of(sheet: Sheet) -> str:
    """What a template reads: JSON, without the control characters that a printer could take for its own."""
    data = msgspec.json.encode(_clean(msgspec.to_builtins(sheet), "")).decode()
    if len(data) > _MOST:
        raise PaperProblem("Es demasiado largo para una hoja. Imprima por partes lo que necesite.")
    return data


def _clean(value: Any, member: str) -> Any:
    if isinstance(value, str):
        shown, most = for_screen(value), LIMITS.get(member, _OTHERS)
        return shown if len(shown) <= most else shown[:most] + CUT
    if isinstance(value, dict):
        return {key: _clean(inside, key) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inside, member) for inside in value]
    return value


def _compile(sheet: Sheet, **options: Any) -> bytes | list[bytes]:
    import typst

    try:
        found = compiler(sheet.template).compile(sys_inputs={"data": data_of(sheet)}, **options)
    except typst.TypstError:  # its text quotes the sheet: nothing of it goes on
        raise PaperProblem from None
    assert isinstance(found, bytes | list)
    return found


def compiler(template: str) -> Compiler:
    """A compiler for one template that sees our folder and our fonts only: what it sets is the same on every machine."""
    import typst

    folder = content_dir() / "paper"
    return typst.Compiler(
        str(folder / f"{template}.typ"),
        root=str(folder),
        font_paths=[str(folder / "fonts")],
        ignore_system_fonts=True,
    )


def _whole(found: bytes | list[bytes]) -> bytes:
    return found if isinstance(found, bytes) else b"".join(found)
