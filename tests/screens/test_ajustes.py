"""Ajustes: who has access, one's own phrase, removal with its change of key, notices, copies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import DiskProblem, NotFound
from ces_tui.clinic import Clinic
from ces_tui.sync import drives
from ces_tui.sync.drives import Stick
from ces_tui.vault.copies import local_copies
from screens import copias, usb
from screens.ajustes import Ajustes
from screens.ajustes_persona import ChangePhrase, NewPerson
from screens.copias import Copias
from screens.signos import Signos
from screens.widgets.lines import Lines
from screens.widgets.modals import Progress, Told
from tests.screens.conftest import OpenApp
from tests.screens.people import invented
from tests.screens.support import Driver, Snapshots
from tests.screens.test_usb import in_loop
from tests.support import PASSPHRASE

NEW = "otra frase muy distinta 77"


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "MEMORIA"
    folder.mkdir()
    seen = [Stick(folder, "/dev/null", 7_400_000_000)]
    for place in (copias, drives, usb):
        monkeypatch.setattr(place, "sticks", lambda: seen)
    monkeypatch.setattr("ces_tui.sync.backup.sticks", lambda: seen)
    monkeypatch.setattr("ces_tui.sync.backup.let_go", lambda _: True)
    return folder


def lines(d: Driver) -> str:
    return "\n".join(d.screen.query_one(Lines).lines())


def person(clinic: Clinic, role: str) -> str:
    return next(m.id for m in clinic.team.members() if m.role == role)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@in_loop
async def test_the_room_reads_well(
    inside: OpenApp, snapshot: Snapshots, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.ajustes.__version__", "0.0.0")
    async with inside(size, room="ajustes") as d:
        snapshot(d, "ajustes")


@in_loop
async def test_someone_new_types_their_own_phrase_and_can_enter(
    inside: OpenApp, clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    async with inside() as d:
        await d.press("9", "a")
        assert isinstance(d.screen, NewPerson)
        form = d.form()
        for name, value in (("name", "Nadia Robles"), ("role", "pasante"), ("phrase", NEW)):
            form.set_value(name, value)
        await d.press("ctrl+s")
        assert "no son iguales" in d.text and NEW not in d.text
        form.set_value("phrase", "corta")
        await d.press("ctrl+s")
        assert "al menos 15" in d.text
        form.set_value("phrase", NEW)
        form.set_value("again", NEW)
        await d.press("ctrl+s")
        assert isinstance(d.screen, Ajustes) and "Nadia Robles ya puede entrar" in d.flash
        assert "Nadia Robles" in lines(d)
        nadia = next(m.id for m in clinic.team.members() if m.name == "Nadia Robles")
        clinic.login(nadia, NEW)
        assert clinic.me.name == "Nadia Robles"


@in_loop
async def test_the_five_proposed_words_need_no_second_time_and_a_visitor_needs_a_last_day(
    inside: OpenApp, clinic: Clinic
) -> None:
    async with inside() as d:
        await d.press("9", "a")
        form = d.form()
        screen = d.screen
        assert isinstance(screen, NewPerson)
        await d.press("f3")
        proposed = screen._proposed
        assert proposed in d.text
        for name, value in (("name", "Visita Corta"), ("role", "visitante"), ("phrase", proposed)):
            form.set_value(name, value)
        await d.press("ctrl+s")
        assert "hasta qué día" in d.text
        form.set_value("until", "21/11/2026")
        await d.press("ctrl+s")
        assert "Visita Corta" in lines(d) and "hasta el 21/11/2026" in lines(d)
    assert next(m.until for m in clinic.team.members() if m.name == "Visita Corta") == date(2026, 11, 21)


@in_loop
async def test_one_changes_ones_own_phrase(
    inside: OpenApp, clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    async with inside() as d:
        await d.press("9", "f")
        assert isinstance(d.screen, ChangePhrase)
        form = d.form()
        for name in ("phrase", "again"):
            form.set_value(name, NEW)
        form.set_value("old", "no es esta")
        await d.press("ctrl+s")
        assert isinstance(d.screen, ChangePhrase) and "no es correcta" in d.text
        form.set_value("old", PASSPHRASE)
        await d.press("ctrl+s")
        assert isinstance(d.screen, Ajustes) and "Frase cambiada" in d.flash
    clinic.login(clinic.me.id, NEW)


@in_loop
async def test_removing_someone_changes_the_key_and_says_what_is_left_to_do(
    inside: OpenApp, clinic: Clinic, store: Path, clock: FixedClock, stick: Path
) -> None:
    clinic.backups.copy_to(stick)
    nurse = person(clinic, "enfermeria")
    async with inside() as d:
        await d.press("9")
        d.screen.query_one(Lines).select(f"p{nurse}")
        await d.press("q", "enter")
        assert clinic.vault.header.epoch == 1, "«No» is what Enter gives"
        await d.press("q", "left", "enter")
        assert isinstance(d.screen, Told)
        assert "Rosa Utrilla ya no tiene acceso" in d.text and "MEMORIA" in d.text
        await d.press("enter")
        assert "Rosa Utrilla" not in lines(d) and "Llave número 2" in lines(d)
    with pytest.raises(NotFound):
        clinic.login(nurse, PASSPHRASE)
    with pytest.raises(NotFound):
        Clinic.open(local_copies(store)[0].path, nurse, PASSPHRASE, clock)


@in_loop
async def test_nobody_is_offered_to_remove_themselves_and_a_nurse_nobody(
    inside: OpenApp, clinic: Clinic
) -> None:
    async with inside() as d:
        await d.press("9", "q")
        assert "sí mismo" not in lines(d) and clinic.vault.header.epoch == 1
        clinic.login(person(clinic, "enfermeria"), PASSPHRASE)
        await d.press("escape", "9")
        assert "Agregar" not in lines(d) and "Traspaso" not in lines(d) and "Cambiar mi frase" in lines(d)
        d.screen.query_one(Lines).select(f"p{person(clinic, 'pasante')}")
        await d.press("q", "a", "t", "k")
        assert isinstance(d.screen, Ajustes)


@in_loop
async def test_a_change_of_key_that_was_stopped_is_said_on_hoy_and_finished_in_ajustes(
    inside: OpenApp, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = person(clinic, "enfermeria")
    real = Progress.report

    def stop(self: Progress, done: int, total: int, what: str = "") -> None:
        self._stop.set()
        real(self, done, total, what)

    async with inside() as d:
        await d.press("9")
        d.screen.query_one(Lines).select(f"p{nurse}")
        with monkeypatch.context() as patch:
            patch.setattr(Progress, "report", stop)
            await d.press("q", "left", "enter")
        assert "Se detuvo" in d.flash and clinic.vault.header.epoch == 1
        assert "Cambiar la llave" in lines(d)
        await d.press("escape")
        assert "Falta un cambio de llave" in d.text
        await d.press("9", "k")
        assert isinstance(d.screen, Told) and clinic.vault.header.epoch == 2
        await d.press("enter", "escape")
        assert "cambio de llave" not in d.text


@in_loop
async def test_a_notice_stands_in_one_line_on_hoy_and_whole_in_ajustes(
    inside: OpenApp, clinic: Clinic, clock: FixedClock
) -> None:
    clinic.vault.notice = "Se repuso una copia anterior: faltan 3 registros."
    clock.advance(days=-4000)
    async with inside() as d:
        assert "! Se repuso una copia anterior y 1 aviso más" in d.text and "faltan 3 registros" not in d.text
        await d.press("9")
        d.screen.query_one(Lines).select("v0")
        await d.press("enter")
        assert isinstance(d.screen, Told) and "faltan 3 registros" in d.text


@in_loop
async def test_after_a_disk_error_the_form_stays_and_is_saved_again(
    inside: OpenApp, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = invented(clinic)

    def deaf() -> None:
        raise DiskProblem

    async with inside() as d:
        await d.show(Signos(patient=patient))
        d.form().set_value("pulse", "72")
        clinic.vault.stop_writing("El disco no aceptó escribir. Lo anterior está a salvo.")
        with monkeypatch.context() as patch:
            patch.setattr(clinic.vault, "try_writing", deaf)
            await d.press("ctrl+s")
            assert "no respondió" in d.flash and d.form().text("pulse") == "72"
            assert clinic.vitals.last(patient.id, "pulse") is None
        await d.press("ctrl+s")
        assert clinic.vault.read_only is None
        assert clinic.vitals.last(patient.id, "pulse") is not None


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@in_loop
async def test_copies_read_well(
    inside: OpenApp,
    clinic: Clinic,
    stick: Path,
    snapshot: Snapshots,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic.backups.copy_to(stick)
    monkeypatch.setattr("screens.copias_rows.size", lambda _: "37 KB")
    monkeypatch.setattr("screens.copias_rows.moment", lambda _: "20/11/2026 09:00")
    async with inside(size) as d:
        await d.show(Copias())
        snapshot(d, "copias")


@in_loop
async def test_a_copy_to_the_stick_one_here_and_a_check_by_keys(
    inside: OpenApp, clinic: Clinic, stick: Path
) -> None:
    async with inside() as d:
        await d.press("9", "c", "u")
        assert "pru-copia-1.cesc" in d.flash and "Ya puede retirar" in d.flash
        assert "en memoria: hoy" in lines(d)
        file = stick / "pru-copia-1.cesc"
        d.screen.query_one(Lines).select(f"f:{file}")
        await d.press("enter")
        assert "está entera" in d.flash
        raw = bytearray(file.read_bytes())
        for at in range(8192 + 3000, len(raw), 4096):
            raw[at] ^= 1
        file.write_bytes(bytes(raw))
        await d.press("enter")
        assert "está dañada" in d.flash
        await d.press("h")
        assert "Copia hecha y revisada" in d.flash
        d.screen.query_one(Lines).select(f"l:{clinic.backups.local()[0].path.name}")
        await d.press("enter")
        assert "está entera" in d.flash


@in_loop
async def test_hoy_offers_a_copy_when_the_clinics_own_stick_is_in(
    inside: OpenApp, clinic: Clinic, stick: Path, clock: FixedClock
) -> None:
    import time

    clock.ms = time.time_ns() // 1_000_000
    clinic.backups.copy_to(stick)
    clock.advance(days=2)
    async with inside() as d:
        assert "Memoria MEMORIA puesta" in d.text and "hace 2 días" in d.text
        await d.press("6")
        assert "Copia completa a la memoria MEMORIA" in lines(d)
        d.screen.query_one(Lines).select(f"copia:{stick}")
        await d.press("enter")
        assert "pru-copia-2.cesc" in d.flash
    assert len(clinic.backups.on(stick)) == 2


@in_loop
async def test_the_copy_of_the_day_is_made_by_itself_when_nobody_types(
    inside: OpenApp, clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    async with inside() as d:
        d.app.look_at_copies()
        await d.settle()
        assert local_copies(store) == [], "someone is at the keyboard"
        clock.advance(seconds=61)
        clinic.vault.drafts.save("d" * 32, place="consulta", data={"s": "a medias"})
        d.app.look_at_copies()
        await d.settle()
        assert local_copies(store) == [], "a consult waits"
        clock.advance(seconds=601)
        d.app.look_at_copies()
        await d.settle()
        assert len(local_copies(store)) == 1
        clock.advance(seconds=61)
        d.app.look_at_copies()
        await d.settle()
        assert len(local_copies(store)) == 1
