"""How Spanish names sound: words that are spoken alike get one key, whatever the pen did with b/v, s/z/c/x, h or accents."""

from __future__ import annotations

import re

from ces_tui.base.text import fold

_NOT_LETTER = re.compile(r"[^a-z]")
_STEPS = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"ch", "C"),
        (r"ph", "f"),
        (r"sh", "x"),
        # the w of Huerta, Güera, Guadalupe: spoken alike, written at will
        (r"(?:gu|hu)(?=[aeio])", "G"),
        (r"h", ""),
        (r"qu(?=[ei])|q", "k"),
        (r"c(?=[eiy])|z", "s"),
        (r"c", "k"),
        (r"g(?=[eiy])", "j"),
        (r"[vw]", "b"),
        (r"ll", "y"),
        (r"m(?=[bpfn])", "n"),
        (r"^i(?=[aeou])", "y"),
        (r"y(?![aeiou])", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_WAITING = {
    "c": ("e", "ha"),
    "g": ("e", "ue"),
    "h": ("ue",),
    "i": ("a",),
    "l": ("la", "a"),
    "m": ("p",),
    "p": ("ha",),
    "q": ("ue",),
    "s": ("ha",),
    "u": ("a", "e"),
    "y": ("a",),
}
"""Letters whose sound the next letters decide, with endings that try the possibilities (the ending's last letter is cut again)."""

_PARTICLES = frozenset({"de", "del", "la", "las", "los", "el", "y", "da", "e"})


def sounds(word: str) -> tuple[str, ...]:
    """The keys of one word: one, or two where an x may be spoken s (Xóchitl) or j (Ximena)."""
    bare = _NOT_LETTER.sub("", fold(word))
    for pattern, put in _STEPS:
        bare = pattern.sub(put, bare)
    if "x" not in bare:
        return (bare,) if bare else ()
    return tuple(re.sub(r"(.)\1+", r"\1", bare.replace("x", spoken)) for spoken in ("s", "j"))


def sound(word: str) -> str:
    """The first key of a word ('' for a word without letters)."""
    return next(iter(sounds(word)), "")


def prefix_sounds(start: str) -> tuple[str, ...]:
    """Keys with which a word that begins with `start` may begin: a last c, g, h, l … waits for the letters after it."""
    keys = dict.fromkeys(sounds(start))
    for ending in _WAITING.get(fold(start)[-1:], ()):
        for key in sounds(start + ending):
            keys[key[:-1]] = None
    return tuple(k for k in keys if k)


def deletions(key: str) -> set[str]:
    """The key and every key with one letter less (two keys within one slip of the pen share one of these)."""
    return {key, *(key[:i] + key[i + 1 :] for i in range(len(key)))}


def words(text: str) -> list[str]:
    """The words of a name that carry it: folded, without particles (de, la …) unless nothing else is there."""
    found = [w for w in re.split(r"[^a-z]+", fold(text)) if w]
    return [w for w in found if w not in _PARTICLES] or found


def is_particle(word: str) -> bool:
    """Whether a word belongs to the surname after it ('de', 'la', 'del')."""
    return fold(word) in _PARTICLES
