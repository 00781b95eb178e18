"""A store and a bundle of format 1, frozen: every later version opens them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store

FROZEN = Path(__file__).parents[2] / "fixtures" / "format-1"
PHRASE = (FROZEN / "frase.txt").read_text(encoding="utf-8").strip() if FROZEN.exists() else ""


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """The fixture, copied so that nothing is written to it."""
    shutil.copytree(FROZEN, tmp_path / "format-1")
    return tmp_path / "format-1"


def opened(folder: Path) -> Clinic:
    clock = FixedClock.at(2026, 11, 21)
    return Clinic.open(folder, Vault.peek(folder).people[0].id, PHRASE, clock)


@pytest.mark.parametrize("name", ["clinica", "oficina"])
def test_the_frozen_stores_are_whole(frozen: Path, name: str) -> None:
    folder = frozen / name
    report = verify_store(
        folder, Vault.peek(folder).people[0].id, PHRASE, projector=projector(), signatures=True
    )
    assert (report.ok, report.damaged) == (True, ())


def test_the_frozen_clinic_reads_and_writes(frozen: Path) -> None:
    clinic = opened(frozen / "clinica")
    people = clinic.vault.doc_ids("patient")
    assert len(people) == 12
    assert clinic.vault.drafts.get("d" * 32).data == {"s": "borrador inventado"}
    assert any(clinic.chart.timeline(p) for p in people)
    assert clinic.exchange.state().months
    before = clinic.vault.state.n
    clinic.vault.set_setting("prueba", 1)
    with clinic.vault.transaction() as tx:
        tx.put("item", clinic.vault.new_id(), {"later": True}, new=True)
    assert clinic.vault.state.n == before + 1
    clinic.close()


def test_the_frozen_bundle_is_united_once_and_the_answer_is_known(frozen: Path) -> None:
    office = opened(frozen / "oficina")
    assert office.office.import_file(frozen / "paquete.age").state == "new"
    assert office.office.import_file(frozen / "paquete.age").state == "already"
    office.close()
    clinic = opened(frozen / "clinica")
    assert clinic.exchange.read_answer(frozen / "respuesta.age").already
    clinic.close()
