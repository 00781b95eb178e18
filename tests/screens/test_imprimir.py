"""Imprimir: what is shown is what is printed; a sheet leaves by printer or encrypted, and is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from ces_tui.clinic import Clinic
from ces_tui.paper.records import Licence
from ces_tui.people.audit_acts import PRINT
from screens.agenda import Agenda
from screens.expediente import Expediente
from screens.hoy import Hoy
from screens.imprimir import Imprimir
from screens.widgets.paper import Paper
from tests.screens.conftest import OpenApp
from tests.screens.support import Snapshots
from tests.unit.consult.visits import line, page, pressure, someone
from tests.unit.paper.lp import FakeLp, fake_lp

__all__ = ["fake_lp"]


def awaited(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that drives the screens, run to its end."""

    @wraps(test)
    def run(*args: Any, **named: Any) -> None:
        async def whole() -> None:
            await test(*args, **named)

        asyncio.run(whole())

    return run


def visited(clinic: Clinic, **fields: Any) -> tuple[str, str]:
    """A patient with one signed consult; (patient, consult)."""
    patient = someone(clinic)
    pressure(clinic, patient)
    stored = clinic.consults.sign(page(**({"prescription": (line(quantity=0),)} | fields)), patient)
    return patient, stored.id


def prints(clinic: Clinic) -> list[str]:
    return [row["x"] for row in clinic.vault.projection("acts/2026") if row["k"] == PRINT]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@awaited
async def test_the_receta_of_the_visit_is_shown_as_it_will_be_printed(
    inside: OpenApp, clinic: Clinic, snapshot: Snapshots, size: tuple[int, int]
) -> None:
    patient, _ = visited(clinic)
    async with inside(size, room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient)))
        text = d.screen.query_one(Paper).text
        for said in (
            "DATOS INVENTADOS",
            "Losartán tableta 50 mg",
            "Mañana 1 tableta",
            "30 días",
            "ALERGIAS",
            "I10",
        ):
            assert said.replace(" mg", "\N{NO-BREAK SPACE}mg") in text or said in text
        snapshot(d, "imprimir-receta")


@awaited
async def test_from_the_chart_one_key_shows_the_receta_and_one_prints_it(
    inside: OpenApp, clinic: Clinic, fake_lp: FakeLp
) -> None:
    patient, _ = visited(clinic)
    async with inside(room=None) as d:
        await d.show(Expediente(clinic.registry.get(patient)))
        await d.press("i")
        assert isinstance(d.screen, Imprimir) and d.screen.which == "receta"
        await d.press("p")
        assert "enviada a la impresora" in d.flash
    assert fake_lp.jobs[0].startswith(b"%PDF-")
    assert prints(clinic) == ["receta: impresora"]


@awaited
async def test_after_signing_the_line_says_which_key_prints(inside: OpenApp, clinic: Clinic) -> None:
    """The sentence that confirms the signature names the key, and the key works where one lands."""
    patient = someone(clinic)
    pressure(clinic, patient)
    draft_id = clinic.vault.new_id()
    clinic.consults.drafts.save(draft_id, patient, page(prescription=(line(quantity=0),)))
    async with inside() as d:
        d.app.open_room("expediente", patient=clinic.registry.get(patient))
        await d.settle()
        await d.press("c")
        await d.press("ctrl+t")
        await d.press("enter")
        await d.settle()
        assert isinstance(d.screen, Expediente), d.text
        assert "I imprime la receta" in d.flash
        await d.press("i")
        assert isinstance(d.screen, Imprimir) and d.screen.which == "receta"


@awaited
async def test_a_visit_without_medicines_shows_its_note(inside: OpenApp, clinic: Clinic) -> None:
    patient, consult = visited(clinic, prescription=())
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient), consult=consult))
        assert isinstance(d.screen, Imprimir) and d.screen.which == "nota"
        assert "Campos pulmonares limpios" in d.screen.query_one(Paper).text


@awaited
async def test_left_and_right_go_through_the_papers_and_f_through_the_layouts(
    inside: OpenApp, clinic: Clinic
) -> None:
    patient, _ = visited(clinic)
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient)))
        titles = []
        for _ in range(5):
            titles.append(next(p.text for p in d.screen.query_one(Paper)._paragraphs if p.ink == "title"))
            await d.press("right")
        assert titles == [
            "Receta médica",
            "Nota médica",
            "Hoja frontal",
            "Historia clínica",
            "Hoja de referencia",
        ]
        await d.press("right", "f")
        assert "Jurisdicción Sanitaria X" in d.screen.query_one(Paper).text
        await d.press("f")
        assert "Jurisdicción Sanitaria IV" in d.screen.query_one(Paper).text


@awaited
async def test_u_keeps_it_encrypted_on_the_stick(inside: OpenApp, clinic: Clinic, tmp_path: Path) -> None:
    patient, _ = visited(clinic)
    stick = tmp_path / "memoria"
    stick.mkdir()
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient)))
        await d.press("u")
        await d.type(str(stick))
        await d.press("enter")
        assert "cifrada" in d.flash
    (written,) = stick.iterdir()
    assert written.name == "pru-hoja.age"
    assert b"%PDF" not in written.read_bytes()
    assert clinic.paper.unseal(written).startswith(b"%PDF-")


@awaited
async def test_without_a_printing_system_it_says_so_and_notes_nothing(
    inside: OpenApp, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    patient, _ = visited(clinic)
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient)))
        await d.press("p")
        assert "CUPS" in d.flash
    assert prints(clinic) == []


@awaited
async def test_the_licence_is_typed_once_and_stands_on_the_receta(inside: OpenApp, clinic: Clinic) -> None:
    patient, _ = visited(clinic)
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient)))
        assert "Cédula o constancia: ____" in d.screen.query_one(Paper).text
        await d.press("d")
        await d.press("right", "right", "down")
        await d.type("CSS-2026-118")
        await d.press("ctrl+s")
        assert "Constancia de servicio social: CSS-2026-118" in d.screen.query_one(Paper).text
    assert clinic.paper.settings.licence(clinic.me.id) == Licence(kind="constancia", number="CSS-2026-118")


@awaited
async def test_the_referral_is_filled_here_and_empty_members_are_lines(
    inside: OpenApp, clinic: Clinic
) -> None:
    patient, _ = visited(clinic)
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient), paper="referencia"))
        await d.press("e")
        await d.type("Hospital de prueba")
        await d.press("ctrl+s")
        text = d.screen.query_one(Paper).text
        assert "Unidad que recibe: Hospital de prueba" in text and "Servicio: ____" in text


@awaited
async def test_a_letter_half_written_survives_and_waits_on_hoy(inside: OpenApp, clinic: Clinic) -> None:
    """Left without a word, it stands on Hoy, opens from there, and goes on; nothing of it is in the log."""
    patient, _ = visited(clinic)
    before = clinic.vault.state.n
    async with inside() as d:
        await d.show(Imprimir(clinic.registry.get(patient), paper="referencia"))
        await d.press("e")
        await d.type("Hospital de prueba")
        d.app.keep_drafts()
        await d.press("ctrl+o", "ctrl+o")
        [line] = clinic.today.drafts()
        assert (line.place, line.patient) == ("imprimir", patient)
        await d.show(Hoy())
        assert "hoja de referencia" in d.text
        await d.show(Imprimir(clinic.registry.get(patient), draft=line.id))
        assert "Unidad que recibe: Hospital de prueba" in d.screen.query_one(Paper).text
        await d.press("e", "enter")
        await d.type("Urgencias")
        await d.press("ctrl+s")
        assert "Servicio: Urgencias" in d.screen.query_one(Paper).text
        assert len(clinic.today.drafts()) == 1
    assert clinic.vault.state.n == before


@awaited
async def test_a_letter_that_is_out_waits_no_more(inside: OpenApp, clinic: Clinic, tmp_path: Path) -> None:
    """Sealed on the stick: the draft goes, the sheet stays on the screen; the next letter begins empty."""
    patient, _ = visited(clinic)
    stick = tmp_path / "memoria"
    stick.mkdir()
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient), paper="referencia"))
        await d.press("e")
        await d.type("Hospital de prueba")
        await d.press("ctrl+s", "u")
        await d.type(str(stick))
        await d.press("enter")
        assert "cifrada" in d.flash
        assert "Hospital de prueba" in d.screen.query_one(Paper).text
        assert clinic.today.drafts() == []
        await d.show(Imprimir(clinic.registry.get(patient), paper="referencia"))
        assert "Unidad que recibe: ____" in d.screen.query_one(Paper).text


@awaited
async def test_from_the_agenda_the_list_of_the_day_and_the_blank_forms(
    inside: OpenApp, clinic: Clinic
) -> None:
    patient = someone(clinic)
    clinic.waiting.arrive(patient)
    async with inside(room=None) as d:
        await d.show(Agenda())
        await d.press("i")
        assert "Rosa Gómez Díaz" in d.screen.query_one(Paper).text
        await d.press("left")
        assert "GAD-7" in d.screen.query_one(Paper).text


@awaited
async def test_a_nurse_sees_no_note_of_a_reserved_matter(inside: OpenApp, clinic: Clinic) -> None:
    from ces_tui.consult.records import Diagnosis

    patient, consult = visited(
        clinic, diagnoses=(Diagnosis(code="F32.9", text="Episodio depresivo", primary=True),)
    )
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    from tests.support import PASSPHRASE

    clinic.login(nurse.id, PASSPHRASE)
    async with inside(room=None) as d:
        await d.show(Imprimir(clinic.registry.get(patient), consult=consult, paper="nota"))
        text = d.screen.query_one(Paper).text
        assert "reservado" in text and "depresivo" not in text
