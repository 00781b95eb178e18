"""Bech32 (BIP 173) as age uses it for keys: no length limit of 90, one case for the whole string."""

from __future__ import annotations

from ces_tui.base.errors import BadInput

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_LONGEST = 200


def encode(prefix: str, data: bytes) -> str:
    """`data` under a lower-case `prefix`, lower case."""
    words = _regroup(data, 8, 5, pad=True)
    residue = _polymod(_expand(prefix) + words + [0] * 6) ^ 1
    checksum = [residue >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(_CHARSET[w] for w in words + checksum)


def decode(prefix: str, text: str) -> bytes:
    """The bytes of `text`; BadInput when case is mixed, the prefix is another or the checksum fails."""
    lowered = text.lower()
    head, separator, tail = lowered.rpartition("1")
    if text not in {lowered, text.upper()} or len(text) > _LONGEST or not separator or head != prefix:
        raise BadInput(_WRONG)
    words = [_CHARSET.find(c) for c in tail]
    if len(words) < 6 or -1 in words or _polymod(_expand(head) + words) != 1:
        raise BadInput(_WRONG)
    return bytes(_regroup(words[:-6], 5, 8, pad=False))


_WRONG = "La clave no está bien escrita. Cópiela completa y sin cambios."


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i in range(5):
            check ^= _GENERATOR[i] if top >> i & 1 else 0
    return check


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regroup(data: bytes | list[int], width: int, to: int, *, pad: bool) -> list[int]:
    value = bits = 0
    out: list[int] = []
    for item in data:
        value = value << width | item
        bits += width
        while bits >= to:
            bits -= to
            out.append(value >> bits & (1 << to) - 1)
        value &= (1 << bits) - 1
    if pad and bits:
        out.append(value << to - bits & (1 << to) - 1)
    elif not pad and (bits >= width or value):
        raise BadInput(_WRONG)
    return out
