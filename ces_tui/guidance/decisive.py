"""No branch is dead: every comparison must at some end be the one that decides, once as yes and once as no."""

from __future__ import annotations

from collections.abc import Iterator

from ces_tui.guidance.conditions import All, Any, Condition, Lookup, Named, Not, judge

Seen = dict[str, set[bool]]
"""Place of a comparison in the file -> the truths with which it decided something."""


def record(condition: Condition, look: Lookup, place: str, seen: Seen) -> None:
    """Note in `seen` which comparisons of `condition` decide it for these answers."""
    match condition:
        case Any(parts) | All(parts):
            wall = isinstance(condition, Any)
            truths = [judge(part, look)[0] for part in parts]
            for i, part in enumerate(parts):
                if not any(t is wall for j, t in enumerate(truths) if j != i):
                    record(part, look, f"{place}[{i}]", seen)
        case Not(part):
            record(part, look, f"{place}.not", seen)
        case Named(name, part):
            record(part, look, f"definitions.{name}", seen)
        case _:
            truth, _ = judge(condition, look)
            if truth is not None:
                seen.setdefault(place, set()).add(truth)


def places(condition: Condition, place: str) -> Iterator[str]:
    """The place of every comparison of `condition`, as `record` names it."""
    match condition:
        case Any(parts) | All(parts):
            for i, part in enumerate(parts):
                yield from places(part, f"{place}[{i}]")
        case Not(part):
            yield from places(part, f"{place}.not")
        case Named(name, part):
            yield from places(part, f"definitions.{name}")
        case _:
            yield place
