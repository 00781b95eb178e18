from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.office.setup import NewOffice
from ces_tui.vault import reserve
from tests.unit.office.support import Pair, make_pair, open_pair


@pytest.fixture(scope="session")
def _new_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NewOffice]:
    """A new clinic and its office, and what they left in the home of their maker, to be copied."""
    made = tmp_path_factory.mktemp("pair")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(made / "state"))
        pair = make_pair(made, FixedClock.at(2026, 11, 20))
        pair.close()
    return made, pair.new_office


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock, _new_pair: tuple[Path, NewOffice]) -> Iterator[Pair]:
    """A clinic and its office, strangers so far."""
    made, office = _new_pair
    for name in ("clinic", "office"):
        shutil.copytree(made / name, tmp_path / name, ignore=shutil.ignore_patterns(reserve.NAME))
    shutil.copytree(made / "state", os.environ["XDG_STATE_HOME"], dirs_exist_ok=True)
    opened = open_pair(tmp_path, clock, office)
    yield opened
    opened.close()
