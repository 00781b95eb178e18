"""Every test has its own home, no network, a fixed clock and cheap keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from tests.support import make_store, open_clinic


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
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


@pytest.fixture
def clock() -> FixedClock:
    """Friday 20/11/2026, 09:00 at the clinic."""
    return FixedClock.at(2026, 11, 20)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Path:
    """A new store's folder."""
    folder = tmp_path / "store"
    make_store(folder, clock)
    return folder


@pytest.fixture
def clinic(store: Path, clock: FixedClock) -> Iterator[Clinic]:
    """The store, open, with the pasante at the desk."""
    opened = open_clinic(store, clock)
    yield opened
    opened.close()
