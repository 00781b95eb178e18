"""Keys that come faster than the screen is painted land where their writer was: in order, in the field that Tab went to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from ces_tui.clinic import Clinic
from screens.room import Room
from screens.widgets.form import Form, LookupField, PartsField, Suggestion, TextField
from screens.widgets.lines import Lines, Row
from screens.widgets.note import NoteArea
from tests.screens.conftest import OpenApp
from tests.screens.notes import maria, run
from tests.screens.support import Driver

__all__ = ["maria"]
Script = Callable[[Driver], Awaitable[None]]
NAMES = ["Hipertensión", "Diabetes"]


class Page(Room):
    """A list, two forms and two texts, as a long page has them."""

    def body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Form([TextField("one", "Uno"), PartsField("dose", "Dosis"), TextField("two", "Dos")], submits=False, id="first", classes="auto")  # fmt: skip
            yield NoteArea(id="text")
            yield Lines(id="list", classes="auto")
            yield Form([LookupField("dx", "Diagnóstico", suggest=suggest)], submits=False, id="second", classes="auto")  # fmt: skip
            yield NoteArea(id="last")

    def on_ready(self) -> None:
        self.query_one(Lines).show(Row(str(i), [f"renglón {i}"]) for i in range(3))


def suggest(text: str) -> list[Suggestion]:
    return [Suggestion(name[0], name) for name in NAMES if name.lower().startswith(text.lower())]


def go(inside: OpenApp, script: Script) -> None:
    async def run_it() -> None:
        async with inside() as d:
            await d.show(Page())
            await script(d)

    asyncio.run(run_it())


def texts(d: Driver) -> dict[str, object]:
    """Everything that stands in the page."""
    found: dict[str, object] = {}
    for form in d.screen.query(Form):
        found |= form.dump()
    return found | {area.id or "": area.text for area in d.screen.query(NoteArea)}


@pytest.mark.parametrize("forward", ["tab", "enter"])
def test_letters_after_the_last_field_land_in_the_text_that_follows(inside: OpenApp, forward: str) -> None:
    """Through every field of a form and out of it, without a breath."""

    async def script(d: Driver) -> None:
        steps = ["#1", forward, "#2", forward, "#3", forward, "#4", forward]
        await d.burst("#uno", forward, *steps, "#dos", forward, "#texto libre")
        found = texts(d)
        assert (found["one"], found["dose"], found["two"]) == ("uno", ["1", "2", "3", "4"], "dos")
        assert found["text"] == "texto libre"

    go(inside, script)


def test_letters_cross_a_text_and_a_list_into_the_next_form(inside: OpenApp) -> None:
    """From the text over the list into the search, whose suggestion Enter takes; then into the last text."""

    async def script(d: Driver) -> None:
        d.screen.query_one("#text").focus()
        await d.settle()
        await d.burst("#antes", "tab", "down", "down", "tab", "#diab", "enter", "tab", "#después")
        found = texts(d)
        assert (found["text"], found["last"]) == ("antes", "después")
        assert found["dx"] == {"key": "D", "text": "Diabetes"}
        current = d.screen.query_one(Lines).current
        assert current is not None and current.key == "2"

    go(inside, script)


def test_going_back_is_as_sure_as_going_on(inside: OpenApp) -> None:
    """Shift+Tab out of a text, a list and a form, and inside the form."""

    async def script(d: Driver) -> None:
        d.form("#first").go_to("two")
        d.screen.query_one("#last").focus()
        await d.settle()
        await d.burst("#fin", "shift+tab", "#hip", "shift+tab", "shift+tab", "#medio", "shift+tab", "#dos", "shift+tab", "#9", "shift+tab", "#8")  # fmt: skip
        found = texts(d)
        assert (found["last"], found["text"], found["two"]) == ("fin", "medio", "dos")
        assert found["dx"] == {"key": "", "text": "hip"}
        assert found["dose"] == ["", "", "8", "9"]

    go(inside, script)


def test_a_consult_typed_without_a_breath_stands_where_it_belongs(
    inside: OpenApp, clinic: Clinic, maria: object
) -> None:
    """Subjective, objective, over the sections and the diagnoses into the search: one burst."""

    async def script(d: Driver) -> None:
        await d.burst(
            "#Se siente bien", "tab", "#Sin edema", "tab", "tab", "tab", "#azucar", "enter", "tab", "#Estable"
        )
        await d.press("ctrl+s")
        draft = clinic.consults.drafts.open(maria.id).draft  # type: ignore[attr-defined]
        assert (draft.subjective, draft.objective, draft.analysis) == (
            "Se siente bien",
            "Sin edema",
            "Estable",
        )
        assert [x.code[:3] for x in draft.diagnoses] == ["E11"]

    run(inside, maria, script)  # type: ignore[arg-type]
