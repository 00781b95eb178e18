"""Alta: one page, doubles offered, a number given, nothing typed lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

from ces_tui.clinic import Clinic
from screens.alta import Alta
from screens.hoy import Hoy
from screens.widgets.lines import Lines
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots
from tests.unit.care.people_of import someone
from tests.unit.people.test_localities import FILE as CATALOGUE

Steps = Callable[[Driver], Awaitable[None]]


def go(inside: OpenApp, steps: Steps, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        async with inside(size=size) as d:
            await d.show(Alta(choose=True))
            await steps(d)

    asyncio.run(run())


async def write(d: Driver, *fields: str) -> None:
    for text in fields:
        await d.type(text)
        await d.press("enter")


def test_five_fields_register_a_person(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await write(d, "maría de la luz", "gomez", "diaz", "m", "3/4/81")
        await d.press("ctrl+s")
        [match] = clinic.registry.find("maria de la luz gomez")
        person = match.patient
        assert (person.name, person.sex, person.birth, person.birth_estimated) == (
            "María de la Luz Gomez Diaz",
            "F",
            date(1981, 4, 3),
            False,
        )
        assert person.clinic_number in d.flash
        assert isinstance(d.screen, Hoy)
        assert clinic.vault.drafts.open_drafts() == []

    go(inside, steps)


def test_an_age_is_kept_as_an_estimate(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await write(d, "Ana", "Ruiz", "", "m", "unos 45 años")
        await d.press("ctrl+s")
        [match] = clinic.registry.find("ana ruiz")
        assert match.patient.birth_estimated

    go(inside, steps)


def test_a_missing_field_takes_the_cursor_and_stores_nothing(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await write(d, "Ana", "Ruiz", "Gil", "m")
        await d.press("ctrl+s")
        current = d.form().current
        assert current is not None
        assert current.name == "birth"
        assert "Falta" in current.error
        assert clinic.registry.count() == 0

    go(inside, steps)


def test_a_likely_double_is_shown_while_typing_and_opened_with_enter(
    inside: OpenApp, clinic: Clinic, snapshot: Snapshots
) -> None:
    jose = someone(
        clinic, given="José", surname1="Hernández", surname2="López", sex="M", birth=date(1981, 4, 3)
    )

    async def steps(d: Driver) -> None:
        await write(d, "Jose", "Lopes", "Hernandes", "h", "4/3/81")
        shown = d.screen.query_one("#parecidos", Lines)
        await d.until(lambda: bool(shown.rows))
        assert [row.key for row in shown.rows] == [jose]
        snapshot(d, "alta-parecido")
        await d.press("ctrl+d", "enter")
        assert isinstance(d.screen, Hoy)
        assert clinic.registry.count() == 1

    go(inside, steps)


def test_saving_a_likely_double_asks_first_and_registers_only_when_told(
    inside: OpenApp, clinic: Clinic
) -> None:
    someone(clinic, given="José", surname1="Hernández", surname2="López", sex="M", birth=date(1981, 4, 3))

    async def steps(d: Driver) -> None:
        await write(d, "Jose", "Hernandes", "Lopes", "h", "3/4/81")
        await d.press("ctrl+s")
        assert "Ya hay alguien parecido" in d.text
        assert clinic.registry.count() == 1
        await d.press("down", "enter")
        assert clinic.registry.count() == 2

    go(inside, steps)


def test_what_was_typed_waits_as_a_draft_and_comes_back(inside: OpenApp, clinic: Clinic) -> None:
    async def steps(d: Driver) -> None:
        await write(d, "Ana", "Ruiz")
        await d.press("ctrl+o")
        [draft] = clinic.vault.drafts.open_drafts()
        assert draft.place == "alta"
        await d.show(Alta(draft=draft.id))
        assert d.form().text("surname1") == "Ruiz"

    go(inside, steps)


def test_a_correction_keeps_the_number(inside: OpenApp, clinic: Clinic) -> None:
    rosa = someone(clinic)
    before = clinic.registry.get(rosa)

    async def steps(d: Driver) -> None:
        await d.show(Alta(before))
        d.form().go_to("phone")
        await d.type("9631234567")
        await d.press("ctrl+s")
        after = clinic.registry.get(rosa).record
        assert after.phone == "9631234567"
        assert after.clinic_number == before.record.clinic_number
        assert after.birth == before.record.birth

    go(inside, steps)


def test_a_locality_of_the_catalogue_brings_its_municipality_and_its_key(
    inside: OpenApp, clinic: Clinic
) -> None:
    """Chosen with a slip in it; typed on, it is free text again and has no key; correcting keeps the key."""
    clinic.localities.take(clinic.localities.plan(CATALOGUE))

    async def steps(d: Driver) -> None:
        await write(d, "Ana", "Ruiz", "Gil", "m", "1981", "Elvira")
        await d.type("libretad")
        assert "Plan de la Libertad" in d.text and "La Concordia · 0123" in d.text
        await d.press("enter", "ctrl+s")
        [match] = clinic.registry.find("ana ruiz")
        person = match.patient
        assert (person.locality, person.locality_key) == ("Plan de la Libertad", "070200123")
        assert person.municipality == "La Concordia"
        await d.show(Alta(match.stored))
        d.form().go_to("phone")
        await d.type("9921234567")
        await d.press("ctrl+s")
        again = clinic.registry.get(match.id)
        assert (again.record.phone, again.record.locality_key) == ("9921234567", "070200123")
        await d.show(Alta(again))
        d.form().go_to("locality")
        await d.type(" Alta")
        await d.press("tab", "ctrl+s")
        last = clinic.registry.get(match.id).record
        assert (last.locality, last.locality_key) == ("Plan de la Libertad Alta", "")

    go(inside, steps)


def test_a_municipality_that_no_list_has_stays_when_something_else_is_corrected(
    inside: OpenApp, clinic: Clinic
) -> None:
    """Registered from elsewhere: opening and saving the page loses nothing."""
    patient = clinic.registry.get(someone(clinic, municipality="Motozintla", locality="Belisario"))

    async def steps(d: Driver) -> None:
        await d.show(Alta(patient))
        d.form().go_to("phone")
        await d.type("9921234567")
        await d.press("ctrl+s")
        kept = clinic.registry.get(patient.id).record
        assert (kept.municipality, kept.locality) == ("Motozintla", "Belisario")

    go(inside, steps)
