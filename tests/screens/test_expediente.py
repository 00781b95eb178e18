"""The chart: one look, everything newest first, mistakes have a way out, sensitive matters stay closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.care.labs import Lab, LabKind
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Addendum, Diagnosis, Draft, ProgrammeChange, Void
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.consulta import Consulta
from screens.expediente import Expediente
from screens.expediente_registro import Registro
from screens.expediente_tendencias import Tendencias
from screens.widgets.lines import Lines
from screens.widgets.note import NoteArea
from screens.widgets.paper import Paper
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.support import PASSPHRASE
from tests.unit.consult.visits import LOSARTAN, TODAY, line, page, pressure, someone, stock

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def maria(clinic: Clinic, clock: FixedClock) -> Stored[Patient]:
    """A hypertensive woman with a note of four weeks ago, its addendum, and vitals of today."""
    clock.advance(days=-28)
    patient = someone(clinic, given="María Invento")
    stock(clinic)
    pressure(clinic, patient, 150, 95)
    clinic.allergies.add(patient, "penicilina", severity="grave", reaction="ronchas")
    enter = (ProgrammeChange(kind="hipertension"),)
    note = clinic.consults.sign(page(prescription=(line(),), programmes=enter), patient)
    clinic.consults.addendum(patient, note.id, "consult", "Trae laboratorio normal.", "Resultado")
    clock.advance(days=28)
    pressure(clinic, patient)
    return clinic.registry.get(patient)


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size) as driver:
            await driver.show(Expediente(patient))
            await script(driver)

    asyncio.run(go())


def pick(d: Driver, kind: str) -> None:
    """Put the cursor on the newest event of a kind."""
    lines = d.screen.query_one(Lines)
    row = next(r for r in lines.rows if r.data.type == kind and r.key == r.data.id)
    assert lines.select(row.key)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_it_answers_in_one_look(
    inside: OpenApp, maria: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    """Allergies, problems, programmes, medicines, last values, next visit; below, the timeline."""

    async def script(d: Driver) -> None:
        for said in ("penicilina", "Hipertensión arterial", "hipertensión", "Losartán", "128/82", "adenda"):
            assert said in d.text
        snapshot(d, "expediente")

    run(inside, maria, script, size)


def test_enter_opens_a_note_to_read(inside: OpenApp, maria: Stored[Patient], snapshot: Snapshots) -> None:
    """The whole note with its addendum, and nothing that could be typed into."""

    async def script(d: Driver) -> None:
        pick(d, "consult")
        await d.press("enter")
        assert isinstance(d.screen, Registro)
        assert not d.screen.query(NoteArea)
        assert "Trae laboratorio normal." in d.screen.query_one(Paper).text
        snapshot(d, "nota")

    run(inside, maria, script)


def test_an_addendum_is_written_and_stored(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """Reason, text, Ctrl+T; it stands below its record with author and hour."""

    async def script(d: Driver) -> None:
        pick(d, "vitals")
        await d.press("a")
        await d.type("Llamada")
        await d.press("tab")
        await d.type("Segunda toma igual.")
        await d.press("ctrl+t")
        assert "Adenda guardada" in d.flash
        assert "Segunda toma igual." in d.text

    run(inside, maria, script)
    added = clinic.vault.shelf("addendum", Addendum, patient=maria.id).all()[-1].record
    assert (added.target_type, added.text, added.reason) == ("vitals", "Segunda toma igual.", "Llamada")
    assert clinic.vault.drafts.open_drafts() == []


def test_an_addendum_half_written_waits_and_goes_on(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Left with Ctrl+O it is a draft; opened from Hoy it is there again."""

    async def write(d: Driver) -> None:
        pick(d, "consult")
        await d.press("a", "tab")
        await d.type("Pendie")
        await d.press("ctrl+o")

    run(inside, maria, write)
    [draft] = clinic.vault.drafts.open_drafts()

    async def go() -> None:
        async with inside() as d:
            d.app.open_room(draft.place, patient=maria, draft=draft.id)
            await d.settle()
            assert d.screen.query_one(NoteArea).text == "Pendie"

    asyncio.run(go())


def test_a_note_in_the_wrong_chart_is_marked_and_copied(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Reason, what came back, for whom it was; struck here, a draft there, the shelf right."""
    right = someone(clinic, given="Julia", surname1="Zenteno", surname2="Pola")

    async def script(d: Driver) -> None:
        pick(d, "consult")
        await d.press("x")
        await d.type("Era Julia")
        await d.press("enter")
        await d.type("31")
        await d.press("ctrl+t")
        assert "salieron 30" in d.flash
        await d.press("ctrl+u")
        await d.type("20")
        await d.press("enter", "enter", "space", "ctrl+t")
        await d.type("julia")
        await d.press("enter")
        assert "Julia Zenteno Pola" in d.text
        await d.press("left", "enter")
        assert isinstance(d.screen, Consulta)
        assert d.screen.patient.id == right
        assert "Copiada de una nota registrada por error" in d.text
        assert d.screen.query_one("#subjective", NoteArea).text == page().subjective

    run(inside, maria, script)
    assert clinic.consults.of(maria.id) == []
    assert clinic.stock.on_hand(LOSARTAN) == 90
    [draft] = clinic.consults.drafts.mine()
    assert (draft.patient, draft.draft.diagnoses) == (
        right,
        (Diagnosis(code="I10", text="Hipertensión arterial", first_time=True, primary=True),),
    )
    event = next(e for e in clinic.chart.timeline(maria.id) if e.type == "consult")
    assert event.void is not None


def test_what_is_void_is_struck_and_says_so(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """In words, not by colour alone; and it can't be marked again."""
    vitals = clinic.vitals.today(maria.id)
    assert vitals is not None
    clinic.consults.mark_other(maria.id, vitals.id, "vitals", "Era otra")

    async def script(d: Driver) -> None:
        assert "POR ERROR (Era otra)" in d.text
        pick(d, "vitals")
        assert d.screen.query_one(Lines).current is not None
        await d.press("x")
        assert isinstance(d.screen, Expediente)

    run(inside, maria, script)
    assert len(clinic.vault.shelf("void", Void, patient=maria.id).all()) == 1


def test_the_nurse_sees_that_something_is_there_and_not_what(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """A note of mental health: no diagnosis, no programme, no opening."""
    sad = Diagnosis(code="F32.9", text="Depresión no especificada", first_time=True)
    clinic.consults.sign(page(diagnoses=(sad,), programmes=(ProgrammeChange(kind="salud_mental"),)), maria.id)
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)

    async def script(d: Driver) -> None:
        assert "asunto reservado" in d.text
        assert "epres" not in d.text and "salud mental" not in d.text
        pick(d, "consult")
        await d.press("enter")
        assert "reservado" in d.flash and isinstance(d.screen, Expediente)

    run(inside, maria, script)


def test_trends_are_drawn_one_at_a_time(inside: OpenApp, maria: Stored[Patient], snapshot: Snapshots) -> None:
    """Pressure first, then weight; screenings only where there are any."""

    async def script(d: Driver) -> None:
        await d.press("v")
        assert isinstance(d.screen, Tendencias)
        assert "sistólica" in d.text and "PHQ-9" not in d.text
        snapshot(d, "tendencias")
        await d.press("right")
        assert "Peso (kg)" in d.text

    run(inside, maria, script)


def test_allergies_are_added_discarded_and_denied(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """A new one is stored; "none" is refused while one stands; discarding asks why."""

    async def script(d: Driver) -> None:
        await d.press("l")
        await d.type("Sulfas")
        await d.press("enter", "enter", "g", "ctrl+s")
        assert [a.record.substance for a in clinic.allergies.state(maria.id).known] == [
            "penicilina",
            "Sulfas",
        ]
        await d.press("ctrl+n")
        assert "descártelas" in d.flash
        d.screen.query_one(Lines).focus()
        await d.press("home", "delete")
        await d.type("No era alergia")
        await d.press("enter")

    run(inside, maria, script)
    assert [a.record.substance for a in clinic.allergies.state(maria.id).known] == ["Sulfas"]


def test_keys_open_the_other_rooms_with_this_patient(inside: OpenApp, maria: Stored[Patient]) -> None:
    """c opens her consult."""

    async def script(d: Driver) -> None:
        await d.press("c")
        assert isinstance(d.screen, Consulta)
        assert d.screen.patient.id == maria.id
        assert d.screen.snapshot() == Draft(came="cita", typing=d.screen.snapshot().typing)

    run(inside, maria, script)


def test_the_timeline_is_narrowed_by_one_key(inside: OpenApp, clinic: Clinic) -> None:
    """«f» goes through the kinds that the chart has, says which, and comes back to all."""
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(), patient)

    async def go() -> None:
        async with inside() as d:
            await d.show(Expediente(clinic.registry.get(patient)))
            seen = []
            for _ in range(3):
                await d.press("f")
                seen.append(d.flash)
            assert seen == [
                "Se muestra: consultas y notas.",
                "Se muestra: signos.",
                "Se muestra: todo.",
            ]

    asyncio.run(go())


def test_a_death_and_another_record_stand_at_the_top(inside: OpenApp, clinic: Clinic) -> None:
    """The summary says both in words; the menu offers the way back."""
    patient, other = someone(clinic), someone(clinic, given="Rosita")
    clinic.links.link(patient, other, "misma CURP")
    clinic.deaths.note(patient, TODAY, "infarto")

    async def go() -> None:
        async with inside() as d:
            await d.show(Expediente(clinic.registry.get(patient)))
            assert "20/11/2026, infarto" in d.text
            assert clinic.registry.get(other).record.clinic_number in d.text
            titles = [c.title for c in d.room.commands()]
            assert "Expediente: separar de otro expediente" in titles
            assert "Expediente: quitar la defunción" in titles

    asyncio.run(go())


def test_a_death_is_noted_from_the_menu(inside: OpenApp, clinic: Clinic) -> None:
    """Day and cause by keys; a day that can't be is said and nothing is kept."""
    patient = someone(clinic)

    async def go() -> None:
        async with inside() as d:
            await d.show(Expediente(clinic.registry.get(patient)))
            next(c for c in d.room.commands() if c.title == "Expediente: anotar defunción").run()
            await d.settle()
            await d.type("1/1/2027")
            await d.press("enter")
            await d.type("infarto")
            await d.press("enter")
            assert clinic.registry.get(patient).record.died is None
            d.form().set_value("died", "19/11/2026")
            d.form().go_to("cause")
            await d.press("enter")
            assert "Defunción anotada" in d.flash

    asyncio.run(go())
    assert clinic.registry.get(patient).record.death_cause == "infarto"


def test_a_trend_marks_treatment_changes_and_names_its_sources(
    inside: OpenApp, clinic: Clinic, clock: FixedClock, maria: Stored[Patient]
) -> None:
    """The number on the axis is explained below, with the source of the goals; the next drawing has its own."""
    clock.advance(days=28)
    pressure(clinic, maria.id, 138, 84)
    raised = page(prescription=(line(night="1", quantity=60),), sections={})
    clinic.consults.sign(raised, maria.id)
    values: tuple[tuple[LabKind, float], ...] = (("hba1c", 9), ("hemoglobina", 12), ("colesterol", 190))
    clinic.labs.add(maria.id, [Lab(day=clinic.desk.today(), kind=k, value=v) for k, v in values])

    async def script(d: Driver) -> None:
        await d.press("v")
        assert "inicia losartán" in d.text
        await d.press("down", "down")
        assert "NOM-030" in d.text
        await d.press("right")
        assert "mal control desde 9" in d.text

    run(inside, maria, script)
