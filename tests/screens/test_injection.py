"""Pasted and typed sequences: no field keeps one, no screen sends one; nor does free text that came from elsewhere."""

from __future__ import annotations

import pytest

from ces_tui.base.text import is_control
from ces_tui.clinic import Clinic
from screens.widgets.note import NoteArea
from tests.screens.conftest import OpenApp
from tests.screens.crawl import Crawler, streamed
from tests.screens.test_usb import in_loop
from tests.unit.consult.visits import page, someone
from tests.unit.hostile import families, foreign, sequences

PATIENT_ROOMS = (
    "alta",
    "buscar",
    "signos",
    "consulta",
    "laboratorio",
    "plan",
    "farmacia",
    "protocolos",
    "agenda",
)


@pytest.mark.parametrize("room", PATIENT_ROOMS)
@in_loop
async def test_nothing_pasted_or_typed_comes_back_as_a_sequence(
    clinic: Clinic, inside: OpenApp, room: str
) -> None:
    """All 200 in a few pastes, a screen long and in one line, into every place that takes text."""
    patient = someone(clinic)
    every = sequences()
    pastes = ["".join(every[n::4]) for n in range(4)] + ["\n".join(every)]
    with streamed() as seen:
        async with inside(size=(100, 30), room=None) as d:
            crawler = Crawler(d, seen, patient)
            assert await crawler.room(room)
            assert await crawler.paste(pastes, most=1)
    assert seen.foreign == []


@in_loop
async def test_a_note_of_another_writer_shows_marks_where_it_held_sequences(
    clinic: Clinic, inside: OpenApp
) -> None:
    """As a draft (a note taken over, a stock sentence): what is drawn and what would be signed hold none."""
    patient = someone(clinic)
    for text in sequences()[::25]:
        draft = clinic.vault.new_id()
        clinic.consults.drafts.save(draft, patient, page(subjective=f"uno{text}dos", plan=text))
        with streamed() as seen:
            async with inside(size=(100, 30), room=None) as d:
                crawler = Crawler(d, seen, patient)
                d.app.open_room("consulta", patient=clinic.registry.get(patient))
                await crawler.look()
                held = [area.text for area in d.screen.query(NoteArea)]
        assert seen.foreign == [] and any("uno" in one and "?" in one for one in held), held
        assert not [c for one in held for c in one if c != "\n" and is_control(c)]
        clinic.consults.drafts.drop(draft)


@in_loop
async def test_the_crawl_notices_a_sequence_that_gets_through(
    clinic: Clinic, inside: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: without the filter of the screen every family of sequences is seen in the stream."""
    for module in ("screens.widgets.ink", "screens.widgets.note"):
        monkeypatch.setattr(f"{module}.for_screen", lambda text: text)
    with streamed() as seen:
        async with inside(size=(100, 30)) as d:
            for text in families()[::12]:
                d.app.flash(f"uno{text}dos")
                await d.settle()
                sent = "".join(seen.stream)
                seen.stream.clear()
                assert foreign(sent), repr(text)
