"""A whole life with an invented patient, on a laptop's ext4 and a stick's vfat of a real kernel; then both images are searched.

Everything is taken off the stick at the end, and the clinic's stores off the disk: what stood in them lies in free clusters.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["PYTEST_CURRENT_TEST"] = "uml"

from ces_tui.base.clock import FixedClock
from tests.unit.canary import WORDS, forms, hits, within
from tests.unit.canary_away import go_away, two_machines
from tests.unit.canary_life import live_through
from tests.unit.office.support import make_pair

_PIECE = 8 << 20
_LONGEST = max(map(len, forms().values()))


def live(disk: Path, stick: Path, *, careless: bool) -> dict[str, int]:
    """All of it; `careless` writes a word of hers to the stick and takes it away again, which the search must find."""
    become = two_machines()
    for name in ("home", "state", "cache", "temp", "bin"):
        (disk / name).mkdir()
    os.environ.update(
        HOME=str(disk / "home"), XDG_STATE_HOME=str(disk / "state"), XDG_CACHE_HOME=str(disk / "cache"),
        TMPDIR=str(disk / "temp"), PATH=f"{disk / 'bin'}:{os.environ['PATH']}",
    )  # fmt: skip
    tempfile.tempdir = None
    printer = disk / "bin" / "lp"
    printer.write_text("#!/bin/sh\nexec cat >/dev/null\n")
    printer.chmod(0o755)
    pair = make_pair(disk, FixedClock.at(2026, 11, 20))
    pair.stick = stick
    life = live_through(pair.clinic)
    go_away(pair, life, become)
    pair.close()
    if careless:
        (stick / "borrador.txt").write_text(f"de paso: {WORDS[0]}", encoding="utf-8")
    os.sync()
    found = hits([disk]) + ([] if careless else hits([stick]))
    assert not found, found
    files = [p for p in stick.iterdir() if p.is_file()]
    kept = {"files": len(files), "bytes": sum(p.stat().st_size for p in files)}
    for path in files:
        path.unlink()
    for folder in ("clinic", "clinic-copias", "office", "repuesto", "roto", "rescatado", "temp", "state"):
        shutil.rmtree(disk / folder, ignore_errors=True)
    os.sync()
    return kept


def leaks(image: Path) -> list[str]:
    """What of her stands anywhere in an image, whatever the file system says of the place."""
    return list(dict.fromkeys(one for piece in _pieces(image) for one in within(piece)))


def _pieces(image: Path) -> Iterator[bytes]:
    kept = b""
    with image.open("rb") as file:
        while piece := file.read(_PIECE):
            if piece.count(0) < len(piece):
                yield kept + piece
            kept = piece[-_LONGEST:]
