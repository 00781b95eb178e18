"""The shape of a content file: strict parts, and a refusal in Spanish that says where in the file and why.

Every reader of `protocols/` builds its own records from these: instruments, the register's thresholds, pathways.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec

Certainty = Literal["V", "K", "U"]
"""V read in a source, K well known, U unsure: shown "por confirmar", never a default."""
Text = Annotated[str, msgspec.Meta(min_length=1)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Place = tuple[str | int, ...]
"""Keys and list positions from the top of the file; -1 is an element that can't be told."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a file. Unknown keys are refused: a misspelt one would otherwise be a rule that nobody applies."""


P = TypeVar("P", bound=Part)


class Misshapen(Exception):
    """Why parsed content is not of the shape that its reader expects, and where."""

    def __init__(self, reason: str, where: Place) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where


def shaped(data: Any, kind: type[P]) -> P:
    """Parsed content as records; Misshapen with the reason in Spanish."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        unknown = _UNKNOWN.search(message)
        raise Misshapen(
            _in_spanish(message), (*_steps(where), *(unknown.groups() if unknown else ()))
        ) from None


def show_place(where: Place) -> str:
    """'rules[3].when', as an author looks for it."""
    steps = (f"[{s}]" if isinstance(s, int) else f".{s}" for s in where if s != -1)
    return "".join(steps).lstrip(".")


def _in_spanish(message: str) -> str:
    for pattern, words in _WORDS:
        if pattern.search(message):
            told = pattern.sub(words, message)
            return _TYPE.sub(lambda m: _TYPES[m.group()], told)
    return message


def _steps(where: str) -> list[str | int]:
    steps: list[str | int] = []
    for name, index in _STEP.findall(where):
        steps.append(name if name else -1 if index == "..." else int(index))
    return steps


_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `(\w+)`")
_WORDS = (
    (re.compile(r"Object missing required field `(\w+)`"), r"falta «\1»"),
    (re.compile(r"Object contains unknown field `(\w+)`"), r"sobra «\1»; no conozco ese campo"),
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), r"se esperaba \1 y hay \2"),
    (re.compile(r"Expected `(int|str|array|object)`[^`]*(>=|<=|length >=) ?(\d+)"), r"se esperaba \1 \2 \3"),
    (re.compile(r"Invalid enum value (.+)"), r"\1 no es un valor permitido"),
    (re.compile(r"Expected `str`.*key.*"), "el nombre de un campo es texto"),
)
_TYPES = {
    "str": "texto",
    "int": "número entero",
    "float": "número",
    "bool": "sí o no (un «No» de texto va entre comillas)",
    "array": "lista",
    "object": "grupo de campos",
    "null": "nada",
}
"""How msgspec names what it found -> how the sentence does."""
_TYPE = re.compile(r"\b(?:" + "|".join(_TYPES) + r")\b")
