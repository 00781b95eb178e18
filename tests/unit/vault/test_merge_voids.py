"""A void takes its document out of lists and sums, whichever came first, and gives it back when it is taken back."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.vault.projections import Projector
from ces_tui.vault.vault import Vault
from tests.support import make_store, open_clinic
from tests.unit.vault.forge import TABLE, WALL, Part, Writer, hexed, keys_of, take

PATIENT, NOTE, OTHER = hexed(0xBA), hexed(0x101), hexed(0x102)
VOID, LATER_VOID = hexed(0x201), hexed(0x202)
STANDS = ([(NOTE, "nota", None)], [{"p": PATIENT, "n": 5}])
GONE: tuple[list[Any], list[Any]] = ([(NOTE, "nota", "error")], [])


def consult(doc: str = NOTE, rev: int = 1, n: int = 5, *parents: int) -> Part:
    return Part("consult", doc, hexed(rev), {"said": "nota", "n": n}, tuple(map(hexed, parents)), PATIENT)


def void(
    target: object = NOTE, doc: str = VOID, rev: int = 11, why: str = "error", *parents: int, **more: Any
) -> Part:
    body = {"target": target, "target_type": "consult", "why": why} | more
    return Part("void", doc, hexed(rev), body, tuple(map(hexed, parents)), PATIENT)


def state(vault: Vault) -> tuple[list[Any], list[Any]]:
    """Rows and sums of everything that contributes."""
    return [(r["id"], r["said"], r["void"]) for r in vault.projection("all")], vault.projection("sum")


@pytest.fixture
def vault(clinic: Clinic) -> Vault:
    clinic.vault.projector = Projector(TABLE)
    return clinic.vault


@pytest.fixture
def a() -> Writer:
    return Writer()


def test_a_void_that_comes_after_its_document_strikes_it(vault: Vault, a: Writer) -> None:
    take(vault, a.entry(consult()), known=keys_of(a))
    assert state(vault) == STANDS
    take(vault, a.entry(void()), known=keys_of(a))
    assert state(vault) == GONE


def test_a_void_that_comes_before_its_document_waits_for_it(vault: Vault, a: Writer) -> None:
    note, strike = a.entry(consult()), a.entry(void())
    take(vault, strike, known=keys_of(a))
    assert state(vault) == ([], [])
    take(vault, note, known=keys_of(a))
    assert state(vault) == GONE


@pytest.mark.parametrize("parts", [(consult(), void()), (void(), consult())])
def test_a_void_in_the_same_entry_as_its_document_strikes_it(
    vault: Vault, a: Writer, parts: tuple[Part, ...]
) -> None:
    take(vault, a.entry(*parts), known=keys_of(a))
    assert state(vault) == GONE


def test_a_save_of_our_own_strikes_in_the_same_transaction(vault: Vault) -> None:
    chart = vault.chart(PATIENT)
    with vault.transaction():
        note = str(chart.table("consult").insert({"said": "nota", "n": 5}))
        chart.table("void").insert({"target": note, "target_type": "consult", "why": "error"})
    assert state(vault) == ([(note, "nota", "error")], [])


def test_a_void_that_was_taken_back_strikes_nothing_any_more(vault: Vault, a: Writer) -> None:
    take(vault, a.entry(consult(), void()), known=keys_of(a))
    back = Part("void", VOID, hexed(12), None, (hexed(11),), PATIENT)
    take(vault, a.entry(back, at=(WALL + 1, 0)), known=keys_of(a))
    assert state(vault) == STANDS


def test_a_void_that_changes_its_target_gives_the_first_back_and_strikes_the_second(
    vault: Vault, a: Writer
) -> None:
    take(vault, a.entry(consult(), consult(OTHER, 2, 7), void()), known=keys_of(a))
    assert sorted(state(vault)[0]) == [(NOTE, "nota", "error"), (OTHER, "nota", None)]
    assert state(vault)[1] == [{"p": PATIENT, "n": 7}]
    take(vault, a.entry(void(OTHER, VOID, 12, "error", 11), at=(WALL + 1, 0)), known=keys_of(a))
    assert sorted(state(vault)[0]) == [(NOTE, "nota", None), (OTHER, "nota", "error")]
    assert state(vault)[1] == [{"p": PATIENT, "n": 5}]


def test_a_void_that_changes_its_words_is_read_anew(vault: Vault, a: Writer) -> None:
    take(vault, a.entry(consult(), void()), known=keys_of(a))
    take(vault, a.entry(void(NOTE, VOID, 12, "otra razón", 11), at=(WALL + 1, 0)), known=keys_of(a))
    assert state(vault) == ([(NOTE, "nota", "otra razón")], [])


def test_of_two_voids_the_one_with_the_lowest_id_strikes_whatever_came_first(
    tmp_path: Path, clock: FixedClock, a: Writer
) -> None:
    parts = [consult(), void(why="primera"), void(NOTE, LATER_VOID, 21, "segunda")]
    entries = [a.entry(p, at=(WALL + n, 0)) for n, p in enumerate(parts)]
    gone = a.entry(Part("void", VOID, hexed(12), None, (hexed(11),), PATIENT), at=(WALL + 9, 0))
    for number, order in enumerate(permutations(entries)):
        vault = _fresh(tmp_path / str(number), clock)
        for entry in order:
            take(vault.vault, entry, known=keys_of(a))
        assert state(vault.vault) == ([(NOTE, "nota", "primera")], [])
        take(vault.vault, gone, known=keys_of(a))
        assert state(vault.vault) == ([(NOTE, "nota", "segunda")], []), "the other one stands in"
        vault.close()


def test_of_many_voids_the_lowest_id_that_is_left_strikes(vault: Vault, a: Writer) -> None:
    ids = [hexed(n) for n in (0x29, 0x23, 0x27, 0x21, 0x25, 0x28)]
    take(vault, a.entry(consult(), *(void(NOTE, i, int(i, 16), i) for i in ids)), known=keys_of(a))
    for number, lowest in enumerate(sorted(ids), 1):
        assert state(vault) == ([(NOTE, "nota", lowest)], [])
        back = Part("void", lowest, hexed(0x500 + number), None, (lowest,), PATIENT)
        take(vault, a.entry(back, at=(WALL + number, 0)), known=keys_of(a))
    assert state(vault) == STANDS


def _fresh(folder: Path, clock: FixedClock) -> Clinic:
    make_store(folder, clock)
    opened = open_clinic(folder, clock)
    opened.vault.projector = Projector(TABLE)
    return opened


def test_a_struck_document_that_gets_another_revision_stays_struck(vault: Vault, a: Writer) -> None:
    """Both what it added and what it now adds are reckoned as struck."""
    take(vault, a.entry(consult(), consult(OTHER, 2, 7), void()), known=keys_of(a))
    take(vault, a.entry(consult(NOTE, 3, 50, 1), at=(WALL + 1, 0)), known=keys_of(a))
    assert sorted(state(vault)[0]) == [(NOTE, "nota", "error"), (OTHER, "nota", None)]
    assert state(vault)[1] == [{"p": PATIENT, "n": 7}]


def test_a_document_in_a_free_drawer_is_struck_by_a_void_of_no_patient(vault: Vault, a: Writer) -> None:
    stock = f"{1_795_000_000_000:012x}" + "7" + "0" * 19
    loose = Part("void", hexed(0x301), hexed(31), {"target": stock, "target_type": "stock", "why": "error"})
    take(vault, a.entry(Part("stock", stock, hexed(30), {"said": "s", "n": 4})), known=keys_of(a))
    assert state(vault) == ([(stock, "s", None)], [{"p": "", "n": 4}])
    take(vault, a.entry(loose), known=keys_of(a))
    assert state(vault) == ([(stock, "s", "error")], [])


HARMLESS: dict[str, Part] = {
    "no target": Part("void", VOID, hexed(11), {"why": "x"}, (), PATIENT),
    "no object": Part("void", VOID, hexed(11), ["target"], (), PATIENT),
    "nobody's document": void(hexed(0x999)),
    "a type that is none": void(target_type="otra cosa"),
    "no type": Part("void", VOID, hexed(11), {"target": NOTE, "why": "x"}, (), PATIENT),
    "a chart without a patient": Part("void", VOID, hexed(11), {"target": NOTE, "target_type": "consult"}),
    "a target that is no id": void("../../etc", target_type="stock"),
    "a target that is no text": void({"a": [1]}, target_type="stock"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_void_of_another_shape_is_kept_and_strikes_nothing(vault: Vault, a: Writer, name: str) -> None:
    take(vault, a.entry(consult()), known=keys_of(a))
    n = vault.state.n
    assert take(vault, a.entry(HARMLESS[name]), known=keys_of(a)).new == 1
    assert state(vault) == STANDS
    assert vault.state.n == n + 1


def test_a_void_without_target_before_one_with_it_does_not_shade_it(vault: Vault, a: Writer) -> None:
    """The void with the lowest id says nothing of this document any more; the next one does."""
    first = void(NOTE, VOID, 11)
    elsewhere = void(OTHER, VOID, 12, "error", 11)
    take(vault, a.entry(consult(), first, void(NOTE, LATER_VOID, 21, "segunda")), known=keys_of(a))
    take(vault, a.entry(elsewhere, at=(WALL + 1, 0)), known=keys_of(a))
    assert state(vault) == ([(NOTE, "nota", "segunda")], [])
