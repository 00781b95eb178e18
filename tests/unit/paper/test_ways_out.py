"""Who may print, and where a paper goes: each way out is in the log first, and nothing clear stays behind."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, BundleRefused, DiskProblem, NotAllowed
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Diagnosis
from ces_tui.paper.outlets import PrinterProblem
from ces_tui.paper.typeset import data_of
from ces_tui.people.access import ChartRestricted
from ces_tui.people.audit_acts import PRINT
from ces_tui.sync import age
from tests.support import make_store, open_clinic
from tests.unit.consult.visits import someone
from tests.unit.paper.lp import FakeLp, fake_lp
from tests.unit.paper.samples import OTHER, all_of, sit, visited

__all__ = ["fake_lp"]


def prints(clinic: Clinic) -> list[tuple[str, str]]:
    return [(row["p"], row["x"]) for row in clinic.vault.projection("acts/2026") if row["k"] == PRINT]


# -- who may ---------------------------------------------------------------------------------------------------


def test_a_visitor_prints_nothing(clinic: Clinic) -> None:
    patient, _ = visited(clinic)
    sit(clinic, "visitante")
    for verb in (clinic.paper.receta, clinic.paper.nota, clinic.paper.hoja_frontal, clinic.paper.historia):
        with pytest.raises(NotAllowed):
            verb(patient)
    with pytest.raises(NotAllowed):
        clinic.paper.lista()


def test_a_nurse_prints_no_reserved_note_and_no_restricted_chart(clinic: Clinic, fake_lp: FakeLp) -> None:
    dx = (Diagnosis(code="F32.9", text="Episodio depresivo", primary=True),)
    reserved, consult = visited(clinic, diagnoses=dx)
    closed, _ = visited(clinic, patient=OTHER)
    ready = clinic.paper.receta(closed)
    clinic.access.restrict(closed, "personal", "Trabaja en la clínica")
    sit(clinic, "enfermeria")
    for verb in (clinic.paper.receta, clinic.paper.nota):
        with pytest.raises(NotAllowed):
            verb(reserved, consult)
    assert "depresivo" not in data_of(clinic.paper.hoja_frontal(reserved).sheet)
    with pytest.raises(ChartRestricted):
        clinic.paper.hoja_frontal(closed)
    with pytest.raises(ChartRestricted):
        clinic.paper.print(ready)
    assert fake_lp.jobs == [] and prints(clinic) == []


# -- ways out --------------------------------------------------------------------------------------------------


def test_a_print_goes_through_standard_input_under_a_title_that_says_nothing(
    clinic: Clinic, fake_lp: FakeLp
) -> None:
    patient, _ = visited(clinic)
    clinic.paper.print(clinic.paper.receta(patient), printer="EPSON_L3250", copies=2)
    assert [job[:5] for job in fake_lp.jobs] == [b"%PDF-"]
    assert fake_lp.arguments == ["-d EPSON_L3250 -n 2 -t ces-tui -o media=Letter -"]
    assert prints(clinic) == [(patient, "receta: impresora")]


def test_what_was_printed_is_in_the_log_on_the_disk_at_once(
    clinic: Clinic, fake_lp: FakeLp, clock: FixedClock
) -> None:
    """After a power cut right after the print: another opening of the same folder reads it."""
    patient, _ = visited(clinic)
    clinic.paper.print(clinic.paper.nota(patient))
    folder = clinic.vault.folder
    clinic.vault.container.close()  # as if the machine had died: nothing is flushed any more
    clinic.closed = True
    clinic.vault.close()
    again = open_clinic(folder, clock)
    assert prints(again) == [(patient, "nota: impresora")]
    again.close()


def test_a_list_is_noted_for_everybody_on_it_in_one_entry(clinic: Clinic, fake_lp: FakeLp) -> None:
    ids = [someone(clinic, given=name) for name in ("Ana", "Eva", "Inés")]
    for patient in ids:
        clinic.waiting.arrive(patient)
    before = clinic.vault.state.n
    clinic.paper.print(clinic.paper.lista())
    assert clinic.vault.state.n == before + 1
    assert {p for p, _ in prints(clinic)} == set(ids)


def test_a_disk_that_takes_no_entry_lets_no_paper_out(
    clinic: Clinic, fake_lp: FakeLp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    patient, _ = visited(clinic)
    ready = clinic.paper.receta(patient)

    def full(*_: object, **__: object) -> None:
        raise DiskProblem

    monkeypatch.setattr(clinic.vault, "transaction", full)
    with pytest.raises(DiskProblem):
        clinic.paper.print(ready)
    with pytest.raises(DiskProblem):
        clinic.paper.seal_to(ready, tmp_path)
    with pytest.raises(DiskProblem):
        clinic.paper.write_clear(ready, tmp_path / "x.pdf")
    assert fake_lp.jobs == [] and not list(tmp_path.glob("*.pdf")) and not list(tmp_path.glob("*.age*"))


def test_a_printer_that_refuses_is_said_so(clinic: Clinic, fake_lp: FakeLp) -> None:
    patient, _ = visited(clinic)
    fake_lp.refuse()
    with pytest.raises(PrinterProblem, match="nada se perdió"):
        clinic.paper.print(clinic.paper.receta(patient))
    for bad in ({"printer": "-o raw"}, {"printer": "a b"}, {"copies": 0}, {"copies": 99}):
        with pytest.raises(BadInput):
            clinic.paper.print(clinic.paper.receta(patient), **bad)


def test_sealed_on_a_stick_only_this_clinic_opens_it(
    clinic: Clinic, tmp_path: Path, clock: FixedClock
) -> None:
    patient, _ = visited(clinic)
    stick = tmp_path / "memoria"
    stick.mkdir()
    first = clinic.paper.seal_to(clinic.paper.receta(patient), stick)
    second = clinic.paper.seal_to(clinic.paper.nota(patient), stick)
    assert [first.name, second.name] == ["pru-hoja.age", "pru-hoja-2.age"]
    assert clinic.paper.unseal(first).startswith(b"%PDF-")
    for path in stick.iterdir():
        for clear in (b"%PDF", "Gómez".encode(), b"PRU5000001", b"Losart"):
            assert clear not in path.read_bytes()
    make_store(tmp_path / "otra", clock, code="OTR")
    other = open_clinic(tmp_path / "otra", clock)
    with pytest.raises(BundleRefused):
        other.paper.unseal(first)
    other.close()


def test_what_is_no_sheet_of_ours_is_not_printed(clinic: Clinic, fake_lp: FakeLp, tmp_path: Path) -> None:
    own = clinic.vault.device.x.public_key().public_bytes_raw()
    (tmp_path / "a.age").write_bytes(age.encrypt(b"#!/bin/sh", [own]))
    (tmp_path / "b.age").write_bytes(b"garbage")
    for name in ("a.age", "b.age"):
        with pytest.raises(BundleRefused):
            clinic.paper.print_sealed(tmp_path / name)
    with pytest.raises(DiskProblem):
        clinic.paper.print_sealed(tmp_path / "none.age")
    assert fake_lp.jobs == []


def test_a_clear_file_is_new_and_its_owner_s_alone(clinic: Clinic, tmp_path: Path) -> None:
    patient, _ = visited(clinic)
    path = clinic.paper.write_clear(clinic.paper.receta(patient), tmp_path / "r.pdf")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(BadInput):
        clinic.paper.write_clear(clinic.paper.receta(patient), path)
    with pytest.raises(DiskProblem):
        clinic.paper.write_clear(clinic.paper.receta(patient), tmp_path / "no" / "r.pdf")


def test_nothing_of_a_paper_lies_in_the_temporary_folder_or_the_home(
    clinic: Clinic, fake_lp: FakeLp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made, shown and printed: the only files with a PDF in them are those of the pretended printer."""
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setenv("TMPDIR", str(temp))
    patient, _ = visited(clinic)
    for ready in all_of(clinic, patient).values():
        clinic.paper.print(ready)
    assert list(temp.iterdir()) == []
    home = Path.home()
    for path in (p for p in home.rglob("*") if p.is_file()):
        assert "Gómez".encode() not in path.read_bytes()
    assert len(fake_lp.jobs) == 7


def test_what_goes_to_a_template_is_plain_json(clinic: Clinic) -> None:
    patient, _ = visited(clinic)
    for ready in all_of(clinic, patient).values():
        data = json.loads(data_of(ready.sheet))
        assert set(data) == set(type(ready.sheet).__struct_fields__)
