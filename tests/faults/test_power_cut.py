"""Power cuts at every operation of a save and an autosave, with every kind of half-written disk: nothing promised is lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.paths import state_dir
from ces_tui.clinic import Clinic
from tests.faults import figures
from tests.faults.checks import closed_whole
from tests.faults.killing import Promise, can_kill
from tests.faults.powercut import Layout, Reach, cut_places, read_tree
from tests.faults.recording import Op, record
from tests.faults.test_kill_save import DRAFT, PATIENT, autosave, save, seeded
from tests.support import open_clinic

__all__ = ["seeded"]
pytestmark = pytest.mark.skipif(not can_kill(), reason="needs strace")
CUTS = figures.amount("cuts", 600, 4_000, 200_000)
"""Disk states of all sets of power cuts together; about half of them here."""


def saves(clinic: Clinic, promise: Promise) -> None:
    """Three saves in a row, each promised; what the first leaves for later is written before the second."""
    save(clinic, promise)
    clinic.vault.write_late()
    for i in range(2):
        clinic.vault.hot.table("item").insert({"n": 100 + i})
        promise("guardado")


def promised(ops: list[Op], cut: int) -> int:
    return sum(1 for op in ops[:cut] if op.kind == "promise")


def syncs_between_promises(ops: list[Op]) -> list[int]:
    counts, now = [], 0
    for op in ops:
        if op.kind == "promise":
            counts.append(now)
            now = 0
        now += op.kind == "sync"
    return counts


def test_power_cut_during_saves(seeded: Path, clock: FixedClock, tmp_path: Path) -> None:
    before = read_tree(seeded)
    ops = record(lambda: open_clinic(seeded, clock), saves, (seeded, state_dir()), tmp_path / "log")
    assert promised(ops, len(ops)) == 3
    assert syncs_between_promises(ops) == [3, 2, 1], (
        "one a save, one for what waited; the first begins a new WAL file"
    )
    disk, seen, reach = Layout(seeded, state_dir()), 0, Reach()
    for cut, files in cut_places(before, ops, random.Random(11), CUTS // 2, reach):
        seen += 1
        disk.put(files)
        clinic = open_clinic(seeded, clock)
        consults = len(clinic.vault.chart(PATIENT).table("consult"))
        items = len(clinic.vault.hot.table("item")) - 3
        whole = closed_whole(clinic, signatures=seen % 8 == 0)
        assert consults in {0, 1}
        assert (consults, items > 0) in {(0, False), (1, True)}, "half a save"
        assert items >= promised(ops, cut), f"a promise was lost at {cut}"
        assert whole, cut
    assert seen > 100
    figures.count("power cut: three saves", seen, note=f"{len(ops)} writes, syncs and promises: {reach.note}")


def test_power_cut_during_autosave(seeded: Path, clock: FixedClock, tmp_path: Path) -> None:
    before = read_tree(seeded)
    ops = record(lambda: open_clinic(seeded, clock), autosave, (seeded, state_dir()), tmp_path / "log")
    disk, seen, reach = Layout(seeded, state_dir()), 0, Reach()
    for cut, files in cut_places(before, ops, random.Random(12), CUTS // 10, reach):
        seen += 1
        disk.put(files)
        clinic = open_clinic(seeded, clock)
        text = clinic.vault.drafts.get(DRAFT).data["s"]
        assert closed_whole(clinic, signatures=seen % 8 == 0), cut
        assert text == "segundo" or not promised(ops, cut)
    figures.count("power cut: autosave", seen, note=f"{len(ops)} writes, syncs and promises: {reach.note}")
