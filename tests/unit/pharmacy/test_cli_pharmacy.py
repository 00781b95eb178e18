"""`pharmacy stock`: the stable JSON shape, the text, and who may read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.cli.app import run
from ces_tui.clinic import Clinic
from tests.support import PASSPHRASE
from tests.unit.pharmacy.samples import LOSARTAN, METFORMIN
from tests.unit.pharmacy.shelf import stocked


@pytest.fixture
def call(clinic: Clinic, clock: FixedClock, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    stocked(clinic, LOSARTAN, 60, days=3650)
    stocked(clinic, METFORMIN, 90, lot="M1", source="SSA", days=3650)
    clinic.close()
    secret = tmp_path / "frase"
    secret.write_text(PASSPHRASE, encoding="utf-8")

    def go(*args: str) -> int:
        return run(["--dir", str(store), "pharmacy", "stock", "--passphrase-file", str(secret), *args])

    return go


def test_json_tells_every_lot_by_source(call, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert call("--json") == 0
    body = json.loads(capsys.readouterr().out)
    losartan = next(i for i in body["items"] if i["item"] == LOSARTAN)
    assert (losartan["on_hand"], losartan["by_source"], losartan["state"]) == (
        60,
        {"CES": 60, "SSA": 0},
        "hay",
    )
    assert [(x["lot"], x["quantity"], x["expired"]) for x in losartan["lots"]] == [("A1", 60, False)]


def test_a_text_and_a_source_narrow_the_list(call, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert call("METFORM", "--source", "SSA") == 0
    out = capsys.readouterr().out
    assert "Metformina tableta 850 mg: 90" in out and "lote M1" in out and "Losart" not in out


def test_a_wrong_passphrase_shows_nothing(call, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "frase").write_text("otra frase que no es", encoding="utf-8")
    assert call() == 3
    assert "Losart" not in capsys.readouterr().out


def test_a_visitor_reads_no_stock(call, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert call("--person", "visitante") == 3
    assert "Losart" not in capsys.readouterr().out
