"""What someone typed to find a person: names in any order, a birth date, a year, an age, a phone, a number, a CURP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.people.births import parse_birth
from ces_tui.people.sound import is_particle, words

_DATE = re.compile(
    r"\b\d{1,2}[/\-.]\d{1,2}[/\-.]\d{2,4}\b|\b\d{1,2} (?:de )?[a-z]{3,10} (?:de )?\d{4}\b", re.IGNORECASE
)
_HALF_DATE = re.compile(r"\b\d{1,2}[/\-.]\d{0,2}(?:[/\-.]\d{0,3})?(?=\s|,|\Z)")
_AGE = re.compile(r"\b(?:unos |como |aprox\.? )?\d{1,3} ?a[ñn]os\b", re.IGNORECASE)
_PHONE = re.compile(r"\d[\d \-()]{5,}\d")
_CODE = re.compile(r"\b[A-Za-z]+\d+[A-Za-z\d]*|\b\d{3}-\d{6}\b")


@dataclass(frozen=True)
class Query:
    """The parts of a typed search; every part may be empty."""

    names: tuple[str, ...] = ()
    """Folded name words in the order typed, without particles."""
    birth: date | None = None
    year: int | None = None
    age: int | None = None
    numbers: tuple[str, ...] = ()
    """Pieces of clinic numbers, phones, CURPs and old numbers, upper case."""

    @property
    def empty(self) -> bool:
        return not (self.names or self.birth or self.year or self.age is not None or self.numbers)


@dataclass(frozen=True)
class Candidate:
    """Someone who may be registered already: what is known so far, while it is being typed."""

    given: str = ""
    surname1: str = ""
    surname2: str = ""
    birth: date | None = None
    birth_estimated: bool = False
    sex: str = ""
    mother_name: str = ""
    phone: str = ""
    curp: str = ""
    locality: str = ""


def parse_query(text: str, today: date) -> Query:
    """The parts of what was typed; a half-written date is left out until it is whole."""
    rest, birth, _ = _take_birth(text, today, _DATE)
    rest = _AGE.sub(lambda match: re.sub(r"\D", "", match.group()), _HALF_DATE.sub(" ", rest))
    numbers: list[str] = []
    for pattern in (_CODE, _PHONE):
        for piece in pattern.findall(rest):
            numbers.append(piece.upper() if pattern is _CODE else re.sub(r"\D", "", piece))
        rest = pattern.sub(" ", rest)
    year = age = None
    for digits in re.findall(r"\d+", rest):
        value = int(digits)
        if len(digits) == 4 and 1900 <= value <= today.year:
            year = value
        elif len(digits) <= 2:
            age = value
        else:
            numbers.append(digits)
    bare = re.sub(r"[\d,;]+", " ", rest)
    return Query(tuple(words(bare)), birth, year, age, tuple(numbers))


def row_number(text: str) -> int | None:
    """The row meant by a search of one or two digits and nothing else ('7': the seventh of those expected today)."""
    plain = text.strip()
    return int(plain) if re.fullmatch(r"\d{1,2}", plain) and int(plain) else None


def parse_candidate(text: str, today: date) -> Candidate:
    """Names and birth of someone to be registered, as well as they can be told from a typed search.

    'Jose Luis Hernandes Lopes, 3/4/81': the last two words are surnames, particles stay with the word after them.
    """
    rest, birth, estimated = _take_birth(text, today, _DATE, _AGE)
    phones = [re.sub(r"\D", "", piece) for piece in _PHONE.findall(rest)]
    rest = re.sub(r"[\d,;/\-.]+", " ", _CODE.sub(" ", _PHONE.sub(" ", rest)))
    given, surname1, surname2 = split_name(rest)
    return Candidate(given, surname1, surname2, birth, estimated, phone=next(iter(phones), ""))


def split_name(text: str) -> tuple[str, str, str]:
    """A whole name as (given, first surname, second surname), with capitals where the writer left them out."""
    groups: list[str] = []
    waiting: list[str] = []
    for word in text.split():
        if is_particle(word) and groups:
            waiting.append(word.casefold())
        else:
            groups.append(" ".join([*waiting, capital(word)]))
            waiting = []
    if waiting and groups:
        groups[-1] = " ".join([groups[-1], *waiting])
    match len(groups):
        case 0 | 1:
            return (groups[0] if groups else "", "", "")
        case 2:
            return groups[0], groups[1], ""
        case _:
            return " ".join(groups[:-2]), groups[-2], groups[-1]


def capital(word: str) -> str:
    """'hernandez' and 'HERNANDEZ' -> 'Hernandez'; mixed case was meant ('McKay') and stays."""
    return word[:1].upper() + word[1:].lower() if word in {word.lower(), word.upper()} else word


def proper(text: str) -> str:
    """Capitals for a name typed without them: 'maría de la luz' -> 'María de la Luz'."""
    pieces = text.split()
    return " ".join(
        piece.lower() if i and is_particle(piece) and fold(piece) != "e" else capital(piece)
        for i, piece in enumerate(pieces)
    )


def _take_birth(text: str, today: date, *patterns: re.Pattern[str]) -> tuple[str, date | None, bool]:
    """The text without its birth, the birth and whether it is estimated; the first pattern that gives a possible one."""
    for pattern in patterns:
        if match := pattern.search(text):
            try:
                birth, estimated = parse_birth(re.sub(r"\bde ", "", match.group()), today)
            except BadInput:
                continue
            return f"{text[: match.start()]} {text[match.end() :]}", birth, estimated
    return text, None, False
