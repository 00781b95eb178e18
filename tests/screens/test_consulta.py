"""The consult page: few keys for a returning patient, errors take the cursor, nothing typed is lost."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from ces_tui.base.errors import DiskProblem
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Diagnosis, Draft
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.consulta_parts import DiagnosisLines, RecetaLines
from screens.widgets.form import Form
from screens.widgets.modals import Confirm
from screens.widgets.note import NoteArea
from tests.screens.conftest import OpenApp
from tests.screens.notes import HYPERTENSION, maria, notes, run
from tests.screens.support import Driver, Snapshots
from tests.unit.consult.visits import LOSARTAN, TODAY, pressure

__all__ = ["maria"]


def test_a_returning_hypertensive_patient_takes_at_most_thirty_keys(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """From Hoy with nobody chosen: pressure, how she is, same medicines, dispensed, next date, signed."""
    keys = [
        "s", "down", "down", *"130", "slash", *"80", "ctrl+s",
        "c", *"estable", "ctrl+r", "ctrl+t", "enter",
    ]  # fmt: skip

    async def go() -> None:
        async with inside() as d:
            await d.press(*keys)
            assert "firmada" in d.flash

    asyncio.run(go())
    assert len(keys) <= 30
    note = notes(clinic, maria)[-1]
    assert (note.day, note.subjective, note.diagnoses) == (TODAY, "estable", (HYPERTENSION,))
    assert note.next_day == date(2026, 12, 18)
    assert note.came == "cita"
    assert clinic.stock.on_hand(LOSARTAN) == 140
    today = clinic.vitals.today(maria.id)
    assert today is not None and (today.record.pressure, note.vitals) == ("130/80", today.id)


def test_a_whole_note_is_written_with_the_keyboard_alone(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Every section by Tab and Enter; what is stored is what was typed."""
    pressure(clinic, maria.id)

    async def script(d: Driver) -> None:
        await d.type("Dolor de garganta")
        await d.press("tab")
        await d.type("Faringe roja")
        await d.press("tab", "tab", "tab")
        await d.type("anginas")
        await d.press("enter")
        await d.type("pie cansado")
        await d.press("up", "enter", "enter")
        await d.type("Viral")
        await d.press("tab", "tab")
        await d.type("Agua y reposo")
        await d.press("tab", "b", "enter")
        await d.type("1m")
        await d.press("enter")
        await d.type("Revisar")
        await d.press("ctrl+t")
        assert isinstance(d.screen, Confirm)
        for said in ("María Invento Gómez Díaz", "60 años", "mujer", maria.record.clinic_number):
            assert said in d.text
        await d.press("enter")
        assert "firmada" in d.flash

    run(inside, maria, script)
    note = notes(clinic, maria)[-1]
    assert (note.subjective, note.objective) == ("Dolor de garganta", "Faringe roja")
    assert (note.analysis, note.plan, note.prognosis) == ("Viral", "Agua y reposo", "bueno")
    assert [(d.code, d.text, d.first_time) for d in note.diagnoses] == [
        ("J03.9", "Amigdalitis aguda", True),
        ("", "pie cansado", True),
    ]
    assert (note.next_day, note.next_reason) == (date(2026, 12, 20), "Revisar")


def test_the_first_thing_missing_takes_the_cursor(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Ctrl+T says what is missing and goes there; nothing is signed."""
    pressure(clinic, maria.id)

    async def script(d: Driver) -> None:
        await d.press("tab", "ctrl+t")
        assert "subjetivo" in d.flash and d.screen.focused is d.screen.query_one("#subjective")
        await d.type("Bien")
        await d.press("ctrl+t")
        assert "diagnóstico" in d.flash and d.screen.focused is d.screen.query_one("#dx")
        await d.press("ctrl+r")
        d.form("#end").set_value("next_text", "ayer")
        await d.press("ctrl+t")
        assert d.screen.focused is d.screen.query_one("#end")
        field = d.form("#end").current
        assert field is not None and field.name == "next_text"

    run(inside, maria, script)
    assert len(notes(clinic, maria)) == 1


def test_repeating_fills_only_what_is_empty(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """What was typed or chosen stays."""

    async def script(d: Driver) -> None:
        d.form("#end").set_value("next_text", "7")
        d.screen.query_one(DiagnosisLines).add(Diagnosis(text="otro"))
        await d.press("ctrl+r")
        assert [x.text for x in d.screen.query_one(DiagnosisLines).diagnoses] == ["otro"]
        assert d.form("#end").text("next_text") == "7"
        assert [x.item for x in d.screen.query_one(RecetaLines).receta] == [LOSARTAN]
        await d.press("ctrl+r")
        assert "nada vacío" in d.flash

    run(inside, maria, script)


def test_what_is_typed_comes_back_exactly(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """Left and opened again, the page is as it was, with the cursor where it was."""

    async def write(d: Driver) -> None:
        await d.type("uno  dos")
        await d.press("enter", "tab", "tab", "tab", "tab")
        await d.type("azuca")
        await d.press("ctrl+o")

    async def read(d: Driver) -> None:
        assert d.screen.query_one("#subjective", NoteArea).text == "uno  dos\n"
        dx = d.screen.query_one("#dx", Form)
        assert dx.dump()["diagnosis"] == {"key": "", "text": "azuca"}
        assert d.screen.focused is dx
        assert "guardado 09:00" in d.text

    async def go_on(d: Driver) -> None:
        await d.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
        await d.type("tres")
        await d.press("ctrl+o")

    async def at_the_end(d: Driver) -> None:
        await d.type("cuatro")
        assert d.screen.query_one("#subjective", NoteArea).text == "uno  dos\ntrescuatro"

    run(inside, maria, write)
    assert len(clinic.consults.drafts.mine()) == 1
    run(inside, maria, read)
    run(inside, maria, go_on)
    run(inside, maria, at_the_end)
    assert len(notes(clinic, maria)) == 1


def test_covering_seals_the_last_letter(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """Keys typed a moment before the cover are on the disk when the screen is blank."""

    async def script(d: Driver) -> None:
        await d.press(*"casi")
        d.app.keep_drafts()
        assert clinic.consults.drafts.open(maria.id).draft.subjective == "casi"

    run(inside, maria, script)


def test_opening_and_leaving_makes_no_draft(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """Only typing makes a draft."""

    async def script(d: Driver) -> None:
        await d.press("ctrl+o")

    run(inside, maria, script)
    assert clinic.consults.drafts.mine() == []
    assert clinic.waiting.today() == []


def test_the_first_letter_puts_her_in_consult(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """The waiting room knows that she is being seen, and that she came by appointment."""

    async def script(d: Driver) -> None:
        await d.type("x")

    run(inside, maria, script)
    assert [(w.state, w.came) for w in clinic.waiting.today()] == [("consulta", "cita")]


def test_a_failed_save_is_said_and_tried_again(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: a sentence, no lost text, and the next try writes it."""
    save, full = clinic.consults.drafts.save, [True]

    def sometimes(draft_id: str, patient: str, draft: Draft) -> int:
        if full.pop() if full else False:
            raise DiskProblem
        return save(draft_id, patient, draft)

    monkeypatch.setattr(clinic.consults.drafts, "save", sometimes)

    async def script(d: Driver) -> None:
        await d.type("a")
        await d.until(lambda: "no se pudo guardar" in d.flash)
        await d.type("b")
        d.app.keep_drafts()
        assert clinic.consults.drafts.open(maria.id).draft.subjective == "ab"

    run(inside, maria, script)


def test_a_signed_draft_is_gone_and_a_discarded_one_too(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """After F9 and yes nothing is left of the page."""

    async def script(d: Driver) -> None:
        await d.type("equivocado")
        d.app.keep_drafts()
        assert clinic.consults.drafts.mine()
        await d.press("f9", "left", "enter")
        assert "descartado" in d.flash

    run(inside, maria, script)
    assert clinic.consults.drafts.mine() == []


def test_first_time_primary_and_remove_have_keys(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Space changes "1a vez", p makes it the primary one, Supr takes it out."""

    async def script(d: Driver) -> None:
        lines = d.screen.query_one(DiagnosisLines)
        lines.put((HYPERTENSION, Diagnosis(code="J00", text="Resfriado")))
        lines.focus()
        await d.press("down", "space", "p")
        assert [(x.code, x.first_time, x.primary) for x in lines.diagnoses] == [
            ("J00", True, True),
            ("I10", False, False),
        ]
        await d.press("delete")
        assert [(x.code, x.primary) for x in lines.diagnoses] == [("I10", True)]

    run(inside, maria, script)


def test_a_long_note_keeps_the_cursor_in_sight(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Thirty lines below each other: the last one is seen."""

    async def script(d: Driver) -> None:
        d.screen.query_one("#subjective", NoteArea).insert("renglón\n" * 30)
        await d.type("ultimo")
        assert "ultimo" in d.text

    run(inside, maria, script)


def test_an_open_risk_is_said_on_the_page_and_stops_the_signature(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """The header says that the plan is missing, and Ctrl+T refuses."""
    pressure(clinic, maria.id)
    clinic.safety.raise_risk(maria.id, text="Respuesta positiva")

    async def script(d: Driver) -> None:
        assert "FALTA PLAN DE SEGURIDAD" in d.text
        await d.type("Triste")
        await d.press("ctrl+r", "ctrl+t")
        assert "plan de seguridad" in d.flash

    run(inside, maria, script)
    assert len(notes(clinic, maria)) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_page_looks_as_agreed(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    """Patient on top, vitals with dates, last values dimmed beside their headings."""
    pressure(clinic, maria.id)

    async def script(d: Driver) -> None:
        await d.type("Sin molestias.")
        await d.press("ctrl+r")
        await d.until(lambda: "guardado" in d.text)
        snapshot(d, "consulta")

    run(inside, maria, script, size)
