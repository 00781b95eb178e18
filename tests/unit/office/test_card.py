"""oficina.json carries exactly the office's public keys, and an altered one is found out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ces_tui.base.errors import BadInput, CesError
from ces_tui.office.card import make_card, read_card, write_card

KEYS = tuple(os.urandom(32) for _ in range(3))


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    card = make_card("Coordinación Sierra", *KEYS)
    write_card(tmp_path / "oficina.json", card)
    assert read_card(tmp_path / "oficina.json") == card
    assert len(card.words.split()) == 4


@pytest.mark.parametrize("field", ["v", "name", "sign", "recipient", "escrow", "words"])
def test_a_card_without_one_of_its_fields_or_with_a_foreign_one_is_refused(
    tmp_path: Path, field: str
) -> None:
    path, other = tmp_path / "oficina.json", tmp_path / "otra.json"
    write_card(path, make_card("A", *KEYS))
    write_card(other, make_card("B\u00f1", *(os.urandom(32) for _ in range(3))))
    body = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in body.items() if k != field}))
    with pytest.raises(BadInput):
        read_card(path)
    if field in {"sign", "recipient", "escrow", "words"}:
        path.write_text(json.dumps(body | {field: json.loads(other.read_text())[field]}))
        with pytest.raises(BadInput, match="alterada"):
            read_card(path)


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"\xff\xfe", b"x" * 20_000, b'{"v":1,"name":"\\u001b[2J"}', b"[" * 10_000]
)
def test_any_other_file_is_refused_in_a_sentence(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "c").write_bytes(raw)
    for path in (tmp_path / "c", tmp_path / "no", tmp_path):
        with pytest.raises(CesError):
            read_card(path)
