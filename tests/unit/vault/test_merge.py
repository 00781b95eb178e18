"""What entries from several laptops make of one document: the same heads, rows and sums, whatever came first."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused
from ces_tui.clinic import Clinic
from ces_tui.vault.apply import state_of
from ces_tui.vault.dictionary import deflate
from ces_tui.vault.entry import Entry
from ces_tui.vault.packing import LIVE, REMOVED, WITHHELD, Head
from ces_tui.vault.projections import Projector
from ces_tui.vault.rebuild import rebuild
from ces_tui.vault.seal import RowDoesNotOpen
from ces_tui.vault.vault import Vault
from tests.support import make_store, open_clinic
from tests.unit.vault.forge import TABLE, WALL, Part, Writer, hexed, keys_of, take

DOC, PATIENT = hexed(0xD0C), hexed(0xBA)


@pytest.fixture
def vault(clinic: Clinic) -> Vault:
    clinic.vault.projector = Projector(TABLE)
    return clinic.vault


@pytest.fixture
def fresh(tmp_path: Path, clock: FixedClock) -> Iterator[Any]:
    """Makes one empty store after another."""
    opened: list[Clinic] = []

    def make() -> Vault:
        folder = tmp_path / f"fresh{len(opened)}"
        make_store(folder, clock)
        opened.append(open_clinic(folder, clock))
        opened[-1].vault.projector = Projector(TABLE)
        return opened[-1].vault

    yield make
    for one in opened:
        one.close()


def note(rev: int, said: str, *parents: int, kind: str = "patient", n: int = 0, doc: str = DOC) -> Part:
    body = {"said": said, "n": n}
    return Part(
        kind, doc, hexed(rev), body, tuple(map(hexed, parents)), None if kind == "patient" else PATIENT
    )


def heads(vault: Vault, drawer: str = "hot/patient", doc: str = DOC) -> list[int]:
    held = vault.held(drawer, doc)
    assert held is not None
    return [int(h.rev, 16) for h in held.heads]


def missing(vault: Vault) -> list[int]:
    held = vault.held("hot/patient", DOC)
    assert held is not None
    return [int(r, 16) for r in held.missing]


def shown(vault: Vault) -> str | None:
    body = vault.doc_body("patient", DOC)
    return None if body is None else str(body["said"])


# -- heads -------------------------------------------------------------------------------------------------


def test_what_a_document_shows_depends_on_its_last_head() -> None:
    live, null, withheld = (Head("1", 1, deflate(b"{}")), Head("2", 2, deflate(b"null")), Head("3", 3, b""))
    assert (state_of([live]), state_of([null]), state_of([withheld])) == (LIVE, REMOVED, WITHHELD)
    assert (state_of([withheld, live]), state_of([live, withheld])) == (LIVE, WITHHELD)
    assert (state_of([null, live]), state_of([live, null]), state_of([])) == (LIVE, REMOVED, REMOVED)


def test_a_removal_that_another_zlib_packed_is_a_removal() -> None:
    """As it lies when it is not compressed at all: nine bytes, with the same plain text."""
    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    stored = packer.compress(b"null") + packer.flush()
    assert stored != deflate(b"null") and len(stored) <= 16
    assert state_of([Head("1", 1, stored)]) == REMOVED


def test_a_rebuild_from_the_log_gives_the_same_documents_rows_and_sums(vault: Vault) -> None:
    a = Writer()
    struck = Part("consult", hexed(0x51), hexed(51), {"said": "c", "n": 3}, (), PATIENT)
    void = Part(
        "void",
        hexed(0x52),
        hexed(52),
        {"target": hexed(0x51), "target_type": "consult", "why": "e"},
        (),
        PATIENT,
    )
    take(vault, a.entry(note(1, "x", n=5), struck), a.entry(note(2, "y", 1, n=7), void), known=keys_of(a))
    take(vault, a.entry(Part("patient", hexed(0x53), hexed(53), None)), known=keys_of(a))
    vault.hot.table("item").insert({"said": "ours", "n": 11})

    def everything() -> list[object]:
        docs = [
            vault.held("hot/patient", DOC),
            vault.held(f"chart/{PATIENT}", hexed(0x51)),
            vault.held("hot/item", vault.doc_ids("item")[0]),
        ]
        shown = [(d.heads, d.state, d.missing) for d in docs if d is not None]
        rows = [sorted(map(str, vault.projection(d))) for d in ("all", "sum", "devices")]
        return [shown, rows, vault.state, vault.doc_ids("patient")]

    vault.write_late()
    before = everything()
    rebuild(vault)
    assert everything() == before


def test_a_revision_replaces_its_parents_and_stands_beside_what_it_does_not_name(vault: Vault) -> None:
    a, b = Writer(), Writer()
    known = keys_of(a, b)
    take(vault, a.entry(note(1, "primera")), known=known)
    take(vault, a.entry(note(2, "segunda", 1), at=(WALL + 1, 0)), known=known)
    assert (heads(vault), shown(vault)) == ([2], "segunda")
    take(vault, b.entry(note(3, "aparte", 1), at=(WALL + 2, 0)), known=known)
    assert (heads(vault), shown(vault)) == ([2, 3], "aparte")
    take(vault, b.entry(note(4, "decidida", 2, 3), at=(WALL + 3, 0)), known=known)
    assert (heads(vault), shown(vault)) == ([4], "decidida")


def test_a_parent_that_comes_late_is_no_head_and_a_grandparent_neither(vault: Vault) -> None:
    a = Writer()
    one, two, three = (a.entry(note(n, str(n), *([n - 1] if n > 1 else []))) for n in (1, 2, 3))
    take(vault, three, known=keys_of(a))
    assert (heads(vault), missing(vault)) == ([3], [2])
    take(vault, two, known=keys_of(a))
    assert (heads(vault), missing(vault)) == ([3], [1])
    take(vault, one, known=keys_of(a))
    assert (heads(vault), missing(vault), shown(vault)) == ([3], [], "3")


def _ordered(first: dict[str, Any], second: dict[str, Any]) -> tuple[list[Entry], dict[str, bytes]]:
    """Two entries that know nothing of each other; members of the writer and of the entry."""
    entries: list[Entry] = []
    known: dict[str, bytes] = {}
    for rev, told in ((1, first), (2, second)):
        made = Writer(**{k: v for k, v in told.items() if k in {"inc", "seq", "dev"}})
        known.update(keys_of(made))
        entries.append(made.entry(note(told.get("rev", rev), str(rev)), at=told.get("at", (WALL, 0))))
    return entries, known


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"at": (WALL, 9), "dev": hexed(9)}, {"at": (WALL + 1, 0), "dev": hexed(1)}),
        ({"at": (WALL, 1), "dev": hexed(9)}, {"at": (WALL, 2), "dev": hexed(1)}),
        ({"dev": hexed(1), "inc": "9" * 16}, {"dev": hexed(2), "inc": "1" * 16}),
        ({"dev": hexed(1), "inc": "1" * 16, "seq": 9}, {"dev": hexed(1), "inc": "2" * 16, "seq": 1}),
        ({"dev": hexed(1), "seq": 1}, {"dev": hexed(1), "seq": 2}),
        ({"dev": hexed(1), "rev": 7}, {"dev": hexed(1), "rev": 8}),
    ],
    ids=["clock", "counter", "device", "incarnation", "sequence", "revision"],
)
def test_heads_are_ordered_by_clock_device_incarnation_sequence_and_revision(
    fresh: Any, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """The same two entries in both orders, each in a delivery of its own and both in one."""
    entries, known = _ordered(first, second)
    for order in (entries, entries[::-1]):
        apart, together = fresh(), fresh()
        for entry in order:
            take(apart, entry, known=known)
        take(together, *order, known=known)
        assert shown(apart) == shown(together) == "2"
        assert heads(apart) == heads(together)


def test_any_order_of_five_entries_of_two_laptops_ends_in_the_same_rows(fresh: Any) -> None:
    a, b = Writer(), Writer()
    known = keys_of(a, b)
    entries = [
        a.entry(note(1, "1", n=1)),
        a.entry(note(2, "2", 1, n=10), at=(WALL + 5, 0)),
        b.entry(note(3, "3", 1, n=100), at=(WALL + 5, 0)),
        b.entry(note(4, "4", 3, n=1000), at=(WALL + 9, 0)),
        a.entry(note(5, "5", 2, 4, n=10_000), at=(WALL + 9, 1)),
    ]
    results = set()
    for order in list(permutations(entries))[::11]:
        there = fresh()
        for entry in order:
            take(there, entry, known=known)
        rows = tuple(str(r) for r in (*there.projection("all"), *there.projection("sum")))
        results.add((tuple(heads(there)), rows))
    assert len(results) == 1
    assert results.pop()[0] == (5,)


def test_what_another_laptop_removed_is_gone_from_every_row(vault: Vault) -> None:
    a = Writer()
    take(vault, a.entry(note(1, "x", n=5)), known=keys_of(a))
    assert vault.projection("sum") == [{"p": "", "n": 5}]
    gone = Part("patient", DOC, hexed(2), None, (hexed(1),))
    take(vault, a.entry(gone, at=(WALL + 1, 0)), known=keys_of(a))
    assert (shown(vault), vault.doc_ids("patient")) == (None, [])
    assert (vault.projection("all"), vault.projection("sum")) == ([], [])
    take(vault, a.entry(note(3, "y", 2, n=7), at=(WALL + 2, 0)), known=keys_of(a))
    assert (shown(vault), vault.projection("sum")) == ("y", [{"p": "", "n": 7}])


def test_a_revision_with_the_number_of_another_is_refused_whole(vault: Vault) -> None:
    a, b = Writer(), Writer()
    known = keys_of(a, b)
    take(vault, a.entry(note(1, "x")), known=known)
    before = vault.state
    with pytest.raises(
        BundleRefused, match=r"^Un registro del archivo lleva el número de otro\. No se cambió nada\.$"
    ):
        take(
            vault,
            b.entry(note(2, "z", doc=hexed(0xE))),
            b.entry(note(1, "y")),
            b.entry(note(3, "w", 1)),
            known=known,
        )
    assert vault.state == before and shown(vault) == "x" and vault.doc_ids("patient") == [DOC]


def test_an_older_head_is_looked_up_in_the_log_and_a_missing_row_is_named(vault: Vault) -> None:
    a, b = Writer(), Writer()
    known = keys_of(a, b)
    take(vault, a.entry(note(1, "x"), at=(WALL + 5, 0)), known=known)
    n = vault.state.n
    row = vault.container.row("log", n)
    assert row is not None
    vault.container.delete("log", n)
    with pytest.raises(RowDoesNotOpen) as told:
        take(vault, b.entry(note(2, "y"), at=(WALL, 0)), known=known)
    assert (told.value.table, told.value.k) == ("log", n)
    vault.container.put("log", n, row)
    b.seq, b.prev = 0, ""
    take(vault, b.entry(note(2, "y"), at=(WALL, 0)), known=known)
    assert heads(vault) == [2, 1]


# -- types and drawers -------------------------------------------------------------------------------------


def test_a_newer_type_or_version_is_counted_and_what_stands_beside_it_is_applied(vault: Vault) -> None:
    a = Writer()
    newer = Part("patient", hexed(7), hexed(8), {"said": "?"}, version=2)
    later = Part("later", hexed(9), hexed(10), {})
    got = take(vault, a.entry(newer, later, note(1, "x")), known=keys_of(a))
    assert (got.new, got.unknown_types) == (1, 2)
    assert vault.doc_ids("patient") == [DOC] and vault.held("hot/patient", hexed(7)) is None


def test_documents_of_a_drawer_are_numbered_without_a_gap(vault: Vault) -> None:
    """Several in one entry, in one delivery and in the next one: a missing number would be damage."""
    a = Writer()
    docs = [hexed(n) for n in range(100, 106)]
    one, two, three = (
        a.entry(*(note(200 + n, str(n), doc=docs[n]) for n in some)) for some in ((0, 1), (2, 3), (4, 5))
    )
    take(vault, one, two, known=keys_of(a))
    take(vault, three, known=keys_of(a))
    vault.reopen()
    vault.projector = Projector(TABLE)
    assert vault.doc_ids("patient") == docs


def test_a_free_document_is_found_under_the_year_of_its_id(vault: Vault) -> None:
    a = Writer()
    ids = [f"{ms:012x}" + "7" + "0" * 19 for ms in (1_700_000_000_000, 1_795_000_000_000)]
    parts = [Part("stock", doc, hexed(n), {"said": "s"}) for n, doc in enumerate(ids, 1)]
    take(vault, a.entry(*parts), known=keys_of(a))
    assert vault.state.free["stock"] == (2023, 2026)
    assert vault.doc_ids("stock") == ids


def test_a_body_that_is_no_object_is_held_and_contributes_nothing(vault: Vault) -> None:
    a = Writer()
    take(vault, a.entry(Part("patient", DOC, hexed(1), [1, 2])), known=keys_of(a))
    assert (heads(vault), vault.doc_body("patient", DOC), vault.projection("all")) == ([1], None, [])


def test_each_device_s_months_of_care_are_counted(vault: Vault) -> None:
    """Clinical types with a day only; each change counts, also a second revision."""
    a, b = Writer(), Writer(inc="2" * 16)
    parts = [
        Part("patient", hexed(20), hexed(1), {}, day="2026-11-20"),
        Part("consult", hexed(21), hexed(2), {}, patient=PATIENT, day="2026-11-01"),
        Part("consult", hexed(22), hexed(3), {}, patient=PATIENT, day="2026-10-31"),
        Part("consult", hexed(23), hexed(4), {}, patient=PATIENT),
        Part("item", hexed(24), hexed(5), {}, day="2026-11-20"),
        Part("later", hexed(25), hexed(6), {}, day="2026-11-20"),
    ]
    again = Part("patient", hexed(20), hexed(7), {}, (hexed(1),), day="2026-11-21")
    own = vault.projection("devices")
    take(vault, a.entry(*parts), a.entry(again), b.entry(note(9, "x", doc=hexed(30))), known=keys_of(a, b))
    told = [r for r in vault.projection("devices") if r not in own]
    assert sorted((r["d"], r["i"], r["m"], r["n"]) for r in told) == [
        (a.keys.id, a.inc, "2026-10", 1),
        (a.keys.id, a.inc, "2026-11", 3),
    ]
