"""Reading the locality catalogue of INEGI (CSV): whatever encoding, separator and column names it came with. Pure.

The catalogue of keys (CVE_ENT, CVE_MUN, CVE_LOC, NOM_MUN, NOM_LOC) and the census tables by locality (ENTIDAD, MUN, LOC)
are known. Nothing is guessed: a file that can't be read whole is refused with the line that is wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line, fold

LARGEST = 128 * 1024 * 1024
"""Bytes: the catalogue of the whole country has about 50 MB."""
NAME_LETTERS = 120
TOTALS = frozenset({"0000", "9998", "9999"})
"""Rows of the census that are no locality: totals, and localities of one or two dwellings put together."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "state": ("cve_ent", "entidad", "ent", "clave entidad"),
    "municipality": ("cve_mun", "mun", "clave municipio"),
    "locality": ("cve_loc", "loc", "clave localidad"),
    "municipality_name": ("nom_mun", "municipio", "nombre municipio"),
    "name": ("nom_loc", "localidad", "nombre localidad"),
    "kind": ("ambito", "tipo"),
}
"""Our name -> what the column is called in INEGI's files, folded."""
_NEEDED = {
    "state": "CVE_ENT",
    "municipality": "CVE_MUN",
    "locality": "CVE_LOC",
    "municipality_name": "NOM_MUN",
    "name": "NOM_LOC",
}
_DIGITS = {"state": 2, "municipality": 3, "locality": 4}
_MANGLED = ("Ã", "Â", "\ufffd", "Ì\x81")
"""What accents look like after UTF-8 was read as Latin-1 and saved so."""


@dataclass(frozen=True, slots=True)
class Locality:
    """One locality: its key of nine digits (state, municipality, locality), its name and its municipality's."""

    key: str
    name: str
    municipality: str

    @property
    def municipality_key(self) -> str:
        return self.key[:5]


def read_catalogue(raw: bytes) -> list[Locality]:
    """Every locality of the file, in its order, each once; BadInput says what is wrong and in which line."""
    rows = _table(_decoded(raw))
    header = next(rows, None)
    if header is None:
        raise BadInput("El archivo está vacío.")
    places = _places(header[1])
    found: dict[str, Locality] = {}
    for line, cells in rows:
        one = _locality(line, cells, places)
        if one is None:
            continue
        before = found.setdefault(one.key, one)
        if before.name != one.name:
            raise BadInput(
                f"Renglón {line}: la clave {one.key} está dos veces, como «{before.name}» y como «{one.name}»."
            )
    if not found:
        raise BadInput("El archivo tiene encabezados pero ninguna localidad.")
    return list(found.values())


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise BadInput("El archivo está vacío.")
    if len(raw) > LARGEST:
        raise BadInput("El archivo es demasiado grande para ser el catálogo (más de 128 MB).")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput(
            "Es un libro de Excel o un archivo comprimido: ábralo y guárdelo como CSV, o descomprímalo."
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _text(raw, "utf-16")
    if b"\x00" in raw:
        raise BadInput("No es un archivo de texto: pida el catálogo de INEGI en CSV.")
    try:
        return _text(raw, "utf-8-sig")
    except BadInput:
        return _text(raw, "cp1252" if any(0x80 <= byte < 0xA0 for byte in raw) else "latin-1")


def _text(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput("No se puede leer la codificación del archivo: guárdelo como UTF-8.") from None


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, cells) of each row that is not empty."""
    head = text.split("\n", 1)[0]
    separator = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        raise BadInput(f"Renglón {reader.line_num}: no se puede leer; revise las comillas.") from None


def _places(header: list[str]) -> dict[str, int]:
    """Our name -> number of the column; BadInput names the columns that are missing."""
    names = [fold(cell.strip("\ufeff ")) for cell in header]
    places = {
        ours: names.index(theirs[0])
        for ours, known in _COLUMNS.items()
        if (theirs := [name for name in known if name in names])
    }
    missing = [said for ours, said in _NEEDED.items() if ours not in places]
    if len(missing) == len(_NEEDED):
        raise BadInput(
            "No es el catálogo de localidades de INEGI: en el primer renglón deben estar CVE_ENT, CVE_MUN, CVE_LOC, NOM_MUN y NOM_LOC."
        )
    if missing:
        raise BadInput(f"Al archivo le falta la columna {' y '.join(missing)}.")
    return places


def _locality(line: int, cells: list[str], places: Mapping[str, int]) -> Locality | None:
    """The locality of a row; None for a row of totals."""
    if max(places[name] for name in _NEEDED) >= len(cells):
        raise BadInput(f"Renglón {line}: tiene {len(cells)} columnas; el archivo parece cortado.")
    key = "".join(_digits(line, name, cells[places[name]]) for name in _DIGITS)
    if key[2:5] == "000" or key[5:] in TOTALS:
        return None
    return Locality(
        key,
        _name(line, "NOM_LOC", cells[places["name"]]),
        _name(line, "NOM_MUN", cells[places["municipality_name"]]),
    )


def _digits(line: int, name: str, cell: str) -> str:
    """The key with its zeros, which a spreadsheet takes away."""
    text, width = cell.strip().strip("'="), _DIGITS[name]
    text = text.strip('"').removesuffix(".0")
    if not text.isascii() or not text.isdigit() or len(text) > width or (int(text) == 0 and name == "state"):
        raise BadInput(
            f"Renglón {line}: {_NEEDED[name]} debe ser un número de {width} cifras y dice «{_shown(cell)}»."
        )
    return text.zfill(width)


def _name(line: int, column: str, cell: str) -> str:
    try:
        name = clean_line(cell, limit=NAME_LETTERS)
    except BadInput:
        raise BadInput(
            f"Renglón {line}: {column} trae caracteres que no se pueden guardar o es demasiado largo."
        ) from None
    if any(mark in name for mark in _MANGLED):
        raise BadInput(
            f"Renglón {line}: los acentos vienen dañados («{name[:40]}»): vuelva a descargar el archivo, o guárdelo como UTF-8."
        )
    if not name:
        raise BadInput(f"Renglón {line}: falta {column}.")
    return name


def _shown(cell: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in cell.strip()[:20])
