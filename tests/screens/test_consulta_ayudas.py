"""What helps to write: stock sentences, the text alone, jumps, the last visit beside the note."""

from __future__ import annotations

from ces_tui.clinic import Clinic
from ces_tui.consult.snippets import Snippets
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.consulta import Consulta
from screens.jump import Jump
from screens.widgets.ink import Stripe
from screens.widgets.note import NoteArea
from tests.screens.conftest import OpenApp
from tests.screens.notes import maria, run
from tests.screens.support import Driver
from tests.support import PASSPHRASE

__all__ = ["maria"]


def test_a_stock_sentence_opens_in_the_note(inside: OpenApp, clinic: Clinic, maria: Stored[Patient]) -> None:
    """`;rc` and a blank, or Tab, become the sentence; Ctrl+Z takes it back; an unknown key stays."""
    sentence = Snippets(clinic.desk).texts()["rc"]

    async def script(d: Driver) -> None:
        area = d.screen.query_one("#subjective", NoteArea)
        await d.type(";rc")
        await d.press("space")
        assert area.text == sentence + " "
        await d.press("ctrl+z")
        assert area.text.endswith(";rc")
        await d.press("tab")
        assert area.text == sentence and d.screen.focused is area
        area.load("")
        await d.type(";nada")
        await d.press("space")
        assert area.text == ";nada "

    run(inside, maria, script)


def test_own_sentences_are_written_and_put_into_the_note(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """From the menu's list: a new one is kept and opens at once by its key."""

    async def script(d: Driver) -> None:
        room = d.screen
        assert isinstance(room, Consulta)
        room.action_phrases()
        await d.settle()
        await d.press("a")
        await d.type("zzz")
        await d.press("enter")
        await d.type("Todo bien")
        await d.press("enter")
        assert "Guardada: ;zzz" in d.text
        await d.press("escape")
        await d.type(";zzz")
        await d.press("tab")
        assert room.query_one("#subjective", NoteArea).text == "Todo bien"

    run(inside, maria, script)


def test_zen_leaves_the_text_and_whose_note_it_is(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Ctrl+D shows the text with the cursor alone, the patient above it; Ctrl+D brings all back, nothing lost."""

    async def script(d: Driver) -> None:
        await d.press("tab")
        await d.type("tórax")
        before = d.text
        await d.press("ctrl+d")
        assert "Subjetivo" not in d.text and "Receta" not in d.text
        assert "María Invento" in d.text and "tórax" in d.text
        await d.type(" limpio")
        await d.press("ctrl+d")
        assert "tórax limpio" in d.text and "O Objetivo" in d.text
        assert d.screen.focused is d.screen.query_one("#objective")
        assert before.splitlines()[1] == d.text.splitlines()[1]

    run(inside, maria, script)


def test_jump_mode_takes_the_cursor_to_any_part(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """Ctrl+A puts letters on the parts and names all; a letter goes there, any other key goes back."""

    async def script(d: Driver) -> None:
        await d.press("ctrl+a")
        jump = d.screen
        assert isinstance(jump, Jump)
        legend = jump.query_one("#jump-legend", Stripe).text
        assert "s Subjetivo" in legend and "Pronóstico y cita" in legend
        letter = legend.split(" Plan")[0][-1]
        await d.press(letter)
        assert d.screen.focused is d.screen.query_one("#plan")
        await d.press("ctrl+a", "escape")
        assert d.screen.focused is d.screen.query_one("#plan")

    run(inside, maria, script)


def test_a_wide_window_shows_the_last_visit_and_its_teaching_comment(
    inside: OpenApp, clinic: Clinic, maria: Stored[Patient]
) -> None:
    """From 140 columns the last note stands beside the page; below that only the comment does."""
    visitor = next(p for p in clinic.people() if clinic.desk.me.id != p.id and p.role == "visitante")
    pasante, note = clinic.me, clinic.consults.of(maria.id)[0]
    clinic.chart.summary(maria.id)  # a visitor sees what the pasante opened today
    clinic.login(visitor.id, PASSPHRASE)
    clinic.consults.addendum(maria.id, note.id, "consult", "Piense en aldosterona")
    clinic.login(pasante.id, PASSPHRASE)

    async def wide(d: Driver) -> None:
        assert "Última visita, 23/10/2026" in d.text and "Piense en aldosterona" in d.text

    async def narrow(d: Driver) -> None:
        assert "Última visita" not in d.text and "Piense en aldosterona" in d.text

    run(inside, maria, wide, size=(150, 50))
    run(inside, maria, narrow)
