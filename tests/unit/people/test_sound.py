"""Names that sound alike share a key; names that do not, do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.people.sound import deletions, prefix_sounds, sound, sounds, words

ALIKE = [
    ("Hernández", "ernandes"),
    ("Velázquez", "Belasques"),
    ("Jiménez", "Gimenes"),
    ("Guadalupe", "Huadalupe"),
    ("Zacarías", "Sacarias"),
    ("Cecilia", "Sesilia"),
    ("Quetzali", "Ketsali"),
    ("Yolanda", "Llolanda"),
    ("Núñez", "nunes"),
    ("Oswaldo", "Osvaldo"),
    ("Zambrano", "Sanbrano"),
    ("Irma", "Yrma"),
    ("Joel", "Johel"),
    ("Ruth", "Rut"),
    ("Anna", "Ana"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_sound_share_a_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_an_x_is_heard_both_ways() -> None:
    """Ximena is Jimena, Xochitl is Sochitl."""
    assert set(sounds("Ximena")) & set(sounds("Jimena"))
    assert set(sounds("Xóchitl")) & set(sounds("Sochitl"))


@pytest.mark.parametrize(
    ("one", "other"), [("María", "Mario"), ("Rosa", "Roja"), ("Chávez", "Cabes"), ("Pérez", "Peña")]
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert not set(sounds(one)) & set(sounds(other))


@pytest.mark.parametrize(
    "name",
    [
        "García",
        "González",
        "Guillén",
        "Quintero",
        "Chávez",
        "Llaven",
        "Yáñez",
        "Huerta",
        "Ximena",
        "Campos",
        "Philomena",
    ],
)
def test_each_written_beginning_leads_to_the_name(name: str) -> None:
    """While a name is being typed no letter makes it disappear."""
    for length in range(1, len(name) + 1):
        starts = prefix_sounds(name[:length])
        assert any(key.startswith(start) for key in sounds(name) for start in starts), name[:length]


@given(st.text(alphabet="abcdefghijlmnñopqrstuvxyzáéíóú", min_size=4, max_size=12), st.data())
def test_one_slip_leaves_a_common_deletion(key: str, data: st.DataObject) -> None:
    """One letter replaced, dropped, added or exchanged with its neighbour shares a one-deletion variant."""
    at = data.draw(st.integers(0, len(key) - 2))
    for slip in (
        key[:at] + "q" + key[at + 1 :],
        key[:at] + key[at + 1 :],
        key[:at] + "q" + key[at:],
        key[:at] + key[at + 1] + key[at] + key[at + 2 :],
    ):
        assert deletions(key) & deletions(slip)


@given(st.text(max_size=40))
def test_any_text_has_words_and_keys(text: str) -> None:
    """No text, however strange, breaks the folding."""
    for word in words(text):
        assert all(key for key in sounds(word))
