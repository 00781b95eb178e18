"""Text at the door and at the screen: folding, refusing control characters, safe display."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from ces_tui.base.errors import BadInput

_SPACES = re.compile(r"\s+")
_CONTROLS = "El texto trae caracteres de control que no se pueden guardar. Escríbalo de nuevo."
_SUSPECT = re.compile(
    rb"\\[bfrtu]|\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf"
)
"""What a control character looks like in JSON (or a harmless backslash before a letter): looked at closely then."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_NOT_SHOWN = re.compile(_CONTROL.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
"""The same without the line feed."""


def fold(text: str) -> str:
    """Lower case without accents or doubled blanks: 'José  NÚÑEZ' -> 'jose nunez'. For comparing, never for storing."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare).strip()


def is_control(char: str) -> bool:
    """C0, C1, DEL, bidirectional overrides, surrogates and line separators: never in a record, never on a screen."""
    return _CONTROL.match(char) is not None


def encoded_clean(body: object) -> bytes:
    """A record's body as JSON; BadInput when any text in it holds a control character: the last door of the store.

    Services clean what they know; this finds what one of them forgot.
    """
    try:
        raw = msgspec.json.encode(body)
    except UnicodeEncodeError:
        raise BadInput(_CONTROLS) from None
    if _SUSPECT.search(raw) and any(_NOT_SHOWN.search(text) for text in _texts(msgspec.json.decode(raw))):
        raise BadInput(_CONTROLS)
    return raw


def _texts(value: object) -> Iterator[str]:
    """Every text inside a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def clean_line(text: str, *, field: str | None = None, limit: int = 200) -> str:
    """One line as it may be stored: NFC, blanks collapsed; BadInput on control characters or too long."""
    line = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    _refuse_controls(line, field)
    if len(line) > limit:
        raise BadInput(f"El texto es demasiado largo (máximo {limit} letras).", field=field)
    return line


def clean_text(text: str, *, field: str | None = None, limit: int = 20_000) -> str:
    """Several lines as they may be stored: NFC, line feeds kept; BadInput on other control characters."""
    body = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    for line in body.split("\n"):
        _refuse_controls(line, field)
    if len(body) > limit:
        raise BadInput(f"El texto es demasiado largo (máximo {limit} letras).", field=field)
    return body.rstrip()


def for_screen(text: str) -> str:
    """The text with every control character but line feed shown as `?`: the last filter before a terminal."""
    return _NOT_SHOWN.sub("?", text)


def _refuse_controls(line: str, field: str | None) -> None:
    if _CONTROL.search(line):
        raise BadInput(_CONTROLS, field=field)
