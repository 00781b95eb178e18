"""Answer sheets as text: '0,1,2,3,0,0,0,0,-' for the command line, where `-` is a refused item."""

from __future__ import annotations

from ces_tui.base.errors import BadInput

REFUSED = "-"


def parse_sheet(text: str) -> list[int | None]:
    """The answers of a comma-separated sheet; BadInput for anything that is neither a digit nor `-`."""
    answers: list[int | None] = []
    for place, part in enumerate(text.split(","), 1):
        word = part.strip()
        if word == REFUSED:
            answers.append(None)
        elif word.isascii() and word.isdigit() and len(word) <= 2:
            answers.append(int(word))
        else:
            raise BadInput(f"La respuesta {place} («{word[:10]}») no es un número ni «-».", field="answers")
    return answers


def show_sheet(answers: list[int | None]) -> str:
    """The sheet as `parse_sheet` reads it."""
    return ",".join(REFUSED if a is None else str(a) for a in answers)
