"""An invented patient whose words must be found nowhere outside the seal, in any of the ways that bytes can hold them.

What she goes through stands in `canary_life.py`.
"""

from __future__ import annotations

import base64
import functools
import quopri
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

GIVEN, SURNAME, MOTHER, PLACE = "Xochiñátlali", "Canaryúñez", "Zoqueñandúa", "Ejido Ñuxcuátzin"
SAID = "Le duele el tlacuachíñe desde antier"
PLANNED = "Guardar el machetíñuco lejos"
WORDS = ("Xochiñátlali", "Canaryúñez", "Zoqueñandúa", "Ñuxcuátzin", "tlacuachíñe", "machetíñuco")
SKELETON = (b'"surname1":', b'"subjective":', b'"warning_signs":', b'"mother_name":', b"%PDF-1")
"""Whatever the words: members that only a patient's record has, and the head of a sheet (its text is deflated)."""
_PIECE = 8 << 20


@functools.cache
def forms() -> dict[str, bytes]:
    """Each word as it is, in other cases and alphabets of bytes, decomposed, reversed, in hexadecimal, base64 and escapes."""
    found: dict[str, bytes] = {}
    for word in WORDS:
        raw = word.encode()
        found |= {
            f"{word} utf-8": raw,
            f"{word} mayúsculas": word.upper().encode(),
            f"{word} minúsculas": word.lower().encode(),
            f"{word} descompuesta": unicodedata.normalize("NFD", word).encode(),
            f"{word} sin acentos": _bare(word).encode(),
            f"{word} sin acentos, minúsculas": _bare(word).lower().encode(),
            f"{word} utf-16": word.encode("utf-16-le"),
            f"{word} utf-16 be": word.encode("utf-16-be"),
            f"{word} utf-32": word.encode("utf-32-le"),
            f"{word} latin-1": word.encode("latin-1"),
            f"{word} cp850": word.encode("cp850"),
            f"{word} al revés": word[::-1].encode(),
            f"{word} bytes al revés": raw[::-1],
            f"{word} utf-16 al revés": word[::-1].encode("utf-16-le"),
            f"{word} latin-1 al revés": word[::-1].encode("latin-1"),
            f"{word} hex": raw.hex().encode(),
            f"{word} HEX": raw.hex().upper().encode(),
            f"{word} hex utf-16": word.encode("utf-16-le").hex().encode(),
            f"{word} json": word.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00"),
            f"{word} repr": word.encode("ascii", "backslashreplace"),
            f"{word} html": word.encode("ascii", "xmlcharrefreplace"),
            f"{word} url": quote(word).encode(),
            f"{word} quoted-printable": quopri.encodestring(raw).strip(),
        }
        for encoding in ("utf-8", "utf-16-le", "latin-1"):
            for shift in range(3):  # base64 reads three bytes at a time: the word may begin at each of them
                coded = base64.b64encode(bytes(shift) + word.encode(encoding) + bytes(3))
                found[f"{word} base64 {encoding} {shift}"] = coded[4:-8]
    return found


def _bare(word: str) -> str:
    """What a search index or a file name would make of it."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def within(data: bytes) -> list[str]:
    """The forms of the canary that stand in these bytes."""
    return [name for name, form in forms().items() if form in data] + [
        f"miembro {one.decode()}" for one in SKELETON if one in data
    ]


def hits(folders: Iterable[Path]) -> list[str]:
    """Where the canary stands: file and form; file names too."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            found += [f"{path.name}: {name}" for name in within(str(path.relative_to(folder)).encode())]
            for piece in _pieces(path):
                found += [f"{path.name}: {name}" for name in within(piece)]
    return list(dict.fromkeys(found))


def searched(folders: Iterable[Path]) -> tuple[int, int]:
    """How many files such a search reads, and how many bytes."""
    sizes = [p.stat().st_size for folder in folders for p in folder.rglob("*") if p.is_file()]
    return len(sizes), sum(sizes)


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in overlapping pieces; nothing for what is no file."""
    if not path.is_file():
        return
    longest = max(len(form) for form in (*forms().values(), *SKELETON))
    with path.open("rb") as file:
        kept = b""
        while piece := file.read(_PIECE):
            yield kept + piece
            kept = piece[-longest:]
