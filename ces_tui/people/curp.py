"""CURP: the check digit and what it says about birth and sex. Warns, never blocks, never makes one up.

Pattern and digit: RENAPO's published rule (its example BEML920313HCMLNS09 is a test).
"""

from __future__ import annotations

import re
from datetime import date

_STATES = "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE"
_PATTERN = re.compile(
    r"[A-Z][AEIOUX][A-Z]{2}(\d{2})(\d{2})(\d{2})([HMX])"
    rf"(?:{_STATES.replace(' ', '|')})[B-DF-HJ-NP-TV-Z]{{3}}([A-Z0-9])\d\Z"
)
_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


def check_digit(first17: str) -> str:
    """The eighteenth character of a CURP, from the seventeen before it."""
    total = sum(_ALPHABET.index(c) * (18 - i) for i, c in enumerate(first17))
    return str((10 - total % 10) % 10)


def birth_of(curp: str) -> date | None:
    """The birth date inside a CURP; the seventeenth character is a digit for births until 1999, a letter after."""
    match = _PATTERN.match(curp)
    if not match:
        return None
    year, month, day, _, mark = match.groups()
    century = 1900 if mark.isdigit() else 2000
    try:
        return date(century + int(year), int(month), int(day))
    except ValueError:
        return None


def doubts(
    curp: str, *, birth: date | None = None, sex: str = "", birth_estimated: bool = False
) -> list[str]:
    """Spanish sentences on what does not agree in a CURP and the data beside it; empty when all agrees or none is given."""
    text = curp.strip().upper()
    if not text:
        return []
    match = _PATTERN.match(text)
    if not match:
        return ["La CURP no tiene la forma esperada (18 letras y números); revise el documento."]
    found = []
    if check_digit(text[:17]) != text[17]:
        found.append("El último dígito de la CURP no corresponde; revise letra por letra.")
    told = birth_of(text)
    if told is None:
        found.append("La fecha dentro de la CURP no existe.")
    elif birth is not None and told != birth:
        asked = "La fecha dentro de la CURP no es la fecha de nacimiento escrita"
        found.append(f"{asked} (que es estimada)." if birth_estimated else f"{asked}.")
    letter = match.group(4)
    if sex and letter != "X" and {"F": "M", "M": "H"}[sex] != letter:
        found.append("El sexo dentro de la CURP no es el escrito.")
    return found
