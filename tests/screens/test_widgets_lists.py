"""Lists, sheets, questionnaires, plots and the small questions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.widget import Widget

from screens.room import Room
from screens.widgets.fields import Option
from screens.widgets.ink import fit, wrap
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Choice, Confirm, Progress, ReasonPrompt
from screens.widgets.note import NoteArea
from screens.widgets.paper import Paper, Para
from screens.widgets.plot import Level, Plot, Series
from screens.widgets.questionnaire import Item, Questionnaire
from tests.screens.conftest import OpenApp
from tests.screens.support import Driver, Snapshots

ROWS: list[Row | Heading] = [
    Heading("En espera", "2"),
    Row("a", ["María Díaz", "45 a", "La Laguna"]),
    Row("b", ["José Núñez", "3 a 2 m", "Capitán"]),
    Heading("Alertas"),
    Row("c", ["Asunto reservado", "", "ABC5000001"], ink="bad"),
]


class Holder(Room):
    """A room with the widgets it is given; keeps the messages."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self._mine = widgets
        self.heard: list[Any] = []

    def body(self) -> ComposeResult:
        yield from self._mine

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        self.heard.append(message.row.key)

    def on_questionnaire_answered(self, message: Questionnaire.Answered) -> None:
        self.heard.append((message.item, message.answer))

    def on_questionnaire_finished(self, message: Questionnaire.Finished) -> None:
        self.heard.append(message.answers)


def go(
    inside: OpenApp,
    room: Holder,
    steps: Callable[[Driver], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
) -> None:
    async def run() -> None:
        async with inside(room=None, size=size) as d:
            await d.show(room)
            await steps(d)

    asyncio.run(run())


def people() -> Lines:
    lines = Lines([Column("Nombre"), Column("Edad", 8, right=True), Column("Lugar", 12)], header=True)
    lines.show(ROWS)
    return lines


def test_arrows_skip_headings_and_enter_chooses_the_row(inside: OpenApp, snapshot: Snapshots) -> None:
    lines = people()
    room = Holder(lines)

    async def steps(d: Driver) -> None:
        await d.press("down", "down")
        assert lines.current is not None and lines.current.key == "c"
        snapshot(d, "lista")
        await d.press("up", "enter")
        assert room.heard == ["b"]

    go(inside, room, steps)


def test_the_filter_forgives_accents_and_case_and_takes_headings_without_rows_away(inside: OpenApp) -> None:
    lines = people()

    async def steps(d: Driver) -> None:
        lines.filter("NUNEZ jose")
        await d.settle()
        assert [r.key for r in lines.rows] == ["b"]
        assert "Alertas" not in d.text
        lines.filter("nadie")
        await d.settle()
        assert lines.current is None and "No hay nada." in d.text

    go(inside, Holder(lines), steps)


def test_ten_thousand_rows_scroll_and_keep_the_chosen_one_in_sight(inside: OpenApp) -> None:
    lines = Lines()
    lines.show(Row(str(i), [f"renglón {i}"]) for i in range(10_000))

    async def steps(d: Driver) -> None:
        await d.press("end")
        assert "renglón 9999" in d.text and "▲" in d.text
        await d.press("pageup", "home")
        assert "renglón 0" in d.text and "▼" in d.text

    go(inside, Holder(lines), steps)


def test_showing_again_keeps_the_cursor_on_the_same_row(inside: OpenApp) -> None:
    lines = people()

    async def steps(d: Driver) -> None:
        lines.select("b")
        lines.show([Row("z", ["Nueva", "1 a", ""]), *ROWS])
        assert lines.current is not None and lines.current.key == "b"

    go(inside, Holder(lines), steps)


def test_text_of_the_record_is_never_read_as_markup_or_sent_as_escape_codes(inside: OpenApp) -> None:
    lines = Lines()
    lines.show([Row("a", ["[red]Ana[/red] \x1b]0;x\x07"])])
    paper = Paper([Para("[b]nota[/b] \x1b[31m")])

    async def steps(d: Driver) -> None:
        assert "[red]Ana[/red] ?]0;x?" in d.text
        assert "[b]nota[/b] ?[31m" in d.text

    go(inside, Holder(lines, paper), steps)


def test_the_terminals_own_cursor_follows_the_chosen_row_for_readers(inside: OpenApp) -> None:
    lines = people()

    async def steps(d: Driver) -> None:
        await d.press("down")
        place = d.app.cursor_position
        assert "José Núñez" in d.text.split("\n")[place.y]

    go(inside, Holder(lines), steps)


PHQ = [
    Item("1", "Poco interés o placer en hacer cosas"),
    Item("2", "Sentirse triste"),
    Item("3", "Dormir mal"),
]
OFTEN = [
    Option("0", "Nunca"),
    Option("1", "Varios días"),
    Option("2", "Más de la mitad"),
    Option("3", "Casi todos"),
]


def test_a_digit_answers_and_goes_on_and_the_last_one_finishes(inside: OpenApp, snapshot: Snapshots) -> None:
    room = Holder(
        Questionnaire(PHQ, OFTEN, intro="Durante las últimas 2 semanas, ¿qué tan seguido ha tenido…?")
    )

    async def steps(d: Driver) -> None:
        await d.press("2")
        snapshot(d, "cuestionario")
        await d.press("minus", "down", "enter")
        assert room.heard == [("1", "2"), ("2", None), ("3", "1"), {"1": "2", "2": None, "3": "1"}]

    go(inside, room, steps)


def test_going_back_corrects_an_answer_and_other_keys_answer_nothing(inside: OpenApp) -> None:
    room = Holder(Questionnaire(PHQ, OFTEN))

    async def steps(d: Driver) -> None:
        await d.press("0", "backspace", "3", "9", "a")
        assert room.heard == [("1", "0"), ("1", "3")]

    go(inside, room, steps)


def test_a_draft_of_answers_goes_on_at_the_first_question_without_one(inside: OpenApp) -> None:
    asked = Questionnaire(PHQ, OFTEN)

    async def steps(d: Driver) -> None:
        asked.start({"1": "0", "3": "1"})
        assert asked.item.key == "2"

    go(inside, Holder(asked), steps)


def test_a_plot_shows_marks_levels_scale_and_both_dates(inside: OpenApp, snapshot: Snapshots) -> None:
    plot = Plot()
    start = date(2026, 1, 5)
    high = [(start + timedelta(days=28 * i), 168 - 6.0 * i) for i in range(8)]
    low = [(day, value - 60) for day, value in high]
    plot.show(
        "Presión",
        [Series("sistólica", high), Series("diastólica", low)],
        unit="mmHg",
        levels=[Level(140, "meta")],
    )

    async def steps(d: Driver) -> None:
        snapshot(d, "tendencia")
        assert "05/01/2026" in d.text and "meta 140" in d.text

    go(inside, Holder(plot), steps)


@pytest.mark.parametrize("points", [[], [(date(2026, 1, 1), 5.0)], [(date(2026, 1, 1), 5.0)] * 3])
def test_a_plot_of_nothing_or_of_one_value_still_draws(points: list[tuple[date, float]]) -> None:
    plot = Plot()
    plot.show("Peso", [Series("kg", points)])
    for width in (20, 79, 119):
        assert len(plot.picture(width, 12)) == 12


def test_choice_confirm_and_reason_give_back_what_was_chosen(inside: OpenApp, snapshot: Snapshots) -> None:
    got: list[Any] = []

    async def steps(d: Driver) -> None:
        d.app.push_screen(Choice("¿Qué lote?", [Option("a", "L-1"), Option("b", "L-2")]), got.append)
        await d.settle()
        await d.press("down", "enter")
        d.app.push_screen(Confirm("Firmar la nota", ["María López, 45 a"], yes="Firmar"), got.append)
        await d.settle()
        snapshot(d, "confirmar")
        await d.press("enter")
        d.app.push_screen(Confirm("Firmar la nota", yes="Firmar"), got.append)
        await d.settle()
        await d.press("f", "enter")
        d.app.push_screen(ReasonPrompt("Registrado por error"), got.append)
        await d.settle()
        await d.press("a", "enter")
        assert "Escriba el motivo" in d.text
        await d.type("bcd")
        await d.press("enter")
        d.app.push_screen(ReasonPrompt("Registrado por error"), got.append)
        await d.settle()
        await d.press("ctrl+o")
        assert got == ["b", False, True, "abcd", None]

    go(inside, Holder(people()), steps)


def test_a_note_takes_clean_pastes_and_copies_nothing_to_the_terminal(inside: OpenApp) -> None:
    note = NoteArea(id="note")

    async def steps(d: Driver) -> None:
        from textual.events import Paste

        note.focus()
        note.post_message(Paste("Refiere dolor\r\ndesde ayer\x1b[31m"))
        await d.settle()
        assert note.text == "Refiere dolor\ndesde ayer[31m"
        await d.press("ctrl+a", "ctrl+c")
        assert d.app.clipboard == note.text or d.app.clipboard == ""

    go(inside, Holder(note), steps)


def test_wrap_keeps_every_word_and_no_line_is_too_long() -> None:
    text = "Tome la presión dos veces, con cinco minutos entre una y otra, y anote  la menor\n  sangría"
    for width in (9, 20, 79):
        rows = wrap(text, width)
        assert all(len(r) <= max(width, 10) for r in rows)
        assert " ".join(" ".join(rows).split()).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_fit_gives_exactly_the_width_asked_for() -> None:
    for text in ("", "abc", "María Fernanda", "日本語テスト"):
        for width in (0, 1, 5, 12):
            from rich.cells import cell_len

            assert cell_len(fit(text, width)) == width


def test_progress_shows_how_far_and_stops_the_task_when_asked(inside: OpenApp) -> None:
    room = Holder(people())
    failed: list[str] = []
    goes_on = threading.Event()

    async def steps(d: Driver) -> None:
        progress = Progress("Exportando")
        d.app.push_screen(progress)
        await d.pilot.pause()

        def work() -> None:
            progress.report(5, 10, "julio")
            goes_on.wait(10)
            progress.report(6, 10, "agosto")

        room.service(work, failed=lambda error: failed.append(str(error)))
        for _ in range(50):
            await d.pilot.pause(0.02)
            if "50%" in d.text:
                break
        assert "50%" in d.text and "julio" in d.text
        await d.pilot.press("escape")
        goes_on.set()
        await d.settle()
        assert failed == ["Se canceló. No se cambió nada."]
        progress.finish()
        progress.finish()
        await d.settle()
        assert d.screen is room

    go(inside, room, steps)
