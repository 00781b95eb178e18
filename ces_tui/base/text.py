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
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def fold(text: str) -> str:
    """Lower case without accents or doubled blanks: 'José  NÚÑEZ' -> 'jose nunez'. For comparing, never for storing."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare).strip()


def is_control(char: str) -> bool:
    """C0, C1, DEL, bidirectional overrides, surrogates and line separators: never in a record, never on a screen."""
    code = ord(char)
    return (
        code < 0x20
        or 0x7F <= code <= 0x9F
        or code in _BIDI
        or 0xD800 <= code <= 0xDFFF
        or code in {0x2028, 0x2029, 0xFEFF}
    )


def encoded_clean(body: object) -> bytes:
    """A record's body as JSON; BadInput when any text in it holds a control character: the last door of the store.

    Services clean what they know; this finds what one of them forgot.
    """
    try:
        raw = msgspec.json.encode(body)
    except UnicodeEncodeError:
        raise BadInput(_CONTROLS) from None
    if _SUSPECT.search(raw) and any(
        c != "\n" and is_control(c) for text in _texts(msgspec.json.decode(raw)) for c in text
    ):
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
    return "".join("?" if c != "\n" and is_control(c) else c for c in text)


def _refuse_controls(line: str, field: str | None) -> None:
    if any(is_control(c) for c in line):
        raise BadInput(_CONTROLS, field=field)
