"""Every test has its own home, no network, a fixed clock and cheap keys."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.vault.profiles import STANDARD
from tests.support import CHEAP, make_store, open_clinic

_HOMES = count()

gc.disable()  # what is imported now stays for good
settings.register_profile("loaded", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loaded")  # a loaded machine is slow, not wrong


def pytest_collection_finish() -> None:
    """Garbage is looked for as ever, seldomer and not among what was imported: a sixth of the suite's time."""
    gc.freeze()
    gc.set_threshold(300_000, 10, 10)
    gc.enable()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def _own_home(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _homes / str(next(_HOMES))
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.delenv("CES_TUI_HOME", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled content is public and the same for every test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_keys() -> Iterator[None]:
    """Whoever takes the profile that the program takes by itself gets the cheap one, here and in no process started from here.

    `tests/unit/test_default_keys.py` says what it is outside.
    """
    before = asdict(STANDARD)
    _become(asdict(CHEAP))
    yield
    _become(before)


def _become(costs: dict[str, int]) -> None:
    for name, cost in costs.items():
        object.__setattr__(STANDARD, name, cost)


@pytest.fixture
def clock() -> FixedClock:
    """Friday 20/11/2026, 09:00 at the clinic."""
    return FixedClock.at(2026, 11, 20)


@pytest.fixture(scope="session")
def _new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store and what it left in the home of its maker, to be copied: making one takes longer than most tests."""
    made = tmp_path_factory.mktemp("new")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(made / "state"))
        make_store(made / "store", FixedClock.at(2026, 11, 20))
    return made


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock, _new_store: Path) -> Path:
    """A new store's folder."""
    folder = tmp_path / "store"
    shutil.copytree(_new_store / "store", folder)
    shutil.copytree(_new_store / "state", os.environ["XDG_STATE_HOME"], dirs_exist_ok=True)
    return folder


@pytest.fixture
def clinic(store: Path, clock: FixedClock) -> Iterator[Clinic]:
    """The store, open, with the pasante at the desk."""
    opened = open_clinic(store, clock)
    yield opened
    opened.close()
