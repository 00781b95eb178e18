"""The words of a PDF, page by page, read without any tool: as much of the format as our typesetter writes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b(.*?)\bendobj", re.S)
_STREAM = re.compile(rb"/Length (\d+).*?\bstream\r?\n", re.S)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_TOKEN = re.compile(rb"/(\w+)\s+[-\d.]+\s+Tf|\(|<([0-9A-Fa-f]+)>|/ActualText|\b(?:BT|ET|EMC)\b")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

Objects = Mapping[int, bytes]
Glyphs = Mapping[int, str]


def pages_of(pdf: bytes) -> list[str]:
    """One text a page, in the order in which it is drawn, which is that of the paper's own parts."""
    objects = {int(m[1]): m[2] for m in _OBJECT.finditer(pdf)}
    root = next(body for body in objects.values() if b"/Type/Catalog" in body)
    return [_page(objects[page], objects) for page in _pages(_named(root, b"/Pages"), objects)]


def words_of(pdf: bytes) -> str:
    """All of it without blanks, soft breaks or page ends: for asking whether something stands there."""
    return squeezed("".join(pages_of(pdf)))


def squeezed(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "\u200b\u00ad")


def _pages(node: int, objects: Objects) -> Iterator[int]:
    """Numbers of the page objects, in order."""
    body = objects[node]
    if b"/Kids" not in body:
        yield node
        return
    kids = body[body.index(b"/Kids") :]
    for kid in _REFERENCE.findall(kids[: kids.index(b"]")]):
        yield from _pages(int(kid), objects)


def _page(page: bytes, objects: Objects) -> str:
    resources = objects[_named(page, b"/Resources")]
    held = resources[resources.index(b"/Font<<") + 7 :]
    held = held[: held.index(b">>")]
    fonts = {name: _glyphs(objects[int(n)], objects) for name, n in re.findall(rb"/(\w+) (\d+) 0 R", held)}
    return _text(_stream(objects[_named(page, b"/Contents")]), fonts)


def _text(content: bytes, fonts: Mapping[bytes, Glyphs]) -> str:
    """What is shown between BT and ET, run by run; a glyph without a letter is a box."""
    said: list[str] = []
    font: Glyphs = {}
    at, shows, told = 0, False, ""
    while (token := _TOKEN.search(content, at)) is not None:
        at, raw = token.end(), b""
        if token[0] in {b"BT", b"ET"}:
            shows = token[0] == b"BT"
        elif token[0] in {b"/ActualText", b"EMC"}:
            told = "next" if token[0] == b"/ActualText" else ""
        elif token[1]:
            font = fonts[token[1]]
        elif token[2]:
            raw = bytes.fromhex(token[2].decode())
        else:
            at = _closing(content, at)
            raw = _ESCAPE.sub(_unescaped, content[token.end() : at - 1])
        if raw and told == "next":
            said.append(_plain(raw))
            told = "said"
        elif shows and not told:
            said += [font.get(int.from_bytes(raw[i : i + 2]), "□") for i in range(0, len(raw), 2)]
    return "".join(said)


def _plain(raw: bytes) -> str:
    """A text of the document itself: what a group of glyphs stands for."""
    return raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


def _closing(content: bytes, at: int) -> int:
    """Just behind the bracket that closes a string: balanced ones inside are part of it."""
    depth = 1
    while depth:
        if content[at] == 0x5C:
            at += 1
        elif content[at] in b"()":
            depth += 1 if content[at] == 0x28 else -1
        at += 1
    return at


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found[1]
    if text[:1].isdigit():
        return bytes([int(text, 8) & 0xFF])
    return b"" if text.endswith(b"\n") else _NAMED.get(text, text)


def _glyphs(font: bytes, objects: Objects) -> Glyphs:
    """Glyph -> letters, by the font's own table (bfchar: one by one)."""
    table = _stream(objects[_named(font, b"/ToUnicode")])
    assert b"beginbfrange" not in table
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar\n(.*?)endbfchar", table, re.S):
        for glyph, letters in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", part):
            found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found


def _named(body: bytes, name: bytes) -> int:
    """The object that a member refers to."""
    found = re.search(re.escape(name) + rb"\s+(\d+) 0 R", body)
    assert found is not None, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    raw = body[found.end() : found.end() + int(found[1])]
    return zlib.decompress(raw) if b"/FlateDecode" in found[0] else raw
