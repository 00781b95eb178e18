"""Read aloud in large text: every question of every instrument, whole on the screen, one key an answer."""

from __future__ import annotations

import pytest

from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.screening.administration import to_ask
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.records import Screening
from ces_tui.vault.shelf import Stored
from screens.small import TooSmall
from screens.tamizaje import ASKING, Tamizaje
from screens.tamizaje_sheet import questions
from screens.widgets.ink import plain
from screens.widgets.questionnaire import Item, Questionnaire
from screens.widgets.questionnaire_lines import Asked, Laid, lay
from tests.screens.conftest import OpenApp
from tests.screens.people import invented
from tests.screens.support import Driver
from tests.screens.test_tamizaje import run

NAMES = [i.id for i in Instruments().all()]
FRAME = 4
"""Title, patient, flash line and hints."""


@pytest.fixture
def ana(clinic: Clinic) -> Stored[Patient]:
    return invented(clinic)


def asked_of(instrument: Instrument) -> list[Item]:
    """Every question that anybody is asked: whoever answers the worst to each."""
    given: dict[str, int | None] = {}
    found: dict[str, Item] = {}
    while left := [k for k in to_ask(instrument, given) if k not in given]:
        for item in questions(instrument, given):
            found[item.key] = item
        given[left[0]] = int(found[left[0]].options[-1].key)
    return list(found.values())


def laid(item: Item, size: tuple[int, int]) -> Laid:
    intros = [item.intro] if item.intro else []
    asked = Asked([], intros, item.text, item.options, lambda _: ("  ", "( )", "text"), refused=False)
    return lay(asked, size[0] - 1, size[1] - FRAME, large=True)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("name", NAMES)
def test_every_question_stands_whole_in_spaced_letters(name: str, size: tuple[int, int]) -> None:
    for item in asked_of(Instruments().get(name)):
        found = laid(item, size)
        assert len(found.rows) <= size[1] - FRAME, item.key
        word = max(item.text.split(), key=len)
        assert any(" ".join(word) in plain(row) for row in found.rows), item.key


@pytest.mark.parametrize("name", NAMES)
def test_every_question_stands_whole_in_the_smallest_window(name: str) -> None:
    for item in asked_of(Instruments().get(name)):
        assert len(laid(item, ASKING).rows) <= ASKING[1] - FRAME, item.key


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("name", ["phq9", "phq_a", "epds", "audit", "asq", "gad7"])
def test_one_key_an_answer_back_refuse_stop_and_resume(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient], name: str, size: tuple[int, int]
) -> None:
    instrument = clinic.instruments.get(name)
    count = len(instrument.items)

    def least(d: Driver) -> str:
        return d.screen.query_one(Questionnaire).options[0].key

    async def begin(d: Driver) -> None:
        assert "Pregunta 1 de" in d.text
        await d.press(least(d))
        assert "Pregunta 2 de" in d.text
        await d.press("backspace")
        assert "Pregunta 1 de" in d.text and "(•)" in d.text
        await d.press("minus")
        if "Pregunta 1 de" in d.text:
            assert d.flash, "a danger item that is refused is asked again once"
            await d.press("minus")
        assert "Pregunta 2 de" in d.text
        await d.press("ctrl+s")

    async def go_on(d: Driver) -> None:
        await d.press("enter")
        assert "Pregunta 2 de" in d.text
        keys = 0
        while isinstance(d.screen, Tamizaje) and d.screen.state == "ask":
            await d.press(least(d))
            keys += 1
        assert keys <= count + 1
        await d.press("enter")

    run(inside, ana, begin, size, instrument=name)
    run(inside, ana, go_on, size)
    [sheet] = [s.record for s in clinic.vault.shelf("screening", Screening, patient=ana.id).all()]
    assert sheet.answers[0] is None and not sheet.complete and sheet.total is None
    assert (sheet.read_by, sheet.text_version) == (clinic.me.id, instrument.text.version)
    assert clinic.screenings.held(ana.id) == []


def test_g_changes_the_letters_for_as_long_as_the_program_is_open(
    inside: OpenApp, ana: Stored[Patient]
) -> None:
    async def script(d: Driver) -> None:
        assert "P o c o" in d.text and "Poco" not in d.text
        await d.press("g")
        assert "Poco" in d.text and "P o c o" not in d.text
        await d.press("1")
        assert "En las últimas dos semanas" in d.text and "S e n t i r s e" not in d.text
        await d.press("g", "backspace")
        assert "P o c o" in d.text

    run(inside, ana, script, instrument="phq9")


def test_with_large_letters_of_the_terminal_one_can_ask_but_not_sign(
    inside: OpenApp, clinic: Clinic, ana: Stored[Patient]
) -> None:
    """A window of 60x18 is what is left when the terminal's letters are made a third larger."""

    async def script(d: Driver) -> None:
        await d.pilot.resize_terminal(*ASKING)
        await d.settle()
        assert "Pregunta 1 de 7" in d.text and ana.record.clinic_number in d.text
        await d.press(*"111111")
        assert "Pregunta 7 de 7" in d.text
        await d.press("1")
        assert isinstance(d.screen, TooSmall)
        await d.pilot.resize_terminal(80, 24)
        await d.settle()
        assert "Revise antes de firmar" in d.text
        await d.press("enter")

    run(inside, ana, script, instrument="gad7")
    assert clinic.screenings.history(ana.id)[0].record.total == 7


def test_a_window_that_is_smaller_still_says_so(inside: OpenApp, ana: Stored[Patient]) -> None:
    async def script(d: Driver) -> None:
        await d.pilot.resize_terminal(ASKING[0] - 1, ASKING[1])
        await d.settle()
        assert isinstance(d.screen, TooSmall)

    run(inside, ana, script, instrument="gad7")
