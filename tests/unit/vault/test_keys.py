"""Who gets in, and what a changed header or a wrong passphrase does: nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import (
    BadInput,
    NewerStore,
    NotAllowed,
    NotFound,
    StoreBusy,
    StoreDamaged,
    WrongPassphrase,
)
from ces_tui.clinic import Clinic
from ces_tui.people.passphrases import checked_passphrase
from ces_tui.vault.credentials import KeyPair, key_id, unwrap_key, wrap_key
from ces_tui.vault.vault import Vault
from tests.support import PASSPHRASE, make_store, open_clinic


def test_a_wrong_passphrase_opens_nothing(store: Path, clock: FixedClock) -> None:
    person = Vault.peek(store).people[0].id
    with pytest.raises(WrongPassphrase):
        Clinic.open(store, person, PASSPHRASE + "x", clock)
    open_clinic(store, clock).close()


def test_accents_typed_either_way_are_the_same_passphrase(store: Path, clock: FixedClock) -> None:
    person = Vault.peek(store).people[0].id
    Clinic.open(store, person, PASSPHRASE.replace("í", "i\u0301"), clock).close()


def test_any_person_opens_the_same_store(store: Path, clock: FixedClock) -> None:
    first = open_clinic(store, clock, "pasante")
    first.vault.hot.table("item").insert({"a": 1})
    first.close()
    second = open_clinic(store, clock, "enfermeria")
    assert len(second.vault.hot.table("item")) == 1
    second.close()


def test_a_second_program_is_told_that_the_store_is_open(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    with pytest.raises(StoreBusy):
        open_clinic(store, clock)
    assert clinic.vault.doc_ids("person")


def test_only_who_gave_the_passphrase_may_take_over(clinic: Clinic) -> None:
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    with pytest.raises(NotAllowed):
        clinic.switch(nurse.id)
    clinic.login(nurse.id, PASSPHRASE)
    pasante = next(p for p in clinic.people() if p.role == "pasante")
    assert clinic.switch(pasante.id).name == pasante.name
    assert clinic.switch(nurse.id).role == "enfermeria"


def test_every_changed_byte_of_the_header_is_noticed(store: Path, clock: FixedClock) -> None:
    raw = (store / "header").read_bytes()
    person = Vault.peek(store).people[0].id
    for position in range(0, len(raw), 23):
        bad = bytearray(raw)
        bad[position] ^= 0x01
        (store / "header").write_bytes(bytes(bad))
        with pytest.raises((StoreDamaged, WrongPassphrase, NotFound, NotAllowed)):
            Clinic.open(store, person, PASSPHRASE, clock).close()
    (store / "header").write_bytes(raw)
    open_clinic(store, clock).close()


def test_a_later_format_is_not_opened(store: Path, clock: FixedClock) -> None:
    raw = (store / "header").read_bytes()
    (store / "header").write_bytes(raw.replace(b'"format":1', b'"format":2', 1))
    with pytest.raises(NewerStore):
        open_clinic(store, clock)


def test_a_missing_store_and_a_second_init_are_said(tmp_path: Path, store: Path, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        Vault.peek(tmp_path / "nada")
    with pytest.raises(BadInput):
        make_store(store, clock)


def test_a_slot_opens_only_for_its_person_store_and_epoch() -> None:
    keys = KeyPair.make()
    box = wrap_key(b"k" * 32, b"s" * 16, 1, keys.id, keys.x_public)
    assert unwrap_key(box, keys.x, b"s" * 16, 1, keys.id) == b"k" * 32
    for store, epoch, who in ((b"t" * 16, 1, keys.id), (b"s" * 16, 2, keys.id), (b"s" * 16, 1, key_id(b"x"))):
        with pytest.raises(StoreDamaged):
            unwrap_key(box, keys.x, store, epoch, who)


def test_nothing_readable_lies_in_the_folder(clinic: Clinic, store: Path) -> None:
    table = clinic.vault.hot.table("patient")
    table.insert({"given": "CanarioÑandú", "surname1": "Esquizofrenia"})
    clinic.vault.drafts.save("c" * 32, place="consulta", data={"s": "CanarioÑandú"})
    clinic.vault.checkpoint()
    blob = b"".join(f.read_bytes() for f in store.iterdir() if f.name != "store-1.db")
    clinic.close()
    blob += (store / "store-1.db").read_bytes()
    for text in ("CanarioÑandú", "Esquizofrenia", "given", "consulta"):
        assert text.encode() not in blob
        assert text.encode("utf-16-le") not in blob


@pytest.mark.parametrize(
    "phrase", ["corta", "aaaaaaaaaaaaaaaaaaaa", "contraseña12345", "compañeros en salud"]
)
def test_an_easy_passphrase_is_refused(phrase: str) -> None:
    with pytest.raises(BadInput):
        checked_passphrase(phrase)


def test_cheap_keys_can_not_be_made_outside_the_tests() -> None:
    code = (
        "from ces_tui.vault.profiles import KdfProfile\n"
        "try:\n    KdfProfile(8, 1).for_new_credential()\n"
        "except Exception as e:\n    print(type(e).__name__)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "InternalError"
