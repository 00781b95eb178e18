"""JSON from outside: bounded depth, no duplicate keys, no NaN or infinity, no lone surrogates. Else BundleRefused."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from ces_tui.base.errors import BundleRefused

MOST_DEPTH = 16
_BAD = "El archivo trae datos que no tienen la forma esperada. No se cambió nada."


def strict_json(raw: bytes, *, depth: int = MOST_DEPTH) -> Any:
    """The value of `raw`, or BundleRefused; the caller bounds its length."""
    try:
        text = raw.decode("utf-8")
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise BundleRefused(_BAD) from None
    # As many levels as opening brackets at most; only an escape makes a lone surrogate: most bodies need no walk.
    if raw.count(b"[") + raw.count(b"{") > depth or b"\\ud" in raw or b"\\uD" in raw:
        _walk(value, depth)
    return value


def _walk(value: Any, depth: int) -> None:
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, str):
            if any("\ud800" <= c <= "\udfff" for c in item):
                raise BundleRefused(_BAD)
        elif isinstance(item, dict | list):
            if level > depth:
                raise BundleRefused(_BAD)
            inside = [*item.keys(), *item.values()] if isinstance(item, dict) else item
            todo += [(part, level + 1) for part in inside]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BundleRefused(_BAD)
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BundleRefused(_BAD)
    return number


def _never(_: str) -> NoReturn:
    raise BundleRefused(_BAD)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_never)
