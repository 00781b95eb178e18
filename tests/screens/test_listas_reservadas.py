"""Every list of the demo clinic, searched for sensitive matters and for the names of those whose plan is open: none."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.text import fold
from ces_tui.care.records import PROGRAMME_WORDS, SENSITIVE_PROGRAMMES
from ces_tui.cli.today import today_lines
from ces_tui.clinic import Clinic, projector
from ces_tui.demo.build import build, demo_passphrase
from ces_tui.demo.coordination import OFFICE_FOLDER
from ces_tui.paper.papers import Papers
from ces_tui.paper.preview import as_text
from ces_tui.people.records import Patient
from ces_tui.screening.programme_content import thresholds
from ces_tui.vault.vault import Vault
from screens.agenda import Agenda
from screens.app import CesApp
from screens.buscar import Buscar
from screens.hoy import Hoy
from screens.imprimir import CLINIC_PAPERS, Imprimir
from screens.revision_casos import RevisionCasos
from screens.rooms import ROOMS
from screens.salud_mental import SaludMental
from screens.widgets.lines import Lines, Row
from screens.widgets.paper import Paper
from tests.screens.support import Driver, drive
from tests.support import CHEAP

NOON = FixedClock.at(2026, 11, 20, 13, 30)
ROLES = ("pasante", "enfermeria", "supervision")
QUERIES = ("mar", "lopez", "jos", "perez", "an", "gom", "1984", "san")
KINDS = re.compile(
    "|".join(
        [fold(PROGRAMME_WORDS[kind]) for kind in SENSITIVE_PROGRAMMES]
        + [fold(c.name) for c in thresholds().conditions if c.id != "epilepsia"]
        + ["suicid", "phq", "gad-?7", "plan de seguridad", "esquizofren", "depresiv", "registro de salud"]
    )
)
"""What no list may say, folded."""
REGISTERS = frozenset({"salud_mental", "revision_casos"})
"""Rooms whose matter this is: they name nobody, and have a test of their own."""
THINGS = frozenset({"farmacia", "protocolos"})
"""Rooms that list medicines and guides, none of them anybody's."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of the demo clinic: open risks, people in care, missed appointments."""
    folder = tmp_path_factory.mktemp("reservado") / "store"
    build(folder, seed=1, patients=150, years=1, clock=NOON, profile=CHEAP, with_office=True)
    clinic = enter(folder, "supervision")
    phrase = demo_passphrase(folder) or ""
    until = clinic.desk.today() + timedelta(days=3)
    clinic.team.add("Visita Ficticia", "visitante", phrase, until=until, profile=CHEAP)
    clinic.close()
    return folder


@pytest.fixture(scope="module")
def united(store: Path) -> Path:
    """The demo's office with the clinic's whole year in it."""
    clinic, there = enter(store, "pasante"), enter(store / OFFICE_FOLDER, "coordinacion")
    (path,) = clinic.exchange.export(store.parent).paths
    there.office.accept(there.office.import_file(path).device, clinic.exchange.device_words())
    clinic.close()
    there.close()
    return store / OFFICE_FOLDER


@pytest.fixture
def office(united: Path) -> Iterator[Clinic]:
    there = enter(united, "coordinacion")
    yield there
    there.close()


def enter(folder: Path, role: str) -> Clinic:
    """A demo store, open, with somebody of this role at the desk."""
    passphrase = demo_passphrase(folder) or demo_passphrase(folder.parent)
    assert passphrase
    person = next(p for p in Vault.peek(folder).people if p.role == role)
    return Clinic(Vault.open(folder, person.id, passphrase, NOON, projector()), NOON)


@pytest.fixture(params=ROLES)
def demo(store: Path, request: pytest.FixtureRequest) -> Iterator[Clinic]:
    clinic = enter(store, request.param)
    yield clinic
    clinic.close()


def at_risk(clinic: Clinic) -> list[str]:
    """The names of those whose plan is open, who are not in the waiting room themselves today."""
    here = {line.patient for line in clinic.waiting.today()} if clinic.desk.may("ver_expediente") else set()
    ids = {str(row["patient"]) for row in clinic.vault.projection("hot/plans")} - here
    assert ids, "the demo has open plans"
    shelf = clinic.vault.shelf("patient", Patient)
    return [shelf.get(i).record.name for i in ids]


def named(text: str, names: list[str]) -> list[str]:
    """Every name that a text gives away."""
    folded = " ".join(fold(text).split())
    return [n for n in names if fold(n) in folded]


def leaks(text: str, names: list[str]) -> list[str]:
    """Every name, and every word for a sensitive matter, that a text gives away."""
    folded = " ".join(fold(text).split())
    return named(text, names) + [m.group() for m in KINDS.finditer(folded)]


def listed(driver: Driver) -> str:
    """What the screen shows, and every row of its list, seen or scrolled away."""
    rows = [
        " ".join(row.cells) if isinstance(row, Row) else f"{row.text} {row.note}"
        for lines in driver.screen.query(Lines)
        for row in lines._all
    ]
    return "\n".join([driver.text, *rows])


def walk(clinic: Clinic, script: Callable[[Driver], Awaitable[None]]) -> None:
    async def go() -> None:
        app = CesApp(clinic.vault.folder, NOON)
        app.clinic = clinic
        async with drive(app, (120, 36)) as driver:
            app.go_home()
            await driver.settle()
            await script(driver)
            app.clinic = None

    asyncio.run(go())


def test_hoy_agenda_and_the_search_give_away_neither_matter_nor_name(demo: Clinic) -> None:
    names = at_risk(demo)

    async def script(d: Driver) -> None:
        assert isinstance(d.screen, Hoy) and "asunto reservado" in listed(d)
        found = leaks(listed(d), names)
        d.app.open_room("agenda")
        await d.settle()
        assert isinstance(d.screen, Agenda) and len(listed(d)) > 1000
        found += leaks(listed(d), names)
        await d.press("escape")
        d.app.open_room("buscar")
        await d.settle()
        assert isinstance(d.screen, Buscar)
        found += leaks(listed(d), names)
        for query in QUERIES:
            await d.type(query)
            assert "OCO5" in listed(d), "somebody was found"
            found += leaks(listed(d), [])
            await d.press(*["backspace"] * len(query))
        assert found == []

    walk(demo, script)


@pytest.mark.parametrize("demo", [*ROLES, "visitante"], indirect=True)
def test_no_room_of_the_table_names_someone_whose_plan_is_open_or_a_sensitive_matter(demo: Clinic) -> None:
    """Every room that needs no patient, a new one too: USB, Ajustes, Imprimir, Coordinación … as far as this role may enter."""
    names = at_risk(demo)

    async def script(d: Driver) -> None:
        seen = set()
        for entry in (r for r in ROOMS.values() if not r.needs_patient and d.app.possible(r)):
            if entry.id in REGISTERS:
                continue
            d.app.open_room(entry.id)
            await d.settle()
            assert d.room.room == entry.id
            told, *forms = await sheets(d) if entry.id == "imprimir" else [listed(d)]
            found = leaks(told, names) if entry.id not in THINGS else named(told, names)
            assert found + [n for form in forms for n in named(form, names)] == [], entry.id
            seen.add(entry.id)
            d.app.go_home()
            await d.settle()
        visitor = demo.me.role == "visitante"
        assert seen >= ({"buscar"} if visitor else {"hoy", "buscar", "agenda", "usb", "ajustes", "imprimir"})

    walk(demo, script)


async def sheets(d: Driver) -> list[str]:
    """Every paper that Imprimir offers without a patient, whole: the list of the day first, then blank forms about nobody."""
    assert isinstance(d.screen, Imprimir)
    found = []
    for _ in CLINIC_PAPERS:
        found.append(d.screen.query_one(Paper).text)
        await d.press("right")
    assert "Lista del día" in found[0] and len({*found}) == len(CLINIC_PAPERS)
    return found


def test_no_room_of_the_office_names_someone_whose_plan_is_open_or_a_sensitive_matter(
    office: Clinic, store: Path
) -> None:
    """The clinic's year has arrived there: Coordinación, Ajustes, Accesos and whatever else its people may enter."""
    names = at_risk(office)

    async def script(d: Driver) -> None:
        seen = set()
        for entry in (r for r in ROOMS.values() if not r.needs_patient and d.app.possible(r)):
            d.app.open_room(entry.id)
            await d.settle()
            assert leaks(listed(d), names) == [], entry.id
            seen.add(entry.id)
            d.app.go_home()
            await d.settle()
        assert seen >= {"coordinacion", "ajustes"}

    walk(office, script)


def test_the_register_and_the_reviews_name_nobody_and_open_for_no_one_else(demo: Clinic) -> None:
    inside = {str(row["p"]) for row in demo.vault.projection("hot/mind")}
    everyone = [demo.registry.get(i).record.name for i in inside] + at_risk(demo)

    async def script(d: Driver) -> None:
        for room, kind in (("salud_mental", SaludMental), ("revision_casos", RevisionCasos)):
            d.app.open_room(room)
            await d.settle()
            if demo.desk.may("ver_reservado"):
                assert isinstance(d.screen, kind)
                assert [n for n in everyone if fold(n) in fold(listed(d))] == []
                await d.press("escape")
            else:
                assert isinstance(d.screen, Hoy)
                assert leaks(listed(d), everyone[-1:]) == []

    walk(demo, script)


def test_no_printed_list_and_no_list_of_the_command_line_gives_anything_away(demo: Clinic) -> None:
    names = at_risk(demo)
    today = demo.desk.today()
    text = "\n".join(today_lines(demo))
    assert "asunto reservado" in text
    for ahead in range(45):
        text += "\n" + as_text(demo.paper.lista(today + timedelta(days=ahead)).sheet)
    forms = [as_text(demo.paper.formato(key).sheet) for key, _ in CLINIC_PAPERS if key != "lista"]
    assert [n for form in forms for n in named(form, names)] == []
    programmes = demo.programmes.listed()
    for query in QUERIES:
        for match in demo.registry.find(query, limit=50):
            text += "\n" + " ".join(programmes.get(match.id, []))
    assert leaks(text, names) == []


def test_every_paper_that_is_about_no_one_patient_is_among_those_searched() -> None:
    """A new printed list has to be added to the two searches above."""
    made = {
        name
        for name, method in inspect.getmembers(Papers, inspect.isfunction)
        if not name.startswith("_") and inspect.signature(method).return_annotation == "Ready"
    }
    assert made == {"receta", "nota", "hoja_frontal", "historia", "referencia"} | {"lista", "formato"}


def test_the_search_for_leaks_finds_what_is_planted(demo: Clinic) -> None:
    """A test that can't fail would prove nothing."""
    name = at_risk(demo)[0]
    assert leaks(f"cita de {name.upper()}", [name]) == [name]
    assert leaks("Control de DEPRESIÓN, PHQ-9 y Salud  mental", []) == ["depresion", "phq", "salud mental"]
