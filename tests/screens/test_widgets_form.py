"""The form: what keys do to it, what it says, what it gives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from ces_tui.base.errors import BadInput
from screens.room import Room
from screens.widgets.form import (
    CheckField,
    ChoiceField,
    DateField,
    Form,
    LookupField,
    NumberField,
    Option,
    PartsField,
    Section,
    Suggestion,
    TextField,
)
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots

DISEASES = {
    "I10X": "Hipertensión esencial",
    "E119": "Diabetes mellitus tipo 2",
    "E117": "Diabetes con complicaciones",
}


def suggest(text: str) -> list[Suggestion]:
    return [Suggestion(k, v, k) for k, v in DISEASES.items() if text.lower() in v.lower()]


class Sample(Room):
    """Every kind of field."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def body(self) -> ComposeResult:
        yield Form(
            [
                Section("Datos", "los del día"),
                TextField("name", "Nombre", required=True),
                NumberField("systolic", "Sistólica", unit="mmHg", last="130", last_on="03/04/2026"),
                DateField("next", "Próxima cita", today=date(2026, 11, 20)),
                ChoiceField("sex", "Sexo", options=[Option("F", "Mujer"), Option("M", "Hombre")]),
                CheckField("first", "Primera vez"),
                PartsField("dose", "Dosis"),
                LookupField("dx", "Diagnóstico", suggest=suggest),
            ]
        )

    def on_form_changed(self, message: Form.Changed) -> None:
        self.heard.append((message.field, message.value))

    def on_form_picked(self, message: Form.Picked) -> None:
        self.heard.append(("picked", message.suggestion.key))

    def on_form_submitted(self) -> None:
        self.heard.append("submitted")


def go(
    inside: OpenApp, steps: Callable[[Driver, Sample], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    async def run() -> None:
        async with inside(room=None, size=size) as d:
            room = Sample()
            await d.show(room)
            await steps(d, room)

    asyncio.run(run())


def test_a_form_is_filled_with_the_keyboard_alone_and_gives_typed_values(
    inside: OpenApp, snapshot: Snapshots
) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        await d.type("Ana")
        await d.press("enter")
        await d.type("142,5")
        await d.press("enter")
        await d.type("+28")
        await d.press("enter", "h", "enter", "x", "enter")
        await d.type("1--1/2")
        await d.press("down")
        await d.type("diab")
        snapshot(d, "formulario")
        await d.press("down", "enter")
        form = d.form()
        assert form.values() == {
            "name": "Ana", "systolic": "142,5", "next": "18/12/2026", "sex": "M", "first": True,
            "dose": ["1", "", "1/2", ""], "dx": "E117",
        }  # fmt: skip
        assert form.number("systolic") == 142.5
        assert form.day("next", date(2026, 11, 20)) == date(2026, 12, 18)
        assert form.parts("dose") == [1.0, 0.0, 0.5, 0.0]
        assert room.heard[-2:] == [("dx", "E117"), ("picked", "E117")]

    go(inside, steps)


def test_enter_on_the_last_field_submits(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        d.form().go_to("dx")
        await d.press("enter")
        assert room.heard[-1] == "submitted"

    go(inside, steps)


def test_a_bad_value_is_said_below_its_field_when_the_cursor_leaves_and_goes_when_it_is_mended(
    inside: OpenApp,
) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        d.form().go_to("next")
        await d.type("31/2/2026")
        await d.press("tab")
        assert "× La fecha 31/2/2026 no existe." in d.text
        await d.press("shift+tab", "backspace")
        assert "no existe" not in d.text

    go(inside, steps)


def test_errors_from_a_service_take_the_cursor_to_the_first_bad_field(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        d.form().set_errors({"sex": "Elija el sexo.", "dx": "Falta el diagnóstico."})
        await d.settle()
        assert d.form().current is d.form().field("sex")
        assert "× Elija el sexo." in d.text and "× Falta el diagnóstico." in d.text

    go(inside, steps)


def test_a_service_error_with_a_field_lands_in_the_form_of_its_room(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        def work() -> None:
            raise BadInput("La presión no puede ser 300.", field="systolic")

        room.service(work)
        await d.settle()
        assert d.flash == "La presión no puede ser 300."
        assert d.form().current is d.form().field("systolic")

    go(inside, steps)


def test_undo_takes_back_the_last_changes_one_by_one_in_their_fields(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        await d.type("Ana")
        await d.press("enter")
        await d.type("9")
        await d.press("ctrl+z", "ctrl+z")
        assert d.form().values()["name"] == "An" and d.form().values()["systolic"] == ""
        assert d.form().current is d.form().field("name")

    go(inside, steps)


def test_a_paste_loses_its_control_characters_and_its_line_breaks(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        from textual.events import Paste

        d.form().post_message(Paste("Ana\x1b]52;c;QUJD\x07\nGómez[red]"))
        await d.settle()
        assert d.form().text("name") == "Ana]52;c;QUJD Gómez[red]"
        assert "[red]" in d.text

    go(inside, steps)


def test_typing_on_after_a_choice_takes_the_choice_back(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        d.form().go_to("dx")
        await d.type("hiper")
        await d.press("enter")
        assert d.form().text("dx") == "I10X"
        await d.press("backspace", "tab")
        assert d.form().text("dx") == ""

    go(inside, steps)


def test_a_draft_goes_out_and_comes_back_whole(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        form = d.form()
        form.go_to("dx")
        await d.type("hiper")
        await d.press("enter")
        form.set_value("dose", ["1", "", "", "2"])
        form.set_value("first", True)
        kept = form.dump()
        for field in form.fields:
            field.load(None if field.name != "dose" else [])
        assert form.text("dx") == "" and not form.flag("first")
        form.restore({**kept, "otra": "x"})
        assert form.dump() == kept and form.text("dx") == "I10X"

    go(inside, steps)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_empty_form_is_readable_at_both_sizes(
    inside: OpenApp, snapshot: Snapshots, size: tuple[int, int]
) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        snapshot(d, "formulario-vacio")

    go(inside, steps, size)


class LongPage(Sample):
    """A form of forty fields and a second one after it, on one scrolling page."""

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Form(
                [TextField(f"f{i}", f"Campo {i}") for i in range(40)], submits=False, classes="auto", id="one"
            )
            yield Form([TextField("last", "Último")], classes="auto", id="two")


def test_on_a_long_page_the_field_with_the_cursor_is_always_in_sight(inside: OpenApp) -> None:
    async def run() -> None:
        async with inside(room=None) as d:
            await d.show(LongPage())
            for i in (0, 21, 39, 5):
                d.form("#one").go_to(f"f{i}")
                await d.settle()
                assert f"Campo {i} " in d.text, i
            d.form("#one").go_to("f39")
            await d.press("enter")
            assert d.form("#two").has_focus and "Último" in d.text
            await d.press("shift+tab")
            assert d.form("#one").has_focus and "Campo 39" in d.text

    asyncio.run(run())


def test_a_click_puts_the_cursor_in_its_field_and_takes_the_suggestion_under_it(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        row = next(i for i, line in enumerate(d.text.split("\n")) if "Diagnóstico" in line) - 1
        await d.pilot.click("Form", offset=(20, row))
        await d.type("hiper")
        await d.pilot.click("Form", offset=(20, row + 1))
        await d.settle()
        assert d.form().text("dx") == "I10X"

    go(inside, steps)
