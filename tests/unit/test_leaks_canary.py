"""A patient goes through every feature; then nothing of hers lies in clear anywhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from tests.unit.canary import WORDS, forms, hits, live_through
from tests.unit.office.support import make_pair


def test_store_office_stick_home_state_and_temp_hold_nothing_of_the_canary(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While open, after export, answer and copy, and after close; the search itself is tried on what was clear before."""
    scratch = tmp_path / "temp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(scratch)
    pair = make_pair(tmp_path, clock)
    live_through(pair.clinic)
    pair.introduce()
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    pair.clinic.backups.copy_to(pair.stick)
    places = [tmp_path, Path.home()]
    assert hits(places) == []
    pair.close()
    assert hits(places) == []
    (scratch / "claro").write_text(f"prueba de la búsqueda: {WORDS[0]}", encoding="utf-8")
    assert [h for h in hits([tmp_path]) if "utf-8" in h]


def test_the_search_knows_every_form_of_every_word() -> None:
    """Each of fourteen forms, each long enough that a chance hit is none."""
    found = forms()
    assert len(found) == len(WORDS) * 14
    assert all(len(form) >= 8 for form in found.values())
