"""Control characters: which they are, and that none passes the doors."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line, clean_text, encoded_clean, for_screen, is_control

TURNING = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm."""
CONTROLS = {
    code
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in {"Cc", "Cs", "Zl", "Zp"} or code in TURNING or code == 0xFEFF
}


def test_exactly_the_controls_surrogates_separators_and_turning_marks_are_control_characters() -> None:
    assert {code for code in range(sys.maxunicode + 1) if is_control(chr(code))} == CONTROLS


def test_the_screen_shows_a_question_mark_for_each_and_everything_else_as_it_is() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    shown = for_screen(every)
    assert len(shown) == len(every)
    assert {i for i, (a, b) in enumerate(zip(every, shown, strict=True)) if a != b} == CONTROLS - {0x0A}
    assert {shown[code] for code in CONTROLS - {0x0A}} == {"?"}


def test_no_door_takes_one() -> None:
    for code in CONTROLS - {0x0A}:
        text = f"a{chr(code)}b"
        with pytest.raises(BadInput):
            encoded_clean({"note": ["x", {"y": text}]})
        if not chr(code).isspace():  # blanks of any kind become one space in a line
            with pytest.raises(BadInput):
                clean_line(text)
        if code not in {0x09, 0x0D}:
            with pytest.raises(BadInput):
                clean_text(text)
