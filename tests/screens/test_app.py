"""The application around the rooms: global keys, palette, help, size, locks, errors, what Textual must not write."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens import fault
from screens.cover import Cover
from screens.help import HelpScreen
from screens.palette import Palette
from screens.room import Command, Room
from screens.small import TooSmall
from screens.themes import THEMES, pick_theme
from screens.widgets.form import Form, TextField
from screens.widgets.lines import Lines, Row
from screens.widgets.note import NoteArea
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots


class Sample(Room):
    """A room with a list and two actions, one of which can't be done."""

    room = "farmacia"
    HELP_TEXT = "Aquí se surte."
    BINDINGS = [
        Binding("s", "dispense", "surtir", id="sample.surtir", tooltip="Surte la receta."),
        Binding("n", "never", "nunca", id="sample.nunca", tooltip="No se puede ahora."),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []
        self.refusing = False

    def body(self) -> ComposeResult:
        yield Lines()
        yield Form([TextField("name", "Nombre", help="El nombre como en su acta.")], classes="auto")

    def on_ready(self) -> None:
        self.query_one(Lines).show([Row("a", ["Ana"])])

    def commands(self) -> Iterable[Command]:
        yield Command("farmacia: recibir", "", lambda: self.heard.append("recibir"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "never"

    def on_lines_chosen(self) -> None:
        self.action_dispense()

    def action_dispense(self) -> None:
        if self.refusing:
            raise BadInput("No se puede.", field="name")
        self.heard.append("surtir")

    def action_never(self) -> None:
        self.heard.append("nunca")

    def keep(self) -> None:
        self.heard.append("keep")


def go(
    inside: OpenApp, steps: Callable[[Driver, Sample], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    async def run() -> None:
        async with inside(room=None, size=size) as d:
            room = Sample()
            await d.show(room)
            await steps(d, room)

    asyncio.run(run())


def test_the_hint_line_names_what_can_be_done_now_and_nothing_else(
    inside: OpenApp, snapshot: Snapshots
) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        assert "s surtir" in d.text and "nunca" not in d.text
        snapshot(d, "cuarto")
        room.query_one(Form).focus()
        await d.settle()
        assert "Enter siguiente" in d.text and "Enter abrir" not in d.text

    go(inside, steps)


def test_the_palette_finds_without_accents_shows_keys_and_does_what_is_chosen(
    inside: OpenApp, snapshot: Snapshots
) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        await d.press("ctrl+p")
        assert isinstance(d.screen, Palette)
        await d.type("farm")
        snapshot(d, "menu")
        await d.press("ctrl+u")
        await d.type("dia")
        assert "colores: día" in d.text
        await d.press("ctrl+u")
        await d.type("farm surt")
        assert "nunca" not in d.text
        await d.press("enter")
        assert room.heard == ["surtir"] and d.room is room
        await d.press("ctrl+p")
        await d.type("recibir")
        await d.press("enter")
        assert room.heard[-1] == "recibir"

    go(inside, steps)


def test_help_explains_the_field_in_focus_and_lists_the_keys(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        room.query_one(Form).focus()
        await d.press("ctrl+g")
        assert isinstance(d.screen, HelpScreen)
        assert "Nombre. El nombre como en su acta." in d.text and "Aquí se surte." in d.text
        assert "Surte la receta." in d.text and "F12" in d.text
        await d.press("q")
        assert d.room is room
        for sheet in ("f1", "ctrl+p"):
            for leave in ("escape", "ctrl+o"):
                await d.press(sheet)
                assert len(d.app.screen_stack) == 3
                await d.press(leave)
                assert d.room is room

    go(inside, steps)


def test_a_small_window_says_so_and_the_room_comes_back_as_it_was(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        await d.pilot.resize_terminal(60, 20)
        await d.settle()
        assert isinstance(d.screen, TooSmall) and "al menos 80 columnas y 24 renglones" in d.text.replace(
            "\n", " "
        )
        await d.press("ctrl+p", "escape", "1")
        assert isinstance(d.screen, TooSmall)
        await d.pilot.resize_terminal(80, 24)
        await d.settle()
        assert d.room is room and "Ana" in d.text

    go(inside, steps)


def test_two_idle_minutes_cover_and_fifteen_close(inside: OpenApp, clock: FixedClock) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        clock.advance(seconds=119)
        d.app.look_at_locks()
        assert d.screen is room
        clock.advance(seconds=2)
        d.app.look_at_locks()
        await d.settle()
        assert isinstance(d.screen, Cover) and "Ana" not in d.text and room.heard == ["keep"]
        clock.advance(seconds=800)
        d.app.look_at_locks()
        await d.settle()
        assert d.app.clinic is None and len(d.app.screen_stack) == 1
        assert "quince minutos" in d.text

    go(inside, steps)


def test_a_key_starts_the_idle_time_anew(inside: OpenApp, clock: FixedClock) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        clock.advance(seconds=119)
        await d.press("down")
        clock.advance(seconds=119)
        d.app.look_at_locks()
        assert d.screen is room

    go(inside, steps)


def test_what_saves_left_for_later_is_written_when_nobody_types(inside: OpenApp, clock: FixedClock) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        vault = d.app.open_clinic.vault
        vault.hot.table("item").insert({"n": 1})
        await d.press("down")
        clock.advance(seconds=1)
        d.app.look_at_locks()
        await d.settle()
        assert vault.late.saves == 1, "someone types"
        clock.advance(seconds=2)
        d.app.look_at_locks()
        await d.settle()
        assert (vault.late.saves, vault.state.applied) == (0, None)

    go(inside, steps)


def test_a_service_answers_on_the_screens_thread_and_errors_become_sentences(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        main = threading.get_ident()
        room.service(
            threading.get_ident, lambda t: room.heard.append((t != main, threading.get_ident() == main))
        )
        await d.settle()
        assert room.heard == [(True, True)]

        def refuse() -> None:
            raise BadInput("Falta el nombre.", field="name")

        room.service(refuse)
        await d.settle()
        assert d.flash == "Falta el nombre." and room.query_one(Form).has_focus

    go(inside, steps)


def test_our_own_error_shows_a_code_and_nothing_of_the_data(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        def broken() -> None:
            name = "María Secreta"
            raise KeyError(name)

        room.service(broken)
        with pytest.raises(KeyError):
            await d.settle()
        assert "Anote este código: " in d.flash and "KeyError" in d.flash and "Secreta" not in d.text

    go(inside, steps)


def test_a_refusal_raised_in_a_handler_or_an_action_is_a_sentence_and_the_room_lives_on(
    inside: OpenApp,
) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        room.refusing = True
        for key in ("s", "enter"):
            room.flash("")
            room.query_one(Lines).focus()
            await d.press(key)
            assert d.flash == "No se puede."
        room.flash("")
        room.service(lambda: 1, lambda _: room.action_dispense())
        await d.settle()
        assert d.flash == "No se puede." and d.screen is room

    go(inside, steps)


def test_a_mistake_of_ours_after_the_work_is_said_with_a_code(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        room.service(lambda: 1, lambda _: room.heard[99])
        with pytest.raises(IndexError):
            await d.settle()
        assert "Anote este código" in d.flash

    go(inside, steps)


def test_a_named_service_runs_once_however_often_the_key_is_pressed(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        gate = threading.Event()
        assert room.service(gate.wait, lambda _: room.heard.append("signed"), name="sign")
        assert not room.service(gate.wait, lambda _: room.heard.append("signed"), name="sign")
        gate.set()
        await d.settle()
        assert room.heard == ["signed"]

    go(inside, steps)


def test_services_run_one_after_another_in_order(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        for i in range(5):
            room.service(lambda i=i: i, room.heard.append)  # type: ignore[misc]
        await d.settle()
        assert room.heard == [0, 1, 2, 3, 4]

    go(inside, steps)


def test_copying_stays_inside_and_no_stock_command_is_offered(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        written: list[str] = []
        assert d.app._driver is not None
        d.app._driver.write = written.append  # type: ignore[method-assign, assignment]
        d.app.copy_to_clipboard("María Secreta")
        assert d.app.clipboard == "María Secreta" and not any("]52;" in w for w in written)
        assert list(d.app.get_system_commands(room)) == []

    go(inside, steps)


def test_a_fatal_error_prints_a_sentence_without_the_data_and_seals_drafts_first(
    inside: OpenApp, capsys: Any
) -> None:
    rooms: list[Sample] = []

    async def steps(d: Driver, room: Sample) -> None:
        rooms.append(room)

        def boom() -> None:
            name = "María Secreta"
            raise ValueError(name)

        d.app.call_later(boom)
        await d.pilot.pause()

    with pytest.raises(ValueError, match="Secreta"):
        go(inside, steps)
    out, err = capsys.readouterr()
    assert "Secreta" not in out + err
    assert "keep" in rooms[0].heard


def test_the_fault_code_names_place_and_kind_only() -> None:
    try:
        raise KeyError("María Secreta")
    except KeyError as error:
        assert fault.fault_code(error).endswith("-KeyError") and "Secreta" not in fault.fault_code(error)


def test_textuals_own_switches_are_taken_out_of_the_environment() -> None:
    environ = {
        "TEXTUAL_LOG": "x",
        "TEXTUAL": "devtools",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_PRESS": "q",
        "HOME": "h",
    }
    fault.scrub_environment(environ)
    assert environ == {"HOME": "h", "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}


def test_the_theme_follows_what_the_terminal_can_show() -> None:
    assert pick_theme({"TERM": "linux"}) == "console"
    assert pick_theme({"TERM": "xterm"}) == "console"
    assert pick_theme({"TERM": "xterm-256color"}) == "noche"
    assert pick_theme({"TERM": "xterm", "COLORTERM": "truecolor"}) == "noche"


@pytest.mark.parametrize("theme", [t.name for t in THEMES])
def test_every_theme_draws_the_same_text(inside: OpenApp, theme: str) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        before = d.text
        d.app.theme = theme
        await d.settle()
        assert d.text == before

    go(inside, steps)


def test_every_binding_of_the_frame_has_an_id_a_verb_and_a_tooltip(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        for active in room.active_bindings.values():
            if active.binding.id:
                assert active.binding.description and active.binding.tooltip

    go(inside, steps)


def test_the_mouse_can_do_what_the_hint_line_says(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        line = d.text.split("\n")[23]
        await d.pilot.click("#hint", offset=(line.index("surtir"), 0))
        await d.settle()
        assert room.heard == ["surtir"]

    go(inside, steps)


class SlowNote(NoteArea):
    """A field on a slow machine: each letter takes a while."""

    async def _on_key(self, event: events.Key) -> None:
        await asyncio.sleep(0.01)
        await super()._on_key(event)


class Typing(Sample):
    """Signs what stands in the note."""

    BINDINGS = [Binding("ctrl+t", "sign", "firmar", id="typing.firmar", tooltip="Firma.", priority=True)]

    def body(self) -> ComposeResult:
        yield SlowNote(id="note")
        yield Form([TextField("name", "Nombre")], classes="auto")

    def on_ready(self) -> None:
        self.query_one(NoteArea).focus()

    def action_sign(self) -> None:
        self.heard.append((self.query_one(NoteArea).text, self.query_one(Form).text("name")))


def test_a_command_key_never_overtakes_the_letters_typed_before_it(inside: OpenApp) -> None:
    async def run() -> None:
        async with inside(room=None) as d:
            room = Typing()
            await d.show(room)
            for at, text in enumerate(("refiere tos desde ayer", "Ana")):
                if at:
                    room.query_one(Form).focus()
                for char in text:
                    d.app.post_message(events.Key("space" if char == " " else char, char))
                d.app.post_message(events.Key("ctrl+t", None))
                await d.settle()
            assert room.heard == [("refiere tos desde ayer", ""), ("refiere tos desde ayer", "Ana")]

    asyncio.run(run())


def test_a_long_name_gives_way_so_that_age_sex_and_number_stay_in_sight(inside: OpenApp) -> None:
    async def run() -> None:
        async with inside(room=None) as d:
            record = Patient(
                given="María de los Ángeles Guadalupe", surname1="Hernández", surname2="Santizo Villatoro",
                sex="F", birth=date(1981, 4, 3), birth_estimated=True, clinic_number="PRU5000001", day=date(2026, 11, 20),
            )  # fmt: skip
            room = Sample()
            room.set_patient(Stored("0" * 32, "1" * 32, record))
            await d.show(room)
            line = d.text.split("\n")[1]
            assert line.startswith(" María de los Ángeles") and "…" in line
            assert line.endswith("aprox. 45 a  mujer  nac. 03/04/1981  PRU5000001")
            await d.pilot.resize_terminal(120, 36)
            await d.settle()
            assert "Santizo Villatoro  aprox. 45 a" in d.text

    asyncio.run(run())


def test_a_digit_pressed_again_before_the_room_has_the_focus_opens_one_room(inside: OpenApp) -> None:
    async def steps(d: Driver, room: Sample) -> None:
        before = len(d.app.screen_stack)
        for _ in range(3):
            d.app.action_room("agenda")
        await d.settle()
        assert len(d.app.screen_stack) == before + 1

    go(inside, steps)
