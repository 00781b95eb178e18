"""Bytes and JSON that mean harm, made from good ones: for every decoder alike."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from ces_tui.base.errors import CesError
from tests.faults.checks import says_it_plainly

DEEP = b"[" * 100_000 + b"]" * 100_000
NASTY: tuple[bytes, ...] = (
    b"", b"\0", b"null", b"[]", b"{}", b"0", b'"', b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", DEEP, b'{"v":' + DEEP + b"}",
    b'{"a":1,"a":2}', b'{"v":NaN}', b'{"v":Infinity}', b'{"v":1e999}', b'{"v":-1e999}', b'{"name":"\\ud800"}',
    b'{"v":1' + b"0" * 5000 + b"}", b'{"name":"' + b"a" * 100_000 + b'"}', b'{"\\u0000":0}', b"[" + b"1," * 50_000 + b"1]",
)  # fmt: skip
"""What a parser may trip over: emptiness, depth, duplicate keys, numbers that are none, lone surrogates, length."""

SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(
        ["", "../../etc/passwd", "a" * 32, "0" * 64, "g" * 32, "f" * 32, "A" * 32, "\x1b[2J", "\u202e", "\0"]
    ),
    st.sampled_from([-1, 0, 1 << 31, 1 << 32, 1 << 53, 1 << 63, 1 << 64]),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path inside a JSON value, the value itself first."""
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*path, index))
    return found


def bent(good: Any, most: int = 2) -> st.SearchStrategy[Any]:
    """A JSON value with one or two of its parts replaced, taken away or doubled."""
    return _bent(json.dumps(good), st.sampled_from(places(good)), most)


@st.composite
def _bent(draw: st.DrawFn, good: str, first: st.SearchStrategy[tuple[Any, ...]], most: int) -> Any:
    value = json.loads(good)
    for turn in range(draw(_TURNS[most])):
        path = draw(st.sampled_from(places(value)) if turn else first)
        if not path:
            if draw(st.booleans()):
                return draw(VALUES)
            continue
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        act = draw(_ACTS)
        if act == "replace":
            holder[path[-1]] = draw(VALUES)
        elif act == "remove":
            del holder[path[-1]]
        elif isinstance(holder, list):
            holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
    return value


_TURNS = {most: st.integers(1, most) for most in (2, 3)}
_ACTS = st.sampled_from(("replace", "replace", "replace", "remove", "double"))
_EDITS = st.sampled_from(("flip", "cut", "double", "put"))
_PIECES = st.sampled_from((b"NaN", b"\\ud800", b"1e999", b"\xff", b'"', b"{", b"]", b"\0", b'"v":2,'))
_FEW, _LENGTH, _BYTE = st.integers(1, 4), st.integers(1, 40), st.integers(1, 255)


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """Bytes with some of them changed, cut away, doubled, or a nasty piece put in."""
    raw = bytearray(good)
    for _ in range(draw(_FEW)):
        at = draw(st.integers(0, len(raw)))
        act = draw(_EDITS)
        if act == "flip" and at < len(raw):
            raw[at] ^= draw(_BYTE)
        elif act == "cut":
            del raw[at : at + draw(_LENGTH)]
        elif act == "double":
            raw[at:at] = raw[at : at + draw(_LENGTH)]
        elif act == "put":
            raw[at:at] = draw(_PIECES)
    return bytes(raw)


AT_A_TIME = 5
"""Trials in one example of Hypothesis: what it does for an example costs more than most trials."""


def several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*[one] * AT_A_TIME)


def encoded(value: Any) -> bytes:
    """JSON as a careless writer makes it: NaN and infinity, lone surrogates escaped."""
    return json.dumps(value).encode()


def refused_or(act: Callable[[], object]) -> bool:
    """Whether `act` went through; a refusal must be one of ours, in a plain sentence, and anything else escapes."""
    try:
        act()
    except CesError as error:
        assert says_it_plainly(error), str(error)
        return False
    return True
