"""Opening what is reserved, the minutes left, and the history of access on screen."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from screens.acceso import OVER, Minutes
from screens.auditoria import Auditoria
from screens.expediente import Expediente
from screens.hoy import Hoy
from screens.widgets.lines import Lines
from screens.widgets.modals import ReasonPrompt, Told
from tests.screens.conftest import OpenApp
from tests.support import PASSPHRASE
from tests.unit.consult.visits import someone

REASON = "Urgencia: dolor de pecho"


def driven(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test that drives the app in a loop of its own."""

    @functools.wraps(test)
    def run(**fixtures: Any) -> None:
        asyncio.run(test(**fixtures))

    return run


def _sit(clinic: Clinic, role: str) -> None:
    clinic.login(next(p.id for p in clinic.people() if p.role == role), PASSPHRASE)


@pytest.fixture
def closed(clinic: Clinic) -> str:
    patient = someone(clinic)
    clinic.problems.add(patient, "Ansiedad", code="F41", sensitive=True)
    clinic.access.restrict(patient, "personal", "Es enfermera de la clínica")
    _sit(clinic, "enfermeria")
    return patient


@driven
async def test_a_restricted_chart_asks_for_a_reason_then_shows_itself_with_the_minutes_left(
    inside: OpenApp, clinic: Clinic, closed: str, clock: FixedClock
) -> None:
    """Nothing of it is drawn before; when the time is over the room is left."""
    async with inside() as d:
        d.app.minutes = Minutes(d.app)
        d.app.open_room("expediente", patient=clinic.registry.get(closed))
        await d.settle()
        assert isinstance(d.screen, ReasonPrompt) and "Ansiedad" not in d.text
        await d.type("corto")
        await d.press("enter")
        assert isinstance(d.screen, ReasonPrompt) and not clinic.desk.knows(closed)
        await d.type(f" {REASON}")
        await d.press("enter")
        assert isinstance(d.screen, Expediente)
        assert "Ansiedad" in d.text and "abierto con motivo: 15 min" in d.text
        clock.advance(seconds=100)
        d.app.look_at_locks()
        await d.settle()
        assert "abierto con motivo: 14 min" in d.text
        clock.advance(seconds=60)
        d.app.idle.touch()
        clock.advance(seconds=13 * 60)
        d.app.idle.touch()
        d.app.look_at_locks()
        await d.settle()
        assert isinstance(d.screen, Hoy) and d.flash == OVER


@driven
async def test_turning_back_leaves_the_chart_closed_and_no_entry(
    inside: OpenApp, clinic: Clinic, closed: str
) -> None:
    async with inside() as d:
        before = clinic.vault.state.n
        d.app.open_room("expediente", patient=clinic.registry.get(closed))
        await d.settle()
        await d.press("escape")
        assert isinstance(d.screen, Hoy) and clinic.vault.state.n == before


@driven
async def test_the_pasante_restricts_a_chart_and_sees_who_opened_it(inside: OpenApp, clinic: Clinic) -> None:
    patient = someone(clinic)
    async with inside() as d:
        d.app.open_room("expediente", patient=clinic.registry.get(patient))
        await d.settle()
        await d.press("r", "enter")
        await d.type("Es familiar de la enfermera")
        await d.press("enter")
        assert clinic.access.restricted(patient) == "personal"
        await d.press("w")
        assert isinstance(d.screen, Auditoria)
        assert "expediente" in d.text and "Irene Balcázar" in d.text and "escribió: registro" in d.text


@driven
async def test_the_supervision_goes_through_the_list(inside: OpenApp, clinic: Clinic, closed: str) -> None:
    clinic.access.open(closed, REASON)
    _sit(clinic, "supervision")
    async with inside(size=(120, 36), room="auditoria") as d:
        assert REASON in d.text and "Personas" in d.text
        await d.press("enter", "left", "enter")
        assert len(clinic.audit.to_review()) == 1, "the restriction itself waits too"
        lines = d.screen.query_one(Lines)
        lines.select(next(p.id for p in clinic.people() if p.role == "enfermeria"))
        await d.press("enter")
        assert "MOTIVO" in d.text and d.room.heading == "Accesos de Rosa Utrilla"


@driven
async def test_a_long_reason_is_read_whole_in_a_narrow_window(
    inside: OpenApp, clinic: Clinic, closed: str
) -> None:
    clinic.access.open(closed, f"{REASON} y quiere saber si puede seguir su tratamiento")
    _sit(clinic, "supervision")
    async with inside() as d:
        await d.show(Auditoria(patient=clinic.registry.get(closed)))
        lines = d.screen.query_one(Lines)
        lines.select(next(row.key for row in lines.rows if row.data.reason.startswith(REASON)))
        await d.press("enter")
        assert isinstance(d.screen, Told)
        assert "puede seguir su tratamiento" in " ".join(d.text.replace("│", " ").split())


@driven
async def test_an_urgent_note_is_written_from_the_chart(inside: OpenApp, clinic: Clinic) -> None:
    patient = someone(clinic)
    _sit(clinic, "enfermeria")
    async with inside() as d:
        d.app.open_room("expediente", patient=clinic.registry.get(patient))
        await d.settle()
        await d.press("u", "tab")
        await d.type("Convulsiona")
        await d.press("ctrl+t")
        assert "Nota urgente" in d.text and "Convulsiona" in d.text


@driven
async def test_reads_are_on_the_disk_a_minute_after_and_at_once_when_covered(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    patient = someone(clinic)
    async with inside() as d:
        clinic.vault.note_read(patient, "expediente")
        d.app.look_at_locks()
        await d.settle()
        assert clinic.vault.reads.oldest is not None
        clock.advance(seconds=60)
        d.app.look_at_locks()
        await d.settle()
        assert clinic.vault.reads.oldest is None
        clinic.vault.note_read(patient, "nota")
        await d.press("ctrl+l")
        assert clinic.vault.reads.oldest is None
        assert {r["w"] for r in clinic.vault.projection(f"reads/{patient}")} == {"expediente", "nota"}


@driven
async def test_what_was_noted_since_the_last_time_is_said_after_unlocking(
    locked: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    clinic.failed_pins(5)
    clinic.close()
    async with locked() as d:
        await d.press("enter")
        await d.type(PASSPHRASE)
        await d.press("enter", "enter")
        assert d.flash.startswith("Desde la última vez hubo 5 intentos fallidos")
