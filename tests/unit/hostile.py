"""Two hundred control sequences, a stream that says which bytes are none of ours, and stores in which every text is hostile."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from ces_tui.base.text import is_control

ESC, CSI, OSC, ST, BEL = "\x1b", "\x1b[", "\x1b]", "\x1b\\", "\x07"
_LOADS = json.loads
MARK = "ɀ"
"""Stands before the number of a sequence in every hostile text: what passes the filter shows which one it was."""

_FINALS = "ABCDEFGHJKLMPSTXZ@`abcdefghilmnpqrstux"
_MODES = (
    1,
    3,
    5,
    6,
    7,
    12,
    25,
    45,
    47,
    66,
    80,
    1000,
    1002,
    1003,
    1004,
    1006,
    1047,
    1048,
    1049,
    2004,
    2026,
    2048,
)
_OSC = (
    "0;t", "1;t", "2;t", "4;1;?", "7;file:///x", "8;;http://x", "8;id=1;http://x", "9;hola", "10;?", "11;?", "12;#fff", "50;x",
    "52;c;aGk=", "52;c;?", "104", "110", "133;A", "777;notify;a;b", "1337;File=inline=1:aGk=", "1337;SetUserVar=a=aGk=",
)  # fmt: skip


def families() -> list[str]:
    """Every kind of sequence that terminals know, in seven and in eight bits, whole, cut short and nested."""
    found = [f"{CSI}73;731{f}" for f in _FINALS]
    found += [f"{CSI}?{mode};731{on}" for mode in _MODES for on in "hl"]
    found += [f"{OSC}{body}{end}" for body in _OSC for end in (BEL, ST)]
    found += [f"{ESC}{c}" for c in "c78=>DEHMNOZnol|}~6F9"] + [
        f"{ESC}{c}" for c in ("(0", ")0", "#8", "%G", " F")
    ]
    found += [f"{ESC}{kind}7 q{ST}" for kind in "PX^_"] + [
        f"{ESC}Ptmux;{ESC}{OSC}52;c;aGk={BEL}{ST}",
        f"{ESC}ktítulo{ST}",
    ]
    found += [
        f"{CSI}>4;2m",
        f"{CSI}>5u",
        f"{CSI}<2u",
        f"{CSI}!p",
        f"{CSI}5i",
        f"{CSI}4i",
        f"{CSI}0$}}",
        f"{CSI}200~",
        f"{CSI}201~",
    ]
    found += [
        f"{CSI}38;2;999;0;0m",
        f"{CSI}1000m",
        "\x9b731m",
        "\x9d52;c;aGk=\x9c",
        "\x90q\x9c",
        "\x9fx\x9c",
        "\x98x\x9c",
        "\x8dx",
    ]
    found += [
        f"a{ESC}",
        f"a{CSI}",
        f"a{OSC}52;c;",
        f"a{ESC}P",
        "a\x9b",
        "a\x9d0;",
    ]  # left open: the program's own bytes would end them
    found += [chr(c) for c in range(32) if chr(c) not in "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"] + [
        chr(c) for c in range(0x7F, 0xA0)
    ]
    found += list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")
    return found


def sequences(count: int = 200) -> list[str]:
    """So many different ones: one of each family first, by a fixed seed, then pairs of them."""
    rng = random.Random(4)
    known = families()
    rng.shuffle(known)
    found = list(dict.fromkeys(known))[:count]
    while len(found) < count:
        found.append(rng.choice(known) + rng.choice(("", "Rosa", " ")) + rng.choice(known))
    return found


_OURS = re.compile(
    r"\x1b\[(?:[1-9]\d{0,2};[1-9]\d{0,2}H|(?:\d{1,3}(?:;\d{1,3})*)?m|\?2026[hl])|\x1b\]22;(?:default|pointer|text)\x07"
)
"""What Textual sends while it paints: cursor, colours, a frame's begin and end, the shape of the mouse's pointer."""
_SWITCHES = re.compile(
    r"\x1b\[\?(?:7|1000|1003|1004|1006|1015|1016|1049|2004|25|2026|2048)[hl]|\x1b\[\?(?:2026|2048)\$p|\x1b\[>(?:1|25)u|\x1b\[<u"
)
"""What the real driver sends besides, on the way in and out."""


def foreign(stream: str, *, driver: bool = False, rows: int = 60, columns: int = 240) -> list[str]:
    """What in a stream the program has no business to send: controls outside its own sequences, or its own out of range."""
    found = []
    for own in _OURS.findall(stream):
        numbers = [int(n) for n in re.findall(r"\d+", own)]
        if own.endswith("H"):
            bad = numbers[0] > rows or numbers[1] > columns
        else:
            bad = own.endswith("m") and any(n > 255 for n in numbers)
        if bad:
            found.append(own)
    rest = _OURS.sub("", _SWITCHES.sub("", stream) if driver else stream)
    allowed = "\r\n" if driver else "\n"
    for at, char in enumerate(rest):
        if is_control(char) and char not in allowed:
            found.append(rest[max(at - 6, 0) : at + 12])
    return found


class Poison:
    """Puts a hostile sequence into each of these words wherever JSON is decoded, each time the next one."""

    def __init__(self, words: tuple[str, ...], each: int = 1) -> None:
        self.words = words
        self.each = each
        """Sequences before one word."""
        self.next = 0
        self.all = sequences()
        self.given: set[int] = set()
        self._seek = re.compile("|".join(re.escape(w) for w in words).encode())
        self._escaped = re.compile("|".join(re.escape(json.dumps(w)[1:-1]) for w in words).encode())

    def text(self, word: str) -> str:
        """The word with sequences before it, and after each its number."""
        put = ""
        for _ in range(self.each):
            number = self.next % len(self.all)
            self.next += 1
            self.given.add(number)
            put += f"{self.all[number]}{MARK}{number:03d}"
        return put + word

    def raw(self, raw: bytes | bytearray | memoryview | str) -> bytes:
        """The same in the bytes of a JSON document."""
        data = raw.encode() if isinstance(raw, str) else bytes(raw)
        for seek in (self._seek, self._escaped):
            data = seek.sub(lambda m: json.dumps(self.text(_LOADS(b'"' + m[0] + b'"')))[1:-1].encode(), data)
        return data


@contextmanager
def poisoned(poison: Poison) -> Iterator[Poison]:
    """While this lasts, whatever is read from a store, a draft, a setting, a header or a bundle is hostile."""
    decode, loads = msgspec.json.decode, json.loads

    def hostile(raw: Any, *args: Any, **more: Any) -> Any:
        return decode(poison.raw(raw), *args, **more)

    def hostile_loads(raw: Any, *args: Any, **more: Any) -> Any:
        return loads(poison.raw(raw), *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("msgspec.json.decode", hostile)
        patch.setattr(json, "loads", hostile_loads)
        yield poison
