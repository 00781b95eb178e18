"""A forgotten passphrase on the two screens: the clinic asks and reads, the office compares and answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotFound
from ces_tui.clinic import Clinic
from ces_tui.sync.drives import Stick
from ces_tui.sync.recovery import PENDING
from ces_tui.vault.vault import Vault
from screens import recuperar, recuperar_oficina
from screens.app import CesApp
from screens.recuperar import Recuperar
from screens.recuperar_oficina import ResponderRecuperacion
from screens.unlock import Unlock
from tests.screens.support import Snapshots, drive
from tests.screens.test_usb import in_loop
from tests.support import PASSPHRASE
from tests.unit.office.support import Pair, make_pair

NEW = "frase nueva y bien larga 9"


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _one_stick(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [Stick(pair.stick, "/dev/null", 7_400_000_000)]
    monkeypatch.setattr(recuperar, "sticks", lambda: seen)
    monkeypatch.setattr(recuperar_oficina, "sticks", lambda: seen)
    monkeypatch.setattr("ces_tui.sync.recovery.key_words", lambda *_: "abanico abeja abierto abogado")
    monkeypatch.setattr(recuperar, "five_words", lambda: "auto cuenta liebre romance letra")


@in_loop
async def test_from_the_request_to_the_new_passphrase(
    pair: Pair, clock: FixedClock, snapshot: Snapshots
) -> None:
    store, old = pair.clinic.vault.folder, pair.clinic.me.id
    pair.clinic.close()
    async with drive(CesApp(store, clock), (80, 24)) as d:
        await d.press("o")
        assert isinstance(d.screen, Recuperar)
        form = d.form()
        assert form.text("where") == str(pair.stick)
        form.set_value("where", "/media/usb")
        snapshot(d, "recuperar-pedir")
        form.set_value("where", str(pair.stick))
        form.set_value("phrase", NEW)
        form.set_value("again", "otra cosa distinta 1")
        form.go_to("where")
        await d.press("enter")
        assert "no son iguales" in d.text and not (store / PENDING).exists()
        form.set_value("again", NEW)
        form.go_to("where")
        await d.press("enter")
        assert "A B A N I C O" in d.text and "A B O G A D O" in d.text and NEW not in d.text
        assert "La solicitud quedó en pru-" in d.text
        await d.press("escape")
        assert isinstance(d.screen, Unlock)

    office = CesApp(pair.office_clinic.vault.folder, clock)
    office.clinic = pair.office_clinic
    async with drive(office, (80, 24)) as d:
        office.go_home()
        await d.settle()
        await d.press("o")
        assert isinstance(d.screen, ResponderRecuperacion) and "Irene Balcázar (pasante)" in d.text
        assert "abanico" not in d.text, "the words come from the telephone, not from here"
        d.form().set_value("words", "abanico abeja abierto abuelo")
        await d.press("ctrl+s")
        assert "No la conteste" in d.text and not list(pair.stick.glob("*-recuperacion.json"))
        d.form().set_value("words", "abanico abeja abierto abogado")
        await d.press("ctrl+s")
        assert "Respuesta escrita" in d.flash
        office.clinic = None

    async with drive(CesApp(store, clock), (80, 24)) as d:
        await d.press("o")
        assert "solicitud pendiente" in d.text
        await d.press("enter")
        form = d.form()
        assert form.text("where").endswith("-recuperacion.json")
        form.set_value("phrase", PASSPHRASE)
        form.go_to("phrase")
        await d.press("enter")
        assert "no es correcta" in d.text
        form.set_value("phrase", NEW)
        await d.press("enter")
        await d.until(lambda: isinstance(d.screen, Unlock))
        assert isinstance(d.screen, Unlock) and "Irene Balcázar ya entra con su frase nueva" in d.flash
        assert d.text.count("Irene Balcázar") == 2
    with pytest.raises(NotFound):
        Clinic.open(store, old, PASSPHRASE, clock)
    new = next(p for p in Vault.peek(store).people if p.name == "Irene Balcázar")
    Clinic.open(store, new.id, NEW, clock).close()


@in_loop
async def test_a_store_without_an_office_says_who_else_can_open(store: Path, clock: FixedClock) -> None:
    async with drive(CesApp(store, clock), (80, 24)) as d:
        await d.press("o")
        form = d.form()
        form.set_value("phrase", NEW)
        form.set_value("again", NEW)
        form.go_to("where")
        await d.press("enter")
        assert "no tiene oficina" in d.text
    assert not (store / PENDING).exists()
