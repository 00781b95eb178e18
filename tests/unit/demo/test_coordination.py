"""The demo has an office, and a bundle goes there and back as in a real clinic."""

from __future__ import annotations

from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.demo.build import build, clear
from ces_tui.demo.coordination import OFFICE_FOLDER
from ces_tui.vault.vault import Vault
from tests.support import CHEAP


def test_the_demo_clinics_year_reaches_the_demo_office_and_is_acknowledged_by_month(
    tmp_path: Path, clock: FixedClock
) -> None:
    folder = tmp_path / "demo"
    made = build(folder, seed=3, patients=12, years=0.2, clock=clock, profile=CHEAP, with_office=True)
    office_folder = folder / OFFICE_FOLDER
    clinic = Clinic.open(folder, Vault.peek(folder).people[0].id, made.passphrase, clock)
    office = Clinic.open(office_folder, Vault.peek(office_folder).people[0].id, made.passphrase, clock)
    try:
        assert office.demo and office.me.role == "coordinacion"
        (path,) = clinic.exchange.export(tmp_path).paths
        first = office.office.import_file(path)
        _, (united,) = office.office.accept(first.device, clinic.exchange.device_words())
        assert united.new == clinic.vault.state.seq
        answer = clinic.exchange.read_answer(office.office.answer(None, tmp_path).path)
        assert len(answer.months) >= 2 and all(m.at_office == m.written > 0 for m in answer.months)
    finally:
        clinic.close()
        office.close()
    clear(folder)
    assert not list(folder.rglob("store-*")) and not list(folder.rglob("*.age"))
