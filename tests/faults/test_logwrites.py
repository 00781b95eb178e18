"""The reader of dm-log-writes behind packaging/uml: what a flush covered is always there, the rest in any subset."""

from __future__ import annotations

import importlib.util
import random
import struct
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.faults import figures

SECTOR = 512


@pytest.fixture(scope="module")
def logwrites() -> ModuleType:
    path = figures.ROOT / "packaging" / "uml" / "logwrites.py"
    spec = importlib.util.spec_from_file_location("logwrites", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["logwrites"] = module
    spec.loader.exec_module(module)
    return module


def written(path: Path, *entries: tuple[int, int, bytes]) -> Path:
    """A log of (sector, flags, data or mark)."""
    raw = struct.pack("<QQQI", 0x6A736677736872, 1, len(entries), SECTOR).ljust(SECTOR, b"\0")
    for sector, flags, data in entries:
        mark = data if flags & 8 else b""
        size = 0 if mark else len(data) // SECTOR
        raw += (struct.pack("<QQQQ", sector, size, flags, len(mark)) + mark).ljust(SECTOR, b"\0")
        raw += b"" if mark else data
    path.write_bytes(raw)
    return path


def test_what_was_flushed_is_on_every_disk_and_the_rest_in_every_subset(
    tmp_path: Path, logwrites: ModuleType
) -> None:
    a, b, c = (letter * SECTOR for letter in (b"a", b"b", b"c"))
    log = logwrites.entries(
        written(
            tmp_path / "log", (0, 0, a), (0, 8, b"begun"), (0, 1, b""), (1, 0, b), (2, 0, c), (9, 8, b"end")
        )
    )
    assert [e.mark for e in log if e.mark] == ["begun", "end"] and log[3].data == b
    found = list(logwrites.states(log, 4 * SECTOR, random.Random(1), most=8))
    after = {s.disk for s in found if s.cut > 3}
    assert {d[:SECTOR] for d in after} == {a}, "a flush covers what stands before it"
    kept = {(d[SECTOR : 2 * SECTOR] == b, d[2 * SECTOR : 3 * SECTOR] == c) for d in after}
    assert kept == {(x, y) for x in (False, True) for y in (False, True)}
    assert {s.marks for s in found if s.cut == 6} == {("begun", "end")}


def test_a_write_with_fua_is_there_once_it_is_in_the_log(tmp_path: Path, logwrites: ModuleType) -> None:
    log = logwrites.entries(
        written(tmp_path / "log", (0, 8, b"begun"), (1, 2, b"f" * SECTOR), (2, 0, b"g" * SECTOR))
    )
    found = list(logwrites.states(log, 4 * SECTOR, random.Random(1), most=8))
    assert all(s.disk[SECTOR : 2 * SECTOR] == b"f" * SECTOR for s in found if s.cut >= 2)
    assert {s.disk[2 * SECTOR] for s in found if s.cut >= 2} == {0, ord("g")}


def test_another_file_is_no_log(tmp_path: Path, logwrites: ModuleType) -> None:
    (tmp_path / "x").write_bytes(bytes(SECTOR))
    with pytest.raises(ValueError, match="not a log"):
        logwrites.entries(tmp_path / "x")
