"""The replay behind the power cuts: every subset and tear of what no sync covers, never less than what one does."""

from __future__ import annotations

import random

from tests.faults.powercut import Reach, cut_places, states
from tests.faults.recording import Op

A, B, C = (bytes([letter]) * 512 for letter in b"abc")


def disks(ops: list[Op], *, fat: bool = False, most: int = 1000) -> list[dict[str, bytes]]:
    return list(states({"/d/x": b""}, ops, len(ops), random.Random(1), most, Reach(), fat=fat))


def test_writes_without_a_sync_may_be_there_in_every_subset() -> None:
    ops = [Op("write", "/d/x", 0, A), Op("write", "/d/x", 512, B), Op("write", "/d/y", 0, C)]
    found = {tuple(sorted(files.items())) for files in disks(ops)}
    assert len(found) == len(disks(ops)) == 8
    assert (("/d/x", bytes(512) + B), ("/d/y", C)) in found


def test_what_a_sync_covered_is_on_every_disk() -> None:
    ops = [Op("write", "/d/x", 0, A), Op("sync", "/d/x"), Op("write", "/d/x", 512, B)]
    assert {files["/d/x"] for files in disks(ops)} == {A, A + B}


def test_a_write_is_torn_at_every_sector_of_the_disk() -> None:
    found = {files["/d/x"] for files in disks([Op("write", "/d/x", 256, A + B + C)])}
    assert {len(content) for content in found} == {0, 512, 1024, 1536, 256 + 3 * 512}


def test_on_fat_a_renamed_file_is_empty_until_its_new_name_was_synced() -> None:
    ops = [
        Op("write", "/d/x", 0, A),
        Op("sync", "/d/x"),
        Op("rename", "/d/x", other="/d/y"),
        Op("sync", "/d"),
    ]
    assert disks(ops) == [{"/d/y": A}]
    assert disks(ops, fat=True) == [{"/d/y": A}, {"/d/y": b""}]
    assert disks([*ops, Op("sync", "/d/y")], fat=True) == [{"/d/y": A}]


def test_more_combinations_than_asked_give_the_extremes_and_random_ones_none_of_them_twice() -> None:
    ops = [Op("write", "/d/x", 4096 * n, bytes([n + 1]) * 4096) for n in range(12)]
    found = [files["/d/x"] for files in disks(ops, most=200)]
    assert len(found) == len(set(found)) == 200
    whole = b"".join(op.data for op in ops)
    assert {b"", whole} <= set(found)
    assert all(whole[: 4096 * n] in found for n in range(12)), "each prefix is one of them"


def test_a_set_with_few_states_leaves_its_share_to_the_others() -> None:
    ops = [Op("write", "/d/x", 512 * n, A) for n in range(8)]
    assert len(list(cut_places({}, ops, random.Random(1), 600, Reach()))) == 256
