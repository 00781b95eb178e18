from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from tests.unit.office.support import Pair, make_pair


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    """A clinic and its office, strangers so far."""
    made = make_pair(tmp_path, clock)
    yield made
    made.close()
