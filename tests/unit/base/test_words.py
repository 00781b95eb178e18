"""The word list and what is made from it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.words import COUNT, five_words, four_words, key_words, same_words, word_list


def test_the_list_holds_2048_plain_words_that_four_letters_tell_apart() -> None:
    words = word_list()
    assert len(words) == COUNT == len({w[:4] for w in words})
    assert all(re.fullmatch("[a-z]{4,8}", w) for w in words)
    assert list(words) == sorted(words)


@given(st.binary(min_size=16, max_size=32))
def test_four_words_stand_for_the_first_44_bits_and_nothing_else(fingerprint: bytes) -> None:
    words = four_words(fingerprint).split()
    bits = 0
    for word in words:
        bits = bits << 11 | word_list().index(word)
    assert bits == int.from_bytes(fingerprint[:8], "big") >> 20


def test_the_order_and_the_content_of_keys_change_the_words() -> None:
    assert key_words(b"a" * 32) == key_words(b"a" * 32)
    assert len({key_words(b"a" * 32), key_words(b"b" * 32), key_words(b"a" * 32, b"b" * 32)}) == 3


def test_a_proposed_passphrase_takes_each_word_from_the_given_randomness() -> None:
    numbers = iter([0, 1, 2, 3, COUNT - 1])
    words = word_list()
    assert five_words(lambda n: next(numbers)).split() == [*words[:4], words[-1]]


def test_words_are_compared_by_four_letters_and_never_by_three_or_by_a_wrong_ending() -> None:
    expected = "abanico zorro camino estrella"
    for typed in ("Abanico  zorro camino estrella", "aban-zorr-cami-estr", expected):
        assert same_words(typed, expected)
    for typed in (
        "",
        "aba zor cam est",
        "abanico zorro camino",
        "abanica zorro camino estrella",
        "zorro abanico camino estrella",
    ):
        assert not same_words(typed, expected)
