"""Programmes, their sections and protocols inside the note."""

from __future__ import annotations

from datetime import date

import msgspec

from ces_tui.clinic import Clinic
from ces_tui.consult.records import ProgrammeChange
from ces_tui.guidance.records import Outcome
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.consulta import Consulta
from screens.consulta_parts import RecetaLines
from screens.expediente_defuncion import Defuncion
from screens.widgets.form import Form
from tests.screens.conftest import OpenApp
from tests.screens.notes import maria, notes, run
from tests.screens.support import Driver
from tests.unit.consult.test_proposals import outcome, treatment
from tests.unit.consult.visits import pressure

__all__ = ["maria"]


def test_a_protocol_goes_into_the_note(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """Its text, version and gravity are kept, and its follow-up fills the empty date."""
    outcome = Outcome(
        protocol="hipertension",
        title="Hipertensión",
        version="1",
        date="2026",
        classification="controlada",
        gravity=1,
        follow_up_days=30,
        sources=("HEARTS",),
    )

    async def script(d: Driver) -> None:
        room = d.screen
        assert isinstance(room, Consulta)
        room.take_outcome(outcome)
        room.take_outcome(msgspec.structs.replace(outcome, classification="no controlada"))
        await d.settle()
        draft = room.snapshot()
        assert [(p.protocol, p.classification) for p in draft.protocols] == [
            ("hipertension", "no controlada")
        ]
        assert "HEARTS" in draft.protocols[0].text
        assert draft.next_text == "30"

    run(inside, maria, script)


def test_a_programme_is_entered_and_left_inside_the_note(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """F7 lists them; leaving asks why; the change waits for the signature."""

    async def script(d: Driver) -> None:
        await d.press("f7", "enter", "down", "down", "down", "down", "enter", "enter", "ctrl+s")
        room = d.screen
        assert isinstance(room, Consulta)
        assert room.snapshot().programmes == (
            ProgrammeChange(kind="asma"),
            ProgrammeChange(kind="hipertension", outcome="tratamiento_completo"),
        )
        assert clinic.programmes.open_kinds(maria.id) == {"hipertension"}

    run(inside, maria, script)


def test_the_sections_of_the_programmes_are_answered_by_keys(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """One Tab enters them, Enter goes on, Tab leaves; the answers are in the draft and, signed, in the note."""
    pressure(clinic, maria.id)

    async def script(d: Driver) -> None:
        await d.type("bien")
        await d.press("tab", "tab")
        assert d.screen.focused is d.screen.query_one("#sections")
        await d.press("s", "enter", "n", "enter")
        await d.type("12")
        await d.press("enter", "space", "tab")
        assert d.screen.focused is d.screen.query_one("#diagnoses")
        await d.press("ctrl+r", "ctrl+s")
        assert clinic.consults.drafts.open(maria.id).draft.sections["hta_riesgo"] == "12"
        await d.press("ctrl+t", "enter")

    run(inside, maria, script)
    said = {f.name: f.value for f in notes(clinic, maria)[-1].findings}
    assert said == {"hta_hearts": "si", "hta_algoritmo": "no"}
    risk = clinic.labs.last(maria.id)["riesgo_cv"]
    assert (risk.value, risk.method) == (12.0, "oms_lab")


def test_an_impossible_answer_takes_the_cursor(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """The signature stops in the section, on the question."""
    pressure(clinic, maria.id)

    async def script(d: Driver) -> None:
        await d.type("bien")
        await d.press("ctrl+r")
        d.form("#sections").set_value("hta_riesgo", "300")
        await d.press("ctrl+t")
        assert "Riesgo cardiovascular" in d.flash
        field = d.form("#sections").current
        assert field is not None and field.name == "hta_riesgo"

    run(inside, maria, script)
    assert len(notes(clinic, maria)) == 1


def test_one_key_enters_the_programme_that_a_diagnosis_asks_for(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Ctrl+E enrols after «diabetes» is chosen, opens its section, and does nothing twice."""

    async def script(d: Driver) -> None:
        await d.press("ctrl+e")
        assert not d.screen.query_one("#sections", Form).__contains__("dm_hba1c")
        d.form("#dx").focus()
        await d.type("azucar")
        await d.press("enter", "ctrl+e")
        assert "diabetes" in d.flash
        assert "dm_hba1c" in d.form("#sections")
        await d.press("ctrl+e", "ctrl+s")
        changes = clinic.consults.drafts.open(maria.id).draft.programmes
        assert changes == (ProgrammeChange(kind="diabetes"),)

    run(inside, maria, script)


def test_a_protocols_medicines_go_into_the_receta_one_by_one(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Nothing is accepted by itself: Ctrl+S without a mark leaves the receta; Enter on one line takes that one."""
    amlodipine = treatment("amlodipino", 5, 1, 28)
    result = outcome(amlodipine, treatment("clortalidona", 12.5, 1, 28))

    async def script(d: Driver) -> None:
        room = d.screen
        assert isinstance(room, Consulta)
        room.take_outcome(result)
        await d.settle()
        await d.press("ctrl+s")
        assert room.query_one(RecetaLines).receta == ()
        room.take_outcome(result)
        await d.settle()
        assert "[ ]" in d.text and "Amlodipino" in d.text
        await d.press("enter", "ctrl+s")
        lines = room.query_one(RecetaLines).receta
        assert [line.name.split()[0] for line in lines] == ["Amlodipino"]

    run(inside, maria, script, size=(120, 36))


def test_leaving_by_death_asks_when_and_of_what(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """F7, hipertensión, «defunción»: the day and the cause are asked once, and signing notes them."""
    pressure(clinic, maria.id)

    async def script(d: Driver) -> None:
        await d.type("Avisa su hija")
        await d.press("f7", "down", "down", "down", "down", "enter", "end", "enter")
        await d.type("1/1/2027")
        await d.press("enter", "enter")
        assert isinstance(d.screen, Defuncion)
        d.form().set_value("died", "19/11/2026")
        d.form().go_to("cause")
        await d.type("infarto")
        await d.press("enter")
        assert "defunción el 19/11/2026" in d.text
        await d.press("ctrl+s", "ctrl+r")
        d.form("#end").set_value("next_text", "")
        await d.press("ctrl+t")
        assert "Se anota su defunción, el 19/11/2026: infarto" in d.text
        await d.press("enter")

    run(inside, maria, script)
    record = clinic.registry.get(maria.id).record
    assert (record.died, record.death_cause) == (date(2026, 11, 19), "infarto")
    assert clinic.programmes.open_kinds(maria.id) == set()
