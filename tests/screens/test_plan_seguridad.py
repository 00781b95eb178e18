"""Plan de seguridad: filled, handed over or closed, each with what it needs; nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ces_tui.base.errors import Refused
from ces_tui.care.records import Alert
from ces_tui.care.safety_records import Contact, Handover, SafetyPlan
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.plan_seguridad import Plan
from tests.screens.conftest import OpenApp
from tests.screens.people import invented
from tests.screens.support import Driver, Snapshots
from tests.unit.care.test_safety import PLAN, TODAY

Script = Callable[[Driver], Awaitable[None]]


@pytest.fixture
def ana(clinic: Clinic) -> Stored[Patient]:
    """Someone whose item 9 was positive a moment ago."""
    patient = invented(clinic)
    clinic.screenings.save(patient.id, clinic.instruments.get("phq9"), [0] * 8 + [1])
    return patient


def run(inside: OpenApp, patient: Stored[Patient], script: Script, size: tuple[int, int] = (80, 24)) -> None:
    async def go() -> None:
        async with inside(size=size, room=None) as driver:
            await driver.show(Plan(patient))
            await script(driver)

    asyncio.run(go())


def filled(d: Driver, **but: str) -> None:
    """Type the four things that make a plan count (values, then the key under test)."""
    form = d.form("#plan")
    values = {
        "has_means": "si",
        "means_asked": True,
        "means": "Plaguicida en la bodega",
        "means_done": "Lo guarda su hermana",
        "person1": "Lucía Ficticia",
        "phone1": "caseta de San Ficticio",
        "stays_tonight": "Lucía",
        "next_contact": "+3",
        **but,
    }
    for name, value in values.items():
        form.set_value(name, value)


def plans(clinic: Clinic, patient: Stored[Patient]) -> list[SafetyPlan]:
    return [s.record for s in clinic.vault.shelf("plan", SafetyPlan, patient=patient.id).all()]


def test_a_plan_typed_with_the_keyboard_is_signed_and_frees_the_consult(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("s", "enter", "s", "enter", "x", "enter")
        await d.type("machete")
        await d.press("enter")
        await d.type("en casa del tío")
        await d.press(*["enter"] * 3)
        await d.type("Lucía Ficticia")
        await d.press("enter")
        await d.type("961 000 0000")
        await d.press(*["enter"] * 5)
        await d.type("su mamá")
        await d.press("enter")
        await d.type("+2")
        await d.press("ctrl+s")

    run(inside, ana, script)
    [plan] = plans(clinic, ana)
    assert plan.has_plan is True and plan.has_means is True and plan.means_asked
    assert (plan.means, plan.means_done, plan.stays_tonight) == ("machete", "en casa del tío", "su mamá")
    assert plan.people == [Contact(name="Lucía Ficticia", phone="961 000 0000")]
    assert plan.next_contact is not None and (plan.next_contact - TODAY).days == 2
    assert plan.author == plan.owner == clinic.me.id
    clinic.safety.require_settled(ana.id)
    assert clinic.safety.held(ana.id) is None


@pytest.mark.parametrize(
    ("but", "field", "words"),
    [
        ({"person1": "", "phone1": ""}, "person1", "persona a quien llamar"),
        ({"means_asked": ""}, "means_asked", "medios"),
        ({"means_done": ""}, "means_done", "qué se hizo"),
        ({"stays_tonight": ""}, "stays_tonight", "esta noche"),
        ({"next_contact": ""}, "next_contact", "próximo contacto"),
        ({"next_contact": "01/01/2020"}, "next_contact", "ya pasó"),
        ({"next_contact": "pronto"}, "next_contact", "día/mes/año"),
        ({"next_contact": "+40"}, "next_contact", "a lo más en 28 días"),
        ({"stays_tonight": "nadie"}, "stays_tonight", "quién se queda"),
        ({"next_contact": "01/01/2031"}, "next_contact", "28 días"),
    ],
)
def test_what_is_missing_takes_the_cursor_and_nothing_is_stored(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient], but: dict[str, str], field: str, words: str
) -> None:
    async def script(d: Driver) -> None:
        filled(d, **but)
        await d.press("ctrl+s")
        assert isinstance(d.screen, Plan)
        current = d.form("#plan").current
        assert current is not None and current.name == field
        assert words in current.error

    run(inside, ana, script)
    assert plans(clinic, ana) == []
    with pytest.raises(Refused):
        clinic.safety.require_settled(ana.id)


def test_a_contact_later_than_the_protocol_has_it_is_asked_once_more(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        filled(d, next_contact="+14")
        await d.press("ctrl+s")
        assert "en 14 días" in d.text and "mhGAP" in d.text
        await d.press("escape")
        assert isinstance(d.screen, Plan) and plans(clinic, ana) == []
        await d.press("ctrl+s", "left", "enter")

    run(inside, ana, script)
    assert len(plans(clinic, ana)) == 1


def test_everything_that_is_missing_is_said_at_once_below_its_field(
    inside: OpenApp, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("ctrl+s")
        wrong = [f.name for f in d.form("#plan").fields if f.error]
        assert wrong == ["means_asked", "person1", "stays_tonight", "next_contact"]
        assert "Faltan 4 cosas" in d.flash

    run(inside, ana, script)


def test_with_a_plan_or_means_the_screen_says_what_the_protocol_does_with_its_source(
    inside: OpenApp, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        assert "HAY PLAN O MEDIOS" not in d.text and "[ASQ NIMH 2017; V]" in d.text
        await d.press("s")
        assert "HAY PLAN O MEDIOS AL ALCANCE" in d.text
        assert "familiar que acompañe a la persona 24 horas" in d.text and "[Expediente de CES; V]" in d.text
        await d.press("n")
        assert "HAY PLAN O MEDIOS" not in d.text

    run(inside, ana, script)


def test_the_case_is_handed_over_to_someone_with_a_name(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        await d.press("ctrl+e", "ctrl+s")
        assert "Escriba el nombre." in d.text
        form = d.form()
        for name, value in {
            "person": "Dra. Ficticia",
            "role": "guardia",
            "how": "traslado",
            "reason": "plan",
        }.items():
            form.set_value(name, value)
        await d.press("ctrl+s")

    run(inside, ana, script)
    [over] = [s.record for s in clinic.vault.shelf("handover", Handover, patient=ana.id).all()]
    assert (over.person, over.role, over.how, over.reason) == ("Dra. Ficticia", "guardia", "traslado", "plan")
    clinic.safety.require_settled(ana.id)
    assert len(clinic.safety.open_alerts(ana.id)) == 1


def test_the_matter_is_closed_with_a_reason_only_once_it_is_settled(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def close(d: Driver) -> None:
        await d.press("ctrl+k")
        await d.type("sin ideas")
        await d.press("enter")

    async def too_soon(d: Driver) -> None:
        await close(d)
        assert "Primero llene el plan" in d.flash

    run(inside, ana, too_soon)
    clinic.safety.fill(ana.id, PLAN)
    run(inside, ana, close)
    [alert] = [s.record for s in clinic.vault.shelf("alert", Alert, patient=ana.id).all()]
    assert alert.closed == TODAY and alert.closed_reason == "sin ideas"


def test_what_was_typed_waits_as_a_draft_and_comes_back(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    async def leave(d: Driver) -> None:
        await d.press("s", *["enter"] * 5)
        await d.type("se encierra")
        await d.press("ctrl+o")

    async def again(d: Driver) -> None:
        assert d.form("#plan").text("warning_signs") == "se encierra"
        assert d.form("#plan").text("has_plan") == "si"
        assert "HAY PLAN O MEDIOS" in d.text

    run(inside, ana, leave)
    assert plans(clinic, ana) == []
    run(inside, ana, again)


def test_the_last_plan_brings_its_people_but_never_its_answers_of_today(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    clinic.safety.fill(ana.id, PLAN)

    async def script(d: Driver) -> None:
        form = d.form("#plan")
        assert form.text("person1") == "Lucía Ficticia"
        assert (
            not form.flag("means_asked")
            and form.text("stays_tonight") == ""
            and form.text("next_contact") == ""
        )
        assert "Asunto abierto" in d.text and "próximo contacto 23/11/2026" in d.text

    run(inside, ana, script)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_plan_looks_as_agreed(
    inside: OpenApp, ana: Stored[Patient], snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def script(d: Driver) -> None:
        snapshot(d, "plan-de-seguridad")
        await d.press("s")
        snapshot(d, "plan-de-seguridad-con-plan")

    run(inside, ana, script, size)


def test_hoy_keeps_the_matter_reserved_and_opens_its_plan_until_it_is_closed(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    clinic.safety.fill(ana.id, PLAN)

    async def go() -> None:
        async with inside(room="hoy") as d:
            assert "asunto reservado" in d.text and "PRU5000001" in d.text
            for word in ("Invento", "Ficticia", "suicid", "PHQ", "plan"):
                assert word.casefold() not in d.text.casefold(), word
            await d.press("enter", "enter")
            assert isinstance(d.screen, Plan)
            await d.press("ctrl+k")
            await d.type("sin ideas")
            await d.press("enter")
            assert "asunto reservado" not in d.text

    asyncio.run(go())
