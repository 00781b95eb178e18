"""Adding, changing and removing people: who has a slot opens, who has none does not, and a cut leaves a whole store."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotFound, Refused, WrongPassphrase
from ces_tui.base.paths import state_dir
from ces_tui.clinic import Clinic, projector
from ces_tui.vault import header as headers
from ces_tui.vault.identity import clock_doubt
from ces_tui.vault.membership import add_person, apply_documents, change_passphrase, end_person
from ces_tui.vault.reseal import reseal
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.support import CHEAP, PASSPHRASE, open_clinic

NEW = "otra frase muy distinta 77"


def whole(store: Path, person: str, phrase: str = PASSPHRASE) -> bool:
    return verify_store(store, person, phrase, projector=projector(), signatures=True).ok


def person_id(clinic: Clinic, role: str) -> str:
    return next(p.id for p in clinic.people() if p.role == role)


def test_someone_added_opens_the_store_with_their_own_passphrase(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    clinic.vault.hot.table("item").insert({"a": 1})
    info = add_person(clinic.vault, "Berta Solís", "supervision", NEW, profile=CHEAP)
    clinic.close()
    other = Clinic.open(store, info.id, NEW, clock)
    assert other.me.name == "Berta Solís"
    assert len(other.vault.hot.table("item")) == 1
    other.close()
    assert whole(store, info.id, NEW)


def test_a_changed_passphrase_replaces_the_old_one(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    me = clinic.me.id
    with pytest.raises(WrongPassphrase):
        change_passphrase(clinic.vault, me, "no es esta frase", NEW, profile=CHEAP)
    change_passphrase(clinic.vault, me, PASSPHRASE, NEW, profile=CHEAP)
    clinic.close()
    with pytest.raises(WrongPassphrase):
        Clinic.open(store, me, PASSPHRASE, clock)
    Clinic.open(store, me, NEW, clock).close()
    assert whole(store, me, NEW)


def test_a_header_lost_before_its_rename_is_made_again_from_the_log(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    before = (store / "header").read_bytes()
    info = add_person(clinic.vault, "Berta Solís", "enfermeria", NEW, profile=CHEAP)
    me = clinic.me.id
    clinic.close()
    (store / "header").write_bytes(before)
    Clinic.open(store, me, PASSPHRASE, clock).close()
    Clinic.open(store, info.id, NEW, clock).close()


def test_a_leaver_has_no_slot_and_an_old_slot_opens_nothing_new(
    clinic: Clinic, store: Path, clock: FixedClock, tmp_path: Path
) -> None:
    nurse = person_id(clinic, "enfermeria")
    patient = clinic.vault.hot.table("patient").insert({"given": "Persona"})
    clinic.vault.drafts.save("f" * 32, place="consulta", data={"s": "sigue aquí"})
    old_header = (store / "header").read_bytes()
    end_person(clinic.vault, nurse, date(2026, 11, 20))
    steps: list[str] = []
    reseal(clinic.vault, lambda what, _done, _all: steps.append(what))
    assert "cambio de llave" in steps
    clinic.vault.hot.table("patient").insert({"given": "Después"})
    me = clinic.me.id
    clinic.close()
    assert sorted(p.name for p in store.glob("store-*")) == ["store-2.db"]
    with pytest.raises(NotFound):
        Clinic.open(store, nurse, PASSPHRASE, clock)
    again = Clinic.open(store, me, PASSPHRASE, clock)
    assert again.vault.doc_body("patient", str(patient)) == {"given": "Persona"}
    assert again.vault.drafts.get("f" * 32).data == {"s": "sigue aquí"}
    again.close()
    assert whole(store, me)
    trick = tmp_path / "trick"
    shutil.copytree(store, trick)
    (trick / "header").write_bytes(old_header.replace(b"store-1.db", b"store-2.db"))
    with pytest.raises(Exception, match=r"dañad|alterad|no abre"):
        Clinic.open(trick, nurse, PASSPHRASE, clock)


def test_nobody_removes_themselves_nor_the_last_responsible(clinic: Clinic) -> None:
    with pytest.raises(Refused):
        end_person(clinic.vault, clinic.me.id, date(2026, 11, 20))
    clinic.login(person_id(clinic, "enfermeria"), PASSPHRASE)
    end_person(clinic.vault, person_id(clinic, "supervision"), date(2026, 11, 20))
    with pytest.raises(Refused):
        end_person(clinic.vault, person_id(clinic, "pasante"), date(2026, 11, 20))


def test_a_change_of_key_cut_short_leaves_the_old_store(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    me = clinic.me.id

    def cut(_what: str, done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(clinic.vault, cut)
    assert clinic.vault.hot.table("item").insert({"still": "open"})
    (store / "store-2.db").write_bytes(b"left over")
    clinic.close()
    Clinic.open(store, me, PASSPHRASE, clock).close()
    assert not (store / "store-2.db").exists()
    assert whole(store, me)


def test_a_visitors_slot_ends_with_their_last_day(clinic: Clinic, store: Path, clock: FixedClock) -> None:
    info = add_person(clinic.vault, "Visita", "visitante", NEW, until=date(2026, 11, 21), profile=CHEAP)
    clock.advance(days=2)
    assert apply_documents(clinic.vault)
    assert info.id not in {p.id for p in Vault.peek(store).people}


def test_an_older_copy_put_back_is_noticed_and_goes_on_as_a_new_incarnation(
    clinic: Clinic, store: Path, clock: FixedClock, tmp_path: Path
) -> None:
    me, inc = clinic.me.id, clinic.vault.inc
    clinic.vault.hot.table("item").insert({"n": 1})
    clinic.close()
    shutil.copytree(store, tmp_path / "old")
    later = Clinic.open(store, me, PASSPHRASE, clock)
    assert later.vault.notice is None
    later.vault.hot.table("item").insert({"n": 2})
    later.close()
    shutil.rmtree(store)
    shutil.copytree(tmp_path / "old", store)
    restored = Clinic.open(store, me, PASSPHRASE, clock)
    assert restored.vault.notice is not None
    assert "falta 1 registro" in restored.vault.notice
    assert restored.vault.inc != inc
    restored.vault.hot.table("item").insert({"n": 3})
    restored.close()
    assert whole(store, me)
    quiet = Clinic.open(store, me, PASSPHRASE, clock)
    assert quiet.vault.notice is None
    quiet.close()


def test_a_copied_folder_that_is_used_beside_the_first_is_noticed_whichever_wrote_more(
    clinic: Clinic, store: Path, clock: FixedClock, tmp_path: Path
) -> None:
    """Both start from one state: the numbers alone say nothing, the hashes do."""
    me, twin = clinic.me.id, tmp_path / "twin"
    clinic.vault.hot.table("item").insert({"n": 1})
    clinic.close()
    shutil.copytree(store, twin)
    first = Clinic.open(store, me, PASSPHRASE, clock)
    second = Clinic.open(twin, me, PASSPHRASE, clock)
    assert first.vault.notice is None and second.vault.notice is None
    for n in (2, 3):
        first.vault.hot.table("item").insert({"n": n})
    first.close()
    second.vault.hot.table("item").insert({"n": 4})  # its shorter log's anchor lies over the first one's now
    second.close()
    again = Clinic.open(store, me, PASSPHRASE, clock)
    assert again.vault.notice == "Aquí se abrió otra copia de este expediente. Avise a la oficina."
    again.close()
    assert whole(store, me)


def test_another_machine_is_noticed(
    clinic: Clinic, store: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = clinic.me.id
    clinic.close()
    shutil.rmtree(state_dir(), ignore_errors=True)
    monkeypatch.setattr("ces_tui.vault.identity.machine_id", lambda: "0" * 16)
    moved = Clinic.open(store, me, PASSPHRASE, clock)
    assert moved.vault.notice is not None
    moved.close()


def test_a_wrong_clock_is_said_and_changes_no_order(clinic: Clinic, clock: FixedClock) -> None:
    table = clinic.vault.hot.table("item")
    table.insert({"n": 1})
    assert clock_doubt(clinic.vault) is None
    hlc = clinic.vault.state.hlc
    clock.advance(days=-4000)
    assert clock_doubt(clinic.vault) is not None
    table.insert({"n": 2})
    assert clinic.vault.state.hlc > hlc
    clock.advance(days=8000)
    assert clock_doubt(clinic.vault) is not None


def test_the_mac_covers_what_a_later_version_adds(store: Path, clock: FixedClock) -> None:
    raw, _ = headers.read_file(store)
    (store / "header").write_bytes(raw.replace(b'"format":1', b'"format":1,"later":"x"', 1))
    with pytest.raises(Exception, match="alterado"):
        open_clinic(store, clock)
