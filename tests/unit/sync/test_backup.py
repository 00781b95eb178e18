"""The copy of the day waits for a quiet moment; the copy on the stick is whole, new, and never costs anyone else's file."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, DiskProblem, NotFound, StoreDamaged, WrongPassphrase
from ces_tui.base.paths import state_dir
from ces_tui.clinic import Clinic, projector
from ces_tui.people.team import OUTSIDE
from ces_tui.sync import backup, drives
from ces_tui.sync.backup_files import check_file, restore
from ces_tui.sync.drives import Stick
from ces_tui.sync.records import Step
from ces_tui.sync.stick import Stopped
from ces_tui.vault.copies import MAGIC, copies_folder, local_copies, stale_copies
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE

DRAFT = "d" * 32


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "MEMORIA"
    folder.mkdir()
    monkeypatch.setattr(backup, "other_disk", lambda place, _store: place == folder)
    return folder


def fill(clinic: Clinic, n: int = 5) -> None:
    for i in range(n):
        clinic.vault.hot.table("patient").insert(
            {"given": f"Canaria {i}", "x": random.Random(i).randbytes(3000).hex()}
        )


def cesc(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_the_copy_of_the_day_waits_for_its_end_unless_a_day_was_missed(
    clinic: Clinic, clock: FixedClock
) -> None:
    assert clinic.backups.due(), "a store without any copy"
    clinic.backups.copy_today()
    assert not clinic.backups.due()
    clock.advance(days=1)
    assert not clinic.backups.due(), "nine in the morning"
    clock.advance(seconds=7 * 3600)
    assert clinic.backups.due(), "four in the afternoon"
    clock.advance(days=1, seconds=-6 * 3600)
    assert clinic.backups.due(), "yesterday was missed"
    clinic.backups.copy_today()
    assert clinic.backups.state().local is not None
    assert [c.day for c in clinic.backups.local()] == [date(2026, 11, 22), date(2026, 11, 20)]


def test_a_clock_that_was_ahead_does_not_stop_the_daily_copy(clinic: Clinic, clock: FixedClock) -> None:
    clock.advance(days=20_000)
    clinic.backups.copy_today()
    clock.advance(days=-20_000)
    assert clinic.backups.due()


def test_never_while_a_consult_is_being_written(clinic: Clinic, clock: FixedClock) -> None:
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "a medias"})
    assert not clinic.backups.due()
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    assert not clinic.backups.due(), "another person's consult"
    clock.advance(seconds=601)
    assert clinic.backups.due()


def test_a_cancelled_copy_leaves_nothing_and_says_so(clinic: Clinic, store: Path, stick: Path) -> None:
    fill(clinic)
    with pytest.raises(Stopped):
        clinic.backups.copy_today(cancelled=lambda: True)
    with pytest.raises(Stopped):
        clinic.backups.copy_to(stick, cancelled=lambda: True)
    assert not cesc(stick) and not list(copies_folder(store).iterdir())


def test_the_copy_on_a_stick_opens_on_a_fresh_machine_as_a_new_incarnation(
    clinic: Clinic, stick: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(clinic)
    clinic.vault.drafts.save(DRAFT, place="consulta", data={"s": "también el borrador"})
    steps: list[Step] = []
    done = clinic.backups.copy_to(stick, steps.append)
    assert done.path.name == "pru-copia-1.cesc" and "Ya puede retirar" in done.sentence
    assert {s.what for s in steps} >= {"Copiando en esta computadora", "Revisando cada sello", "Copiando"}
    assert b"Canaria" not in done.path.read_bytes()
    me, inc = clinic.me.id, clinic.vault.inc
    clinic.close()
    shutil.rmtree(state_dir(), ignore_errors=True)
    monkeypatch.setattr("ces_tui.vault.identity.machine_id", lambda: "0" * 16)
    target = tmp_path / "otra"
    with pytest.raises(WrongPassphrase):
        restore(done.path, target, me, "no es esta frase", projector())
    assert not target.exists()
    report = restore(done.path, target, me, PASSPHRASE, projector())
    assert report.ok and report.entries
    restored = Clinic.open(target, me, PASSPHRASE, clock)
    assert len(restored.vault.hot.table("patient")) == 5
    assert restored.vault.drafts.get(DRAFT).data == {"s": "también el borrador"}
    assert restored.vault.notice and restored.vault.inc != inc
    restored.close()
    assert verify_store(target, me, PASSPHRASE, projector=projector(), signatures=True).ok
    with pytest.raises(BadInput, match="no está vacía"):
        restore(done.path, target, me, PASSPHRASE, projector())


def test_each_copy_is_a_new_file_with_everything_until_now_and_the_last_three_stay(
    clinic: Clinic, stick: Path, tmp_path: Path, clock: FixedClock
) -> None:
    other = stick / "otr-copia-1.cesc"
    other.write_bytes(MAGIC + b"de otra")
    (stick / "pru-copia-99.cesc").write_bytes(b"no es una copia")
    (stick / "fotos.zip").write_bytes(b"x")
    strangers = cesc(stick)
    for n in range(5):
        fill(clinic, 1)
        clock.advance(seconds=60)
        written = clinic.vault.state.n
        done = clinic.backups.copy_to(stick)
        assert clinic.vault.state.n == written + 1, "that a copy left is in the log"
        restored = tmp_path / f"r{n}"
        restore(done.path, restored, clinic.me.id, PASSPHRASE, projector())
        report = verify_store(restored, clinic.me.id, PASSPHRASE, projector=projector())
        assert report.entries == written
    assert set(cesc(stick)) == {*strangers, *(f"pru-copia-{n}.cesc" for n in (3, 4, 5))}
    assert done.dropped == 1
    assert [o.file for o in clinic.backups.outside()] == [f"pru-copia-{n}.cesc" for n in (5, 4, 3)]


def test_nothing_new_since_the_last_copy_here_is_not_copied_again(
    clinic: Clinic, store: Path, stick: Path, clock: FixedClock
) -> None:
    copy = clinic.backups.copy_today()
    clock.advance(seconds=60)
    clinic.backups.copy_to(stick)
    assert [c.path for c in clinic.backups.local()] == [copy.path]


def test_the_age_of_the_last_copy_outside_is_that_of_the_newer_of_copy_and_export(
    clinic: Clinic, stick: Path, clock: FixedClock
) -> None:
    assert clinic.last_outside is None and clinic.backups.state().red
    clinic.backups.copy_to(stick)
    assert clinic.today.view().copy_days == 0 and not clinic.today.view().copy_is_old
    clock.advance(days=3)
    assert not clinic.backups.state().red
    clock.advance(days=1)
    assert clinic.backups.state().red and clinic.backups.state().outside_days == 4
    assert clinic.today.view().copy_is_old


def test_a_copy_under_a_new_key_takes_those_that_a_leaver_could_open_off_the_stick(
    clinic: Clinic, store: Path, stick: Path, clock: FixedClock
) -> None:
    clinic.backups.copy_to(stick)
    clock.advance(seconds=60)
    clinic.backups.copy_to(stick)
    nurse = next(m.id for m in clinic.team.members() if m.role == "enfermeria")
    gone = clinic.team.remove(nurse)
    assert gone.sticks == ("MEMORIA",) and gone.copies_replaced == 1 and not gone.copy_problem
    assert not stale_copies(store, 2)
    clock.advance(seconds=60)
    clinic.backups.copy_to(stick)
    assert cesc(stick) == ["pru-copia-3.cesc"]
    assert {r["epoch"] for r in clinic.vault.setting(OUTSIDE)} == {2}  # type: ignore[attr-defined]


def test_a_copy_of_an_earlier_key_put_back_is_noticed_and_begins_a_new_incarnation(
    clinic: Clinic, store: Path, stick: Path, clock: FixedClock
) -> None:
    path = clinic.backups.copy_to(stick).path
    me, nurse = clinic.me.id, next(m.id for m in clinic.team.members() if m.role == "enfermeria")
    clinic.team.remove(nurse)
    inc = clinic.vault.inc
    clinic.close()
    shutil.rmtree(store)
    restore(path, store, nurse, PASSPHRASE, projector())
    back = Clinic.open(store, me, PASSPHRASE, clock)
    assert back.vault.notice is not None and "copia anterior" in back.vault.notice
    assert back.vault.inc != inc and back.vault.header.epoch == 1
    back.close()


def test_a_copy_put_back_at_once_on_the_same_machine_is_a_new_incarnation_too(
    clinic: Clinic, store: Path, stick: Path, clock: FixedClock
) -> None:
    path, me, inc = clinic.backups.copy_to(stick).path, clinic.me.id, clinic.vault.inc
    clinic.close()
    shutil.rmtree(store)
    shutil.rmtree(state_dir(), ignore_errors=True)
    restore(path, store, me, PASSPHRASE, projector())
    back = Clinic.open(store, me, PASSPHRASE, clock)
    assert back.vault.notice and back.vault.inc != inc
    back.close()
    again = Clinic.open(store, me, PASSPHRASE, clock)
    assert again.vault.notice is None
    again.close()


def test_a_removal_whose_copy_is_cancelled_still_changes_the_key_and_drops_the_old_copies(
    clinic: Clinic, store: Path
) -> None:
    clinic.backups.copy_today()
    nurse = next(m.id for m in clinic.team.members() if m.role == "enfermeria")

    def cancel_the_copy(what: str, done: int, total: int) -> None:
        if what == "copia":
            raise Stopped

    gone = clinic.team.remove(nurse, cancel_the_copy)
    assert gone.epoch == 2 and gone.copy_problem
    assert local_copies(store) == [] and clinic.team.owed() == []
    assert clinic.backups.due()


def test_a_removal_cut_short_is_owed_until_the_key_is_changed(clinic: Clinic) -> None:
    nurse = next(m.id for m in clinic.team.members() if m.role == "enfermeria")
    assert clinic.team.owed() == []

    def cut(what: str, done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        clinic.team.remove(nurse, cut)
    assert clinic.vault.header.epoch == 1 and clinic.team.owed() == ["Rosa Utrilla"]
    clinic.team.change_key()
    assert clinic.vault.header.epoch == 2 and clinic.team.owed() == []


def test_a_visitor_whose_last_day_passed_is_owed_a_change_of_key(clinic: Clinic, clock: FixedClock) -> None:
    from tests.support import CHEAP

    clinic.team.add(
        "De Visita", "visitante", "una frase bien larga 12", until=date(2026, 11, 21), profile=CHEAP
    )
    clock.advance(days=2)
    assert clinic.team.owed() == ["De Visita"]
    clinic.team.change_key()
    assert clinic.team.owed() == []


def test_a_copy_on_a_stick_can_be_checked_again_with_its_own_key(
    clinic: Clinic, store: Path, stick: Path
) -> None:
    fill(clinic)
    path = clinic.backups.copy_to(stick).path
    assert check_file(clinic.vault, path).ok
    clinic.team.remove(next(m.id for m in clinic.team.members() if m.role == "visitante"))
    assert check_file(clinic.vault, path).ok, "a copy of the key before"
    raw = bytearray(path.read_bytes())
    for at in range(8192 + 3000, len(raw), 4096):
        raw[at] ^= 1
    path.write_bytes(bytes(raw))
    assert not check_file(clinic.vault, path).ok
    assert not list(copies_folder(store).glob("*.part"))
    new = clinic.team.add("Recién Llegada", "supervision", "una frase bien larga 12")
    clinic.login(new.id, "una frase bien larga 12")
    with pytest.raises(NotFound, match="no tiene llave"):
        check_file(clinic.vault, path)


def test_a_damaged_copy_is_said_and_stays_for_the_rescue(clinic: Clinic, stick: Path, tmp_path: Path) -> None:
    fill(clinic, 20)
    path = clinic.backups.copy_to(stick).path
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(StoreDamaged, match="rescue"):
        restore(path, tmp_path / "r", clinic.me.id, PASSPHRASE, projector())
    for junk in (b"", MAGIC, MAGIC + b"\0\0\0\5{}", b"PK\3\4" * 40, MAGIC + b"\xff" * 99):
        path.write_bytes(junk)
        with pytest.raises((BadInput, StoreDamaged)):
            restore(path, tmp_path / "no", clinic.me.id, PASSPHRASE, projector())
        assert not (tmp_path / "no").exists()


def test_the_clinics_own_stick_is_known_by_what_lies_on_it(
    clinic: Clinic, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = tmp_path / "otra"
    blank.mkdir()
    seen = [Stick(stick, "/dev/null", 1), Stick(blank, "/dev/null", 1)]
    monkeypatch.setattr(backup, "sticks", lambda: seen)
    monkeypatch.setattr(drives, "sticks", lambda: seen)
    monkeypatch.setattr(backup, "let_go", lambda _: False)
    assert clinic.backups.own_sticks() == []
    done = clinic.backups.copy_to(stick)
    assert done.removable and "Expulse" in done.sentence
    assert clinic.backups.own_sticks() == [seen[0]]


def test_a_folder_that_is_not_there_is_said_before_anything_is_copied(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(DiskProblem, match="No existe la carpeta"):
        clinic.backups.copy_to(tmp_path / "no")
    assert clinic.backups.local() == []


def test_a_copy_on_the_same_disk_is_no_copy_outside_the_laptop(clinic: Clinic, tmp_path: Path) -> None:
    done = clinic.backups.copy_to(tmp_path)
    assert not done.apart and "mismo disco" in done.sentence
    assert clinic.last_outside is None and clinic.backups.state().red
