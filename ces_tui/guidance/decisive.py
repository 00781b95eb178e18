"""No branch is dead: every comparison must at some end be the one that decides, once as yes and once as no."""

from __future__ import annotations

from collections.abc import Iterator

from ces_tui.guidance.conditions import All, Any, Condition, Lookup, Named, Not, inputs_of, judge


class Seen:
    """For each comparison, by its place in the file, the truths with which it has decided something."""

    def __init__(self) -> None:
        self._truths: dict[str, set[bool]] = {}
        self._settled: set[str] = set()
        self._learned = 0
        self._inputs: dict[str, tuple[str, ...]] = {}
        self._met: set[tuple[object, ...]] = set()

    def note(self, condition: Condition, look: Lookup, root: str) -> None:
        """Learn from one end of the tree; a condition of which all is known already is passed over, and answers met before."""
        if root in self._settled:
            return
        names = self._inputs.get(root)
        if names is None:
            names = self._inputs[root] = tuple(inputs_of(condition))
        met = (root, *map(look, names))
        if met in self._met:
            return
        self._met.add(met)
        before = self._learned
        self._record(condition, look, root)
        if self._learned > before and not any(True for _ in self.never(condition, root)):
            self._settled.add(root)

    def never(self, condition: Condition, root: str) -> Iterator[tuple[str, bool]]:
        """(place, truth) for every comparison of `condition` that never decided with that truth."""
        for place in _places(condition, root):
            for truth in (True, False):
                if truth not in self._truths.get(place, ()):
                    yield place, truth

    def _record(self, condition: Condition, look: Lookup, place: str) -> None:
        match condition:
            case Any(parts) | All(parts):
                wall = isinstance(condition, Any)
                truths = [judge(part, look)[0] for part in parts]
                for i, part in enumerate(parts):
                    if not any(t is wall for j, t in enumerate(truths) if j != i):
                        self._record(part, look, f"{place}[{i}]")
            case Not(part):
                self._record(part, look, f"{place}.not")
            case Named(name, part):
                self._record(part, look, f"definitions.{name}")
            case _:
                truth, _ = judge(condition, look)
                known = self._truths.setdefault(place, set())
                if truth is not None and truth not in known:
                    known.add(truth)
                    self._learned += 1


def _places(condition: Condition, place: str) -> Iterator[str]:
    """The place of every comparison of `condition`, as they are recorded."""
    match condition:
        case Any(parts) | All(parts):
            for i, part in enumerate(parts):
                yield from _places(part, f"{place}[{i}]")
        case Not(part):
            yield from _places(part, f"{place}.not")
        case Named(name, part):
            yield from _places(part, f"definitions.{name}")
        case _:
            yield place
