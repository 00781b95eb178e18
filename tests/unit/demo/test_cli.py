"""`ces-tui demo` as others lean on it: builds once, says so, prints Hoy without a terminal, touches nothing that is real."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.paths import state_dir
from ces_tui.cli.app import run
from ces_tui.demo.build import demo_passphrase, stamp_of
from ces_tui.vault.vault import Vault
from tests.support import make_store

SMALL = ["--patients", "15", "--years", "0.2"]


def test_build_makes_the_store_and_its_passphrase_and_a_second_one_says_that_it_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert run(["demo", "--build", str(folder), *SMALL]) == 0
    said = capsys.readouterr()
    assert "DATOS INVENTADOS" in said.out
    assert said.err == ""
    assert {"header", "passphrase.txt"} <= {p.name for p in folder.iterdir()}
    store, passphrase = Vault.peek(folder).store, demo_passphrase(folder)
    assert run(["demo", "--build", str(folder)]) == 0
    assert "Ahí ya está" in capsys.readouterr().out
    assert (Vault.peek(folder).store, demo_passphrase(folder)) == (store, passphrase)


def test_without_a_terminal_hoy_is_printed_and_the_second_time_nothing_is_rebuilt(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["demo", *SMALL]) == 0
    first = capsys.readouterr().out
    assert first.startswith("DATOS INVENTADOS\n")
    assert "Sala de espera" in first
    assert "José Hernández López" in first
    store = Vault.peek(state_dir() / "demo").store
    assert run(["demo", *SMALL]) == 0
    assert capsys.readouterr().out == first
    assert Vault.peek(state_dir() / "demo").store == store


def test_another_size_or_seed_is_built_anew_in_the_usual_place_but_not_in_a_folder_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = state_dir() / "demo"
    assert run(["demo", *SMALL]) == 0
    assert run(["demo", "--patients", "12", "--years", "0.2", "--seed", "7"]) == 0
    stamp = stamp_of(usual)
    assert stamp is not None
    assert (stamp.patients, stamp.seed) == (12, 7)
    mine = tmp_path / "mine"
    assert run(["demo", "--dir", str(mine), *SMALL]) == 0
    kept = Vault.peek(mine).store
    assert run(["demo", "--dir", str(mine), "--seed", "9"]) == 0
    assert Vault.peek(mine).store == kept
    capsys.readouterr()


def test_a_real_store_is_refused_and_stays_as_it_is(
    tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "real"
    from ces_tui.clinic import projector
    from ces_tui.vault.create import NewPerson, create_store
    from ces_tui.vault.header import ClinicInfo
    from tests.support import CHEAP

    people = [NewPerson("Alguien Real", "pasante", "una frase que nadie adivina")]
    create_store(
        folder, ClinicInfo("Verdadera", "VER"), people, clock=clock, profile=CHEAP, projector=projector()
    )
    before = (folder / "header").read_bytes()
    for how in ("--build", "--dir"):
        assert run(["demo", how, str(folder)]) == 2
        assert "no es de demostración" in capsys.readouterr().err
    assert (folder / "header").read_bytes() == before


def test_a_demo_whose_passphrase_is_lost_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    assert run(["demo", "--build", str(folder), *SMALL]) == 0
    (folder / "passphrase.txt").unlink()
    assert run(["demo", "--dir", str(folder)]) == 2
    assert "passphrase.txt" in capsys.readouterr().err


def test_a_half_built_demo_is_built_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], clock: FixedClock
) -> None:
    folder = tmp_path / "demo"
    make_store(folder, clock)
    assert stamp_of(folder) is None
    assert run(["demo", "--build", str(folder), *SMALL]) == 0
    assert stamp_of(folder) is not None
    capsys.readouterr()
