"""Simulated power cuts: replay of what a disk may keep of a recorded run (`recording.py`), state by state.

A cut may come after any operation. Writes that a later sync of the same file has not covered may be on the disk or
not, each for itself and in any order, and each of them torn at any sector; a rename or a new name without a sync of
its folder may be there or not. Where the operations not yet covered are few, every such combination is laid out,
else the extremes and random ones. No state is looked at twice. Each is given to the production code as a folder.
"""

from __future__ import annotations

import itertools
import math
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recording import Op

SECTOR = 512
Fate = tuple[tuple[int, int], ...]
"""What of an operation is on the disk: the ranges of its bytes that are."""
WHOLE: Fate = ((0, -1),)
LOST: Fate = ()
HOLLOW: Fate = ((0, 0),)
"""A renamed file that is empty."""
Files = dict[str, bytes]


@dataclass
class Reach:
    """How far the places of a cut were worked out: with every combination, every subset, or random ones."""

    places: Counter[str] = field(default_factory=Counter)
    seen: set[int] = field(default_factory=set)

    @property
    def note(self) -> str:
        """For the table."""
        words = {
            "tears": "every subset and every tear at {} places",
            "subsets": "every subset and random tears at {}",
            "random": "random ones and the extremes at {}",
        }
        return ", ".join(words[k].format(self.places[k]) for k in words if self.places[k])


def fates(op: Op, *, lost: bool, hollow: bool) -> list[Fate]:
    """All that may become of an operation whose sync has not come: whole first, then lost, then each tear."""
    found = [WHOLE]
    if lost:
        found.append(LOST)
    if hollow:
        found.append(HOLLOW)
    if lost and op.kind == "write":
        first = SECTOR - op.offset % SECTOR
        found += [((0, n),) for n in range(first, len(op.data), SECTOR)]
    return found


def sectors(op: Op, rng: random.Random) -> Fate:
    """A write of which some sectors arrived and others not, in no order."""
    edges = [0, *range(SECTOR - op.offset % SECTOR, len(op.data), SECTOR), len(op.data)]
    return tuple((a, b) for a, b in itertools.pairwise(edges) if rng.random() < 0.5)


def choices(ops: list[Op], *, fat: bool) -> dict[int, list[Fate]]:
    """For each operation that is not safe yet, what may become of it.

    With `fat`, a renamed file is empty until its new name was synced: FAT keeps size and first cluster in the name's
    own entry (measured on a real vfat: RELIABILITY, "The stick").
    """
    found = {}
    for i, op in enumerate(ops):
        if op.kind in {"sync", "promise"}:
            continue
        some = fates(op, lost=not _covered(ops, i), hollow=fat and op.kind == "rename" and not _named(ops, i))
        if len(some) > 1:
            found[i] = some
    return found


def weight(ops: list[Op], *, fat: bool = False) -> int:
    """How many disk states a cut after these operations may leave."""
    return math.prod(len(some) for some in choices(ops, fat=fat).values())


def states(
    before: Files, ops: list[Op], cut: int, rng: random.Random, most: int, reach: Reach, *, fat: bool = False
) -> Iterator[Files]:
    """Up to `most` disk states that are possible when power fails after `ops[:cut]`, none of which `reach` knows."""
    done = ops[:cut]
    promised = sum(1 for op in done if op.kind == "promise")
    open_ops = choices(done, fat=fat)
    if not open_ops:
        reach.places["tears"] += 1
    laid = 0
    for fate in _combinations(done, open_ops, rng, most, reach):
        files, touched = lay(before, done, fate)
        mark = hash((promised, *((name, files.get(name)) for name in sorted(touched))))
        if mark not in reach.seen:
            reach.seen.add(mark)
            laid += 1
            yield files
            if laid >= most:
                return


def _combinations(
    ops: list[Op], open_ops: dict[int, list[Fate]], rng: random.Random, most: int, reach: Reach
) -> Iterator[dict[int, Fate]]:
    """Every combination when they are few, else every subset and random tears, else the extremes and random ones."""
    keys = list(open_ops)
    if math.prod(len(open_ops[k]) for k in keys) <= most:
        reach.places["tears"] += bool(keys)
        yield from (dict(zip(keys, some, strict=True)) for some in itertools.product(*open_ops.values()))
        return
    plain = {k: [f for f in open_ops[k] if f in (WHOLE, LOST, HOLLOW)] for k in keys}
    if math.prod(len(plain[k]) for k in keys) <= most:
        reach.places["subsets"] += 1
        yield from (dict(zip(keys, some, strict=True)) for some in itertools.product(*plain.values()))
    else:
        reach.places["random"] += 1
        yield from _extremes(plain)
    for _ in range(3 * most):
        rate = rng.choice((0.03, 0.15, 0.5, 0.9))
        yield {k: _any_fate(ops[k], open_ops[k], rng, rate) for k in keys}


def _extremes(plain: dict[int, list[Fate]]) -> Iterator[dict[int, Fate]]:
    """Everything, nothing, everything up to some operation, only one lost, and only one there."""
    keys = list(plain)
    worst = {k: plain[k][-1] for k in keys}
    yield dict.fromkeys(keys, WHOLE)
    yield worst
    for n, key in enumerate(keys):
        yield {**worst, **dict.fromkeys(keys[:n], WHOLE)}
        yield {**dict.fromkeys(keys, WHOLE), key: worst[key]}
        yield {**worst, key: WHOLE}


def _any_fate(op: Op, some: list[Fate], rng: random.Random, rate: float) -> Fate:
    """Whole, or at this rate something less: lost, empty, torn, or sectors in no order."""
    if rng.random() >= rate:
        return WHOLE
    if op.kind == "write" and LOST in some and rng.random() < 0.2:
        return sectors(op, rng)
    return LOST if LOST in some and rng.random() < 0.5 else rng.choice(some[1:])


def _named(ops: list[Op], index: int) -> bool:
    """Whether the new name of a rename was itself synced afterwards."""
    return any(op.kind == "sync" and op.path == ops[index].other for op in ops[index + 1 :])


def _covered(ops: list[Op], index: int) -> bool:
    """Whether a sync after the operation made it durable (of the file; of the folder for names)."""
    op = ops[index]
    folder = str(Path(op.other or op.path).parent)
    for later in ops[index + 1 :]:
        if later.kind != "sync":
            continue
        if op.kind in {"rename", "unlink", "create"}:
            if later.path in {folder, op.other, op.path}:
                return True
        elif later.path == op.path:
            return True
    return False


def lay(before: Files, ops: list[Op], fate: dict[int, Fate]) -> tuple[Files, set[str]]:
    """File contents after operations that are whole or had this `fate`, and the names that were touched."""
    files: dict[str, bytes | bytearray] = dict(before)
    touched: set[str] = set()

    def changing(path: str) -> bytearray:
        content = files.get(path)
        if not isinstance(content, bytearray):
            content = files[path] = bytearray(content or b"")
        touched.add(path)
        return content

    for i, op in enumerate(ops):
        became = fate.get(i, WHOLE)
        if became == LOST:
            continue
        if op.kind == "write":
            _write(changing(op.path), op, became)
        elif op.kind == "truncate":
            content = changing(op.path)
            del content[op.offset :]
            content.extend(bytes(op.offset - len(content)))
        elif op.kind == "create":
            changing(op.path)
        elif op.kind == "rename":
            for name in [n for n in files if n == op.path or n.startswith(f"{op.path}/")]:
                files[op.other + name[len(op.path) :]] = files.pop(name)
                touched |= {name, op.other + name[len(op.path) :]}
            if became == HOLLOW:
                files[op.other] = bytearray()
        elif op.kind == "unlink":
            files.pop(op.path, None)
            touched.add(op.path)
    return {k: v if isinstance(v, bytes) else bytes(v) for k, v in files.items()}, touched


def _write(content: bytearray, op: Op, became: Fate) -> None:
    for start, end in became:
        data = op.data[start : len(op.data) if end < 0 else end]
        at = op.offset + start
        content.extend(bytes(max(0, at + len(data) - len(content))))
        content[at : at + len(data)] = data


def cut_places(
    before: Files,
    ops: list[Op],
    rng: random.Random,
    total: int,
    reach: Reach,
    *,
    fat: bool = False,
    step: int = 1,
) -> Iterator[tuple[int, Files]]:
    """(cut, disk state) at every `step`th operation, about `total` in all; what few states need is left to others."""
    cuts = {*range(0, len(ops), step), len(ops) - 1, len(ops)}
    waiting = sorted(cuts, key=lambda cut: weight(ops[:cut], fat=fat))
    for number, cut in enumerate(waiting):
        most = max(2, (total - len(reach.seen)) // (len(waiting) - number))
        for files in states(before, ops, cut, rng, most, reach, fat=fat):
            yield cut, files


def read_tree(root: Path) -> Files:
    """Every file below a folder."""
    return {str(p): p.read_bytes() for p in root.rglob("*") if p.is_file()}


class Layout:
    """Lays disk states out below some folders; a file that nobody touched since is left where it is."""

    def __init__(self, *roots: Path) -> None:
        self._roots = roots
        self._prefixes = tuple(f"{root}/" for root in roots)
        self._laid: dict[str, tuple[bytes, int]] = {}

    def put(self, files: Files) -> None:
        """Make the folders hold exactly these files."""
        mine = {k: v for k, v in files.items() if k.startswith(self._prefixes)}
        folders = {os.path.dirname(name) for name in mine}  # noqa: PTH120 - a hundred thousand times
        for root in self._roots:
            root.mkdir(parents=True, exist_ok=True)
            for folder, below, names in os.walk(root, topdown=False):
                for name in names:
                    if f"{folder}/{name}" not in mine:
                        os.unlink(f"{folder}/{name}")  # noqa: PTH108
                for name in below:
                    path = f"{folder}/{name}"
                    if not any(f == path or f.startswith(f"{path}/") for f in folders):
                        os.rmdir(path)  # noqa: PTH106
        for folder in folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        for name, data in mine.items():
            held = self._laid.get(name)
            if held is None or held[0] is not data or _stamp(name) != (held[1], _LONG_AGO, len(data)):
                Path(name).write_bytes(data)
                os.utime(name, ns=(_LONG_AGO, _LONG_AGO))  # whoever writes to it gives it another time
                self._laid[name] = (data, os.stat(name).st_ino)  # noqa: PTH116


def _stamp(name: str) -> tuple[int, int, int]:
    try:
        told = os.stat(name)  # noqa: PTH116
    except FileNotFoundError:
        return (0, 0, 0)
    return told.st_ino, told.st_mtime_ns, told.st_size


_LONG_AGO = 1_000_000_000


def put_back(files: Files, *roots: Path) -> None:
    """Lay a disk state out under these folders, and nothing else."""
    Layout(*roots).put(files)
