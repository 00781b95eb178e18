"""Sobre de emergencia: made from Ajustes, copied by hand, proved word by word; what is shown and what the store holds."""

from __future__ import annotations

import pytest

from ces_tui.clinic import Clinic
from screens.ajustes import Ajustes
from screens.sobre import Sobre
from tests.screens.conftest import OpenApp
from tests.screens.support import Snapshots
from tests.screens.test_ajustes import lines
from tests.screens.test_usb import in_loop


@in_loop
async def test_the_envelope_is_made_its_paper_checked_and_its_words_enter(
    inside: OpenApp, clinic: Clinic
) -> None:
    async with inside() as d:
        await d.press("9")
        assert "Sobre de emergencia…" in lines(d) and "no hay" in lines(d)
        await d.press("e", "n", "enter")
        assert isinstance(d.screen, Sobre) and d.screen._sealed is not None
        phrase = d.screen._sealed.passphrase
        assert phrase in d.text and "Se muestra sólo esta vez" in d.text

        await d.press("c")
        assert phrase not in d.text, "the words must come from the paper"
        words = phrase.split()
        await d.type(" ".join([*words[:2], "cerillo", *words[3:]]))
        await d.press("enter")
        assert "la palabra 3 no es igual" in d.text
        await d.press("f3")
        assert phrase in d.text
        await d.press("c")
        await d.type(phrase)
        await d.press("enter")
        assert "El papel está bien" in d.flash and phrase not in d.text and "Hay un sobre" in d.text
        assert "n hacer uno nuevo" in d.text
    envelope = clinic.envelope.state().person
    clinic.login(envelope, phrase)
    assert clinic.me.role == "emergencia"


@in_loop
async def test_who_leaves_before_checking_the_paper_is_told_so_and_the_words_are_gone(
    inside: OpenApp, clinic: Clinic
) -> None:
    async with inside() as d:
        await d.press("9", "e", "n", "enter")
        assert isinstance(d.screen, Sobre) and d.screen._sealed is not None
        phrase = d.screen._sealed.passphrase
        await d.press("escape")
        assert isinstance(d.screen, Ajustes) and "nadie comprobó su papel" in d.flash
        await d.press("e")
        assert phrase not in d.text and "Hay un sobre, hecho el 20/11/2026" in d.text


@in_loop
async def test_the_nurse_neither_sees_nor_makes_the_envelope(inside: OpenApp, clinic: Clinic) -> None:
    from tests.screens.test_ajustes import person
    from tests.support import PASSPHRASE

    clinic.login(person(clinic, "enfermeria"), PASSPHRASE)
    async with inside() as d:
        await d.press("9")
        assert "Sobre" not in d.text
        await d.press("e")
        assert isinstance(d.screen, Ajustes)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@in_loop
async def test_the_sheet_reads_well(
    inside: OpenApp, snapshot: Snapshots, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ces_tui.people.envelope.five_words", lambda: "tacto techo laguna rutina mango")
    async with inside(size) as d:
        await d.press("9", "e", "n", "enter")
        snapshot(d, "sobre")
