"""TinyDB's own behaviours hold on the sealed store."""

from __future__ import annotations

import pytest
from tinydb import Query, where
from tinydb.operations import delete, increment

from ces_tui.base.errors import CesError, Refused
from ces_tui.clinic import Clinic
from ces_tui.vault.tables import VaultTable


@pytest.fixture
def table(clinic: Clinic) -> VaultTable:
    table = clinic.vault.hot.table("item")
    table.insert_multiple([{"int": 1, "char": c} for c in "abc"])
    return table


def test_insert_gives_an_id_that_finds_the_document(table: VaultTable) -> None:
    doc_id = table.insert({"int": 9})
    assert table.get(doc_id=doc_id) == {"int": 9}


def test_insert_refuses_what_is_no_mapping(table: VaultTable) -> None:
    with pytest.raises(ValueError):
        table.insert([1])  # type: ignore[arg-type]


def test_update_by_query_changes_only_what_matches(table: VaultTable) -> None:
    table.update({"int": 2}, where("char") == "a")
    assert (table.count(where("int") == 2), table.count(where("int") == 1)) == (1, 2)


def test_update_with_operations(table: VaultTable) -> None:
    table.update(increment("int"), where("char") == "a")
    table.update(delete("int"), where("char") == "b")
    assert table.get(where("char") == "a") == {"int": 2, "char": "a"}
    assert table.get(where("char") == "b") == {"char": "b"}


def test_update_of_an_unknown_id_returns_no_id(table: VaultTable) -> None:
    assert table.update({"int": 5}, doc_ids=["0" * 32]) == []  # type: ignore[list-item]


def test_upsert_updates_or_inserts(table: VaultTable) -> None:
    table.upsert({"int": 5, "char": "a"}, where("char") == "a")
    table.upsert({"int": 9, "char": "x"}, where("char") == "x")
    assert len(table) == 4
    assert table.count(where("int") == 5) == 1


def test_remove_and_truncate(table: VaultTable) -> None:
    table.remove(where("char") == "b")
    assert [d["char"] for d in table] == ["a", "c"]
    table.truncate()
    assert len(table) == 0
    assert table.insert({"int": 1})


def test_search_get_contains_and_query_logic(table: VaultTable) -> None:
    q = Query()
    assert len(table.search((q.int == 1) & ~(q.char == "a"))) == 2
    assert table.contains(q.char.one_of(["c"]))
    assert table.get(q.char == "zz") is None


def test_a_document_handed_out_is_a_copy(table: VaultTable) -> None:
    doc = table.all()[0]
    doc["int"] = 99
    assert table.count(where("int") == 99) == 0


def test_an_update_that_changes_nothing_writes_nothing(clinic: Clinic, table: VaultTable) -> None:
    before = clinic.vault.state.n
    table.update({"int": 1})
    assert clinic.vault.state.n == before


def test_several_tables_commit_together_or_not_at_all(clinic: Clinic) -> None:
    before = clinic.vault.state.n
    with pytest.raises(ZeroDivisionError), clinic.vault.transaction():
        clinic.vault.hot.table("item").insert({"a": 1})
        clinic.vault.hot.table("lot").insert({"b": 1})
        raise ZeroDivisionError
    assert (len(clinic.vault.hot.table("item")), clinic.vault.state.n) == (0, before)
    with clinic.vault.transaction():
        clinic.vault.hot.table("item").insert({"a": 1})
        clinic.vault.hot.table("lot").insert({"b": 1})
    assert clinic.vault.state.n == before + 1


def test_a_signed_type_refuses_a_second_revision_and_removal(clinic: Clinic) -> None:
    patient = clinic.vault.new_id()
    consults = clinic.vault.chart(patient).table("consult")
    doc_id = consults.insert({"text": "uno"})
    with pytest.raises(Refused):
        consults.update({"text": "dos"}, doc_ids=[doc_id])
    with pytest.raises(Refused):
        consults.remove(doc_ids=[doc_id])
    assert consults.get(doc_id=doc_id) == {"text": "uno"}


def test_a_table_that_does_not_lie_here_is_refused(clinic: Clinic) -> None:
    with pytest.raises(CesError):
        clinic.vault.hot.table("consult")
